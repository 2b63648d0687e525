"""Are two published databases the same? Rows compared as bags, clock times left out."""

from pathlib import Path

import duckdb

CLOCKS = {"started_at"}  # when a run began is told by run_records, and is another time each time


def differences(ours: Path, theirs: Path) -> dict[str, int]:
    """Return, for each table of mart that differs, how many rows only one of the two databases has."""
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{ours}' AS ours (READ_ONLY); ATTACH '{theirs}' AS theirs (READ_ONLY)")
        tables = _tables(con, "ours")
        assert tables
        assert tables == _tables(con, "theirs")
        counts = {table: _only_in_one(con, table) for table in tables}
    return {table: rows for table, rows in counts.items() if rows}


def counts(database: Path, *tables: str) -> tuple[int, ...]:
    """Return the number of rows of each of the marts `tables`."""
    with duckdb.connect(str(database), read_only=True) as con:
        return tuple(con.execute(f"SELECT count(*) FROM mart.{t}").fetchone()[0] for t in tables)


def _tables(con: duckdb.DuckDBPyConnection, database: str) -> list[str]:
    found = con.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = $name AND schema_name = 'mart' ORDER BY 1",
        {"name": database},
    )
    return [name for (name,) in found.fetchall()]


def _only_in_one(con: duckdb.DuckDBPyConnection, table: str) -> int:
    described = con.execute(f"SELECT column_name FROM (DESCRIBE ours.mart.{table})").fetchall()
    columns = ", ".join(f'"{c}"' for (c,) in described if c not in CLOCKS)
    ours, theirs = (f"SELECT {columns} FROM {side}.mart.{table}" for side in ("ours", "theirs"))
    query = f"SELECT count(*) FROM (({ours} EXCEPT ALL {theirs}) UNION ALL ({theirs} EXCEPT ALL {ours}))"
    return int(con.execute(query).fetchone()[0])
