"""Write, audit, publish: the snapshot is built aside, checked, flushed to disk, and made current by one rename."""

import shutil
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from pipeline import feed, report, resources, yesterday
from pipeline.contracts import connect, contract, opened
from pipeline.errors import RelatedJobsError
from pipeline.retention import retire
from pipeline.store import Run, sync_tree, write_json

MARTS = (
    "postings", "posting_states", "sightings", "deliveries", "bodies", "listings", "rejects", "links", "overrides", "jobs",
    "job_postings", "variant_families", "family_jobs", "duplicates", "cuts", "lineage", "clusters", "related_jobs", "gone_jobs",
    "gone_postings", "changes", "run_metrics", "fits", "run_records",
)  # fmt: skip
VIEWS = ("runs", "boxes")
YESTERDAY = (
    "postings", "posting_states", "deliveries", "jobs", "job_postings", "variant_families", "family_jobs", "clusters", "related_jobs",
    "gone_jobs", "gone_postings", "run_metrics", "run_records",
)  # fmt: skip
"""Marts of the snapshot before that tonight's are made of, there as yesterday_<mart>."""
SCHEMA_VERSION = 1


def build(run: Run) -> None:
    """Build the snapshot's database, feed and report in runs/<run_date>/snapshot; nothing readers see changes."""
    folder = run.store.path / "snapshot"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    database = folder / "related_jobs.duckdb"
    _build_marts(run, database)
    _keep_texts(run, folder / "bodies")
    with opened(database, read_only=False) as con:
        for view in VIEWS:
            con.execute(resources.sql(f"views/{view}"))
        con.execute("CHECKPOINT")
    memory = run.settings.run.duckdb_memory
    feed.write(database, folder / "feed", run.night.run_date, run.settings.publish, _feeds_in_flight(run), memory)


def publish(run: Run) -> None:
    """Move the checked snapshot into HOME/snapshots, make it current unless a newer date is, retire old ones.

    Killed anywhere and run again, it ends the same: the snapshot's id is noted before the move, the flip is one rename.
    """
    built = run.store.path / "snapshot"
    target = _target(run)
    if built.is_dir():
        write_json(
            built / "snapshot.json",
            {
                "id": target.name,
                "run_date": run.night.run_date.isoformat(),
                "yesterday": run.store.manifest.get("yesterday"),
                "schema_version": SCHEMA_VERSION,
                "fit_id": run.store.read("fits").column("fit_id")[0].as_py(),
                "counts": counts(built / "related_jobs.duckdb"),
            },
        )
        (built / "report.html").write_text(report.render(run, built / "related_jobs.duckdb"), encoding="utf-8")
        sync_tree(built)
        target.parent.mkdir(parents=True, exist_ok=True)
        built.rename(target)
    elif not target.is_dir():
        raise RelatedJobsError(f"{built} is missing: run stage audit first, or redo the run with --force")
    current = run.home.current()
    is_current = current is None or run.home.stands_for(current) <= run.night.run_date
    if is_current:
        run.home.flip(target)
    mark_later_runs_stale(run)
    run.store.update_manifest(
        state="published",
        snapshot=target.name,
        is_current=is_current,
        counts=counts(target / "related_jobs.duckdb"),
        ended_at=datetime.now(UTC).isoformat(timespec="seconds"),
        stale=False,
    )
    retire(run.home, run.settings.run.keep_snapshots)


def counts(database: Path) -> dict[str, int]:
    """Return the last run record of `database`: listings, postings, rejects, duplicate_groups, jobs, families, ..."""
    with opened(database) as con:
        return last_counts(con)


def last_counts(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return the last row of mart.run_records as `con` sees it."""
    rows = con.sql(resources.sql("feed/counts")).to_arrow_table().to_pylist()
    return {k: int(v) for k, v in rows[0].items()}


def _build_marts(run: Run, database: Path) -> None:
    with connect() as con:
        con.execute("SET memory_limit = $limit", {"limit": run.settings.run.duckdb_memory})
        con.execute("SET temp_directory = $folder", {"folder": str(run.store.path / "spill")})
        con.execute("ATTACH $path AS snapshot", {"path": str(database)})
        con.execute("CREATE SCHEMA snapshot.mart")
        for table in _tables(run):
            con.read_parquet([str(p) for p in run.store.parts(table)]).create_view(table)
        yesterday.view(con, run, YESTERDAY)
        fill(con, run, MARTS)


def fill(con: duckdb.DuckDBPyConnection, run: Run, marts: Iterable[str]) -> None:
    """Make `marts` in the database that `con` has attached as `snapshot`, of the run's tables and yesterday's as views."""
    started = datetime.fromisoformat(run.store.manifest["started_at"]).replace(tzinfo=None)
    known: dict[str, Any] = {
        "run_date": run.night.run_date,
        "started_at": started,
        "body_characters": run.settings.publish.body_characters,
        "gone_days": run.settings.publish.gone_days,
        "remember_days": run.settings.settle.remember_days,
        **asdict(run.settings.audit),
    }
    for mart in marts:
        con.execute("USE snapshot.mart")
        con.execute(contract(mart, "mart").ddl)
        con.execute("USE memory.main")
        query = resources.sql(f"marts/{mart}")
        con.execute(query, resources.params(query, known))


def _keep_texts(run: Run, folder: Path) -> None:
    """Put the run's texts beside the database: the next night takes those of postings that do not come again from there.

    Linked where the file system can: a text stands once on disk, however many snapshots hold its file.
    """
    folder.mkdir()
    for part in run.store.parts("bodies"):
        try:
            (folder / part.name).hardlink_to(part)
        except OSError:
            shutil.copyfile(part, folder / part.name)


def _tables(run: Run) -> list[str]:
    return sorted(p.name for p in run.store.path.iterdir() if any(p.glob("*.parquet")))


def _feeds_in_flight(run: Run) -> tuple[Path, ...]:
    """Return the feeds that pages may be reading while this one takes their place: the current one and yesterday's."""
    before = run.home.current(), run.home.yesterday(run.night.run_date)
    found = [s for s in before if s is not None and s.run_date <= run.night.run_date]
    return tuple(dict.fromkeys(s.path / "feed" for s in found))


def _target(run: Run) -> Path:
    noted = run.store.manifest.get("publishing")
    if noted is None:
        noted = run.home.new_snapshot_path(run.night.run_date).name
        run.store.update_manifest(publishing=noted)
    return run.home.path / "snapshots" / str(noted)


def mark_later_runs_stale(run: Run) -> None:
    """A redone date changes what later dates were built on: they say so, and are redone without --force."""
    for other in run.home.runs():
        manifest = other.manifest
        if manifest.get("run_date", "") > run.night.run_date.isoformat() and manifest.get("state") == "published":
            other.update_manifest(stale=True)
