"""Yesterday's tables: the snapshot a run builds on, as views in a connection or as Arrow tables."""

from collections.abc import Iterable
from datetime import date

import duckdb
import pyarrow as pa

from pipeline import resources
from pipeline.contracts import connect, contract
from pipeline.errors import RelatedJobsError
from pipeline.store import Home, Run, RunStore, Snapshot

RECORD = ("listings", "rejects", "posting_states", "sightings", "deliveries", "run_metrics", "run_records")
"""Marts that hold the date or tell of the night's delivery: a night in which nothing changed keeps its own (unchanged.py)."""
_FOLLOWED = RECORD[2:]
"""Those of them that the night after is made of: what was seen last and when, and all nights so far."""

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


def record_before(run: Run) -> RunStore | None:
    """Return the newest night in which nothing changed since the snapshot the run builds on; None where there is none."""
    day = run.store.manifest.get("yesterday_record")
    return run.home.run(date.fromisoformat(day)) if day else None


def found(home: Home, run_date: date) -> dict[str, str | None]:
    """Return what a run of `run_date` builds on, for its manifest: a snapshot, and the newest night it stood for since."""
    before = home.yesterday(run_date)
    nights = home.unchanged_nights(before) if before else []
    kept = [run for run in nights if all(run.record(mart).is_file() for mart in RECORD)]
    days = [run.path.name for run in kept if run.path.name < run_date.isoformat()]
    return {"yesterday": before.path.name if before else None, "yesterday_record": days[-1] if days else None}


def view(con: duckdb.DuckDBPyConnection, run: Run, tables: Iterable[str]) -> None:
    """Make yesterday's `tables` readable as yesterday_<table>; empty where there is none, or it is older than the table.

    A column that came after yesterday's snapshot was published reads NULL. Where nothing changed in the nights since that
    snapshot, what the last of them kept stands in its place.
    """
    snapshot, record = snapshot_before(run), record_before(run)
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
        elif record is not None and table in _FOLLOWED:
            con.read_parquet(str(record.record(table))).create_view(name)
        elif record is not None and table == "postings":
            con.read_parquet(str(record.record("posting_states"))).create_view("yesterday_seen")
            con.sql(resources.sql("unchanged/postings")).create_view(name)
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
