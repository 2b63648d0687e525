"""The one code path of a run: begin, then run_stage for each stage of the plan. CLI, Airflow and tests all call it."""

import platform
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from importlib.metadata import version
from typing import Any

import duckdb

from pipeline import __version__, engine, kept, mapped, openmetrics, plan, spark, unchanged, yesterday
from pipeline.auditor import Check
from pipeline.errors import InputError, RelatedJobsError, UsageError
from pipeline.ingest import Feed, fingerprint
from pipeline.measure import Watch
from pipeline.plan import Night, Stage
from pipeline.settings import Settings, override
from pipeline.store import Home, Run, RunStore
from pipeline.text.tokens import short_id
from pipeline.workers import Workers, workers

_PACKAGES = ("duckdb", "great-expectations", "numpy", "pandas", "pyarrow", "rapidfuzz", "scikit-learn", "scipy")


@dataclass(frozen=True)
class StageRecord:
    """What a stage did: rows read from its first table, rows written by table, seconds, peak memory in MB.

    `taken_over` are rows of its first table that an earlier run knew; `made_by` is what its rows hang on beside them, where
    a later run may take them over.
    """

    stage: str
    rows_in: int
    rows_out: dict[str, int]
    seconds: float
    peak_mb: float
    reused: bool = False
    taken_over: int = 0
    made_by: str | None = None


