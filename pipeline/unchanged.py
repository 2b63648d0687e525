"""A night in which nothing changed: told as soon as its postings are settled; it keeps its own record, the snapshot stays.

What follows from postings, texts, fit, settings, code and people's decisions alone is what it was. What hangs on the date
besides is looked at: days last seen and deliveries are the record's (yesterday.RECORD), which the next night is made of;
a deadline, a grace or a remembrance that ends shows in the settled tables; ads that are no longer fresh, gone jobs whose
time is over, and a fit that is due are looked for.
"""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b
from importlib.metadata import version

import duckdb
import pyarrow as pa

from pipeline import fits, kept, plan, publish, resources, yesterday
from pipeline.contracts import connect
from pipeline.settings import Settings
from pipeline.store import Home, Run, RunStore, Snapshot
from pipeline.text.tokens import short_id

_COMPARED = (
    "postings", "posting_states", "sightings", "listings", "rejects", "jobs", "gone_jobs", "gone_postings",
)  # fmt: skip
_BOXED = ("job_postings", "jobs", "related_jobs", "postings", "duplicates", "variant_families", "clusters", "fits")
"""Marts of the snapshot that the record's figures are taken from."""


def unchanged(run: Run) -> None:
    """Tell the manifest what changed since the night before; where nothing did, end the run: its record is all it keeps."""
    if not run.store.unchanged:
        changed = list(_changes(run))
        run.store.update_manifest(changed=changed)
        if changed:
            return
        _record(run)
    _drop_tables(run.store)


def makers(home: Home, settings: Settings) -> dict[str, str]:
    """Return the fingerprints of what a night is made by besides feeds and fit, for its manifest."""
    overrides = home.path / "overrides.csv"
    decided = overrides.read_text(encoding="utf-8", errors="replace") if overrides.is_file() else ""
    return {"code": _code(), "settings": short_id("", repr(settings)), "overrides": short_id("", decided)}


@cache
def _code() -> str:
    """Return the fingerprint of the code, of all SQL and rules, and of the libraries beneath."""
    digest = blake2b(kept.code().encode(), digest_size=8)
    package = resources.package()
    beside = [p for name in ("sql", "expectations") for p in resources.folder(name).rglob("*")]
    for path in sorted(p for p in (*package.rglob("*"), *beside) if p.is_file() and "__pycache__" not in p.parts):
        digest.update(path.name.encode() + path.read_bytes())
    digest.update(version("great-expectations").encode())
    return digest.hexdigest()


def _changes(run: Run) -> Iterator[str]:
    """Yield what is not as it was, the cheapest to find first; nothing where a snapshot of tonight would be the last one."""
    manifest, before = run.store.manifest, yesterday.snapshot_before(run)
    if before is None:
        yield "there is no night before"
    elif not run.settings.unchanged.stays:
        yield "every night publishes ([unchanged] stays = false)"
    elif manifest.get("full") or manifest.get("refit"):
        yield "--full was asked for" if manifest.get("full") else "--refit was asked for"
    elif (run.home.current() or before).path != before.path:
        yield "readers see another snapshot than this night builds on"
    else:
        made = list(_made_otherwise(run, before))
        yield from made or _differences(run, before)


def _made_otherwise(run: Run, before: Snapshot) -> Iterator[str]:
    was = run.home.run(before.run_date)
    there = all(any((was.path / table).glob("*.parquet")) for table in ("vectors", "job_clusters"))
    if was.manifest.get("snapshot") != before.path.name or not there:
        yield f"the tables of {before.run_date} are gone"
        return
    by, now = was.manifest.get("made_by", {}), run.store.manifest["made_by"]
    yield from (f"other {what}" for what, value in now.items() if by.get(what) != value)
    usable = fits.usable(run)
    fit_id = before.record.get("fit_id")
    if usable is None or usable.path.name != fit_id:
        yield "a new fit is due" if usable is None else "another fit is at hand"


