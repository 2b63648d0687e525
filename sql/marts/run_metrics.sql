-- Tonight's figures, against the mean of the last $band_nights nights: $band_width standard deviations, and never less than `least` or a quarter of the
-- mean, are within the band; $stop_width deviations, and never less than $stop_least of a share, stop the night (only shares that tell of damage).
INSERT INTO snapshot.mart.run_metrics BY NAME
WITH cards AS (
    SELECT j.job_id, count(r.job_id) AS cards, max(r.score) AS best
    FROM snapshot.mart.jobs AS j
    LEFT JOIN snapshot.mart.related_jobs AS r USING (job_id)
    GROUP BY j.job_id
),

shown AS (
    SELECT c.employer_key, count(*) AS cards
    FROM snapshot.mart.related_jobs AS r
    JOIN snapshot.mart.jobs AS c ON c.job_id = r.related_job_id
    WHERE c.employer_key <> ''
    GROUP BY c.employer_key
),

stayed AS (
    SELECT count(*) AS jobs, count(*) FILTER (WHERE j.cluster_id <> y.cluster_id) AS moved
    FROM snapshot.mart.jobs AS j
    JOIN yesterday_jobs AS y USING (job_id)
),

life AS (
    SELECT
        count(*) FILTER (WHERE state = 'open') AS open,
        count(*) FILTER (WHERE closed_on = $run_date::DATE AND first_seen < $run_date::DATE) AS closed,
        count(*) FILTER (WHERE first_seen = $run_date::DATE) AS new,
        count(*) FILTER (WHERE state = 'open' AND last_seen < $run_date::DATE) AS carried
    FROM snapshot.mart.posting_states
),

by_feed AS (
    SELECT feed, count(*) AS listings, count(*) FILTER (WHERE reject_reason IS NOT NULL) AS rejects FROM snapshot.mart.listings GROUP BY feed
),

totals AS (
    SELECT
        (SELECT count(*) FROM snapshot.mart.postings) AS postings,
        (SELECT count(*) FROM snapshot.mart.jobs) AS jobs,
        (SELECT count(*) FROM snapshot.mart.related_jobs) AS cards,
        (SELECT count(*) FROM yesterday_postings) AS postings_before
),

found AS (
    SELECT 'postings' AS metric, '' AS dimension, postings::DOUBLE AS value, 'count' AS unit, false AS stops FROM totals
    UNION ALL SELECT 'jobs', '', jobs, 'count', false FROM totals
    UNION ALL SELECT 'closed share', '', closed / postings_before, 'share', true FROM life, totals WHERE postings_before > 0
    UNION ALL SELECT 'new share', '', new / greatest(open, 1), 'share', false FROM life, totals WHERE postings_before > 0
    UNION ALL SELECT 'carried share', '', carried / greatest(open, 1), 'share', false FROM life
    UNION ALL SELECT 'duplicate share', '', (SELECT count(*) FROM snapshot.mart.duplicates) / greatest(postings, 1), 'share', true FROM totals
    UNION ALL SELECT 'postings of the largest job', '', max(postings), 'count', false FROM snapshot.mart.jobs HAVING count(*) > 0
    UNION ALL SELECT 'share of the largest job', '', max(j.postings) / greatest(any_value(t.postings), 1), 'share', true
        FROM snapshot.mart.jobs AS j, totals AS t HAVING count(*) > 0
    UNION ALL SELECT 'jobs of the largest family', '', coalesce(max(jobs), 0), 'count', false FROM snapshot.mart.variant_families
    UNION ALL SELECT 'share of jobs with few cards', '', avg((cards < $few_cards)::INTEGER), 'share', true FROM cards HAVING count(*) > 0
    UNION ALL SELECT 'share of cards of one employer', '', max(s.cards) / greatest(any_value(t.cards), 1), 'share', false
        FROM shown AS s, totals AS t HAVING count(*) > 0
    UNION ALL SELECT 'share of cards over the employer cap', '', avg((road = 'over employer cap')::INTEGER), 'share', false
        FROM snapshot.mart.related_jobs HAVING count(*) > 0
    UNION ALL SELECT 'cluster churn', '', moved / jobs, 'share', false FROM stayed WHERE jobs > 0
    UNION ALL SELECT 'score of first cards, lowest tenth', '', quantile_cont(best, 0.1), 'share', false FROM cards HAVING count(best) > 0
    UNION ALL SELECT 'score of first cards, median', '', quantile_cont(best, 0.5), 'share', false FROM cards HAVING count(best) > 0
    UNION ALL SELECT 'score of first cards, highest tenth', '', quantile_cont(best, 0.9), 'share', false FROM cards HAVING count(best) > 0
    UNION ALL SELECT 'ids of a feed', feed, ids, 'count', false FROM snapshot.mart.deliveries WHERE run_date = $run_date::DATE AND ids > 0
    UNION ALL SELECT 'reject share of a feed', feed, rejects / listings, 'share', false FROM by_feed
    UNION ALL SELECT 'rejects of a feed by reason', feed || ': ' || reason, count(*), 'count', false FROM snapshot.mart.rejects GROUP BY feed, reason
),

before AS (
    SELECT metric, dimension, value
    FROM yesterday_run_metrics
    WHERE run_date < $run_date::DATE
    QUALIFY row_number() OVER (PARTITION BY metric, dimension ORDER BY run_date DESC) <= $band_nights
),

band AS (
    SELECT metric, dimension, count(*)::INTEGER AS nights, avg(value) AS mean, coalesce(stddev_samp(value), 0) AS spread
    FROM before
    GROUP BY metric, dimension
),

held AS (
    SELECT
        f.*, coalesce(b.nights, 0) AS nights, b.mean,
        greatest($band_width * b.spread, 0.25 * abs(b.mean), CASE f.unit WHEN 'share' THEN $band_least_share ELSE 3 END) AS slack,
        greatest($stop_width * b.spread, $stop_least_share) AS stop_slack,
        coalesce(b.nights, 0) >= $band_least AS known
    FROM found AS f
    LEFT JOIN band AS b USING (metric, dimension)
)

SELECT
    $run_date::DATE AS run_date, metric, dimension, round(value, 6) AS value, nights,
    CASE WHEN known THEN round(mean - slack, 6) END AS low, CASE WHEN known THEN round(mean + slack, 6) END AS high,
    CASE WHEN known AND stops THEN round(mean - stop_slack, 6) END AS stop_low, CASE WHEN known AND stops THEN round(mean + stop_slack, 6) END AS stop_high
FROM held
UNION ALL BY NAME
FROM yesterday_run_metrics
WHERE run_date < $run_date::DATE AND run_date > $run_date::DATE - $remember_days::INTEGER
ORDER BY run_date, metric, dimension;
