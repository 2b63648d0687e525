-- Which jobs stand in most places, and where?
SELECT j.job_id, j.title, j.employer, j.places, list(DISTINCT p.place ORDER BY p.place) AS where_they_stand
FROM mart.jobs AS j
JOIN mart.job_postings AS jp USING (job_id)
JOIN mart.postings AS p USING (posting_id)
WHERE j.places > 1
GROUP BY ALL
ORDER BY j.places DESC, j.job_id
LIMIT 50;
