-- The job that an id names: its own, that of one of its postings, or a board's id.
SELECT j.job_id, j.title, j.employer, j.place, j.postings, j.places, j.family_id, c.label AS cluster, f.jobs AS family_jobs
FROM mart.jobs AS j
JOIN mart.clusters AS c USING (cluster_id)
LEFT JOIN mart.variant_families AS f USING (family_id)
WHERE j.job_id = $id
    OR j.job_id IN (
        SELECT jp.job_id FROM mart.job_postings AS jp JOIN mart.postings AS p USING (posting_id)
        WHERE p.posting_id = $id OR p.source_id = $id
    )
ORDER BY j.job_id
