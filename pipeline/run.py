"""The one code path of a run: begin, then run_stage for each stage of the plan. CLI, Airflow and tests all call it."""

import importlib
import platform
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from multiprocessing import get_context
from typing import Any

import pyarrow as pa

from pipeline import __version__, plan, resources, yesterday
from pipeline.auditor import Check, bare_main
from pipeline.contracts import connect
from pipeline.errors import RelatedJobsError, UsageError
from pipeline.ingest import Feed, fingerprint, read
from pipeline.measure import Meter, collect_less
from pipeline.plan import Night, Stage
from pipeline.settings import Settings, override
from pipeline.store import Home, Run, RunStore
from pipeline.text.tokens import short_id

_PACKAGES = ("duckdb", "great-expectations", "numpy", "pandas", "pyarrow", "rapidfuzz", "scikit-learn", "scipy")


@dataclass(frozen=True)
class StageRecord:
    """What a stage did: rows read from its first table, rows written by table, seconds, peak memory in MB."""

    stage: str
    rows_in: int
    rows_out: dict[str, int]
    seconds: float
    peak_mb: float
    reused: bool = False


def begin(
    home: Home,
    run_date: date,
    feeds: Iterable[Feed],
    settings: Settings,
    *,
    force: bool = False,
    refit: bool = False,
    accept_shrink: Iterable[str] = (),
    end_feeds: Iterable[str] = (),
) -> Run | None:
    """Open the run of `run_date`, resumed where it broke off over the same input; None where there is nothing to do.

    `accept_shrink` names feeds that may shrink beyond the band, `end_feeds` feeds that come no more: a date that was
    published without them is redone.

    Raises:
        UsageError: the date was published from other feeds or settings and `force` is not given; a feed has a wrong name.
        InputError: a feed can't be found.
    """
    feeds = tuple(feeds)
    if not feeds:
        raise UsageError("no feed: name one with --feed PATH, or list feeds in HOME/feeds.toml")
    _check_names(feeds)
    prints = {feed.name: fingerprint(feed, Night(run_date)) for feed in feeds}
    identity = _identity(home, prints, settings)
    store = home.run(run_date)
    was = store.manifest
    again = was.get("state") == "published" and was.get("identity") == identity and not force
    said = _said(was if again else {}, prints, accept_shrink, end_feeds)
    more = any(said[k] != was.get(k) for k in said)
    if was.get("state") == "published" and not force and not was.get("stale") and not more:
        if was.get("identity") == identity:
            # Published, but broken off before its report was written: what is left is done, nothing is published again.
            left = any(store.marker(s.name) is None for s in plan.started_by("snapshot"))
            return Run(home, store, Night(run_date), settings) if left else None
        raise UsageError(
            f"run {run_date} was published from {_differs(was, prints)}; use --force to redo it, or another --run-date"
        )
    before = home.yesterday(run_date)
    # After a rollback what a broken-off run did rests on a night that is no longer yesterday.
    moved = was.get("yesterday") != (before.path.name if before else None)
    if was.get("identity") != identity or force or was.get("stale") or more or moved:
        store.clear()
    store.update_manifest(
        run_date=run_date.isoformat(),
        state="running",
        identity=identity,
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        error=None,
        refit=refit,
        **said,
        feeds=[{**asdict(feed), "mapping": _plain(feed.mapping), "fingerprint": prints[feed.name]} for feed in feeds],
        settings=settings.as_dict(),
        versions={
            "related-jobs": __version__,
            "python": platform.python_version(),
            **{p: version(p) for p in _PACKAGES},
        },
        yesterday=before.path.name if before else None,
    )
    return Run(home, store, Night(run_date), settings)


def open_run(home: Home, run_date: date) -> Run:
    """Return the run of `run_date` that begin() opened, with the settings it began with.

    Raises:
        UsageError: it did not begin.
    """
    store = home.run(run_date)
    manifest = store.manifest
    if not manifest:
        raise UsageError(f"run {run_date} did not begin in {home.path}: start it with related-jobs run")
    given = {k: {n: v for n, v in s.items() if v is not None} for k, s in manifest["settings"].items()}
    return Run(home, store, Night(run_date), override(given, str(store.path)))


def feeds_of(run: Run) -> list[Feed]:
    """Return the feeds the run began with."""
    return [Feed(**{k: v for k, v in f.items() if k != "fingerprint"}) for f in run.store.manifest["feeds"]]


def run_stage(run: Run, name: str, feed: str | None = None, check: Check | None = None) -> StageRecord:
    """Run one stage of the plan, for one feed where it is mapped over feeds, and its gate; skip it where it is done.

    `check` holds the tables against the gate; audit.check() where it is not given.

    Raises:
        RelatedJobsError: the stage failed; its message is for people.
    """
    stage = plan.stage(name)
    marker = f"{name}.{feed}" if feed else name
    done = run.store.marker(marker)
    if done is not None:
        return StageRecord(**{**done, "reused": True})
    run.store.unmark(marker)
    meter = Meter()
    rows_in, workers_mb = _ENGINES[stage.grain](run, stage, feed)
    if stage.gate:
        (check or _check)(run, stage.gate)
    prefix = f"{feed}-" if feed else ""
    rows_out = {t: _rows(run.store, t, prefix) for t in stage.writes}
    record = StageRecord(name, rows_in, rows_out, round(meter.seconds, 3), round(meter.peak_mb + workers_mb, 1))
    run.store.mark_done(marker, asdict(record))
    return record


