-- Cards of the snapshot with what must hold for each box. What is broken is grouped, not counted beside every card.
WITH card AS (
    SELECT
        r.job_id, r.rank, r.related_job_id, r.score, r.road, r.reason, c.employer_key, c.family_id, c.job_id AS exists_id
    FROM snapshot.mart.related_jobs AS r
    LEFT JOIN snapshot.mart.jobs AS c ON c.job_id = r.related_job_id
), twice AS (
    SELECT job_id, family_id FROM card WHERE family_id IS NOT NULL
    GROUP BY job_id, family_id HAVING count(*) > 1
), crowded AS (
    SELECT job_id, employer_key FROM card WHERE road <> 'over employer cap'
    GROUP BY job_id, employer_key HAVING count(*) > $max_per_employer
), gappy AS (
    SELECT job_id FROM card GROUP BY job_id HAVING max(rank) <> count(*)
)
SELECT
    card.job_id || ' #' || card.rank AS card, card.score, length(card.reason) AS reason_length,
    card.exists_id IS NOT NULL AS job_exists,
    twice.job_id IS NULL AS one_card_a_family,
    card.employer_key = '' OR card.road = 'over employer cap' OR crowded.job_id IS NULL AS within_employer_cap,
    gappy.job_id IS NULL AS ranks_without_gaps
FROM card
LEFT JOIN twice ON twice.job_id = card.job_id AND twice.family_id = card.family_id
LEFT JOIN crowded ON crowded.job_id = card.job_id AND crowded.employer_key IS NOT DISTINCT FROM card.employer_key
LEFT JOIN gappy ON gappy.job_id = card.job_id
