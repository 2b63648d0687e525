-- Vectors of the jobs: TF-IDF by channel, and positions in the spaces of the fit.
CREATE TABLE vectors (
    job_id   VARCHAR NOT NULL,
    channel  VARCHAR NOT NULL,
    term_ids INTEGER[] NOT NULL,
    weights  FLOAT[] NOT NULL,
    PRIMARY KEY (job_id, channel)
);
COMMENT ON TABLE vectors IS 'Vectors of the jobs, by channel: TF-IDF weights of terms, or a position in a space of the fit';
COMMENT ON COLUMN vectors.job_id IS 'The job';
COMMENT ON COLUMN vectors.channel IS 'Channel of fit_terms, or space of fit_spaces';
COMMENT ON COLUMN vectors.term_ids IS 'Terms, by term_id of the fit, ascending; empty in a space, where every dimension has a number';
COMMENT ON COLUMN vectors.weights IS 'Their weights, or the numbers of the position; unit length';
