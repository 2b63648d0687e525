INSERT INTO snapshot.mart.bodies BY NAME
SELECT
    b.body_id,
    CASE WHEN $body_characters < 0 THEN b.text ELSE left(b.text, $body_characters) END AS text,
    $body_characters >= 0 AND length(b.text) > $body_characters AS is_cut
FROM bodies AS b
SEMI JOIN postings AS p USING (body_id)
WHERE $body_characters <> 0
ORDER BY b.body_id;
