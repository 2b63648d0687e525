-- The postings of a job and how each hangs on the canonical one.
SELECT
    p.posting_id, p.source, p.source_id, p.title, p.employer, p.place, p.posted_on, p.url, jp.is_canonical,
    coalesce(jp.kind, 'stands for the job') AS kind, jp.probability, l.title_score, l.text_overlap, l.differs, l.decision
FROM mart.job_postings AS jp
JOIN mart.postings AS p USING (posting_id)
JOIN mart.jobs AS j USING (job_id)
LEFT JOIN mart.links AS l
    ON l.posting_id_a = least(p.posting_id, j.canonical_posting_id)
    AND l.posting_id_b = greatest(p.posting_id, j.canonical_posting_id)
WHERE jp.job_id = $job_id
ORDER BY jp.is_canonical DESC, p.posted_on DESC NULLS LAST, p.posting_id
