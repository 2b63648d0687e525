-- Listings that were not understood: those a reader could not read, and those normalise could not make a posting of.
SELECT
    feed,
    file,
    position,
    reason,
    detail,
    left(excerpt, 500) AS excerpt
FROM raw_rejects
UNION ALL
SELECT
    r.feed,
    r.file,
    r.position,
    n.reject_reason AS reason,
    coalesce(n.reject_detail, '') AS detail,
    left(concat_ws(' | ', r.source, r.source_id, r.title, r.company, r.location, r.url, r.description), 500) AS excerpt
FROM normalised AS n
JOIN raw_listings AS r ON r.listing_key = n.listing_key
WHERE n.reject_reason IS NOT NULL
ORDER BY feed, file, position
