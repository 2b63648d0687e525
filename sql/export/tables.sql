SELECT table_name FROM duckdb_tables() WHERE schema_name = 'mart' ORDER BY table_name
