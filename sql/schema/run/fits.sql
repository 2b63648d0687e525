-- The fit a run used: one row.
CREATE TABLE fits (
    fit_id    VARCHAR PRIMARY KEY,
    fitted_on DATE NOT NULL,
    postings  BIGINT NOT NULL,
    is_new    BOOLEAN NOT NULL
);
COMMENT ON TABLE fits IS 'The fit this run used';
COMMENT ON COLUMN fits.fit_id IS 'Fingerprint of the fit''s tables';
COMMENT ON COLUMN fits.fitted_on IS 'Run date of the night whose postings it was fitted on';
COMMENT ON COLUMN fits.postings IS 'Postings it was fitted on';
COMMENT ON COLUMN fits.is_new IS 'Fitted in this run';
