-- What was not understood, by feed and reason, with one example each?
SELECT feed, reason, count(*) AS listings, min_by(file || ':' || position, (file, position)) AS first_at, any_value(detail) AS example
FROM mart.rejects
GROUP BY feed, reason
ORDER BY listings DESC, feed, reason;
