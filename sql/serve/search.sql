-- Jobs whose title or employer has every word of $words; newest first. Without words: jobs with most to look at first.
SELECT j.job_id, j.title, j.employer, j.place, j.places, j.postings, j.last_posted_on, c.label AS cluster, f.jobs AS family_jobs
FROM mart.jobs AS j
JOIN mart.clusters AS c USING (cluster_id)
LEFT JOIN mart.variant_families AS f USING (family_id)
WHERE len(list_filter($words, lambda w: NOT contains(lower(strip_accents(concat_ws(' ', j.title, j.employer, c.label))), w))) = 0
ORDER BY
    CASE WHEN len($words) = 0 THEN coalesce(f.jobs, 1) + j.postings END DESC NULLS LAST,
    j.last_posted_on DESC NULLS LAST, j.job_id
LIMIT $rows
