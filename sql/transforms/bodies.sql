-- The texts that listings refer to, each once.
SELECT
    body_id,
    min(text) AS text
FROM normalised_bodies
WHERE body_id IN (SELECT body_id FROM listings WHERE body_id IS NOT NULL)
GROUP BY body_id
