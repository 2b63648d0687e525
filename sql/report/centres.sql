-- The mean of each cluster's jobs in the space of meaning: of $jobs of them, by id.
WITH member AS (
    SELECT job_id, cluster_id
    FROM job_clusters
    QUALIFY row_number() OVER (PARTITION BY cluster_id ORDER BY job_id) <= $jobs
),
number AS (
    SELECT m.cluster_id, generate_subscripts(v.weights, 1) AS place, unnest(v.weights) AS weight
    FROM vectors AS v
    JOIN member AS m USING (job_id)
    WHERE v.channel = $channel
),
mean AS (
    SELECT cluster_id, place, avg(weight) AS weight FROM number GROUP BY ALL
)
SELECT cluster_id, list(weight ORDER BY place) AS centre
FROM mean
GROUP BY cluster_id
ORDER BY cluster_id
