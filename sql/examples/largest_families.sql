-- Which templates have most variants, and in what do they differ?
SELECT f.family_id, f.stem, j.employer, f.jobs, f.slots, list(m.title ORDER BY m.title)[:10] AS titles
FROM mart.variant_families AS f
JOIN mart.jobs AS j ON j.job_id = f.canonical_job_id
JOIN mart.jobs AS m ON m.family_id = f.family_id
GROUP BY ALL
ORDER BY f.jobs DESC, f.family_id
LIMIT 25;
