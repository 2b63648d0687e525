-- One row: the night's listings and what became of them.
WITH came AS (
    SELECT (SELECT count(*) FROM raw_listings) + (SELECT count(*) FROM raw_rejects) AS records
), ended AS (
    SELECT
        count(*) AS listings, count(*) FILTER (WHERE posting_id IS NOT NULL) AS understood,
        count(*) FILTER (WHERE reject_reason IS NOT NULL) AS rejected, count(DISTINCT posting_id) AS ids
    FROM listings
), kept AS (
    SELECT count(*) AS postings, avg((employer_key = '')::INT) AS without_employer, avg((body_length = 0)::INT) AS without_body
    FROM postings
)
SELECT
    records, listings, records - listings AS lost, postings, ids - postings AS ids_without_posting,
    rejected, rejected / greatest(records, 1) AS reject_share,
    (SELECT count(*) FROM rejects) - rejected AS rejects_unaccounted,
    coalesce(without_employer, 0) AS without_employer, coalesce(without_body, 0) AS without_body
FROM came, ended, kept
