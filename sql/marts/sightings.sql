INSERT INTO snapshot.mart.sightings BY NAME
FROM sightings
ORDER BY posting_id, feed;
