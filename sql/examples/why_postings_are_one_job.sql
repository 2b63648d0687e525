-- Why are the postings of one job ($job_id) taken for one vacancy? The evidence of each link to the canonical one.
SELECT p.source, p.title, p.place, l.kind, l.probability, l.decision, l.title_score, l.text_overlap, l.agrees, l.differs, l.days_apart
FROM mart.jobs AS j
JOIN mart.job_postings AS jp USING (job_id)
JOIN mart.postings AS p USING (posting_id)
JOIN mart.links AS l
    ON l.posting_id_a = least(p.posting_id, j.canonical_posting_id)
    AND l.posting_id_b = greatest(p.posting_id, j.canonical_posting_id)
WHERE j.job_id = $job_id
ORDER BY l.probability DESC, p.posting_id;
