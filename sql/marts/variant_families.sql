INSERT INTO snapshot.mart.variant_families BY NAME
FROM variant_families
ORDER BY ALL;
