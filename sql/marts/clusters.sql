INSERT INTO snapshot.mart.clusters BY NAME
FROM clusters
ORDER BY cluster_id;
