-- Scores of cards in twentieths: those that stand first in their box, and the others.
SELECT
    least(floor(score * 20) / 20, 0.95) AS score,
    count(*) FILTER (WHERE rank = 1) AS first,
    count(*) FILTER (WHERE rank > 1) AS others
FROM mart.related_jobs
GROUP BY ALL
ORDER BY score
