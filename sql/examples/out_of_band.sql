-- Which figures of the last nights were out of their band, and by how much? (Where none was, tonight's, as far as a band is known.)
SELECT run_date, metric, dimension, value, low, high, nights
FROM mart.run_metrics
WHERE value NOT BETWEEN low AND high OR run_date = (SELECT max(run_date) FROM mart.run_metrics)
ORDER BY coalesce(value BETWEEN low AND high, true), run_date DESC, metric, dimension;
