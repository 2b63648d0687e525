-- One row: the night's listings and what became of them.
WITH came AS (
    SELECT (SELECT count(*) FROM raw_listings) + (SELECT count(*) FROM raw_rejects) AS records
), ended AS (
    SELECT
        count(*) AS listings, count(*) FILTER (WHERE posting_id IS NOT NULL) AS understood,
        count(*) FILTER (WHERE reject_reason IS NOT NULL) AS rejected
    FROM listings
), lost_ids AS (
    -- A listing's posting is open, or closed with a reason; a posting that was open is remembered either way.
    SELECT count(*) AS ids FROM (SELECT DISTINCT posting_id FROM listings WHERE posting_id IS NOT NULL) ANTI JOIN posting_states USING (posting_id)
), kept AS (
    SELECT count(*) AS postings, avg((employer_key = '')::INT) AS without_employer, avg((body_length = 0)::INT) AS without_body
    FROM postings
)
SELECT
    records, listings, records - listings AS lost, postings, ids AS ids_without_posting,
    rejected, rejected / greatest(records, 1) AS reject_share,
    (SELECT count(*) FROM rejects) - rejected AS rejects_unaccounted,
    coalesce(without_employer, 0) AS without_employer, coalesce(without_body, 0) AS without_body
FROM came, ended, kept, lost_ids
