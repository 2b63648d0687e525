-- Which jobs have no box or a short one, and why?
SELECT
    j.job_id, j.title, j.employer, count(r.related_job_id) AS cards,
    CASE
        WHEN c.jobs = 1 THEN 'the only job of its cluster'
        WHEN j.is_outlier THEN 'far from every cluster'
        WHEN count(r.related_job_id) = 0 THEN 'nothing else was published'
        ELSE 'few jobs are near enough'
    END AS why
FROM mart.jobs AS j
JOIN mart.clusters AS c USING (cluster_id)
LEFT JOIN mart.related_jobs AS r USING (job_id)
GROUP BY j.job_id, j.title, j.employer, j.is_outlier, c.jobs
HAVING count(r.related_job_id) < (SELECT max(rank) FROM mart.related_jobs)
ORDER BY cards, j.job_id;
