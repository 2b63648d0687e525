-- What became of the listings of each file?
SELECT
    feed, file, count(*) AS listings, count(DISTINCT posting_id) AS postings, count(*) FILTER (WHERE reject_reason IS NOT NULL) AS rejects,
    count(*) - count(DISTINCT posting_id) - count(*) FILTER (WHERE reject_reason IS NOT NULL) AS repeats
FROM mart.listings
GROUP BY feed, file
ORDER BY listings DESC, feed, file;
