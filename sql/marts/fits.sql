INSERT INTO snapshot.mart.fits BY NAME
FROM fits
ORDER BY ALL;
