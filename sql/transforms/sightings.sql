-- What each feed brought tonight, and what it brought before and still holds open: an accepted full delivery without a posting
-- counts as missed, beyond the feed's grace the sighting ends. A delivery held back, a delta and a feed that did not come say nothing.
-- A posting that nothing brought tonight and whose last day has passed keeps no sighting.
WITH came AS (
    SELECT DISTINCT posting_id, feed FROM listings WHERE posting_id IS NOT NULL
),

silent AS (
    SELECT y.*, d.grace, d.state, y.missed + (d.delivery = 'full' AND starts_with(d.state, 'accepted'))::INTEGER AS missed_now
    FROM yesterday_sightings AS y
    SEMI JOIN (
        FROM yesterday_postings
        WHERE NOT $close_past_deadline OR valid_through IS NULL OR valid_through >= $run_date OR coalesce(valid_through < posted_on, false)
    ) AS p USING (posting_id)
    JOIN deliveries AS d USING (feed)
    ANTI JOIN came AS c ON c.posting_id = y.posting_id AND c.feed = y.feed
)

SELECT c.posting_id, c.feed, coalesce(y.first_seen, $run_date) AS first_seen, $run_date AS last_seen, 0 AS missed
FROM came AS c
LEFT JOIN yesterday_sightings AS y ON y.posting_id = c.posting_id AND y.feed = c.feed
UNION ALL
SELECT posting_id, feed, first_seen, last_seen, missed_now AS missed
FROM silent
WHERE state <> 'ended' AND missed_now <= grace
ORDER BY posting_id, feed
