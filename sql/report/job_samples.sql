-- The jobs with most postings, with the boards and places they stand on.
SELECT
    j.title, j.employer, j.postings, j.places, list(DISTINCT p.source ORDER BY p.source) AS sources,
    list(DISTINCT p.place ORDER BY p.place)[:5] AS where_they_stand, j.first_posted_on, j.last_posted_on, j.job_id
FROM mart.jobs AS j
JOIN mart.job_postings AS jp USING (job_id)
JOIN mart.postings AS p USING (posting_id)
WHERE j.postings > 1
GROUP BY j.job_id, j.title, j.employer, j.postings, j.places, j.first_posted_on, j.last_posted_on
ORDER BY j.postings DESC, j.job_id
LIMIT 15
