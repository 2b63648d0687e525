-- One row: the snapshot as a whole.
SELECT
    (SELECT count(*) FROM postings) - (SELECT count(*) FROM snapshot.mart.job_postings) AS postings_without_job,
    (SELECT count(*) FROM snapshot.mart.jobs) AS jobs,
    -- Under 1,000 postings one job of a tenth is nothing odd.
    (SELECT coalesce(max(postings), 0) FROM snapshot.mart.jobs)
        / (SELECT greatest(count(*), 1000) FROM postings) AS largest_job_share,
    -- A family takes one place, also in the boxes of its own members: they have one card more to fill than other jobs.
    (SELECT avg((coalesce(c.cards, 0) < least($limit, all_jobs.places - (j.family_id IS NULL)::INT))::INT)
        FROM snapshot.mart.jobs AS j
        CROSS JOIN (SELECT count(DISTINCT coalesce(family_id, job_id)) AS places FROM snapshot.mart.jobs) AS all_jobs
        LEFT JOIN (SELECT job_id, count(*) AS cards FROM snapshot.mart.related_jobs GROUP BY job_id) AS c USING (job_id)
    ) AS short_boxes
