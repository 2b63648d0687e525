-- Tonight's marts against yesterday's. Ties and orders are by id: equal nights give equal changes.
INSERT INTO snapshot.mart.changes BY NAME
WITH posting_changes AS (
    SELECT
        'posting' AS kind, posting_id AS id,
        CASE WHEN y.posting_id IS NULL THEN 'added' WHEN p.posting_id IS NULL THEN 'removed' ELSE 'changed' END AS event,
        CASE WHEN p.posting_id IS NULL THEN y.posting_id ELSE y.content_id END AS old_id,
        CASE WHEN y.posting_id IS NULL THEN p.posting_id ELSE p.content_id END AS new_id,
        CASE
            WHEN y.posting_id IS NULL AND s.returns > 0 THEN 'returned'
            WHEN y.posting_id IS NULL THEN 'new'
            WHEN p.posting_id IS NULL THEN coalesce(s.why, 'forgotten')
            ELSE 'says something else'
        END AS why
    FROM snapshot.mart.postings AS p
    FULL JOIN yesterday_postings AS y USING (posting_id)
    LEFT JOIN snapshot.mart.posting_states AS s USING (posting_id)
    WHERE p.content_id IS DISTINCT FROM y.content_id
),

job_moves AS (
    SELECT 'job' AS kind, old_id AS id, event, old_id, new_id, members FROM snapshot.mart.lineage WHERE kind = 'job'
),

family_moves AS (
    SELECT 'family' AS kind, old_id AS id, event, old_id, new_id, members FROM snapshot.mart.lineage WHERE kind = 'family'
),

cluster_moves AS (
    -- Jobs of a cluster that is gone went to others (merged); a cluster that is new has jobs of one that lives on (split).
    SELECT
        'cluster' AS kind, y.cluster_id AS id, CASE WHEN o.cluster_id IS NULL THEN 'merged' ELSE 'split' END AS event,
        y.cluster_id AS old_id, j.cluster_id AS new_id, count(*)::INTEGER AS members
    FROM yesterday_jobs AS y
    JOIN snapshot.mart.jobs AS j USING (job_id)
    LEFT JOIN snapshot.mart.clusters AS o ON o.cluster_id = y.cluster_id
    LEFT JOIN yesterday_clusters AS b ON b.cluster_id = j.cluster_id
    WHERE y.cluster_id <> j.cluster_id AND (o.cluster_id IS NULL OR b.cluster_id IS NULL)
    GROUP BY ALL
),

moves AS (
    FROM job_moves UNION ALL FROM family_moves UNION ALL FROM cluster_moves
),

job_changes AS (
    SELECT
        'job' AS kind, job_id AS id,
        concat_ws(', ',
            CASE WHEN j.canonical_posting_id <> y.canonical_posting_id THEN 'canonical posting' END,
            CASE WHEN j.title <> y.title THEN 'title' END,
            CASE WHEN j.employer IS DISTINCT FROM y.employer THEN 'employer' END,
            CASE WHEN j.place IS DISTINCT FROM y.place THEN 'place' END,
            CASE WHEN j.url IS DISTINCT FROM y.url THEN 'address' END,
            CASE WHEN (j.pay_min, j.pay_max, j.pay_currency, j.pay_period) IS DISTINCT FROM (y.pay_min, y.pay_max, y.pay_currency, y.pay_period) THEN 'pay' END,
            CASE WHEN j.postings <> y.postings THEN 'postings' END,
            CASE WHEN j.places <> y.places THEN 'places' END
        ) AS differs,
        j.job_id IS NOT NULL AS lives, y.job_id IS NOT NULL AS lived
    FROM snapshot.mart.jobs AS j
    FULL JOIN yesterday_jobs AS y USING (job_id)
),

family_changes AS (
    SELECT
        'family' AS kind, family_id AS id,
        concat_ws(', ',
            CASE WHEN f.canonical_job_id <> y.canonical_job_id THEN 'canonical job' END,
            CASE WHEN f.stem <> y.stem THEN 'stem' END,
            CASE WHEN f.slots <> y.slots THEN 'slots' END,
            CASE WHEN f.jobs <> y.jobs THEN 'jobs' END
        ) AS differs,
        f.family_id IS NOT NULL AS lives, y.family_id IS NOT NULL AS lived
    FROM snapshot.mart.variant_families AS f
    FULL JOIN yesterday_variant_families AS y USING (family_id)
),

cluster_changes AS (
    SELECT
        'cluster' AS kind, cluster_id AS id,
        concat_ws(', ',
            CASE WHEN c.label <> y.label THEN 'label' END,
            CASE WHEN c.area <> y.area THEN 'area' END,
            CASE WHEN c.jobs <> y.jobs THEN 'jobs' END
        ) AS differs,
        c.cluster_id IS NOT NULL AS lives, y.cluster_id IS NOT NULL AS lived
    FROM snapshot.mart.clusters AS c
    FULL JOIN yesterday_clusters AS y USING (cluster_id)
),

