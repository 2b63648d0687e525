-- The history of one job ($job_id): when each of its postings came and went, and what ids it took over.
SELECT p.first_seen AS "on", 'came' AS event, p.source, p.source_id, p.title, p.place, p.posting_id
FROM mart.job_postings AS jp
JOIN mart.postings AS p USING (posting_id)
WHERE jp.job_id = $job_id
UNION ALL
SELECT gone_on, 'left', source, source_id, NULL, NULL, posting_id FROM mart.gone_postings WHERE job_id = $job_id
UNION ALL
SELECT gone_on, 'took over job ' || job_id, NULL, NULL, title, NULL, NULL FROM mart.gone_jobs WHERE became = $job_id
ORDER BY "on", event, posting_id;
