-- The newest night's figures, for monitoring.
SELECT run_date, metric, dimension, value, low, high
FROM mart.run_metrics
WHERE run_date = (SELECT max(run_date) FROM mart.run_metrics)
ORDER BY metric, dimension
