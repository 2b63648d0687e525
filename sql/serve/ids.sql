-- The jobs that an id names: a job's own id, that of one of its postings, or a board's id.
SELECT job_id FROM mart.jobs WHERE job_id = $id
UNION
SELECT jp.job_id
FROM mart.job_postings AS jp
JOIN mart.postings AS p USING (posting_id)
WHERE p.posting_id = $id OR p.source_id = $id
ORDER BY job_id
