INSERT INTO snapshot.mart.overrides BY NAME
FROM overrides
ORDER BY posting_id_a, posting_id_b;
