"""What is wrong with a set-up, and what to do: versions, room, settings, feeds, lock, last run, snapshot, feed, DAGs."""

import importlib.util
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal

from pipeline.errors import RelatedJobsError
from pipeline.store import Home, RunStore

DISK_GB = 5.0  # free disk under which a night of 40,000 listings may not fit
MEMORY_GB = 4.0  # free memory under which one may not fit
STALE_DAYS = 2  # days without a new snapshot after which somebody should look


@dataclass(frozen=True)
class Finding:
    """What was looked at, how it is, and what to do where it is not fine."""

    what: str
    state: Literal["fine", "warning", "wrong"]
    says: str
    do: str = ""


def examine(home: Home) -> list[Finding]:
    """Return the findings on this machine and on `home`; nothing is changed, but for a file tried in `home`."""
    checks: tuple[tuple[str, Callable[[Home], Iterator[Finding]]], ...] = (
        ("python", _python),
        ("packages", _packages),
        ("home", _home),
        ("memory", _memory),
        ("settings", _settings),
        ("feeds", _feeds),
        ("lock", _lock),
        ("runs", _runs),
        ("snapshot", _snapshot),
        ("feed", _feed),
        ("dags", _dags),
    )
    found: list[Finding] = []
    for what, check in checks:
        try:
            found += list(check(home))
        except RelatedJobsError as error:
            found.append(Finding(what, "wrong", str(error)))
        except OSError as error:
            found.append(
                Finding(what, "wrong", f"{error.filename}: {error.strerror}", "give this user the right to it")
            )
    return found


def _python(_: Home) -> Iterator[Finding]:
    good = (3, 11) <= sys.version_info[:2] <= (3, 13)
    says = f"Python {platform.python_version()} on {platform.system()}"
    yield Finding("python", "fine" if good else "wrong", says, "" if good else "take Python 3.11, 3.12 or 3.13")


def _packages(_: Home) -> Iterator[Finding]:
    from packaging.requirements import Requirement

    wrong = []
    needed = [Requirement(r) for r in requires("related-jobs") or []]
    core = [r for r in needed if r.marker is None or r.marker.evaluate({"extra": ""})]
    for one in core:
        try:
            if not one.specifier.contains(version(one.name), prereleases=True):
                wrong.append(f"{one} is wanted, {version(one.name)} is here")
        except PackageNotFoundError:
            wrong.append(f"{one} is missing")
    says = "; ".join(wrong) or f"related-jobs {version('related-jobs')} and the {len(core)} packages it needs"
    yield Finding("packages", "wrong" if wrong else "fine", says, "make install, or uv sync" if wrong else "")


def _home(home: Home) -> Iterator[Finding]:
    if not home.path.is_dir():
        yield Finding(
            "home", "warning", f"{home.path} is not there yet", "related-jobs run makes it, or name one by --home"
        )
        return
    trial = home.path / f".doctor.{os.getpid()}"
    trial.write_text("", encoding="utf-8")
    trial.unlink()
    free = shutil.disk_usage(home.path).free / 1e9
    low = free < DISK_GB
    yield Finding(
        "home", "warning" if low else "fine", f"{home.path}: {free:,.0f} GB free",
        "free some: fewer run.keep_snapshots, old folders of runs/" if low else "",
    )  # fmt: skip


def _memory(_: Home) -> Iterator[Finding]:
    free = (
        os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9
        if "SC_AVPHYS_PAGES" in os.sysconf_names
        else None
    )
    info = Path("/proc/meminfo")
    if info.is_file():  # pages that Linux only caches with are free for the asking
        lines = dict(line.split(":") for line in info.read_text(encoding="utf-8").splitlines())
        free = int(lines["MemAvailable"].split()[0]) * 1024 / 1e9
    if free is None:
        return
    low = free < MEMORY_GB
    do = "lower run.workers and run.duckdb_memory, or stop something else" if low else ""
    yield Finding("memory", "warning" if low else "fine", f"{free:,.1f} GB free, {os.cpu_count()} processors", do)


def _settings(home: Home) -> Iterator[Finding]:
    from pipeline import settings, spark

    path = home.path / "settings.toml"
    chosen = settings.load(path).run
    if chosen.engine == "spark":
        spark.require()
        yield Finding("engine", "fine", f"PySpark and Java are there; Spark's master is {chosen.master}")
    yield Finding("settings", "fine", f"{path} is valid" if path.is_file() else "the defaults (no settings.toml)")


