-- What changed since the night before?
WITH tonight AS (SELECT max(run_date) AS run_date FROM mart.runs)
SELECT what, count FROM (
    SELECT 1 AS n, 'postings that are new' AS what, count(*) AS count FROM mart.postings, tonight WHERE first_seen = run_date
    UNION ALL SELECT 2, 'postings that are gone', count(*) FROM mart.gone_postings, tonight WHERE gone_on = run_date
    UNION ALL SELECT 3, 'jobs that ended', count(*) FROM mart.gone_jobs, tonight WHERE gone_on = run_date AND became IS NULL
    UNION ALL SELECT 4, 'jobs that were merged into another', count(*) FROM mart.lineage WHERE kind = 'job' AND event = 'merged'
    UNION ALL SELECT 5, 'jobs that were split', count(DISTINCT old_id) FROM mart.lineage WHERE kind = 'job' AND event = 'split'
)
ORDER BY n;
