-- From listings to jobs: one row a step.
SELECT 'listings' AS step, count(*) AS rows FROM mart.listings
UNION ALL SELECT 'rejects', count(*) FROM mart.rejects
UNION ALL SELECT 'postings', count(*) FROM mart.postings
UNION ALL SELECT 'jobs', count(*) FROM mart.jobs
UNION ALL SELECT 'variant families', count(*) FROM mart.variant_families
UNION ALL SELECT 'clusters', count(*) FROM mart.clusters WHERE jobs > 0
UNION ALL SELECT 'cards', count(*) FROM mart.related_jobs
