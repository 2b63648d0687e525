INSERT INTO snapshot.mart.jobs BY NAME
SELECT
    j.job_id, j.canonical_posting_id, j.family_id, c.cluster_id,
    p.title, p.employer, p.employer_key, p.level, p.place, p.city, p.region, p.country, p.remote, p.employment_type,
    p.pay_min, p.pay_max, p.pay_currency, p.pay_period, p.language, p.url, p.promoted,
    j.postings, j.places, j.first_posted_on, j.last_posted_on, j.probability,
    c.distance AS cluster_distance, c.is_outlier
FROM jobs AS j
JOIN postings AS p ON p.posting_id = j.canonical_posting_id
JOIN job_clusters AS c USING (job_id)
ORDER BY j.job_id;
