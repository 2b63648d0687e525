-- Life of each posting: those that are open tonight, those that closed tonight and why, and those closed before that are remembered.
WITH came AS (
    SELECT posting_id, min(content_id) FILTER (WHERE version = 1) AS content_id
    FROM listings
    WHERE posting_id IS NOT NULL
    GROUP BY posting_id
),

ended AS (
    SELECT DISTINCT s.posting_id
    FROM yesterday_sightings AS s
    JOIN deliveries AS d USING (feed)
    WHERE d.state = 'ended'
),

living AS (
    SELECT
        p.posting_id, 'open' AS state, NULL::VARCHAR AS why, NULL::DATE AS closed_on, p.first_seen, p.last_seen, p.posted_on, p.content_id,
        coalesce(y.contents + (y.content_id <> p.content_id)::INTEGER, 1) AS contents,
        CASE WHEN y.content_id = p.content_id THEN y.changed_on ELSE $run_date END AS changed_on,
        coalesce(y.returns, 0) + coalesce(y.state = 'closed', false)::INTEGER AS returns,
        CASE WHEN y.state = 'closed' THEN $run_date ELSE y.returned_on END AS returned_on
    FROM postings AS p
    LEFT JOIN yesterday_posting_states AS y USING (posting_id)
),

closed AS (
    SELECT
        posting_id, 'closed' AS state,
        CASE
            WHEN y.state = 'closed' THEN y.why
            WHEN c.posting_id IS NOT NULL THEN 'past its deadline'
            WHEN coalesce(y.valid_through < $run_date AND $close_past_deadline, false) AND NOT coalesce(y.valid_through < y.posted_on, false)
                THEN 'past its deadline'
            WHEN e.posting_id IS NOT NULL THEN 'its feed ended'
            ELSE 'missing from its feeds'
        END AS why,
        coalesce(y.closed_on, $run_date) AS closed_on,
        coalesce(y.first_seen, $run_date) AS first_seen,
        CASE WHEN c.posting_id IS NOT NULL THEN $run_date ELSE y.last_seen END AS last_seen,
        y.posted_on,
        coalesce(c.content_id, y.content_id) AS content_id,
        coalesce(y.contents + coalesce(y.content_id <> c.content_id, false)::INTEGER, 1) AS contents,
        CASE WHEN y.posting_id IS NOT NULL AND coalesce(y.content_id = c.content_id, true) THEN y.changed_on ELSE $run_date END AS changed_on,
        coalesce(y.returns, 0) AS returns,
        y.returned_on
    FROM (
        FROM yesterday_posting_states AS s LEFT JOIN yesterday_postings AS p USING (posting_id)
        SELECT posting_id, s.state, s.why, s.closed_on, s.first_seen, s.last_seen, s.posted_on, s.content_id, s.contents, s.changed_on, s.returns,
            s.returned_on, p.valid_through
    ) AS y
    FULL JOIN came AS c USING (posting_id)
    LEFT JOIN ended AS e USING (posting_id)
    ANTI JOIN postings AS p USING (posting_id)
)

FROM living
UNION ALL BY NAME
FROM closed
WHERE closed_on > $run_date::DATE - $remember_days::INTEGER OR last_seen = $run_date
ORDER BY posting_id
