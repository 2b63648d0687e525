"""Nights that are killed, and snapshots that are published under readers: python -m benchmarks.faults (make bench-faults).

A child does a night and kills itself with SIGKILL at a drawn moment: before the n-th change it makes to HOME's files in a stage (every one of
publishing is drawn, others by chance), or some time into a stage, in the midst of native code. Then readers look, the night is run again, and its
tables and files must be those of a night that nobody disturbed.
"""

import argparse
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.faults_world import feeds

DAY = date(2026, 3, 2)
NIGHT = DAY + timedelta(days=1)
CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.symlink", "os.link", "os.truncate"}
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
PUBLISHING = ("audit", "publish", "report")
CLOCKS = {"started_at"}


@dataclass(frozen=True)
class Moment:
    """When a night is killed: before its `change`-th change of files in a stage, or `seconds` into it."""

    stage: str
    change: int | None = None
    seconds: float | None = None

    def __str__(self) -> str:
        """Say it as the log does."""
        return f"{self.stage}, change {self.change}" if self.seconds is None else f"{self.stage}, {self.seconds:.3f} s"


class Watch:
    """Counts a night's changes to files below `home`, stage by stage; kills the process at a moment."""

    def __init__(self, home: Path, moment: Moment | None) -> None:
        self.home, self.moment, self.stage = str(home), moment, "begin"
        self.counts: Counter[str] = Counter()
        self.seconds: dict[str, float] = {}
        self._began = time.perf_counter()
        sys.addaudithook(self._hook)
        self.enter("begin")

    def enter(self, stage: str) -> None:
        """Say which stage begins."""
        self.seconds[self.stage] = time.perf_counter() - self._began
        self.stage, self._began = stage, time.perf_counter()
        moment = self.moment
        if moment and moment.stage == stage and moment.seconds is not None:
            timer = threading.Timer(moment.seconds, os.kill, (os.getpid(), signal.SIGKILL))
            timer.daemon = True
            timer.start()

    def _hook(self, event: str, given: tuple[Any, ...]) -> None:
        writes = event == "open" and isinstance(given[2], int) and bool(given[2] & WRITES)
        if not (writes or event in CHANGES) or not str(given[0]).startswith(self.home):
            return
        self.counts[self.stage] += 1
        if self.moment and (self.moment.stage, self.moment.change) == (self.stage, self.counts[self.stage]):
            os.kill(os.getpid(), signal.SIGKILL)


def child(home: str, feed: str, day: date, moment: Moment | None, told: Connection) -> None:
    """Do the night of `day`, watched; send the changes and seconds of each stage when it is done."""
    from pipeline import run as engine
    from pipeline.settings import RunSettings, Settings
    from pipeline.store import Home

    at = Home(Path(home))
    settings = replace(Settings(), run=RunSettings(workers=1))
    watch = Watch(at.path, moment)
    with at.lock("a night under test"):
        night = engine.begin(at, day, feeds(Path(feed)), settings)
        if night is not None:
            engine.run_night(night, lambda stage, record: watch.enter(stage.name) if record is None else None)
    watch.enter("end")
    told.send((dict(watch.counts), watch.seconds))


class Forge:
    """Starts children whose imports are done: a server process that loaded them forks each (a cold start takes 10 s)."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["benchmarks.faults_warm"])

    def night(
        self, home: Path, feed: Path, day: date, moment: Moment | None = None
    ) -> tuple[dict[str, int], dict[str, float]] | None:
        """Do a night in a child; return its changes and seconds by stage, None where it was killed.

        Raises:
            SystemExit: the child failed by itself.
        """
        ours, theirs = self._context.Pipe(duplex=False)
        process = self._context.Process(target=child, args=(str(home), str(feed), day, moment, theirs))
        process.start()
        theirs.close()
        process.join()
        if process.exitcode == -signal.SIGKILL:
            return None
        if process.exitcode != 0:
            raise SystemExit(f"the night ended with {process.exitcode} at {moment}")
        found: tuple[dict[str, int], dict[str, float]] = ours.recv()
        return found


@dataclass(frozen=True)
class World:
    """A home with one night done, the next night's feed, and the home as it is when that was done undisturbed."""

    before: Path
    feed: Path
    after: Path
    changes: dict[str, int]
    seconds: dict[str, float]


