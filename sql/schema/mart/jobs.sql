-- Jobs with what a card needs.
CREATE TABLE jobs (
    job_id               VARCHAR PRIMARY KEY,
    canonical_posting_id VARCHAR NOT NULL UNIQUE,
    family_id            VARCHAR,
    cluster_id           VARCHAR NOT NULL,
    title                VARCHAR NOT NULL,
    employer             VARCHAR,
    employer_key         VARCHAR NOT NULL,
    level                VARCHAR,
    place                VARCHAR,
    city                 VARCHAR,
    region               VARCHAR,
    country              VARCHAR,
    remote               VARCHAR,
    employment_type      VARCHAR,
    pay_min              DOUBLE,
    pay_max              DOUBLE,
    pay_currency         VARCHAR,
    pay_period           VARCHAR,
    language             VARCHAR,
    url                  VARCHAR,
    promoted             BOOLEAN NOT NULL,
    postings             INTEGER NOT NULL CHECK (postings >= 1),
    places               INTEGER NOT NULL CHECK (places >= 0),
    first_posted_on      DATE,
    last_posted_on       DATE,
    probability          DOUBLE NOT NULL CHECK (probability BETWEEN 0 AND 1),
    cluster_distance     DOUBLE NOT NULL CHECK (cluster_distance BETWEEN 0 AND 1),
    is_outlier           BOOLEAN NOT NULL
);
COMMENT ON TABLE jobs IS 'Jobs: one vacancy each, as a card shows it';
COMMENT ON COLUMN jobs.job_id IS 'Id of the job; kept while most of its postings live on';
COMMENT ON COLUMN jobs.canonical_posting_id IS 'Posting that stands for the job';
COMMENT ON COLUMN jobs.family_id IS 'Variant family it belongs to';
COMMENT ON COLUMN jobs.cluster_id IS 'Cluster it belongs to';
COMMENT ON COLUMN jobs.title IS 'Title of the canonical posting';
COMMENT ON COLUMN jobs.employer IS 'Employer of the canonical posting';
COMMENT ON COLUMN jobs.employer_key IS 'Employer, folded; empty where none is named';
COMMENT ON COLUMN jobs.level IS 'Level the title states';
COMMENT ON COLUMN jobs.place IS 'Place of the canonical posting';
COMMENT ON COLUMN jobs.city IS 'City';
COMMENT ON COLUMN jobs.region IS 'State or region';
COMMENT ON COLUMN jobs.country IS 'Country, ISO 3166 alpha-2';
COMMENT ON COLUMN jobs.remote IS 'remote, hybrid or onsite';
COMMENT ON COLUMN jobs.employment_type IS 'Employment type';
COMMENT ON COLUMN jobs.pay_min IS 'Lower end of pay, in pay_currency per pay_period';
COMMENT ON COLUMN jobs.pay_max IS 'Upper end of pay, in pay_currency per pay_period';
COMMENT ON COLUMN jobs.pay_currency IS 'Currency of pay, ISO 4217';
COMMENT ON COLUMN jobs.pay_period IS 'Period of pay';
COMMENT ON COLUMN jobs.language IS 'Language of the text, ISO 639-1';
COMMENT ON COLUMN jobs.url IS 'Address of the canonical posting''s page';
COMMENT ON COLUMN jobs.promoted IS 'Marked as promoted by the board';
COMMENT ON COLUMN jobs.postings IS 'Postings of the job';
COMMENT ON COLUMN jobs.places IS 'Different places of its postings';
COMMENT ON COLUMN jobs.first_posted_on IS 'Earliest day one of its postings was posted';
COMMENT ON COLUMN jobs.last_posted_on IS 'Latest day one of its postings was posted';
COMMENT ON COLUMN jobs.probability IS 'Lowest link probability with which a member hangs on the canonical; 1 for a job of one';
COMMENT ON COLUMN jobs.cluster_distance IS 'One less its cosine with the cluster''s centre';
COMMENT ON COLUMN jobs.is_outlier IS 'Far from every cluster''s centre';
