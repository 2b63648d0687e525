-- What must be done to a copy of last night's mart.job_postings so that it is tonight's? (Delete, then put; other kinds likewise.)
SELECT CASE event WHEN 'removed' THEN 'delete' ELSE 'put' END AS todo, id AS posting_id, new_id AS job_id
FROM mart.changes
WHERE kind = 'posting of job'
ORDER BY todo, posting_id;
