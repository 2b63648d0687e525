-- The box of one job ($job_id), as a visitor sees it.
SELECT rank, title, employer, place, similar_openings, round(score, 3) AS score, reason, road
FROM mart.boxes
WHERE job_id = $job_id
ORDER BY rank;
