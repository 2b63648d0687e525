-- Which employers post the same vacancy again most often?
SELECT
    any_value(employer) AS employer, count(*) AS jobs, sum(postings) AS postings, sum(postings) - count(*) AS repeats,
    round(sum(postings) / count(*), 2) AS postings_a_job, max(postings) AS most
FROM mart.jobs
WHERE employer_key <> ''
GROUP BY employer_key
HAVING sum(postings) > count(*)
ORDER BY repeats DESC, employer_key
LIMIT 50;
