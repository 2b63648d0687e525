-- A page with its own box: the posting it is about and the cards as the page shows them, in its order.
SELECT r.feed, r.file, r.position, r.title, r.company, r.location, l.posting_id, jp.job_id
FROM raw_listings AS r
JOIN listings AS l USING (feed, file, position)
LEFT JOIN job_postings AS jp ON jp.posting_id = l.posting_id
WHERE r.format = $format
ORDER BY r.feed, r.file, r.position
