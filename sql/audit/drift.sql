-- Tonight's figures against their bands; with $accept_drift none stops the night.
SELECT
    metric, dimension, value, low, high, nights,
    coalesce(value BETWEEN low AND high, true) AS within_band,
    $accept_drift OR coalesce(value BETWEEN stop_low AND stop_high, true) AS not_far_beyond
FROM snapshot.mart.run_metrics
WHERE run_date = $run_date::DATE
