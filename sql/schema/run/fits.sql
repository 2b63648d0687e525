-- The fit a run used: one row.
CREATE TABLE fits (
    fit_id    VARCHAR PRIMARY KEY,
    fitted_on DATE NOT NULL,
    postings  BIGINT NOT NULL,
    documents BIGINT NOT NULL,
    is_new    BOOLEAN NOT NULL
);
COMMENT ON TABLE fits IS 'The fit this run used';
COMMENT ON COLUMN fits.fit_id IS 'Fingerprint of the fit''s tables';
COMMENT ON COLUMN fits.fitted_on IS 'Run date of the night whose postings it was fitted on';
COMMENT ON COLUMN fits.postings IS 'Postings at hand when it was fitted';
COMMENT ON COLUMN fits.documents IS 'Different ads among them that it was fitted on: one a title core and text';
COMMENT ON COLUMN fits.is_new IS 'Fitted in this run';
