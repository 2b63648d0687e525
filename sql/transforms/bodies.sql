-- The texts that listings and open postings refer to, each once: tonight's, and those of postings that did not come from yesterday's.
SELECT body_id, min(text) AS text
FROM (
    SELECT body_id, text
    FROM normalised_bodies
    WHERE body_id IN (SELECT body_id FROM listings WHERE body_id IS NOT NULL)
    UNION ALL
    SELECT body_id, text
    FROM yesterday_bodies
    WHERE
        body_id IN (SELECT body_id FROM postings WHERE last_seen < $run_date)
        AND body_id NOT IN (SELECT body_id FROM listings WHERE body_id IS NOT NULL)
)
GROUP BY body_id
