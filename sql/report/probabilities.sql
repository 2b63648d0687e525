-- Probability of the same ad in twentieths, by what the pair was judged to be.
SELECT
    least(floor(probability * 20) / 20, 0.95) AS probability,
    count(*) FILTER (WHERE kind = 'repost') AS repost,
    count(*) FILTER (WHERE kind = 'relocation') AS relocation,
    count(*) FILTER (WHERE kind = 'variant') AS variant
FROM mart.links
GROUP BY ALL
ORDER BY probability