came_back AS (
    -- A job that was gone and has postings that came back under its id.
    SELECT DISTINCT g.job_id AS id FROM yesterday_gone_jobs AS g SEMI JOIN snapshot.mart.jobs USING (job_id)
),

went AS (
    SELECT kind, old_id AS id, 'merged into ' || max_by(new_id, (members, new_id)) AS why FROM moves WHERE event = 'merged' GROUP BY kind, old_id
),

came_from AS (
    SELECT kind, new_id AS id, 'split from ' || max_by(old_id, (members, old_id)) AS why FROM moves GROUP BY kind, new_id
),

thing_changes AS (
    SELECT
        c.kind, c.id, CASE WHEN NOT lived THEN 'added' WHEN NOT lives THEN 'removed' ELSE 'changed' END AS event,
        CASE WHEN lived THEN c.id END AS old_id, CASE WHEN lives THEN c.id END AS new_id,
        CASE
            WHEN NOT lived AND b.id IS NOT NULL THEN 'returned'
            WHEN NOT lived THEN coalesce(f.why, 'new')
            WHEN NOT lives THEN coalesce(w.why, 'its members are closed or went elsewhere')
            ELSE differs
        END AS why
    FROM (FROM job_changes UNION ALL FROM family_changes UNION ALL FROM cluster_changes) AS c
    LEFT JOIN went AS w ON w.kind = c.kind AND w.id = c.id
    LEFT JOIN came_from AS f ON f.kind = c.kind AND f.id = c.id
    LEFT JOIN came_back AS b ON c.kind = 'job' AND b.id = c.id
    WHERE NOT lives OR NOT lived OR differs <> ''
),

belongs AS (
    SELECT 'posting of job' AS kind, posting_id AS id, y.job_id AS old_id, j.job_id AS new_id
    FROM snapshot.mart.job_postings AS j FULL JOIN yesterday_job_postings AS y USING (posting_id)
    UNION ALL
    SELECT 'job of family', job_id, y.family_id, f.family_id
    FROM snapshot.mart.family_jobs AS f FULL JOIN yesterday_family_jobs AS y USING (job_id)
    UNION ALL
    SELECT 'job of cluster', job_id, y.cluster_id, j.cluster_id
    FROM snapshot.mart.jobs AS j FULL JOIN yesterday_jobs AS y USING (job_id)
),

belonging_changes AS (
    SELECT
        kind, id, CASE WHEN old_id IS NULL THEN 'added' WHEN new_id IS NULL THEN 'removed' ELSE 'changed' END AS event, old_id, new_id,
        CASE WHEN old_id IS NULL THEN 'joined' WHEN new_id IS NULL THEN 'left' ELSE 'went from one to another' END AS why
    FROM belongs
    WHERE old_id IS DISTINCT FROM new_id
),

lists AS (
    SELECT job_id, n.cards AS cards, y.cards AS cards_before
    FROM (SELECT job_id, list(related_job_id ORDER BY rank) AS cards FROM snapshot.mart.related_jobs GROUP BY job_id) AS n
    FULL JOIN (SELECT job_id, list(related_job_id ORDER BY rank) AS cards FROM yesterday_related_jobs GROUP BY job_id) AS y USING (job_id)
    WHERE n.cards IS DISTINCT FROM y.cards
),

list_changes AS (
    SELECT
        'related list' AS kind, job_id AS id, CASE WHEN cards_before IS NULL THEN 'added' WHEN cards IS NULL THEN 'removed' ELSE 'changed' END AS event,
        md5(array_to_string(cards_before, ' ')) AS old_id, md5(array_to_string(cards, ' ')) AS new_id,
        CASE
            WHEN cards_before IS NULL THEN len(cards) || ' cards'
            WHEN cards IS NULL THEN 'no cards any more'
            WHEN len(list_intersect(cards, cards_before)) = len(cards) AND len(cards) = len(cards_before) THEN 'another order'
            ELSE len(cards) - len(list_intersect(cards, cards_before)) || ' cards in, '
                || len(cards_before) - len(list_intersect(cards, cards_before)) || ' out'
        END AS why,
        cards
    FROM lists
)

SELECT
    $run_date::DATE AS run_date, (SELECT max(run_date) FROM yesterday_run_records) AS since, kind, id, event, old_id, new_id, why, cards
FROM (
    SELECT *, NULL::VARCHAR[] AS cards FROM posting_changes
    UNION ALL
    SELECT *, NULL FROM thing_changes
    UNION ALL
    SELECT kind, id, event, old_id, new_id, members || ' of its members', NULL FROM moves
    UNION ALL
    SELECT *, NULL FROM belonging_changes
    UNION ALL
    FROM list_changes
)
ORDER BY kind, id, event, new_id;
