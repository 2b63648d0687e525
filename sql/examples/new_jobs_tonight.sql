-- Which jobs are new tonight: none of their postings was there before?
SELECT j.job_id, j.title, j.employer, j.place, j.postings
FROM mart.jobs AS j
JOIN mart.job_postings AS jp USING (job_id)
JOIN mart.postings AS p USING (posting_id)
GROUP BY ALL
HAVING min(p.first_seen) = (SELECT max(run_date) FROM mart.runs)
ORDER BY j.postings DESC, j.job_id;
