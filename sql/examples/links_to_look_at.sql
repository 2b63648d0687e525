-- Which links were close calls, for a person to decide (HOME/overrides.csv)?
SELECT
    l.posting_id_a, l.posting_id_b, l.kind, round(l.probability, 3) AS probability, a.title AS title_a, b.title AS title_b,
    a.employer AS employer_a, b.employer AS employer_b, a.place AS place_a, b.place AS place_b, a.url AS url_a, b.url AS url_b
FROM mart.links AS l
JOIN mart.postings AS a ON a.posting_id = l.posting_id_a
JOIN mart.postings AS b ON b.posting_id = l.posting_id_b
WHERE l.probability BETWEEN 0.4 AND 0.9
ORDER BY abs(l.probability - 0.65), l.posting_id_a, l.posting_id_b
LIMIT 100;
