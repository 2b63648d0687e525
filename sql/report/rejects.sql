SELECT feed, reason, count(*) AS listings, min_by(file || ':' || position || ' ' || detail, (file, position)) AS example
FROM mart.rejects
GROUP BY feed, reason
ORDER BY listings DESC, feed, reason
