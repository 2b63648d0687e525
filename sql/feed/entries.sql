-- Everything a page may ask the feed for under the keys whose CRC-32 is from $low to $high: one row a section and key, with its JSON.
-- A part at a time: a million boxes at once would be ten million cards held in memory.
CREATE OR REPLACE TEMP TABLE entries AS
WITH part AS (
    SELECT key, crc FROM crcs WHERE crc BETWEEN $low AND $high
),
box AS (
    SELECT
        r.job_id,
        string_agg(
            '{"score":' || round(r.score, 3)
            || ',"reason":' || to_json(r.reason)
            || ',"why":' || to_json([[w.kind, w.value] FOR w IN r.reasons])
            || CASE WHEN r.similar_openings > 0 THEN ',"similar":' || r.similar_openings ELSE '' END
            || ',' || c.card,
            ',' ORDER BY r.rank
        ) AS cards
    FROM mart.related_jobs AS r
    SEMI JOIN part ON part.key = r.job_id
    JOIN cards AS c ON c.job_id = r.related_job_id
    GROUP BY r.job_id
),
-- Families are told once, newest openings first; a box asks for one when a visitor unfolds it.
member AS (
    SELECT family_id, last_posted_on, job_id, card
    FROM cards
    SEMI JOIN part ON part.key = cards.family_id
    QUALIFY row_number() OVER (PARTITION BY family_id ORDER BY last_posted_on DESC NULLS LAST, job_id) <= $family_jobs
),
-- The newest of a cluster stand in for its jobs that are gone.
newest AS (
    SELECT cluster_id, last_posted_on, job_id, card
    FROM cards
    SEMI JOIN (SELECT DISTINCT cluster_id FROM mart.gone_jobs) AS asked USING (cluster_id)
    SEMI JOIN part ON part.key = cards.cluster_id
    QUALIFY row_number() OVER (
        PARTITION BY cluster_id, coalesce(family_id, job_id) ORDER BY last_posted_on DESC NULLS LAST, job_id
    ) = 1
),
standing_in AS (
    SELECT * FROM newest
    QUALIFY row_number() OVER (PARTITION BY cluster_id ORDER BY last_posted_on DESC NULLS LAST, job_id) <= $newest
),
-- A board's id, or the id a job had before it was merged: the job it means now. Living postings before gone ones.
known AS (
    SELECT p.source_id AS key, p.source, jp.job_id, 0 AS age
    FROM mart.postings AS p
    JOIN mart.job_postings AS jp USING (posting_id)
    WHERE p.source_id IS NOT NULL
    UNION ALL
    SELECT source_id, source, job_id, 1 FROM mart.gone_postings WHERE source_id IS NOT NULL
    UNION ALL
    SELECT job_id, '', became, 1 FROM mart.gone_jobs WHERE became IS NOT NULL
),
alias AS (
    SELECT key, source, job_id
    FROM known
    SEMI JOIN part USING (key)
    QUALIFY row_number() OVER (PARTITION BY key, source ORDER BY age, job_id) = 1
),
entry AS (
    SELECT
        'jobs' AS section, j.job_id AS key,
        '{"title":' || to_json(j.title) || ',"related":[' || coalesce(b.cards, '') || ']}' AS entry
    FROM mart.jobs AS j
    LEFT JOIN box AS b USING (job_id)
    UNION ALL
    SELECT 'families', family_id, '[' || string_agg('{' || card, ',' ORDER BY last_posted_on DESC NULLS LAST, job_id) || ']'
    FROM member
    GROUP BY family_id
    UNION ALL
    SELECT 'newest', cluster_id, '[' || string_agg('{' || card, ',' ORDER BY last_posted_on DESC NULLS LAST, job_id) || ']'
    FROM standing_in
    GROUP BY cluster_id
    UNION ALL
    SELECT 'ids', key, '{' || string_agg(to_json(source) || ':' || to_json(job_id), ',' ORDER BY source) || '}'
    FROM alias
    GROUP BY key
    UNION ALL
    SELECT
        'gone', job_id,
        '{"title":' || to_json(title) || ',"on":"' || gone_on || '","cluster":' || to_json(cluster_id) || '}'
    FROM mart.gone_jobs
    WHERE became IS NULL
)
SELECT part.crc, entry.section, entry.key, entry.entry
FROM entry
JOIN part USING (key)
