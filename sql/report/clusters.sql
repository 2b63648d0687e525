SELECT cluster_id, label, jobs, employers, array_to_string(terms[:8], ', ') AS terms
FROM mart.clusters
ORDER BY jobs DESC, cluster_id
LIMIT 40
