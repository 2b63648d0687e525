-- The night in figures.
SELECT
    (SELECT count(*) FROM mart.listings) AS listings,
    (SELECT count(*) FROM mart.rejects) AS rejects,
    (SELECT count(*) FROM mart.postings) AS postings,
    (SELECT count(*) FROM mart.jobs) AS jobs,
    (SELECT count(DISTINCT near_duplicate_group_id) FROM mart.duplicates) AS near_duplicate_groups,
    (SELECT count(*) FROM mart.variant_families) AS variant_families,
    (SELECT count(*) FROM mart.clusters WHERE jobs > 0) AS clusters,
    (SELECT count(*) FROM mart.related_jobs) AS cards,
    (SELECT count(*) FROM mart.jobs ANTI JOIN mart.related_jobs USING (job_id)) AS jobs_without_a_box
