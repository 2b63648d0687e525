-- One row a job: its card and its box, as JSON, and the shard it goes to (the first $digits characters of its id's digest).
WITH card AS (
    SELECT
        job_id,
        struct_pack(
            job_id := job_id, title := title, employer := employer, place := place, places := places, remote := remote,
            employment_type := employment_type, pay_min := pay_min, pay_max := pay_max, pay_currency := pay_currency,
            pay_period := pay_period, posted_on := last_posted_on, promoted := promoted, url := url, language := language
        ) AS card
    FROM mart.jobs
),
box AS (
    SELECT
        r.job_id,
        list(
            struct_pack(
                rank := r.rank, score := round(r.score, 4), reason := r.reason, reasons := r.reasons,
                similar_openings := r.similar_openings, road := r.road, job := c.card
            ) ORDER BY r.rank
        ) AS cards
    FROM mart.related_jobs AS r
    JOIN card AS c ON c.job_id = r.related_job_id
    GROUP BY r.job_id
),
ids AS (
    SELECT jp.job_id, list(struct_pack(source := p.source, source_id := p.source_id) ORDER BY p.posting_id) AS sources
    FROM mart.job_postings AS jp
    JOIN mart.postings AS p USING (posting_id)
    GROUP BY jp.job_id
)
SELECT
    substr(md5(c.job_id), 1, $digits) AS shard,
    c.job_id,
    to_json(struct_pack(job := c.card, sources := i.sources, related := coalesce(b.cards, []))) AS entry
FROM card AS c
JOIN ids AS i USING (job_id)
LEFT JOIN box AS b USING (job_id)
ORDER BY shard, c.job_id
