"""Nights that are killed: whatever the moment, readers see a whole snapshot, and the next try ends as if nothing had happened."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import faults
from benchmarks.faults import NIGHT, PUBLISHING, Forge, Moment, World

pytestmark = pytest.mark.slow


def test_every_stage_and_every_change_of_publishing_can_be_drawn(world: World) -> None:
    stages = set(world.seconds) - {"end"}
    drawn = faults.moments(world, 200)
    assert len(drawn) == 200 and {m.stage for m in drawn} == stages
    hit = {(m.stage, m.change) for m in drawn if m.change}
    assert {(s, n) for s in PUBLISHING for n in range(1, world.changes[s] + 1)} <= hit
    assert {m.stage for m in drawn if m.seconds is not None} == stages


def test_a_night_killed_twenty_times_ends_as_an_undisturbed_one(world: World, forge: Forge, tmp_path: Path) -> None:
    """One night, killed a little farther on each time: by changes of files through publishing, by the clock before."""
    home = tmp_path / "home"
    early = [
        Moment(s, change=2) for s in ("ingest", "deliveries", "settle", "phrases", "bridge", "group", "fit", "cluster")
    ]
    audit = [
        Moment("audit", change=3),
        Moment("audit", change=30),
        Moment("audit", seconds=0.5 * world.seconds["audit"]),
    ]
    # What was done is not done again: once the snapshot stands in its place, fewer changes are left to be killed before.
    publish = [Moment("publish", change=n) for n in (1, 3, 5, 7, 8, 9, 1, 2, 1)]
    kills = faults.walk(world, forge, home, [*early, *audit, *publish, Moment("report", change=1)])
    assert kills >= 18
    assert faults.look(home) == str(NIGHT)
    assert faults.differences(home / "related_jobs.duckdb", world.after / "related_jobs.duckdb") == {}
    assert faults.left_over(home, world) == set()


def test_readers_meet_no_error_and_no_mixture_while_snapshots_are_published(world: World, tmp_path: Path) -> None:
    met = faults.publish_under_readers(world, tmp_path / "home", snapshots=6, readers=2)
    assert met["reads"] > 10
    assert (met["errors"], met["mixed"]) == (0, 0), met


WORKERS = """
import sys
from dataclasses import replace
from pathlib import Path
from pipeline import run as engine
from pipeline.ingest import feeds_from_paths
from pipeline.settings import RunSettings, Settings
from pipeline.store import Home
from datetime import date
home = Home(Path(sys.argv[1]))
run = engine.begin(home, date(2026, 3, 2), feeds_from_paths([sys.argv[2]]), replace(Settings(), run=RunSettings(workers=2, batch_rows=40)))
engine.run_stage(run, "ingest", "ads")
print("working", flush=True)
engine.run_stage(run, "normalise")
"""


def test_workers_end_with_the_night_that_was_killed(tmp_path: Path) -> None:
    feed = tmp_path / "ads.csv"
    lines = [f"board,{n},Baker {n},Acme,Rome,{'Bread is baked here. ' * 40}{n}" for n in range(4000)]
    feed.write_text("source,source_id,title,company,location,description\n" + "\n".join(lines))
    night = subprocess.Popen(
        [sys.executable, "-c", WORKERS, str(tmp_path / "home"), str(feed)], stdout=subprocess.PIPE, text=True
    )
    assert night.stdout is not None and night.stdout.readline() == "working\n"
    workers = wait_for(lambda: [p for p in children(night.pid) if "spawn_main" in command(p)], 120)
    assert workers
    night.send_signal(signal.SIGKILL)
    night.wait()
    assert wait_for(lambda: not [p for p in workers if alive(p)], 120)


def wait_for(found, seconds: float):  # type: ignore[no-untyped-def]
    until = time.monotonic() + seconds
    while not (value := found()) and time.monotonic() < until:
        time.sleep(0.05)
    return value


def children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(p) for p in text.read_text().split()] if text.is_file() else []


def command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


@pytest.fixture(scope="module", autouse=True)
def nothing_stays() -> Iterator[None]:
    yield
    assert not multiprocessing.active_children()
    assert os.getpid() > 0
