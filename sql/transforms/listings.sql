-- Every listing of the night and what became of it. The contents that came under one id are numbered here, once:
-- 1 is the fullest, the one the posting shows (postings.sql reads it), the others follow in the same order.
WITH understood AS (
    SELECT
        n.* EXCLUDE (content_id),
        d.feed,
        d.file,
        d.position,
        d.posted_on,
        d.valid_through,
        -- The closing day is part of what an ad says, the posting day is not.
        CASE
            WHEN d.valid_through IS NULL THEN n.content_id
            ELSE 'c' || left(md5(n.content_id || d.valid_through::VARCHAR), 16)
        END AS content_id
    FROM listing_days AS d
    JOIN normalised AS n ON n.listing_key = d.listing_key
),

contents AS (
    SELECT
        posting_id,
        content_id,
        max(body_length) AS body_length,
        max(
            (employer IS NOT NULL)::INTEGER + (place IS NOT NULL)::INTEGER + (city IS NOT NULL)::INTEGER
            + (country IS NOT NULL)::INTEGER + (remote IS NOT NULL)::INTEGER + (employment_type IS NOT NULL)::INTEGER
            + (pay_min IS NOT NULL OR pay_max IS NOT NULL)::INTEGER + (posted_on IS NOT NULL)::INTEGER
            + (valid_through IS NOT NULL)::INTEGER + (requisition_id IS NOT NULL)::INTEGER + (url IS NOT NULL)::INTEGER
            + (apply_url IS NOT NULL)::INTEGER + (industry IS NOT NULL)::INTEGER + (job_function IS NOT NULL)::INTEGER
        ) AS fields,
        max(posted_on) AS posted_on
    FROM understood
    WHERE posting_id IS NOT NULL
    GROUP BY posting_id, content_id
),

versions AS (
    SELECT
        posting_id,
        content_id,
        row_number() OVER (
            PARTITION BY posting_id
            ORDER BY body_length DESC, fields DESC, posted_on DESC NULLS LAST, content_id
        ) AS version
    FROM contents
)

SELECT
    n.feed,
    n.file,
    n.position,
    n.posting_id,
    n.reject_reason,
    v.version::INTEGER AS version,
    n.content_id,
    n.body_id
FROM understood AS n
LEFT JOIN versions AS v ON v.posting_id = n.posting_id AND v.content_id = n.content_id
UNION ALL
SELECT
    feed,
    file,
    position,
    NULL AS posting_id,
    reason AS reject_reason,
    NULL AS version,
    NULL AS content_id,
    NULL AS body_id
FROM raw_rejects
ORDER BY feed, file, position
