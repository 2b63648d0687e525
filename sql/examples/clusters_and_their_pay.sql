-- What kinds of work are there, who offers them, and what do they pay a year (in the currency most ads of the cluster use)?
WITH pay AS (
    SELECT
        cluster_id, pay_currency, count(*) AS ads, median((coalesce(pay_min, pay_max) + coalesce(pay_max, pay_min)) / 2) AS median_pay
    FROM mart.jobs
    WHERE pay_period = 'year' AND pay_currency IS NOT NULL
    GROUP BY cluster_id, pay_currency
    QUALIFY row_number() OVER (PARTITION BY cluster_id ORDER BY count(*) DESC, pay_currency) = 1
)
SELECT c.cluster_id, c.label, c.jobs, c.employers, p.pay_currency, round(p.median_pay) AS median_pay, p.ads AS ads_with_pay
FROM mart.clusters AS c
LEFT JOIN pay AS p USING (cluster_id)
WHERE c.jobs > 0
ORDER BY c.jobs DESC, c.cluster_id;
