-- How do the nights compare?
SELECT
    run_date, listings, postings, postings - lag(postings) OVER w AS more_postings, rejects, jobs, jobs - lag(jobs) OVER w AS more_jobs,
    round(jobs / nullif(postings, 0), 3) AS jobs_a_posting, families, cards, fit_id
FROM mart.runs
WINDOW w AS (ORDER BY run_date)
ORDER BY run_date DESC;
