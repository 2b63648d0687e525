-- Jobs of one employer group that share a template.
CREATE TABLE variant_families (
    family_id        VARCHAR PRIMARY KEY,
    canonical_job_id VARCHAR NOT NULL,
    employer_key     VARCHAR NOT NULL,
    stem             VARCHAR NOT NULL,
    slots            VARCHAR[] NOT NULL,
    jobs             INTEGER NOT NULL CHECK (jobs >= 2)
);
COMMENT ON TABLE variant_families IS 'Variant families: jobs of one employer that share one template, never merged';
COMMENT ON COLUMN variant_families.family_id IS 'Id of the family; kept while most of its jobs live on';
COMMENT ON COLUMN variant_families.canonical_job_id IS 'Job that stands for the family';
COMMENT ON COLUMN variant_families.employer_key IS 'Employer, folded';
COMMENT ON COLUMN variant_families.stem IS 'Title stem its jobs share, for people to read';
COMMENT ON COLUMN variant_families.slots IS 'Qualifiers in which its jobs differ: level, grade, degree, start year, team, contract, place';
COMMENT ON COLUMN variant_families.jobs IS 'Jobs of the family';