def world(folder: Path, forge: Forge) -> World:
    """Return a world in `folder`."""
    first, feed = folder / "feed-0", folder / "feed-1"
    for path, night in ((first, 0), (feed, 1)):
        feeds(path, night)
    before, after = folder / "before", folder / "after"
    forge.night(before, first, DAY)
    shutil.copytree(before, after, symlinks=True)
    done = forge.night(after, feed, NIGHT)
    assert done is not None
    return World(before, feed, after, *done)


def moments(found: World, count: int, seed: int = 1) -> list[Moment]:
    """Return `count` moments: every stage, every change of publishing as far as they reach, a third of them by the clock."""
    dice = random.Random(seed)
    stages = [s for s in found.seconds if s != "end"]
    timed = [Moment(s, seconds=dice.uniform(0.05, 0.95) * found.seconds[s]) for s in stages]
    publishing = [Moment(s, change=n) for s in PUBLISHING for n in range(1, found.changes.get(s, 0) + 1)]
    others = [Moment(s, change=n) for s in stages if s not in PUBLISHING for n in range(1, found.changes.get(s, 0) + 1)]
    first = [dice.choice([m for m in others if m.stage == s]) for s in stages if any(m.stage == s for m in others)]
    rest = [m for m in others if m not in first]
    dice.shuffle(rest)
    dice.shuffle(publishing)
    drawn = [*first, *timed, *publishing, *rest] if count > 40 else [*publishing[: count // 2], *first, *timed]
    while len(drawn) < count:
        stage = dice.choice(stages)
        drawn.append(Moment(stage, seconds=dice.uniform(0, 1) * found.seconds[stage]))
    chosen = drawn[:count]
    order = {s: n for n, s in enumerate(stages)}
    return sorted(chosen, key=lambda m: (order[m.stage], m.change or 0, m.seconds or 0))


def look(home: Path) -> str:
    """Return the run date that readers see, after reading every table, the feed's manifest and the report.

    Raises:
        AssertionError: what they see is not of one run.
        duckdb.Error: it can't be read.
    """
    with duckdb.connect(str(home / "related_jobs.duckdb"), read_only=True) as con:
        tables = con.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'mart'").fetchall()
        for (table,) in tables:
            con.execute(f"SELECT count(*) FROM mart.{table}").fetchall()  # noqa: S608 - names of the catalogue
        day = str(con.execute("SELECT max(run_date) FROM mart.run_records").fetchall()[0][0])
        assert con.execute("SELECT count(*) FROM mart.job_postings ANTI JOIN mart.jobs USING (job_id)").fetchall() == [
            (0,)
        ]
    assert f'"run_date":"{day}"' in (home / "feed" / "manifest.json").read_text().replace('": "', '":"')
    assert f"run {day}" in (home / "report.html").read_text()
    return day


def differences(ours: Path, theirs: Path) -> dict[str, int]:
    """Return, for each table of mart that differs, how many rows only one of two databases has; clock times left out."""
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{ours}' AS ours (READ_ONLY); ATTACH '{theirs}' AS theirs (READ_ONLY)")
        found = {}
        query = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'theirs' AND schema_name = 'mart'"
        for (table,) in con.execute(query).fetchall():
            described = con.execute(f"SELECT column_name FROM (DESCRIBE theirs.mart.{table})").fetchall()  # noqa: S608
            columns = ", ".join(f'"{c}"' for (c,) in described if c not in CLOCKS)
            a, b = (f"SELECT {columns} FROM {side}.mart.{table}" for side in ("ours", "theirs"))  # noqa: S608
            rows = con.execute(f"SELECT count(*) FROM (({a} EXCEPT ALL {b}) UNION ALL ({b} EXCEPT ALL {a}))").fetchall()  # noqa: S608
            found[table] = int(rows[0][0])
        return {table: rows for table, rows in found.items() if rows}


def files(home: Path) -> set[str]:
    """Return the names of all files and folders in a home."""
    return {str(p.relative_to(home)) for p in home.rglob("*") if "/feed/" not in str(p)}


def left_over(home: Path, found: World) -> set[str]:
    """Return what is in the home that an undisturbed one has not."""
    return files(home) - files(found.after)


def at_stages(found: World, forge: Forge, folder: Path) -> dict[str, Path]:
    """Return homes in which the night stopped where each stage begins: a kill late in the night need not wait for the stages before."""
    home = folder / "going"
    shutil.copytree(found.before, home, symlinks=True)
    homes = {"begin": found.before}
    for stage in [s for s in found.seconds if s not in ("begin", "end")]:
        forge.night(home, found.feed, NIGHT, Moment(stage, change=1))
        homes[stage] = folder / f"at-{stage}"
        shutil.copytree(home, homes[stage], symlinks=True)
    return homes


def strikes(chosen: list[Moment], together: int = 8) -> list[list[Moment]]:
    """Return the moments in groups of one stage: those of one group kill one night one after the other. Publishing is killed alone."""
    found: list[list[Moment]] = []
    for moment in chosen:
        # A feed of ingest that was read is not read again, and a clock may strike when its stage is over: these spoil no other moment.
        alone = moment.stage in ("begin", "ingest", "publish", "report") or moment.seconds is not None
        new = not found or found[-1][0].stage != moment.stage or len(found[-1]) == together
        if alone or new or found[-1][0].seconds is not None:
            found.append([])
        found[-1].append(moment)
    return found


def strike(found: World, forge: Forge, at: Path, home: Path, group: list[Moment]) -> list[dict[str, Any]]:
    """Kill a night of a copy of the home `at` at each moment, look after each, let it end; return what was seen of each."""
    shutil.copytree(at, home, symlinks=True)
    told = [
        {"moment": str(moment), "killed": forge.night(home, found.feed, NIGHT, moment) is None, "seen": look(home),
         "left_by_kill": len(left_over(home, found))}
        for moment in group
    ]  # fmt: skip
    forge.night(home, found.feed, NIGHT)
    ended = {
        "different": differences(home / "related_jobs.duckdb", found.after / "related_jobs.duckdb"),
        "left": sorted(left_over(home, found)), "again": look(home),
    }  # fmt: skip
    shutil.rmtree(home)
    return [{**one, **ended} for one in told]


def walk(found: World, forge: Forge, home: Path, chosen: Iterable[Moment]) -> int:
    """Kill one night again and again, each time a little farther on, look each time; then let it end. Return the kills."""
    shutil.copytree(found.before, home, symlinks=True)
    kills = 0
    for moment in chosen:
        killed = forge.night(home, found.feed, NIGHT, moment) is None
        kills += killed
        print(f"{moment}: {'killed' if killed else 'done before'}, readers see {look(home)}")
        assert look(home) in (str(DAY), str(NIGHT))
    forge.night(home, found.feed, NIGHT)
    return kills


def reader(home: str, stop: Any, told: Connection) -> None:
    """Read the snapshot without pause until told to stop; send reads, errors, mixed snapshots and the slowest read."""
    reads, errors, mixed, slowest = 0, [], 0, 0.0
    while not stop.is_set():
        began = time.perf_counter()
        try:
            mixed += not _one_run(Path(home))
        except (duckdb.Error, OSError) as error:
            errors.append(str(error))
        reads += 1
        slowest = max(slowest, time.perf_counter() - began)
    told.send((reads, errors[:3], len(errors), mixed, slowest))


def _one_run(home: Path) -> bool:
    """Tell whether database, feed and report of one look are of one run: `current` is resolved once, as readers do."""
    at = (home / "current").resolve()
    with duckdb.connect(str(at / "related_jobs.duckdb"), read_only=True) as con:
        marks = con.execute(
            "SELECT (SELECT max(started_at) FROM mart.run_records), (SELECT max(detail) FROM mart.rejects), "
            "(SELECT count(*) FROM mart.job_postings JOIN mart.jobs USING (job_id) JOIN mart.postings USING (posting_id)), "
            "(SELECT count(*) FROM mart.postings)"
        ).fetchall()[0]
    mark = (at / "feed" / "mark").read_text()
    with duckdb.connect(str(home / "related_jobs.duckdb"), read_only=True) as con:
        con.execute("SELECT count(*) FROM mart.related_jobs").fetchall()
    return bool(marks[1] == mark and marks[2] == marks[3])


def publish_under_readers(found: World, home: Path, snapshots: int = 20, readers: int = 4) -> dict[str, Any]:
    """Publish `snapshots` in a row, by the stage itself, while `readers` processes query; return what they met.

    Each snapshot carries its number in the database and beside the feed.
    """
    from pipeline import publish
    from pipeline import run as engine
    from pipeline.store import Home

    shutil.copytree(found.after, home, symlinks=True)
    at = Home(home)
    run = engine.open_run(at, NIGHT)
    template = home.with_name("template")
    shutil.copytree(at.snapshots()[-1].path, template)
    context = multiprocessing.get_context("spawn")
    stop = context.Event()
    pipes = []
    _stamp(at.snapshots()[-1].path, 0)
    for _ in range(readers):
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=reader, args=(str(home), stop, theirs), daemon=True)
        process.start()
        theirs.close()
        pipes.append((process, ours))
    time.sleep(2.0)  # they read by now
    began = time.perf_counter()
    for number in range(1, snapshots + 1):
        built = run.store.path / "snapshot"
        shutil.copytree(template, built)
        (built / "report.html").unlink()
        _stamp(built, number)
        run.store.update_manifest(publishing=None)
        publish.publish(run)
    seconds = time.perf_counter() - began
    stop.set()
    met = [ours.recv() for _, ours in pipes]
    for process, _ in pipes:
        process.join()
    return {
        "published": snapshots, "seconds": round(seconds, 1), "readers": readers, "reads": sum(m[0] for m in met),
        "errors": sum(m[2] for m in met), "first errors": [e for m in met for e in m[1]][:3], "mixed": sum(m[3] for m in met),
        "slowest read, seconds": round(max(m[4] for m in met), 3),
    }  # fmt: skip


def _stamp(snapshot: Path, number: int) -> None:
    with duckdb.connect(str(snapshot / "related_jobs.duckdb")) as con:
        con.execute("DELETE FROM mart.rejects")
        con.execute("INSERT INTO mart.rejects VALUES ('f', 'f.csv', 1, 'mark', $n, '')", {"n": str(number)})
        con.execute("CHECKPOINT")
    (snapshot / "feed" / "mark").write_text(str(number))


def _log(lines: Iterator[dict[str, Any]], out: Path) -> list[dict[str, Any]]:
    kept = []
    with out.open("w", encoding="utf-8") as log:
        for told in lines:
            kept.append(told)
            log.write(f"{told}\n")
            log.flush()
    return kept


def main() -> None:
    """Print the figures as Markdown; the log has a line a kill."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--kills", type=int, default=200)
    arguments.add_argument("--snapshots", type=int, default=20)
    arguments.add_argument("--readers", type=int, default=4)
    arguments.add_argument("--log", type=Path, default=Path("bench-faults.log"))
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="related-jobs-faults-") as folder:
        at, forge = Path(folder), Forge()
        found = world(at, forge)
        chosen = moments(found, asked.kills)
        began = time.perf_counter()
        homes = at_stages(found, forge, at)
        groups = strikes(chosen)
        struck = (strike(found, forge, homes[g[0].stage], at / f"home-{n}", g) for n, g in enumerate(groups))
        told = _log((one for seen in struck for one in seen), asked.log)
        print(
            "| moments drawn | killed | nights | stages hit | changes of publishing hit | other tables in the end | files left | unreadable | seconds |"
        )
        print("|---|---|---|---|---|---|---|---|---|")
        hit = {t["moment"].split(",")[0] for t in told if t["killed"]}
        steps = sum(
            t["killed"] and m.stage in PUBLISHING and m.change is not None for t, m in zip(told, chosen, strict=True)
        )
        every = sum(found.changes.get(s, 0) for s in PUBLISHING)
        print(
            f"| {len(told)} | {sum(t['killed'] for t in told)} | {len(groups)} | {len(hit)} of {len(found.seconds)} | {steps} of {every} "
            f"| {sum(bool(t['different']) for t in told)} | {sum(len(t['left']) for t in told)} | 0 | {time.perf_counter() - began:.0f} |\n"
        )
        readers = publish_under_readers(found, at / "readers", asked.snapshots, asked.readers)
        print(f"| {' | '.join(readers)} |\n|{'---|' * len(readers)}\n| {' | '.join(map(str, readers.values()))} |")
        if any(t["different"] or t["left"] for t in told) or readers["errors"] or readers["mixed"]:
            raise SystemExit("not as it should be: see the log")


if __name__ == "__main__":
    main()
