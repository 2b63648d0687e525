-- The last 14 nights, and the band of the 14 before each: mean and two standard deviations.
WITH told AS (
    SELECT
        run_date, unnest([
            {'figure': 'listings', 'value': listings}, {'figure': 'postings', 'value': postings}, {'figure': 'rejects', 'value': rejects},
            {'figure': 'jobs', 'value': jobs}, {'figure': 'near-duplicate groups', 'value': duplicate_groups},
            {'figure': 'cards', 'value': cards}
        ], recursive := true)
    FROM mart.run_records
),
banded AS (
    SELECT
        figure, run_date, value, avg(value) OVER before AS mean, coalesce(stddev_samp(value) OVER before, 0) AS spread,
        row_number() OVER (PARTITION BY figure ORDER BY run_date DESC) AS age
    FROM told
    WINDOW before AS (PARTITION BY figure ORDER BY run_date ROWS BETWEEN 14 PRECEDING AND 1 PRECEDING)
)
SELECT figure, run_date, value, round(greatest(mean - 2 * spread, 0), 1) AS low, round(mean + 2 * spread, 1) AS high
FROM banded
WHERE age <= 14
ORDER BY figure, run_date
