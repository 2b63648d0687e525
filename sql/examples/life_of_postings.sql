-- Which postings were closed or came back in the last week, why, and in which job are they?
SELECT posting_id, state, why, coalesce(closed_on, returned_on) AS "on", first_seen, last_seen, contents, returns, job_id
FROM mart.posting_states, (SELECT max(run_date) AS run_date FROM mart.runs)
WHERE coalesce(closed_on, returned_on) > run_date - 7
ORDER BY "on" DESC, posting_id;
