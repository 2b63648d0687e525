-- Clusters with the titles that most of their jobs have.
WITH title AS (
    SELECT cluster_id, title, count(*) AS jobs FROM mart.jobs GROUP BY cluster_id, title
),
top AS (
    SELECT cluster_id, list(title ORDER BY jobs DESC, title)[:4] AS titles FROM title GROUP BY cluster_id
)
SELECT c.cluster_id, c.label, c.map_x, c.map_y, c.jobs, c.employers, t.titles
FROM mart.clusters AS c
JOIN top AS t USING (cluster_id)
WHERE c.jobs > 0
ORDER BY c.jobs DESC, c.cluster_id
