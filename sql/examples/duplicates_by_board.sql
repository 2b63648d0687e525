-- How much of each board is near-identical to something else?
SELECT
    p.source, count(*) AS postings, count(d.posting_id) AS near_identical,
    round(count(d.posting_id) / count(*), 3) AS share,
    count(*) FILTER (WHERE d.kind = 'repost') AS reposts, count(*) FILTER (WHERE d.kind = 'relocation') AS relocations,
    count(*) FILTER (WHERE d.kind = 'variant') AS variants
FROM mart.postings AS p
LEFT JOIN mart.duplicates AS d USING (posting_id)
GROUP BY p.source
ORDER BY postings DESC, p.source;
