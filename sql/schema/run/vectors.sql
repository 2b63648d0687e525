-- TF-IDF vectors of the jobs.
CREATE TABLE vectors (
    job_id   VARCHAR NOT NULL,
    channel  VARCHAR NOT NULL CHECK (channel IN ('title', 'body')),
    term_ids INTEGER[] NOT NULL,
    weights  FLOAT[] NOT NULL,
    PRIMARY KEY (job_id, channel)
);
COMMENT ON TABLE vectors IS 'TF-IDF vectors of the jobs, by channel, unit length';
COMMENT ON COLUMN vectors.job_id IS 'The job';
COMMENT ON COLUMN vectors.channel IS 'Title, or title and text';
COMMENT ON COLUMN vectors.term_ids IS 'Terms, by term_id of the fit, ascending';
COMMENT ON COLUMN vectors.weights IS 'Their weights';
