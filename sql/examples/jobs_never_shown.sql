-- Which jobs stand in no box?
SELECT j.job_id, j.title, j.employer, c.label AS cluster, c.jobs AS jobs_of_cluster, j.last_posted_on
FROM mart.jobs AS j
JOIN mart.clusters AS c USING (cluster_id)
ANTI JOIN mart.related_jobs AS r ON r.related_job_id = j.job_id
ORDER BY c.jobs DESC, j.job_id;
