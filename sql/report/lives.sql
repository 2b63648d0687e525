-- What came, closed and came back tonight.
WITH tonight AS (SELECT max(run_date) AS run_date FROM mart.run_records)
SELECT
    count(*) FILTER (WHERE state = 'open') AS open,
    count(*) FILTER (WHERE first_seen = run_date) AS new,
    count(*) FILTER (WHERE state = 'open' AND last_seen < run_date) AS open_that_did_not_come,
    count(*) FILTER (WHERE changed_on = run_date AND first_seen < run_date) AS changed,
    count(*) FILTER (WHERE returned_on = run_date) AS returned,
    count(*) FILTER (WHERE closed_on = run_date AND why = 'missing from its feeds') AS closed_missing,
    count(*) FILTER (WHERE closed_on = run_date AND why = 'past its deadline') AS closed_past_deadline,
    count(*) FILTER (WHERE closed_on = run_date AND why = 'its feed ended') AS closed_with_feed
FROM mart.posting_states, tonight
