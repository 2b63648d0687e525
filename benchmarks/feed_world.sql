CREATE OR REPLACE TEMP MACRO occupation(n) AS
    ['Data Scientist', 'Registered Nurse', 'Warehouse Operative', 'Primary School Teacher', 'Electrician', 'Sous Chef',
     'Payroll Accountant', 'Frontend Developer', 'Social Worker', 'Delivery Driver', 'Dental Hygienist', 'Store Manager'][n % 12 + 1];
CREATE OR REPLACE TEMP MACRO place(n) AS
    ['Austin, TX', 'Leeds', 'Utrecht', 'Lyon', 'Hamburg', 'Porto', 'Valencia', 'Boise, ID', 'Toronto, ON'][n % 9 + 1];
CREATE OR REPLACE TEMP MACRO digits(n) AS left(md5('job ' || n), 16);
INSERT INTO mart.clusters BY NAME
SELECT 'c' || digits(n) AS cluster_id, lower(occupation(n)) AS label, [lower(occupation(n))] AS terms, 1 AS jobs, 1 AS employers
FROM range(12) AS t (n);
INSERT INTO mart.jobs BY NAME
SELECT
    'j' || digits(n) AS job_id, 'p' || digits(n) AS canonical_posting_id,
    CASE WHEN n % 5 = 0 THEN 'f' || digits(n // 20) END AS family_id, 'c' || digits(n % 12) AS cluster_id,
    occupation(n) || ['', ', Nights', ' II', ' (Graduate)', ' - Team ' || n % 97][n % 5 + 1] AS title,
    'Employer ' || n % 5003 AS employer, 'employer ' || n % 5003 AS employer_key, place(n) AS place,
    CASE WHEN n % 7 = 0 THEN 'remote' ELSE 'onsite' END AS remote, 'full_time' AS employment_type,
    CASE WHEN n % 3 = 0 THEN 40000 + n % 60 * 1000 END AS pay_min, CASE WHEN n % 3 = 0 THEN 52000 + n % 60 * 1000 END AS pay_max,
    CASE WHEN n % 3 = 0 THEN 'USD' END AS pay_currency, CASE WHEN n % 3 = 0 THEN 'year' END AS pay_period, 'en' AS language,
    'https://board.example/jobs/' || n AS url, n % 50 = 0 AS promoted,
    CASE WHEN n % 8 = 0 THEN 3 ELSE 1 END AS postings, CASE WHEN n % 8 = 0 THEN 3 ELSE 1 END AS places,
    DATE '2026-10-01' + (n % 50)::INTEGER AS first_posted_on, DATE '2026-10-03' + (n % 50)::INTEGER AS last_posted_on,
    1.0 AS probability, 0.2 AS cluster_distance, false AS is_outlier
FROM range($jobs) AS t (n);
INSERT INTO mart.variant_families BY NAME
SELECT
    family_id, min(job_id) AS canonical_job_id, any_value(employer_key) AS employer_key, min(title) AS stem,
    ['team'] AS slots, count(*)::INTEGER AS jobs
FROM mart.jobs
WHERE family_id IS NOT NULL
GROUP BY family_id
HAVING count(*) >= 2;
UPDATE mart.jobs SET family_id = NULL WHERE family_id NOT IN (SELECT family_id FROM mart.variant_families);
INSERT INTO mart.family_jobs BY NAME
SELECT family_id, job_id, []::VARCHAR[] AS degrees, 90 AS title_score, 0.8 AS text_overlap FROM mart.jobs WHERE family_id IS NOT NULL;
INSERT INTO mart.postings BY NAME
SELECT
    'p' || CASE WHEN k = 0 THEN digits(n) ELSE left(md5('posting ' || n || ' ' || k), 16) END AS posting_id,
    ['linkedin', 'indeed', 'board'][k + 1] AS source, (3600000000 + n * 3 + k)::VARCHAR AS source_id, 'source id' AS id_basis,
    md5(n || ' ' || k) AS content_id, 'feed' AS feed, j.title, j.title AS title_core, j.title AS title_stem, []::VARCHAR[] AS degrees,
    j.employer, j.employer_key, place(n + k) AS place, j.promoted, 'b' AS body_id, 900 AS body_length, false AS is_snippet,
    []::VARCHAR[] AS provenance, []::VARCHAR[] AS flags, 1 AS versions, DATE '2026-11-01' AS first_seen, DATE '2026-11-21' AS last_seen,
    j.last_posted_on AS posted_on, j.url
FROM range($jobs) AS t (n)
JOIN mart.jobs AS j ON j.job_id = 'j' || digits(n)
JOIN range(3) AS u (k) ON k < j.postings;
INSERT INTO mart.job_postings BY NAME
SELECT
    'j' || digits(n) AS job_id, p.posting_id, p.posting_id = 'p' || digits(n) AS is_canonical,
    CASE WHEN p.posting_id <> 'p' || digits(n) THEN 'repost' END AS kind, CASE WHEN p.posting_id <> 'p' || digits(n) THEN 0.97 END AS probability
FROM range($jobs) AS t (n)
JOIN range(3) AS u (k) ON true
JOIN mart.postings AS p ON p.source_id = (3600000000 + n * 3 + k)::VARCHAR;
INSERT INTO mart.related_jobs BY NAME
SELECT
    'j' || digits(n) AS job_id, (k + 1)::INTEGER AS rank, c.job_id AS related_job_id, round(0.9 - k * 0.04, 3) AS score,
    c.title || ' in both titles; both about shifts, patients and care; newer' AS reason,
    [{'kind': 'title', 'value': lower(occupation(n)), 'weight': 0.3}, {'kind': 'term', 'value': 'shifts', 'weight': 0.1},
     {'kind': 'term', 'value': 'care', 'weight': 0.1}, {'kind': 'newer', 'value': c.last_posted_on::VARCHAR, 'weight': 0.0}] AS reasons,
    coalesce(f.jobs - 1, 0)::INTEGER AS similar_openings, 'neighbour' AS road
FROM range($jobs) AS t (n)
JOIN range($cards) AS u (k) ON true
JOIN mart.jobs AS c ON c.job_id = 'j' || digits((n + 12 * (k + 1) + CASE WHEN $jobs > 10000 THEN n % 997 * 12 * k ELSE 0 END) % $jobs)
LEFT JOIN mart.variant_families AS f ON f.family_id = c.family_id
WHERE c.job_id <> 'j' || digits(n)
QUALIFY row_number() OVER (PARTITION BY n, c.job_id ORDER BY k) = 1;
INSERT INTO mart.run_records BY NAME
SELECT
    DATE '2026-11-21' AS run_date, TIMESTAMP '2026-11-21 02:00:00' AS started_at, $jobs AS listings, $jobs AS postings, 0 AS rejects,
    0 AS duplicate_groups, $jobs AS jobs, 0 AS families, 12 AS clusters, $jobs * 10 AS cards, 'fit' AS fit_id
