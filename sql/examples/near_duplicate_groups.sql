-- The near-duplicate groups with their members: kind, title score and text overlap against the canonical posting.
SELECT d.near_duplicate_group_id, d.kind, p.title, p.employer, p.place, p.source, round(d.title_score, 1) AS title_score,
    round(d.text_overlap, 3) AS text_overlap, d.posting_id = d.canonical_posting_id AS is_canonical
FROM mart.duplicates AS d
JOIN mart.postings AS p USING (posting_id)
ORDER BY count(*) OVER (PARTITION BY d.near_duplicate_group_id) DESC, d.near_duplicate_group_id, is_canonical DESC, p.title
LIMIT 200;
