INSERT INTO snapshot.mart.related_jobs BY NAME
FROM related_jobs
ORDER BY job_id, rank;
