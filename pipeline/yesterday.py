"""Yesterday's tables: the snapshot a run builds on, as views in a connection or as Arrow tables."""

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from pipeline import resources
from pipeline.contracts import connect, contract
from pipeline.errors import RelatedJobsError
from pipeline.store import Run, Snapshot

TEXTS = "bodies"
"""Whole texts of yesterday's postings stand beside the snapshot's database, not in it (mart.bodies may be cut)."""


def snapshot_before(run: Run) -> Snapshot | None:
    """Return the snapshot the run builds on; None on the first night.

    Raises:
        RelatedJobsError: it is gone.
    """
    name = run.store.manifest.get("yesterday")
    if not name:
        return None
    found = Snapshot(run.home.path / "snapshots" / str(name))
    if not found.database.is_file():
        raise RelatedJobsError(f"snapshot {name}, which this run builds on, is gone: redo the run with --force")
    return found


def view(con: duckdb.DuckDBPyConnection, run: Run, tables: Iterable[str]) -> None:
    """Make yesterday's `tables` readable as yesterday_<table>; empty where there is none, or it is older than the table.

    A column that came after yesterday's snapshot was published reads NULL.
    """
    snapshot = snapshot_before(run)
    found: set[str] = set()
    if snapshot is not None:
        con.execute("ATTACH $path AS yesterday (READ_ONLY)", {"path": str(snapshot.database)})
        listed = con.execute(resources.sql("publish/tables"), {"database": "yesterday"}).fetchall()
        found = {table for (table,) in listed}
    for table in tables:
        name = f"yesterday_{table}"
        if table == TEXTS:
            parts = [str(p) for p in snapshot.texts] if snapshot else []
            con.read_parquet(parts).create_view(name) if parts else con.register(name, contract(table).empty())
        elif table in found:
            there = con.table(f"yesterday.mart.{table}")
            missing = sorted(set(contract(table, "mart").schema.names) - set(there.columns))
            unknown = (duckdb.ConstantExpression(None).alias(column) for column in missing)
            there.select(duckdb.StarExpression(), *unknown).create_view(name)
        else:
            con.register(name, contract(table, "mart").empty())


def tables(run: Run, names: Iterable[str]) -> dict[str, pa.Table]:
    """Return yesterday's tables as yesterday_<name>, read whole."""
    names = tuple(names)
    if not names:
        return {}
    with connect() as con:
        view(con, run, names)
        return {f"yesterday_{name}": con.table(f"yesterday_{name}").to_arrow_table() for name in names}