def run_night(
    run: Run,
    told: Callable[[Stage, StageRecord | None], None] = lambda stage, record: None,
    check: Check | None = None,
) -> None:
    """Run all stages in the order of the plan; `told` hears of each stage before (None) and after (its record).

    `check` holds the tables against the gates, as in run_stage().

    Raises:
        RelatedJobsError: a stage failed; the manifest keeps the message and nothing readers see has changed.
    """
    with failure_kept(run):
        for stage in plan.PLAN:
            told(stage, None)
            record = _all_feeds(run, stage) if stage.grain == "feeds" else run_stage(run, stage.name, check=check)
            told(stage, record)


@contextmanager
def failure_kept(run: Run) -> Iterator[None]:
    """Keep the message of what goes wrong within in the run's manifest; a run that was published stays so."""
    try:
        yield
    except BaseException as error:
        state = "published" if run.store.manifest.get("state") == "published" else "failed"
        message = str(error) or type(error).__name__
        run.store.update_manifest(state=state, error=message, ended_at=datetime.now(UTC).isoformat(timespec="seconds"))
        raise


def records(run: Run) -> list[StageRecord]:
    """Return what each stage of the plan recorded so far, feeds of one stage added up."""
    found = []
    for stage in plan.PLAN:
        names = [f"{stage.name}.{f.name}" for f in feeds_of(run)] if stage.grain == "feeds" else [stage.name]
        done = [StageRecord(**m) for m in (run.store.marker(n) for n in names) if m]
        if done:
            found.append(_sum(done))
    return found


def _all_feeds(run: Run, stage: Stage) -> StageRecord:
    return _sum([run_stage(run, stage.name, feed.name) for feed in feeds_of(run)])


def _sum(parts: list[StageRecord]) -> StageRecord:
    first = parts[0]
    rows_out = {t: sum(p.rows_out.get(t, 0) for p in parts) for t in first.rows_out}
    return StageRecord(
        first.stage,
        sum(p.rows_in for p in parts),
        rows_out,
        round(sum(p.seconds for p in parts), 3),
        max(p.peak_mb for p in parts),
        all(p.reused for p in parts),
    )


def _rows(store: RunStore, table: str, prefix: str) -> int:
    import pyarrow.parquet as pq

    return sum(int(pq.read_metadata(p).num_rows) for p in store.parts(table) if p.name.startswith(prefix))


def _check(run: Run, gate: str) -> None:
    from pipeline.audit import check

    check(run, gate)


def _function(stage: Stage) -> Callable[..., Any]:
    module, _, name = stage.function.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function


def _feeds_stage(run: Run, stage: Stage, feed_name: str | None) -> tuple[int, float]:
    feed = next((f for f in feeds_of(run) if f.name == feed_name), None)
    if feed is None:
        raise UsageError(f"stage {stage.name}: no feed {feed_name!r} in this run")
    for table in stage.writes:
        run.store.drop(table, f"{feed.name}-")
    count = 0
    for number, (listings, rejects) in enumerate(read(feed, run.night, run.settings.ingest)):
        for table, rows in zip(stage.writes, (listings, rejects), strict=True):
            run.store.write(table, rows, f"{feed.name}-{number:05d}")
        count += listings.num_rows + rejects.num_rows
    return count, 0.0


def _sql_stage(run: Run, stage: Stage) -> None:
    known = {"run_date": run.night.run_date, **asdict(getattr(run.settings, stage.name))}
    with connect() as con:
        con.execute("SET memory_limit = $limit", {"limit": run.settings.run.duckdb_memory})
        con.execute("SET temp_directory = $folder", {"folder": str(run.store.path / "spill")})
        for table in stage.reads:
            con.read_parquet([str(p) for p in run.store.parts(table)]).create_view(table)
        yesterday.view(con, run, stage.yesterday)
        for table in stage.writes:
            query = resources.sql(f"transforms/{table}")
            rows = con.sql(query, params=resources.params(query, known)).to_arrow_table()
            run.store.write(table, rows)
            con.read_parquet([str(p) for p in run.store.parts(table)]).create_view(table)


def _whole_stage(run: Run, stage: Stage, _: str | None) -> tuple[int, float]:
    for table in stage.writes:
        run.store.drop(table)
    if stage.function == "sql":
        _sql_stage(run, stage)
    else:
        tables = {t: run.store.read(t) for t in stage.reads} | yesterday.tables(run, stage.yesterday)
        made = _function(stage)(tables, run.night, getattr(run.settings, stage.name))
        for table in stage.writes:
            run.store.write(table, made[table])
    return run.store.count(stage.reads[0]), 0.0


