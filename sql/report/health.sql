-- Figures of the last 14 nights with their bands, as a plot shows them.
SELECT metric AS figure, run_date, value, greatest(low, 0) AS low, high
FROM mart.run_metrics
WHERE dimension = '' AND run_date IN (SELECT DISTINCT run_date FROM mart.run_metrics ORDER BY run_date DESC LIMIT 14)
ORDER BY figure, run_date
