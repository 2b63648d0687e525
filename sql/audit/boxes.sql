-- Cards of the snapshot with what must hold for each box.
WITH card AS (
    SELECT
        r.job_id, r.rank, r.related_job_id, r.score, r.road, r.reason, c.employer_key, c.family_id, c.job_id AS exists_id,
        count(*) FILTER (WHERE c.family_id IS NOT NULL)
            OVER (PARTITION BY r.job_id, c.family_id) AS of_family,
        count(*) FILTER (WHERE r.road <> 'over employer cap')
            OVER (PARTITION BY r.job_id, c.employer_key) AS of_employer,
        max(r.rank) OVER (PARTITION BY r.job_id) - count(*) OVER (PARTITION BY r.job_id) AS gaps
    FROM snapshot.mart.related_jobs AS r
    LEFT JOIN snapshot.mart.jobs AS c ON c.job_id = r.related_job_id
)
SELECT
    job_id || ' #' || rank AS card, score, length(reason) AS reason_length, exists_id IS NOT NULL AS job_exists,
    family_id IS NULL OR of_family = 1 AS one_card_a_family,
    employer_key = '' OR road = 'over employer cap' OR of_employer <= $max_per_employer AS within_employer_cap,
    gaps = 0 AS ranks_without_gaps
FROM card
