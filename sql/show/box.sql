SELECT rank, related_job_id, title, employer, place, score, similar_openings, reason, road
FROM mart.boxes
WHERE job_id = $job_id
ORDER BY rank
