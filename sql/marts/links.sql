INSERT INTO snapshot.mart.links BY NAME
FROM links
ORDER BY posting_id_a, posting_id_b;
