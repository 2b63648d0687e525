INSERT INTO snapshot.mart.lineage BY NAME
FROM lineage
ORDER BY ALL;
