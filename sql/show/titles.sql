SELECT job_id, title, employer FROM mart.jobs ORDER BY job_id
