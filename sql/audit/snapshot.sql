-- One row: the snapshot as a whole.
SELECT
    (SELECT count(*) FROM postings) - (SELECT count(*) FROM snapshot.mart.job_postings) AS postings_without_job,
    (SELECT count(*) FROM snapshot.mart.jobs) AS jobs,
    -- Under 1,000 postings one job of a tenth is nothing odd.
    (SELECT coalesce(max(postings), 0) FROM snapshot.mart.jobs)
        / (SELECT greatest(count(*), 1000) FROM postings) AS largest_job_share,
    (SELECT avg((coalesce(c.cards, 0) < least($limit, j.n - 1))::INT)
        FROM (SELECT job_id, count(*) OVER () AS n FROM snapshot.mart.jobs) AS j
        LEFT JOIN (SELECT job_id, count(*) AS cards FROM snapshot.mart.related_jobs GROUP BY job_id) AS c USING (job_id)
    ) AS short_boxes