def _feeds(home: Home) -> Iterator[Finding]:
    from pipeline.ingest import fingerprint, load_feeds
    from pipeline.plan import Night

    listed = home.path / "feeds.toml"
    if not listed.is_file():
        do = "list feeds there, or name them by --feed"
        yield Finding("feeds", "warning", f"{listed} is missing", do)
        return
    for feed in load_feeds(listed):
        try:
            fingerprint(feed, Night(datetime.now(UTC).date()))
            yield Finding("feeds", "fine", f"{feed.name}: found")
        except RelatedJobsError as error:
            yield Finding("feeds", "warning", f"{feed.name}: {error}", "see that tonight's delivery comes")


def _lock(home: Home) -> Iterator[Finding]:
    from pipeline.errors import HeldError

    if not home.path.is_dir():
        return
    try:
        with home.lock("related-jobs doctor"):
            yield Finding("lock", "fine", "nobody holds the home")
    except HeldError as error:
        yield Finding("lock", "warning", str(error))


def _runs(home: Home) -> Iterator[Finding]:
    runs = home.runs()
    if not runs:
        return
    manifest = runs[-1].manifest
    day, state = manifest.get("run_date"), manifest.get("state")
    if state == "failed":
        yield Finding(
            "runs",
            "wrong",
            f"run {day} failed: {manifest.get('error')}",
            "put it right and run it again: it goes on where it stopped",
        )
    elif state == "running":
        yield Finding(
            "runs", "warning", f"run {day} is not finished", "wait, or run it again: it goes on where it stopped"
        )
    else:
        done = runs[-1].unchanged or "it was published"
        yield Finding("runs", "fine", f"run {day}: {done}; {len(runs)} runs are kept")
    yield from _warnings(runs[-1])
    stale = [r.manifest["run_date"] for r in runs if r.manifest.get("stale")]
    if stale:
        yield Finding(
            "runs",
            "warning",
            f"built on a date that was redone or rolled back since: {', '.join(stale)}",
            "run these dates again",
        )


def _warnings(run: RunStore) -> Iterator[Finding]:
    """Yield what the last night warned of: deliveries that were odd, and rules of the audit that are not kept."""
    from pipeline import audit

    for remark in run.manifest.get("remarks", []):
        yield Finding("runs", "warning", remark["says"])
    for result in audit.results(run):
        if not result["success"]:
            yield Finding("audit", "warning", f"not kept: {result['rule']}: {result['says']}", result["do"])


def _snapshot(home: Home) -> Iterator[Finding]:
    from pipeline.contracts import contract
    from pipeline.publish import MARTS

    current = home.current()
    if current is None:
        yield Finding("snapshot", "warning", "nothing was published yet", "related-jobs run --feed PATH")
        return
    age = (datetime.now(UTC).date() - home.stands_for(current)).days
    old = age > STALE_DAYS
    do = "see why there was no night since" if old else ""
    since = f", unchanged to {home.stands_for(current)}" if home.stands_for(current) != current.run_date else ""
    yield Finding("snapshot", "warning" if old else "fine", f"{current.path.name}{since}, {max(age, 0)} days old", do)
    odd = [mart for mart in MARTS if _columns(home, mart) != contract(mart, "mart").schema.names]
    if odd:
        yield Finding(
            "snapshot", "warning", f"made by another version: other columns in {', '.join(odd)}",
            "the next night brings them; related-jobs run --force redoes this one",
        )  # fmt: skip


def _columns(home: Home, mart: str) -> list[str]:
    import duckdb

    from pipeline.contracts import opened

    current = home.current()
    if current is None:
        return []
    with opened(current.database) as con:
        try:
            return list(con.table(f"mart.{mart}").columns)
        except duckdb.CatalogException:
            return []


def _feed(home: Home) -> Iterator[Finding]:
    from pipeline.feed_reader import lookup
    from pipeline.store import read_json

    if home.current() is None:
        return
    feed = home.path / "feed"
    lookup(feed, "")  # raises where the manifest or what it names can't be read
    manifest = read_json(feed / "manifest.json")
    shards = len(list((feed / "shards").glob("*.json")))
    yield Finding(
        "feed",
        "fine",
        f"run {manifest['run_date']}, {manifest['jobs']:,} jobs, {shards} shards with those of pages in flight",
    )


def _dags(_: Home) -> Iterator[Finding]:
    from pipeline import resources

    if importlib.util.find_spec("airflow") is None:
        yield Finding("dags", "fine", "Airflow is not installed here: nights start by related-jobs run")
        return
    found = sorted(p.name for p in resources.folder("dags").glob("*.py"))
    says = f"Airflow {version('apache-airflow')}; {', '.join(found)} in {resources.folder('dags')}"
    yield Finding(
        "dags",
        "fine",
        says,
        "" if os.environ.get("RELATED_JOBS_HOME") else "RELATED_JOBS_HOME must be set for its workers",
    )
