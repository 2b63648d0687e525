-- One row a feed: what it brought, against its last accepted delivery. Ids are counted, not listings: listings differ twofold between real nights.
-- A full delivery with less than $shrink_band of the ids expected, and at least $shrink_least fewer, is held back. Deliveries in a row agree
-- where each shares $shrink_band of its ids with the one before; $shrink_agree of them make the shrink a lasting one.
WITH delivered AS (
    SELECT d.feed, n.posting_id FROM listing_days AS d JOIN normalised AS n USING (listing_key)
),

came AS (
    SELECT feed, sum(listings)::BIGINT AS listings, sum(ids)::BIGINT AS ids
    FROM (
        SELECT feed, count(*) AS listings, count(DISTINCT posting_id) AS ids FROM delivered GROUP BY feed
        UNION ALL
        SELECT feed, count(*) AS listings, 0 AS ids FROM raw_rejects GROUP BY feed
    )
    GROUP BY feed
),

before AS (
    SELECT
        feed,
        max(run_date) AS run_date,
        max_by(ids, run_date) AS ids,
        max_by(state, run_date) AS state,
        max_by(agreeing, run_date) AS agreeing,
        max_by(ids, run_date) FILTER (WHERE starts_with(state, 'accepted')) AS accepted_ids
    FROM yesterday_deliveries
    WHERE state NOT IN ('did not come', 'ended')
    GROUP BY feed
),

common AS (
    SELECT feed, count(*) AS ids
    FROM (SELECT DISTINCT feed, posting_id FROM delivered WHERE posting_id IS NOT NULL) AS n
    JOIN yesterday_sightings AS s USING (feed, posting_id)
    JOIN before AS b USING (feed)
    WHERE s.last_seen = b.run_date
    GROUP BY feed
),

counted AS (
    SELECT
        f.feed, f.delivery, f.grace, f.accept, coalesce(c.listings, 0) AS listings, coalesce(c.ids, 0) AS ids,
        b.accepted_ids AS expected_ids, coalesce(m.ids, 0) AS common_ids, b.state AS state_before, b.ids AS ids_before, b.agreeing AS agreeing_before
    FROM run_feeds AS f
    LEFT JOIN came AS c USING (feed)
    LEFT JOIN before AS b USING (feed)
    LEFT JOIN common AS m USING (feed)
    WHERE f.comes
),

short AS (
    SELECT
        *,
        delivery = 'full' AND coalesce(ids < $shrink_band * expected_ids AND (ids = 0 OR expected_ids - ids >= $shrink_least), false) AS shrank,
        state_before = 'held back' AND common_ids >= $shrink_band * greatest(ids, ids_before) AS agrees
    FROM counted
),

judged AS (
    SELECT *, CASE WHEN NOT shrank THEN 0 WHEN agrees THEN agreeing_before + 1 ELSE 1 END AS agreeing
    FROM short
),

silent AS (
    -- Feeds that hold postings open and are no feeds of this run.
    SELECT s.feed, any_value(d.delivery) AS delivery, any_value(d.grace) AS grace, bool_or(coalesce(f.ended, false)) AS ended
    FROM (SELECT DISTINCT feed FROM yesterday_sightings) AS s
    LEFT JOIN run_feeds AS f USING (feed)
    LEFT JOIN (
        SELECT feed, max_by(delivery, run_date) AS delivery, max_by(grace, run_date) AS grace FROM yesterday_deliveries GROUP BY feed
    ) AS d USING (feed)
    WHERE NOT coalesce(f.comes, false)
    GROUP BY s.feed
)

SELECT
    $run_date::DATE AS run_date, feed, delivery,
    CASE
        WHEN NOT shrank THEN 'accepted'
        WHEN accept THEN 'accepted by hand'
        WHEN agreeing >= $shrink_agree AND ids > 0 THEN 'accepted as lasting'
        ELSE 'held back'
    END AS state,
    grace, listings, ids, expected_ids, common_ids, agreeing
FROM judged
UNION ALL
SELECT
    $run_date::DATE AS run_date, feed, coalesce(delivery, 'full') AS delivery, CASE WHEN ended THEN 'ended' ELSE 'did not come' END AS state,
    coalesce(grace, 0) AS grace, 0 AS listings, 0 AS ids, NULL AS expected_ids, 0 AS common_ids, 0 AS agreeing
FROM silent
ORDER BY feed
