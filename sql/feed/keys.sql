-- Every key a page may ask for.
SELECT job_id AS key FROM mart.jobs
UNION SELECT family_id FROM mart.jobs WHERE family_id IS NOT NULL
UNION SELECT source_id FROM mart.postings WHERE source_id IS NOT NULL
UNION SELECT source_id FROM mart.gone_postings WHERE source_id IS NOT NULL
UNION SELECT job_id FROM mart.gone_jobs
UNION SELECT cluster_id FROM mart.gone_jobs
