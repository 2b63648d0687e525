INSERT INTO snapshot.mart.postings BY NAME
FROM postings
ORDER BY posting_id;
