-- The job whose box says most about a night: the one with most postings that has a box.
SELECT j.job_id
FROM mart.jobs AS j
SEMI JOIN mart.related_jobs AS r USING (job_id)
ORDER BY j.postings DESC, j.job_id
LIMIT 1
