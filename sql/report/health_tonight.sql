-- Tonight's figures; those out of their band first.
SELECT
    metric, dimension, value, low, high, nights,
    CASE WHEN low IS NULL THEN 'too few nights' WHEN value NOT BETWEEN stop_low AND stop_high THEN 'far out of the band'
        WHEN value NOT BETWEEN low AND high THEN 'out of the band' ELSE 'within' END AS verdict
FROM mart.run_metrics
WHERE run_date = (SELECT max(run_date) FROM mart.run_metrics)
ORDER BY coalesce(value BETWEEN low AND high, true), metric, dimension
