-- A posting that is not alone: its job has other postings, or its job is in a variant family.
INSERT INTO snapshot.mart.duplicates BY NAME
WITH member AS (
    SELECT
        jp.posting_id, jp.job_id, jp.is_canonical, jp.kind AS job_kind, j.postings,
        j.family_id, coalesce(j.family_id, j.job_id) AS near_duplicate_group_id,
        coalesce(fj.canonical_posting_id, j.canonical_posting_id) AS canonical_posting_id,
        f.canonical_job_id IS NOT NULL AND f.canonical_job_id <> j.job_id AS is_variant
    FROM job_postings AS jp
    JOIN jobs AS j USING (job_id)
    LEFT JOIN variant_families AS f ON f.family_id = j.family_id
    LEFT JOIN jobs AS fj ON fj.job_id = f.canonical_job_id
    WHERE j.postings > 1 OR j.family_id IS NOT NULL
),
judged AS (
    SELECT
        m.*,
        coalesce(l.title_score, v.title_score, 100) AS title_score,
        coalesce(l.text_overlap, v.text_overlap, 1) AS text_overlap,
        CASE WHEN m.is_variant THEN 'variant' ELSE m.job_kind END AS own_kind
    FROM member AS m
    LEFT JOIN links AS l
        ON l.posting_id_a = least(m.posting_id, m.canonical_posting_id)
        AND l.posting_id_b = greatest(m.posting_id, m.canonical_posting_id)
    LEFT JOIN family_jobs AS v ON v.job_id = m.job_id
),
closest AS (
    SELECT
        near_duplicate_group_id,
        CASE min(CASE own_kind WHEN 'repost' THEN 1 WHEN 'relocation' THEN 2 ELSE 3 END)
            WHEN 1 THEN 'repost' WHEN 2 THEN 'relocation' ELSE 'variant' END AS kind
    FROM judged
    WHERE own_kind IS NOT NULL
    GROUP BY near_duplicate_group_id
)
SELECT
    j.posting_id, j.near_duplicate_group_id, coalesce(j.own_kind, c.kind) AS kind, j.canonical_posting_id,
    j.title_score, j.text_overlap
FROM judged AS j
JOIN closest AS c USING (near_duplicate_group_id)
ORDER BY j.near_duplicate_group_id, j.posting_id;
