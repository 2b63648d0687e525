CREATE VIEW mart.runs AS
SELECT * FROM mart.run_records ORDER BY run_date DESC;
COMMENT ON VIEW mart.runs IS 'Runs that published, newest first';
