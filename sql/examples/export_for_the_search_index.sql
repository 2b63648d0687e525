-- One document a job for the search index: what to show, what to filter by, what to fold.
SELECT
    j.job_id AS id, j.title, j.employer, j.place, j.city, j.region, j.country, j.remote, j.employment_type, j.level, j.language,
    j.pay_min, j.pay_max, j.pay_currency, j.pay_period, j.last_posted_on AS posted_on, j.url, c.label AS kind_of_work,
    coalesce(j.family_id, j.job_id) AS fold_by, j.postings, j.places,
    list(DISTINCT p.place ORDER BY p.place) AS all_places, list(DISTINCT p.source ORDER BY p.source) AS boards
FROM mart.jobs AS j
JOIN mart.clusters AS c USING (cluster_id)
JOIN mart.job_postings AS jp USING (job_id)
JOIN mart.postings AS p USING (posting_id)
GROUP BY ALL
ORDER BY id;
