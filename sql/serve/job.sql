-- The job of a page, with its text as far as the snapshot carries texts.
SELECT j.*, c.label AS cluster, c.jobs AS cluster_jobs, f.jobs AS family_jobs, f.stem, f.slots, b.text, b.is_cut, p.flags
FROM mart.jobs AS j
JOIN mart.postings AS p ON p.posting_id = j.canonical_posting_id
JOIN mart.clusters AS c USING (cluster_id)
LEFT JOIN mart.variant_families AS f ON f.family_id = j.family_id
LEFT JOIN mart.bodies AS b ON b.body_id = p.body_id
WHERE j.job_id = $job_id
