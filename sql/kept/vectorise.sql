-- One print a job, in their order: of all that its vectors are made of. A text stands behind its id.
SELECT hash(j.job_id, md5_number_lower(p::VARCHAR)) AS print
FROM jobs AS j
JOIN postings AS p ON p.posting_id = j.canonical_posting_id
ORDER BY j.filename, j.file_row_number;
