-- The job a posting belongs to; where it is closed, the one it belonged to last, which it finds again should it come back.
INSERT INTO snapshot.mart.posting_states BY NAME
SELECT s.*, coalesce(jp.job_id, y.job_id) AS job_id
FROM posting_states AS s
LEFT JOIN job_postings AS jp USING (posting_id)
LEFT JOIN yesterday_posting_states AS y USING (posting_id)
ORDER BY posting_id;
