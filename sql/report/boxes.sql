-- Boxes of $boxes jobs, drawn by the digest of their ids: the same ones for the same night.
WITH drawn AS (
    SELECT DISTINCT job_id, md5(job_id) AS lot FROM mart.related_jobs ORDER BY lot LIMIT $boxes
)
SELECT b.job_title, j.employer AS job_employer, b.rank, b.title, b.employer, b.place, round(b.score, 3) AS score,
    b.similar_openings, b.reason, b.road
FROM mart.boxes AS b
JOIN drawn USING (job_id)
JOIN mart.jobs AS j USING (job_id)
ORDER BY drawn.lot, b.rank
