-- Jobs of the snapshot with what must hold for each.
WITH members AS (
    SELECT job_id, count(*) AS postings, count(*) FILTER (WHERE is_canonical) AS canonicals
    FROM snapshot.mart.job_postings GROUP BY job_id
), cards AS (
    SELECT job_id, count(*) AS cards FROM snapshot.mart.related_jobs GROUP BY job_id
)
SELECT
    j.job_id, j.postings, coalesce(m.postings, 0) = j.postings AS postings_counted,
    coalesce(m.canonicals, 0) AS canonicals, coalesce(c.cards, 0) AS cards,
    j.family_id IS NULL OR f.family_id IS NOT NULL AS family_exists, k.cluster_id IS NOT NULL AS cluster_exists
FROM snapshot.mart.jobs AS j
LEFT JOIN members AS m USING (job_id)
LEFT JOIN cards AS c USING (job_id)
LEFT JOIN snapshot.mart.variant_families AS f ON f.family_id = j.family_id
LEFT JOIN snapshot.mart.clusters AS k ON k.cluster_id = j.cluster_id
