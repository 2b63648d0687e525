-- Whose jobs fill the boxes: cards an employer gets, for each job it has?
SELECT
    any_value(c.employer) AS employer, count(*) AS cards, count(DISTINCT c.job_id) AS jobs_shown,
    count(*) FILTER (WHERE r.rank = 1) AS first_places, count(*) FILTER (WHERE r.road = 'over employer cap') AS over_cap
FROM mart.related_jobs AS r
JOIN mart.jobs AS c ON c.job_id = r.related_job_id
GROUP BY c.employer_key
ORDER BY cards DESC, c.employer_key
LIMIT 50;
