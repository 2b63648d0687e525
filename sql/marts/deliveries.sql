-- Tonight's deliveries and those of the nights before, for $remember_days days.
INSERT INTO snapshot.mart.deliveries BY NAME
FROM yesterday_deliveries
WHERE run_date < $run_date::DATE AND run_date > $run_date::DATE - $remember_days::INTEGER
UNION ALL BY NAME
FROM deliveries
ORDER BY run_date, feed;