def _differences(run: Run, before: Snapshot) -> Iterator[str]:
    """Yield by how many rows tonight's tables differ from those of the night before, and what the date alone brings."""
    known = {
        "run_date": run.night.run_date, "since": before.run_date, "gone_days": run.settings.publish.gone_days,
        "fresh_days": run.settings.relate.fresh_days, "fresh_bonus": run.settings.relate.fresh_bonus,
    }  # fmt: skip
    with _opened(run) as con:
        yesterday.view(con, run, _COMPARED)
        query = resources.sql("unchanged/differences")
        found = con.execute(query, resources.params(query, known)).fetchall()
    yield from (f"{what}: {rows:,}" for what, rows in found)
    if not found and run.store.manifest.get("yesterday_record") is None and _clusters_move(run, before):
        yield "clusters"


def _clusters_move(run: Run, before: Snapshot) -> bool:
    """Return whether jobs or names of clusters would be others, now that the snapshot itself is their yesterday.

    All other stages give the same over their own outcome: ids follow members, and those are the same. A job may have
    stayed in its cluster of the night before, so that here the outcome is looked at; once for a snapshot.
    """
    from pipeline.stages.cluster import cluster

    stage, was = plan.stage("cluster"), run.home.run(before.run_date)
    tables = {name: was.read(name) for name in stage.reads}
    tables |= {f"yesterday_{name}": before.table(name) for name in stage.yesterday}
    made = cluster(tables, run.night, run.settings.cluster)
    return any(not _sorted(made[name]).equals(_sorted(was.read(name))) for name in stage.writes)


def _sorted(table: pa.Table) -> pa.Table:
    return table.sort_by(table.column_names[0]).combine_chunks()


def _opened(run: Run) -> duckdb.DuckDBPyConnection:
    """Return a connection that sees what the stage reads of the run."""
    con = connect()
    con.execute("SET memory_limit = $limit", {"limit": run.settings.run.duckdb_memory})
    con.execute("SET temp_directory = $folder", {"folder": str(run.store.path / "spill")})
    for table in plan.stage(plan.UNCHANGED).reads:
        con.read_parquet([str(p) for p in run.store.parts(table)]).create_view(table)
    return con


def _record(run: Run) -> None:
    """Keep tonight's rows of the marts that hold the date, and say in the manifest that the snapshot stands for tonight."""
    before = yesterday.snapshot_before(run)
    assert before is not None
    run.store.record("").parent.mkdir(exist_ok=True)
    with _opened(run) as con:
        yesterday.view(con, run, publish.YESTERDAY)
        con.table("yesterday.mart.job_postings").create_view("job_postings")
        con.execute("ATTACH ':memory:' AS snapshot")
        con.execute("CREATE SCHEMA snapshot.mart")
        con.execute("USE snapshot.mart")
        for mart in _BOXED:
            con.table(f"yesterday.mart.{mart}").create_view(mart)
        con.execute("USE memory.main")
        publish.fill(con, run, yesterday.RECORD)
        con.execute("USE snapshot")
        for mart in yesterday.RECORD:
            con.table(f"snapshot.mart.{mart}").write_parquet(str(run.store.record(mart)), compression="zstd")
        counts = publish.last_counts(con)
    publish.mark_later_runs_stale(run)
    run.store.update_manifest(
        unchanged_since=before.run_date.isoformat(),
        state="published",
        snapshot=before.path.name,
        is_current=True,
        counts=counts,
        ended_at=datetime.now(UTC).isoformat(timespec="seconds"),
        stale=False,
    )
    for old in run.home.unchanged_nights(before)[: -max(run.settings.run.keep_snapshots, 1)]:
        shutil.rmtree(old.record("").parent, ignore_errors=True)  # the newest has all that the night after needs


def _drop_tables(store: RunStore) -> None:
    """Remove the run's tables: the snapshot's run has those of the night that stays, the record has what is tonight's own."""
    for table in store.path.iterdir():
        if table.name != "record" and any(table.glob("*.parquet")):
            shutil.rmtree(table)