def begin(
    home: Home,
    run_date: date,
    feeds: Iterable[Feed],
    settings: Settings,
    *,
    force: bool = False,
    refit: bool = False,
    full: bool = False,
    accept_shrink: Iterable[str] = (),
    end_feeds: Iterable[str] = (),
    accept_drift: bool = False,
) -> Run | None:
    """Open the run of `run_date`, resumed where it broke off over the same input; None where there is nothing to do.

    `full` takes over nothing that an earlier run worked out. `accept_drift` lets figures through that are far out of
    their band. `accept_shrink` names feeds that may shrink beyond the band, `end_feeds` feeds that come no more: a date
    that was published without them is redone.

    Raises:
        UsageError: the date was published from other feeds or settings and `force` is not given; a feed has a wrong name;
            the engine is not installed.
        InputError: a feed can't be found.
    """
    feeds = tuple(feeds)
    if not feeds:
        raise UsageError("no feed: name one with --feed PATH, or list feeds in HOME/feeds.toml")
    _check_names(feeds)
    if settings.run.engine == "spark":
        spark.require()  # now, and not after an hour of reading feeds
    with _not_begun(Run(home, home.run(run_date), Night(run_date), settings)):
        prints = {feed.name: fingerprint(feed, Night(run_date)) for feed in feeds}
    identity = _identity(home, prints, settings)
    store = home.run(run_date)
    home.sweep()
    store.sweep()
    was = store.manifest
    # What was said about feeds stays said, also where the run broke off; not where the deliveries did not bear it out.
    borne_out = was.get("state") == "published" or store.marker("deliveries") is not None
    again = borne_out and was.get("identity") == identity and not force
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
    before = yesterday.found(home, run_date)
    # After a rollback what a broken-off run did rests on a night that is no longer yesterday.
    moved = any(was.get(key) != value for key, value in before.items())
    # A new fit is asked for after the night took the one at hand.
    late = refit and not was.get("refit") and store.marker("phrases") is not None
    if was.get("identity") != identity or force or was.get("stale") or more or moved or late:
        store.clear()
    store.update_manifest(
        run_date=run_date.isoformat(),
        state="running",
        identity=identity,
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        error=None,
        refit=refit,
        full=full,
        accept_drift=accept_drift,
        **said,
        feeds=[{**asdict(feed), "mapping": _plain(feed.mapping), "fingerprint": prints[feed.name]} for feed in feeds],
        settings=settings.as_dict(),
        versions={
            "related-jobs": __version__,
            "python": platform.python_version(),
            **{p: version(p) for p in _PACKAGES},
        },
        made_by=unchanged.makers(home, settings),
        **before,
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
    on = spark if run.settings.run.engine == "spark" else engine
    with Watch() as watched:
        rows_in, elsewhere_mb = on.work(run, stage, feed)
        mapped.let_go(run.store, stage)
        if stage.gate:
            (check or _check)(run, stage.gate)
    prefix = f"{feed}-" if feed else ""
    rows_out = {t: _rows(run.store, t, prefix) for t in stage.writes}
    record = StageRecord(
        name,
        rows_in,
        rows_out,
        round(watched.seconds, 3),
        round(watched.peak_mb + elsewhere_mb, 1),
        taken_over=kept.taken_over(run, stage),
        made_by=kept.maker(run, stage) if stage.kept or stage.told_by or stage.mends else None,
    )
    run.store.mark_done(marker, asdict(record))
    return record


def run_night(
    run: Run,
    told: Callable[[Stage, StageRecord | None], None] = lambda stage, record: None,
    check: Check | None = None,
) -> None:
    """Run all stages in the order of the plan; `told` hears of each stage before (None) and after (its record).

    A stage that may be begun ahead is worked on by a worker, where one is at hand, as soon as what it reads is there; its
    outcome is waited for in its turn. Where nothing changed, what would make another snapshot is left out.

    `check` holds the tables against the gates, as in run_stage().

    Raises:
        RelatedJobsError: a stage failed; the manifest keeps the message and nothing readers see has changed.
    """
    last = [stage for stage in plan.PLAN if stage.grain == "rows"][-1]
    ahead: dict[str, Future[StageRecord]] = {}
    # A failure is written down before workers end: one that is in the midst of a stage ends it first, for the next try.
    with workers(run.settings.run.workers) as pool, failure_kept(run):
        for stage in plan.PLAN:
            if run.store.unchanged and stage.name in plan.SKIPPED:
                continue
            told(stage, None)
            if stage.name in ahead:
                record = ahead.pop(stage.name).result()
            else:
                record = _all_feeds(run, stage) if stage.grain == "feeds" else run_stage(run, stage.name, check=check)
            told(stage, record)
            _begin_ahead(run, stage, pool, ahead)
            if stage is last:
                pool.end()  # what they keep is memory that the stages after them can use


def _begin_ahead(run: Run, done: Stage, pool: Workers, ahead: dict[str, Future[StageRecord]]) -> None:
    """Begin the stages that may be once `done` is; raise what one that was begun before has failed of.

    No worker is started for them: it comes up in 2 s, which a night so small that none is at hand would lose.
    """
    for begun in ahead.values():
        if begun.done():
            begun.result()
    for stage in plan.ready(done) if pool.at_hand else ():
        needless = run.store.unchanged and stage.name in plan.SKIPPED
        if stage.name not in ahead and not needless and run.store.marker(stage.name) is None:
            ahead[stage.name] = pool.submit(run_stage, run, stage.name)


@contextmanager
def _not_begun(run: Run) -> Iterator[None]:
    """Keep the message of a night that could not begin where a failed night's is looked for; a published one stays as it is."""
    try:
        yield
    except InputError:
        if run.store.manifest.get("state") == "published":
            raise
        began = {"run_date": run.night.run_date.isoformat(), "feeds": [], "settings": run.settings.as_dict()}
        now = datetime.now(UTC).isoformat(timespec="seconds")
        run.store.update_manifest(**{**began, **run.store.manifest, "started_at": now})
        with failure_kept(run):
            raise


@contextmanager
def failure_kept(run: Run) -> Iterator[None]:
    """Keep the message of what goes wrong within in the run's manifest; a run that was published stays so."""
    try:
        yield
    except BaseException as error:
        state = "published" if run.store.manifest.get("state") == "published" else "failed"
        message = str(error) or type(error).__name__
        run.store.update_manifest(state=state, error=message, ended_at=datetime.now(UTC).isoformat(timespec="seconds"))
        with suppress(OSError, duckdb.Error, RelatedJobsError):  # monitoring must not hide what went wrong
            openmetrics.write(run)
        raise


def records(run: Run) -> list[StageRecord]:
    """Return what each stage of the plan recorded so far, feeds of one stage added up."""
    found = []
    for stage in plan.PLAN:
        names = [f"{stage.name}.{f.name}" for f in engine.feeds_of(run)] if stage.grain == "feeds" else [stage.name]
        done = [StageRecord(**m) for m in (run.store.marker(n) for n in names) if m]
        if done:
            found.append(_sum(done))
    return found


def _all_feeds(run: Run, stage: Stage) -> StageRecord:
    return _sum([run_stage(run, stage.name, feed.name) for feed in engine.feeds_of(run)])


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
        sum(p.taken_over for p in parts),
        parts[0].made_by,
    )


def _rows(store: RunStore, table: str, prefix: str) -> int:
    import pyarrow.parquet as pq

    return sum(int(pq.read_metadata(p).num_rows) for p in store.parts(table) if p.name.startswith(prefix))


def _check(run: Run, gate: str) -> None:
    from pipeline.audit import check

    check(run, gate)


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
