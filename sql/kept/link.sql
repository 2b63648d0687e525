-- One print a candidate, in their order: of all that the comparing of its postings reads. A text stands behind its id.
WITH said AS MATERIALIZED (
    SELECT p.posting_id, md5_number_lower(p::VARCHAR) AS print FROM postings AS p
)
SELECT hash(c.posting_id_a, c.posting_id_b, c.roads, a.print, b.print) AS print
FROM candidates AS c
JOIN said AS a ON a.posting_id = c.posting_id_a
JOIN said AS b ON b.posting_id = c.posting_id_b
ORDER BY c.filename, c.file_row_number;
