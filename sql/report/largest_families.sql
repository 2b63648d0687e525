SELECT f.family_id, f.stem, j.employer, f.jobs, array_to_string(f.slots, ', ') AS slots
FROM mart.variant_families AS f
JOIN mart.jobs AS j ON j.job_id = f.canonical_job_id
ORDER BY f.jobs DESC, f.family_id
LIMIT 15
