-- Which cluster each job is in.
CREATE TABLE job_clusters (
    job_id     VARCHAR PRIMARY KEY,
    cluster_id VARCHAR NOT NULL,
    distance   DOUBLE NOT NULL CHECK (distance BETWEEN 0 AND 1),
    is_outlier BOOLEAN NOT NULL
);
COMMENT ON TABLE job_clusters IS 'Cluster of each job';
COMMENT ON COLUMN job_clusters.job_id IS 'The job';
COMMENT ON COLUMN job_clusters.cluster_id IS 'Its cluster';
COMMENT ON COLUMN job_clusters.distance IS 'One less its cosine with the centre';
COMMENT ON COLUMN job_clusters.is_outlier IS 'Farther from its centre than the setting allows';
