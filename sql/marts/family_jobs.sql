INSERT INTO snapshot.mart.family_jobs BY NAME
FROM family_jobs
ORDER BY ALL;
