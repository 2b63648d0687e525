-- The boxes: related jobs of each job, ranked.
CREATE TABLE related_jobs (
    job_id           VARCHAR NOT NULL,
    rank             INTEGER NOT NULL CHECK (rank >= 1),
    related_job_id   VARCHAR NOT NULL,
    score            DOUBLE NOT NULL CHECK (score BETWEEN 0 AND 1),
    reason           VARCHAR NOT NULL,
    reasons          STRUCT(kind VARCHAR, value VARCHAR, weight DOUBLE)[] NOT NULL,
    similar_openings INTEGER NOT NULL CHECK (similar_openings >= 0),
    road             VARCHAR NOT NULL CHECK (road IN ('neighbour', 'cluster', 'level and place', 'other level', 'over employer cap')),
    PRIMARY KEY (job_id, rank),
    UNIQUE (job_id, related_job_id),
    CHECK (job_id <> related_job_id)
);
COMMENT ON TABLE related_jobs IS 'Related jobs of each job: the box a visitor sees';
COMMENT ON COLUMN related_jobs.job_id IS 'Job whose box it is';
COMMENT ON COLUMN related_jobs.rank IS 'Place in the box, from 1';
COMMENT ON COLUMN related_jobs.related_job_id IS 'Job on the card';
COMMENT ON COLUMN related_jobs.score IS 'How related it is, 1 at most';
COMMENT ON COLUMN related_jobs.reason IS 'Why, as a short sentence';
COMMENT ON COLUMN related_jobs.reasons IS 'Why, as a list: kind, value and weight, weightiest first';
COMMENT ON COLUMN related_jobs.similar_openings IS 'Other openings of the card''s variant family: the family, less the one shown and the one being read';
COMMENT ON COLUMN related_jobs.road IS 'How the card came into the box';
