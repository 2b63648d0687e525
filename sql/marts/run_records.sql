INSERT INTO snapshot.mart.run_records BY NAME
SELECT run_date, started_at, listings, postings, rejects, duplicate_groups, jobs, families, clusters, cards, fit_id
FROM yesterday_run_records
WHERE run_date <> $run_date
UNION ALL BY NAME
SELECT
    $run_date::DATE AS run_date, $started_at::TIMESTAMP AS started_at,
    (SELECT count(*) FROM snapshot.mart.listings) AS listings,
    (SELECT count(*) FROM snapshot.mart.postings) AS postings,
    (SELECT count(*) FROM snapshot.mart.rejects) AS rejects,
    (SELECT count(DISTINCT near_duplicate_group_id) FROM snapshot.mart.duplicates) AS duplicate_groups,
    (SELECT count(*) FROM snapshot.mart.jobs) AS jobs,
    (SELECT count(*) FROM snapshot.mart.variant_families) AS families,
    (SELECT count(*) FROM snapshot.mart.clusters WHERE jobs > 0) AS clusters,
    (SELECT count(*) FROM snapshot.mart.related_jobs) AS cards,
    (SELECT any_value(fit_id) FROM snapshot.mart.fits) AS fit_id
ORDER BY run_date;
