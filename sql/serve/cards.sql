-- The cards of a job's box with all that is known of them.
SELECT r.rank, r.related_job_id, c.title, c.employer, r.score, r.road, r.reason, r.similar_openings, c.postings, c.places
FROM mart.related_jobs AS r
JOIN mart.jobs AS c ON c.job_id = r.related_job_id
WHERE r.job_id = $job_id
ORDER BY r.rank
