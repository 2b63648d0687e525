-- How many rows tell tonight from the night before, by what they are: of all that published tables are made of but the day of the
-- night itself. Days on which something was last seen are left out (sightings keep them); so is the place of a listing in its file.
WITH posting_rows AS (
    SELECT count(*) AS n
    FROM (SELECT * EXCLUDE (last_seen) FROM postings) AS p
    FULL JOIN (SELECT * EXCLUDE (last_seen) FROM yesterday_postings) AS y USING (posting_id)
    WHERE p IS DISTINCT FROM y
),

state_rows AS (
    SELECT count(*) AS n
    FROM (SELECT * EXCLUDE (last_seen) FROM posting_states) AS p
    FULL JOIN (SELECT * EXCLUDE (last_seen, job_id) FROM yesterday_posting_states) AS y USING (posting_id)
    WHERE p IS DISTINCT FROM y
),

sighting_rows AS (
    SELECT count(*) AS n
    FROM sightings AS p
    FULL JOIN yesterday_sightings AS y USING (posting_id, feed)
    WHERE (p.first_seen, p.missed) IS DISTINCT FROM (y.first_seen, y.missed)
),

coming AS (
    -- A feed that brought nothing, as a delta without changes does, says nothing about what it brought before.
    SELECT feed FROM deliveries WHERE listings > 0
),

listing_rows AS (
    SELECT count(*) AS n
    FROM (
        SELECT feed, posting_id, reject_reason, version, content_id, body_id
        FROM (
            FROM listings SELECT feed, posting_id, reject_reason, version, content_id, body_id, 1 AS side
            UNION ALL
            FROM yesterday_listings SEMI JOIN coming USING (feed)
            SELECT feed, posting_id, reject_reason, version, content_id, body_id, -1 AS side
        )
        GROUP BY ALL
        HAVING sum(side) <> 0
    )
),

reject_rows AS (
    SELECT count(*) AS n
    FROM (
        SELECT feed, reason, detail, excerpt
        FROM (
            FROM rejects SELECT feed, reason, detail, excerpt, 1 AS side
            UNION ALL
            FROM yesterday_rejects SEMI JOIN coming USING (feed) SELECT feed, reason, detail, excerpt, -1 AS side
        )
        GROUP BY ALL
        HAVING sum(side) <> 0
    )
),

gone_rows AS (
    SELECT
        (SELECT count(*) FROM yesterday_gone_jobs WHERE gone_on <= $run_date::DATE - $gone_days::INTEGER)
        + (SELECT count(*) FROM yesterday_gone_postings WHERE gone_on <= $run_date::DATE - $gone_days::INTEGER) AS n
),

stale_rows AS (
    -- Boxes put what is fresh a little higher.
    SELECT count(*) AS n
    FROM yesterday_jobs
    WHERE
        $fresh_bonus <> 0
        AND $since::DATE - last_posted_on <= $fresh_days
        AND $run_date::DATE - last_posted_on > $fresh_days
)

SELECT what, n
FROM (
    SELECT 1 AS place, 'postings' AS what, n FROM posting_rows
    UNION ALL SELECT 2, 'lives of postings', n FROM state_rows
    UNION ALL SELECT 3, 'sightings', n FROM sighting_rows
    UNION ALL SELECT 4, 'listings', n FROM listing_rows
    UNION ALL SELECT 5, 'rejects', n FROM reject_rows
    UNION ALL SELECT 6, 'gone jobs or postings whose time is over', n FROM gone_rows
    UNION ALL SELECT 7, 'jobs that are no longer fresh', n FROM stale_rows
)
WHERE n > 0
ORDER BY place
