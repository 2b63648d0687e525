-- Groups of postings that are one vacancy: one card on the site.
CREATE TABLE jobs (
    job_id               VARCHAR PRIMARY KEY,
    canonical_posting_id VARCHAR NOT NULL UNIQUE,
    family_id            VARCHAR,
    postings             INTEGER NOT NULL CHECK (postings >= 1),
    places               INTEGER NOT NULL CHECK (places >= 0),
    first_posted_on      DATE,
    last_posted_on       DATE,
    probability          DOUBLE NOT NULL CHECK (probability BETWEEN 0 AND 1)
);
COMMENT ON TABLE jobs IS 'Jobs: postings joined by repost and relocation links, one card on the site';
COMMENT ON COLUMN jobs.job_id IS 'Id of the job; kept while most of its postings live on';
COMMENT ON COLUMN jobs.canonical_posting_id IS 'Posting that stands for the job';
COMMENT ON COLUMN jobs.family_id IS 'Variant family it belongs to';
COMMENT ON COLUMN jobs.postings IS 'Postings of the job';
COMMENT ON COLUMN jobs.places IS 'Different places of its postings';
COMMENT ON COLUMN jobs.first_posted_on IS 'Earliest day one of its postings was posted';
COMMENT ON COLUMN jobs.last_posted_on IS 'Latest day one of its postings was posted';
COMMENT ON COLUMN jobs.probability IS 'Lowest link probability with which a member hangs on the canonical; 1 for a job of one';
