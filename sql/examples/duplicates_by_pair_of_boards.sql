-- Between which boards do the same ads travel?
SELECT
    least(a.source, b.source) AS one_board, greatest(a.source, b.source) AS other_board, l.kind, count(*) AS links,
    round(avg(l.text_overlap), 3) AS mean_text_overlap
FROM mart.links AS l
JOIN mart.postings AS a ON a.posting_id = l.posting_id_a
JOIN mart.postings AS b ON b.posting_id = l.posting_id_b
WHERE l.kind IN ('repost', 'relocation')
GROUP BY ALL
ORDER BY links DESC, one_board, other_board, l.kind;
