CREATE VIEW mart.boxes AS
SELECT
    r.job_id, j.title AS job_title, r.rank, r.related_job_id, c.title, c.employer,
    CASE WHEN c.places > 1 THEN c.places || ' locations' ELSE c.place END AS place,
    r.score, r.similar_openings, r.reason, r.road, c.url
FROM mart.related_jobs AS r
JOIN mart.jobs AS j ON j.job_id = r.job_id
JOIN mart.jobs AS c ON c.job_id = r.related_job_id
ORDER BY r.job_id, r.rank;
COMMENT ON VIEW mart.boxes IS 'The boxes, for people: every card with its title, employer and place';
