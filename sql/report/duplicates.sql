-- Near-identical postings by kind and source.
SELECT d.kind, p.source, count(*) AS postings, round(avg(d.text_overlap), 3) AS mean_text_overlap
FROM mart.duplicates AS d
JOIN mart.postings AS p USING (posting_id)
GROUP BY d.kind, p.source
ORDER BY postings DESC, d.kind, p.source
LIMIT 40
