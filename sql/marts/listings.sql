INSERT INTO snapshot.mart.listings BY NAME
FROM listings
ORDER BY feed, file, position;
