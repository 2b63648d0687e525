INSERT INTO snapshot.mart.cuts BY NAME
FROM cuts
ORDER BY posting_id_a, posting_id_b;
