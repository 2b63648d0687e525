INSERT INTO snapshot.mart.job_postings BY NAME
FROM job_postings
ORDER BY job_id, posting_id;
