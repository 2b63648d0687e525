-- Postings of the snapshot before that did not come tonight, and those that were gone before, for $gone_days days.
INSERT INTO snapshot.mart.gone_postings BY NAME
WITH known AS (
    SELECT p.posting_id, p.source, p.source_id, jp.job_id, $run_date::DATE AS gone_on
    FROM yesterday_postings AS p
    JOIN yesterday_job_postings AS jp USING (posting_id)
    UNION ALL BY NAME
    SELECT posting_id, source, source_id, job_id, gone_on FROM yesterday_gone_postings
)
SELECT k.posting_id, k.source, k.source_id, k.job_id, k.gone_on
FROM known AS k
ANTI JOIN snapshot.mart.postings AS p ON p.posting_id = k.posting_id
WHERE k.gone_on > $run_date::DATE - $gone_days::INTEGER
ORDER BY k.posting_id;
