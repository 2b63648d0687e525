-- The newest overall, for ids nobody knows: one card a family, two an employer.
WITH one_a_family AS (
    SELECT * FROM cards
    QUALIFY row_number() OVER (
        PARTITION BY coalesce(family_id, job_id) ORDER BY last_posted_on DESC NULLS LAST, job_id
    ) = 1
),
two_an_employer AS (
    SELECT * FROM one_a_family
    QUALIFY row_number() OVER (PARTITION BY employer_key ORDER BY last_posted_on DESC NULLS LAST, job_id) <= 2
)
SELECT '{' || card AS card
FROM two_an_employer
ORDER BY last_posted_on DESC NULLS LAST, job_id
LIMIT $newest
