-- Jobs of the snapshot before that no row of jobs has tonight, and those that were gone before, for $gone_days days.
INSERT INTO snapshot.mart.gone_jobs BY NAME
WITH known AS (
    SELECT job_id, title, employer, cluster_id, $run_date::DATE AS gone_on, NULL::VARCHAR AS became FROM yesterday_jobs
    UNION ALL BY NAME
    SELECT job_id, title, employer, cluster_id, gone_on, became FROM yesterday_gone_jobs
),
merged AS (
    -- Most of its members say where a job went; ties break by id.
    SELECT old_id, max_by(new_id, (members, new_id)) AS new_id
    FROM lineage
    WHERE kind = 'job' AND event = 'merged'
    GROUP BY old_id
)
SELECT k.job_id, k.title, k.employer, k.cluster_id, k.gone_on, coalesce(k.became, m.new_id) AS became
FROM known AS k
LEFT JOIN merged AS m ON m.old_id = k.job_id
ANTI JOIN snapshot.mart.jobs AS j ON j.job_id = k.job_id
WHERE k.gone_on > $run_date::DATE - $gone_days::INTEGER
ORDER BY k.job_id;
