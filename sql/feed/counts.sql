-- The figures of the run that published this snapshot.
SELECT listings, postings, rejects, duplicate_groups, jobs, families, clusters, cards
FROM mart.run_records
ORDER BY run_date DESC
LIMIT 1
