-- One row an id: the record whose content is version 1 in `listings`. Of several with that content the newest is taken;
-- what else may differ (addresses, marks) decides before the names of feed and file do, so that the split into feeds does not matter.
-- A relative age ("30+ days ago") was resolved when the posting was first seen: that day stays, also where it was closed between.
-- A posting closes after its last day (one before it was posted is no day). One that did not come tonight but still has a sighting
-- is open as it was: yesterday's row.
WITH versions AS (
    SELECT posting_id, max(version)::INTEGER AS versions
    FROM listings
    WHERE posting_id IS NOT NULL
    GROUP BY posting_id
),

shown AS (
    SELECT
        n.* EXCLUDE (content_id, flags),
        l.content_id,
        d.feed,
        d.posted_on,
        d.posted_raw,
        d.posted_relative,
        d.valid_through,
        list_sort(list_concat(n.flags, d.day_flags)) AS flags
    FROM listings AS l
    JOIN listing_days AS d ON d.feed = l.feed AND d.file = l.file AND d.position = l.position
    JOIN normalised AS n ON n.listing_key = d.listing_key
    WHERE l.version = 1
    QUALIFY row_number() OVER (
        PARTITION BY n.posting_id
        ORDER BY
            d.posted_relative, d.posted_on DESC NULLS LAST, d.valid_through DESC NULLS LAST, d.posted_raw NULLS LAST, n.url NULLS LAST,
            n.apply_url NULLS LAST, n.promoted, n.provenance, n.flags, d.day_flags, n.language NULLS LAST,
            n.trust NULLS LAST, n.employment_type_raw NULLS LAST, n.level_raw NULLS LAST, n.pay_raw NULLS LAST, n.pay_predicted NULLS LAST,
            d.feed, d.file, d.position
    ) = 1
),

dated AS (
    SELECT
        s.*,
        CASE WHEN s.posted_relative THEN coalesce(y.posted_on, s.posted_on) ELSE s.posted_on END AS posted_day,
        coalesce(y.first_seen, $run_date) AS known_since
    FROM shown AS s
    LEFT JOIN yesterday_posting_states AS y ON y.posting_id = s.posting_id
)

SELECT
    s.posting_id,
    s.source,
    s.source_id,
    s.id_basis,
    s.content_id,
    s.feed,
    s.title,
    s.title_core,
    s.title_stem,
    s.level,
    s.grade,
    s.degrees,
    s.start_year,
    s.team,
    s.contract,
    s.gender_mark,
    s.title_place,
    s.requisition_id,
    s.employer,
    s.employer_key,
    s.text_employer,
    s.place,
    s.city,
    s.region,
    s.country,
    s.place_names,
    s.latitude,
    s.longitude,
    s.remote,
    s.employment_type,
    s.employment_type_raw,
    s.level_told,
    s.level_raw,
    s.pay_min,
    s.pay_max,
    s.pay_currency,
    s.pay_period,
    s.pay_yearly_min,
    s.pay_yearly_max,
    s.pay_predicted,
    s.pay_raw,
    s.posted_day AS posted_on,
    s.posted_raw,
    s.valid_through,
    s.language,
    s.url,
    s.apply_url,
    s.industry,
    s.job_function,
    s.promoted,
    s.trust,
    s.body_id,
    s.body_length,
    s.is_snippet,
    s.provenance,
    s.flags,
    v.versions,
    s.known_since AS first_seen,
    $run_date AS last_seen
FROM dated AS s
JOIN versions AS v ON v.posting_id = s.posting_id
WHERE NOT $close_past_deadline OR s.valid_through IS NULL OR s.valid_through >= $run_date OR coalesce(s.valid_through < s.posted_day, false)
UNION ALL BY NAME
SELECT y.* REPLACE (coalesce(y.place_names, []) AS place_names)
FROM yesterday_postings AS y
SEMI JOIN sightings AS g ON g.posting_id = y.posting_id
ANTI JOIN listings AS l ON l.posting_id = y.posting_id
ORDER BY posting_id
