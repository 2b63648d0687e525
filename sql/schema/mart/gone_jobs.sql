-- Jobs that pages may still name although no feed brings them any more: tombstones.
CREATE TABLE gone_jobs (
    job_id     VARCHAR PRIMARY KEY,
    title      VARCHAR NOT NULL,
    employer   VARCHAR,
    cluster_id VARCHAR NOT NULL,
    gone_on    DATE NOT NULL,
    became     VARCHAR
);
COMMENT ON TABLE gone_jobs IS 'Jobs that left the feeds or were merged, kept for publish.gone_days days after';
COMMENT ON COLUMN gone_jobs.job_id IS 'Id the job had; no row of jobs has it';
COMMENT ON COLUMN gone_jobs.title IS 'Its title when it was last published';
COMMENT ON COLUMN gone_jobs.employer IS 'Its employer when it was last published';
COMMENT ON COLUMN gone_jobs.cluster_id IS 'Cluster it was in when it was last published';
COMMENT ON COLUMN gone_jobs.gone_on IS 'First run date without it';
COMMENT ON COLUMN gone_jobs.became IS 'Job it was merged into; NULL where it just ended';
