-- The posting of the job that an id names; the canonical one where the id names none of them.
SELECT jp.posting_id
FROM mart.job_postings AS jp
JOIN mart.postings AS p USING (posting_id)
WHERE jp.job_id = $job_id
ORDER BY p.posting_id = $id DESC, coalesce(p.source_id = $id, false) DESC, jp.is_canonical DESC, p.posting_id
LIMIT 1
