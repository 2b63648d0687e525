-- The largest families with a few of their jobs.
SELECT f.stem, any_value(c.employer) AS employer, f.jobs, array_to_string(f.slots, ', ') AS slots, list(j.title ORDER BY j.title)[:5] AS titles, f.family_id
FROM mart.variant_families AS f
JOIN mart.jobs AS c ON c.job_id = f.canonical_job_id
JOIN mart.jobs AS j ON j.family_id = f.family_id
GROUP BY f.family_id, f.stem, f.jobs, f.slots
ORDER BY f.jobs DESC, f.family_id
LIMIT 15
