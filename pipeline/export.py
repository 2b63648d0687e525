"""Tables of snapshots as Parquet, partitioned by run date: names and columns are those of the database."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from pipeline import resources
from pipeline.contracts import opened
from pipeline.errors import UsageError
from pipeline.store import Snapshot


@dataclass(frozen=True)
class Written:
    """One file that was written."""

    table: str
    run_date: date
    rows: int
    path: Path


def export(snapshots: Iterable[Snapshot], out: Path, tables: tuple[str, ...] = ()) -> list[Written]:
    """Write `tables` (all where none is named) of each snapshot to out/<table>/run_date=<date>/<table>.parquet.

    A date that is there already is replaced, file by file, by one rename each: a snapshot that redoes a date comes last.

    Raises:
        UsageError: a snapshot has no such table, or there is no snapshot.
    """
    written: list[Written] = []
    for snapshot in snapshots:
        with opened(snapshot.database) as con:
            there = [name for (name,) in con.execute(resources.sql("export/tables")).fetchall()]
            unknown = sorted(set(tables) - set(there))
            if unknown:
                raise UsageError(f"{snapshot.path}: no table {', '.join(unknown)}; it has {', '.join(there)}")
            written += [_write(con, snapshot, out, name) for name in tables or there]
    if not written:
        raise UsageError("no snapshot yet; publish one with related-jobs run --feed PATH")
    return written


def _write(con: duckdb.DuckDBPyConnection, snapshot: Snapshot, out: Path, table: str) -> Written:
    folder = out / table / f"run_date={snapshot.run_date}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{table}.parquet"
    temporary = folder / f".{table}.tmp"
    rows = con.table(f"mart.{table}")
    rows.write_parquet(str(temporary), compression="zstd")
    temporary.replace(path)
    return Written(table, snapshot.run_date, int(rows.count("*").fetchall()[0][0]), path)
