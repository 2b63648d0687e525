INSERT INTO snapshot.mart.rejects BY NAME
FROM rejects
ORDER BY feed, file, position;
