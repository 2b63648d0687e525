-- From listings to what a site shows: one row a step.
SELECT 'listings' AS step, count(*) AS rows FROM mart.listings
UNION ALL SELECT 'understood', count(*) FROM mart.listings WHERE posting_id IS NOT NULL
UNION ALL SELECT 'postings', count(*) FROM mart.postings
UNION ALL SELECT 'jobs', count(*) FROM mart.jobs
UNION ALL SELECT 'jobs, a family counted once', count(DISTINCT coalesce(family_id, job_id)) FROM mart.jobs
