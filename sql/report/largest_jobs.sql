SELECT job_id, title, employer, postings, places, first_posted_on, last_posted_on
FROM mart.jobs
WHERE postings > 1
ORDER BY postings DESC, job_id
LIMIT 15
