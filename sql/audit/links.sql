-- Narrow frame for gate links.
SELECT
    l.posting_id_a || ' ' || l.posting_id_b AS pair,
    l.kind, l.probability, l.text_overlap, l.title_score,
    l.kind = 'variant' OR NOT list_has_any(l.differs, ['level', 'degree', 'start year']) AS qualifiers_agree,
    a.posting_id IS NOT NULL AND b.posting_id IS NOT NULL AS postings_exist
FROM links AS l
LEFT JOIN postings AS a ON a.posting_id = l.posting_id_a
LEFT JOIN postings AS b ON b.posting_id = l.posting_id_b
