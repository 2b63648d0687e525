-- What each feed brought tonight, and how many open postings it holds.
SELECT d.feed, d.delivery, d.state, d.listings, d.ids, d.expected_ids, coalesce(s.open, 0) AS holds_open, coalesce(s.carried, 0) AS did_not_come
FROM mart.deliveries AS d
LEFT JOIN (
    SELECT feed, count(*) AS open, count(*) FILTER (WHERE last_seen < (SELECT max(run_date) FROM mart.deliveries)) AS carried
    FROM mart.sightings
    GROUP BY feed
) AS s USING (feed)
WHERE d.run_date = (SELECT max(run_date) FROM mart.deliveries)
ORDER BY d.feed
