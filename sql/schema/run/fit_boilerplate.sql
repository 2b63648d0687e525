-- Sentences that recur over one employers different titles, learned by the fit.
CREATE TABLE fit_boilerplate (
    scope       VARCHAR NOT NULL,
    sentence_id UBIGINT NOT NULL,
    titles      BIGINT NOT NULL,
    share       DOUBLE NOT NULL CHECK (share BETWEEN 0 AND 1),
    PRIMARY KEY (scope, sentence_id)
);
COMMENT ON TABLE fit_boilerplate IS 'Boilerplate: sentences that recur over different titles of one employer, or over employers';
COMMENT ON COLUMN fit_boilerplate.scope IS 'employer_key whose boilerplate it is; * where it recurs over employers';
COMMENT ON COLUMN fit_boilerplate.sentence_id IS 'Fingerprint of the folded sentence';
COMMENT ON COLUMN fit_boilerplate.titles IS 'Different title cores it stands under';
COMMENT ON COLUMN fit_boilerplate.share IS 'Share of the scope''s title cores it stands under';
