-- The snapshot's postings as the last night knows them, in which nothing about them changed but the day they were last seen.
SELECT p.* REPLACE (s.last_seen AS last_seen)
FROM yesterday.mart.postings AS p
JOIN yesterday_seen AS s USING (posting_id)
