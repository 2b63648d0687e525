-- Which job belongs to which variant family, with its values of the slots.
CREATE TABLE family_jobs (
    family_id    VARCHAR NOT NULL,
    job_id       VARCHAR PRIMARY KEY,
    level        VARCHAR,
    grade        INTEGER,
    degrees      VARCHAR[] NOT NULL,
    start_year   INTEGER,
    team         VARCHAR,
    contract     VARCHAR,
    title_score  DOUBLE NOT NULL CHECK (title_score BETWEEN 0 AND 100),
    text_overlap DOUBLE NOT NULL CHECK (text_overlap BETWEEN 0 AND 1)
);
COMMENT ON TABLE family_jobs IS 'Jobs of each variant family and the values in which they differ';
COMMENT ON COLUMN family_jobs.family_id IS 'The family';
COMMENT ON COLUMN family_jobs.job_id IS 'The job';
COMMENT ON COLUMN family_jobs.level IS 'Level of the job';
COMMENT ON COLUMN family_jobs.grade IS 'Grade within the level, as in Engineer II';
COMMENT ON COLUMN family_jobs.degrees IS 'Degrees it asks for';
COMMENT ON COLUMN family_jobs.start_year IS 'Start year';
COMMENT ON COLUMN family_jobs.team IS 'Team, product or speciality';
COMMENT ON COLUMN family_jobs.contract IS 'Contract or shift';
COMMENT ON COLUMN family_jobs.title_score IS 'RapidFuzz token sort ratio of its title and the family canonical''s';
COMMENT ON COLUMN family_jobs.text_overlap IS 'Jaccard overlap of its text and the family canonical''s';
