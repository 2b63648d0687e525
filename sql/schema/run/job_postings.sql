-- Which posting belongs to which job, and how it hangs on the canonical.
CREATE TABLE job_postings (
    job_id       VARCHAR NOT NULL,
    posting_id   VARCHAR PRIMARY KEY,
    is_canonical BOOLEAN NOT NULL,
    kind         VARCHAR CHECK (kind IN ('repost', 'relocation')),
    probability  DOUBLE CHECK (probability BETWEEN 0 AND 1)
);
COMMENT ON TABLE job_postings IS 'Postings of each job';
COMMENT ON COLUMN job_postings.job_id IS 'The job';
COMMENT ON COLUMN job_postings.posting_id IS 'The posting: every posting is in exactly one job';
COMMENT ON COLUMN job_postings.is_canonical IS 'It stands for the job';
COMMENT ON COLUMN job_postings.kind IS 'How it relates to the canonical posting; NULL for the canonical itself';
COMMENT ON COLUMN job_postings.probability IS 'Probability of that link';
