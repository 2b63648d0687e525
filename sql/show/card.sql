SELECT job_id, rank, score, road, reason, reasons
FROM mart.related_jobs
WHERE (job_id = $a AND related_job_id = $b) OR (job_id = $b AND related_job_id = $a)
ORDER BY job_id = $a DESC
