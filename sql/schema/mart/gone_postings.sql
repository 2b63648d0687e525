-- Postings that were closed, so that a page that knows a board's id still finds the job.
CREATE TABLE gone_postings (
    posting_id VARCHAR PRIMARY KEY,
    source     VARCHAR NOT NULL,
    source_id  VARCHAR,
    job_id     VARCHAR NOT NULL,
    gone_on    DATE NOT NULL
);
COMMENT ON TABLE gone_postings IS 'Postings that were closed, kept for publish.gone_days days after';
COMMENT ON COLUMN gone_postings.posting_id IS 'Id the posting had; no row of postings has it';
COMMENT ON COLUMN gone_postings.source IS 'Board it stood on';
COMMENT ON COLUMN gone_postings.source_id IS 'The board''s own id, where it has one';
COMMENT ON COLUMN gone_postings.job_id IS 'Job it belonged to when it was last published; it may live on, or stand in gone_jobs';
COMMENT ON COLUMN gone_postings.gone_on IS 'First run date without it';
