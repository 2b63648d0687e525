-- The other jobs of the family, with the values in which they differ.
SELECT
    j.job_id, j.title, j.place, j.places, j.last_posted_on, fj.level, fj.degrees, fj.start_year, fj.team, fj.contract,
    fj.title_score, fj.text_overlap
FROM mart.family_jobs AS me
JOIN mart.family_jobs AS fj USING (family_id)
JOIN mart.jobs AS j ON j.job_id = fj.job_id
WHERE me.job_id = $job_id AND fj.job_id <> $job_id
ORDER BY j.title, j.job_id
