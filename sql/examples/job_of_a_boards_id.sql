-- Which job is the ad with a board's id ($source_id), and which posting stands for it?
SELECT p.source, p.source_id, p.posting_id, jp.job_id, jp.kind, jp.is_canonical, j.title, j.employer, j.postings, j.url
FROM mart.postings AS p
JOIN mart.job_postings AS jp USING (posting_id)
JOIN mart.jobs AS j USING (job_id)
WHERE p.source_id = $source_id
ORDER BY p.source;