def _home_stage(run: Run, stage: Stage, _: str | None) -> tuple[int, float]:
    _function(stage)(run)
    return (run.store.count(stage.reads[0]) if stage.reads else 0), 0.0


@dataclass
class _Worker:
    """What a worker process keeps between pieces."""

    run: Run
    stage: Stage
    broadcast: dict[str, pa.Table]

    def piece(self, number: int, rows: pa.Table) -> int:
        tables: Mapping[str, pa.Table] = {self.stage.reads[0]: rows, **self.broadcast}
        made = _function(self.stage)(tables, self.run.night, getattr(self.run.settings, self.stage.name))
        for table in self.stage.writes:
            self.run.store.write(table, made[table], f"part-{number:05d}")
        return int(rows.num_rows)


_worker: _Worker | None = None


def _start_worker(run: Run, stage: Stage) -> None:
    collect_less()
    global _worker  # noqa: PLW0603 - one per process, set once when the process starts
    _worker = _Worker(
        run, stage, {t: run.store.read(t) for t in stage.reads[1:]} | yesterday.tables(run, stage.yesterday)
    )


def _work(number: int, rows: pa.Table) -> tuple[int, float]:
    if _worker is None:
        raise RelatedJobsError("worker process was not started by the engine")
    meter = Meter()
    return _worker.piece(number, rows), meter.peak_mb


def _rows_stage(run: Run, stage: Stage, _: str | None) -> tuple[int, float]:
    for table in stage.writes:
        run.store.drop(table)
    size = getattr(getattr(run.settings, stage.name), "batch_rows", run.settings.run.batch_rows)
    pieces = enumerate(run.store.batches(stage.reads[0], size))
    total = run.store.count(stage.reads[0])
    if run.settings.run.workers <= 1 or total <= size:
        # Fewer rows than one piece: a pool would cost more (1-2 s of imports) than it saves.
        worker = _Worker(
            run, stage, {t: run.store.read(t) for t in stage.reads[1:]} | yesterday.tables(run, stage.yesterday)
        )
        return sum(worker.piece(number, rows) for number, rows in pieces), 0.0
    workers = run.settings.run.workers
    with bare_main(), ProcessPoolExecutor(workers, get_context("spawn"), _start_worker, (run, stage)) as pool:
        results = list(_bounded(pool, pieces, 2 * workers))
    return sum(n for n, _ in results), workers * max(mb for _, mb in results)


def _bounded(
    pool: ProcessPoolExecutor, pieces: Iterable[tuple[int, pa.Table]], at_most: int
) -> Iterator[tuple[int, float]]:
    """Yield results while at most `at_most` pieces wait in memory."""
    waiting: set[Future[tuple[int, float]]] = set()
    for number, rows in pieces:
        if len(waiting) >= at_most:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            yield from (f.result() for f in done)
        waiting.add(pool.submit(_work, number, rows))
    yield from (f.result() for f in waiting)


_ENGINES: dict[str, Callable[[Run, Stage, str | None], tuple[int, float]]] = {
    "feeds": _feeds_stage,
    "rows": _rows_stage,
    "whole": _whole_stage,
    "home": _home_stage,
}


def _identity(home: Home, prints: dict[str, str], settings: Settings) -> str:
    """Return the fingerprint of all that a run is made of, but for yesterday: feeds, settings, overrides, version."""
    overrides = home.path / "overrides.csv"
    decided = overrides.read_text(encoding="utf-8", errors="replace") if overrides.is_file() else ""
    return short_id("", *(f"{n}={prints[n]}" for n in sorted(prints)), repr(settings), decided, __version__)


def _said(
    was: dict[str, Any], prints: dict[str, str], accept_shrink: Iterable[str], end_feeds: Iterable[str]
) -> dict[str, list[str]]:
    """Return what people said about feeds, with what they said before about the same input."""
    accept, end = set(accept_shrink), set(end_feeds)
    if accept - prints.keys():
        raise UsageError(
            f"--accept-shrink {', '.join(sorted(accept - prints.keys()))}: no such feed; there are {', '.join(prints)}"
        )
    if end & prints.keys():
        raise UsageError(f"--end-feed {', '.join(sorted(end & prints.keys()))}: a feed of this run; leave it out of it")
    return {
        "accept_shrink": sorted(accept | set(was.get("accept_shrink", []))),
        "end_feeds": sorted(end | set(was.get("end_feeds", []))),
    }


def _check_names(feeds: tuple[Feed, ...]) -> None:
    names = [f.name for f in feeds]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise UsageError(f"two feeds are called {', '.join(twice)}: give each its own name in feeds.toml")


def _plain(mapping: Any) -> Any:
    return mapping if mapping is None or isinstance(mapping, dict | str) else str(mapping)


def _differs(was: dict[str, Any], prints: dict[str, str]) -> str:
    before = {f["name"]: f["fingerprint"] for f in was.get("feeds", [])}
    if before != prints:
        changed = sorted(n for n in before.keys() | prints.keys() if before.get(n) != prints.get(n))
        return f"other feeds (different: {', '.join(changed)})"
    return "the same feeds with other settings, other overrides or another version of related-jobs"
