-- The listings that are left, those of one text one after the other, wherever they came from: a text is then cleaned once.
SELECT r.* EXCLUDE (filename, file_row_number)
FROM raw_listings AS r
JOIN left_rows AS l ON l.filename = r.filename AND l.file_row_number = r.file_row_number
ORDER BY hash(r.description), r.feed, r.file, r.position;
