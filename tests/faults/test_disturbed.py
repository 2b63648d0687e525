"""A full disk, a home that can't be written, locks, clocks and audits: one clear line, the right exit code, nothing lost."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from benchmarks import faults
from benchmarks.faults import DAY, NIGHT, World
from pipeline import resources
from pipeline import run as engine
from pipeline.errors import HeldError
from pipeline.store import Home

pytestmark = pytest.mark.slow

Call = Callable[..., tuple[int, str]]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    """Return a function that calls the command line in this process and gives back its exit code and what it said on stderr."""
    from pipeline import cli, terminal

    monkeypatch.setattr(terminal.errors, "width", 10_000)

    def run(home: Path, *more: str) -> tuple[int, str]:
        argv = ["related-jobs", "run", "--home", str(home), "--run-date", str(NIGHT), *more]
        monkeypatch.setattr(sys, "argv", argv)
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0), capfd.readouterr().err

    return run


def one_line(said: str) -> str:
    """Return the error that was said, after making sure that it is one line and no traceback."""
    errors = [line for line in said.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1 and "Traceback" not in said, said
    return errors[0]


def as_undisturbed(home: Path, world: World) -> bool:
    return faults.look(home) == str(NIGHT) and not faults.differences(
        home / "related_jobs.duckdb", world.after / "related_jobs.duckdb"
    )


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Return a function that mounts a tmpfs with options (or mounts it anew with others) and gives back its folder."""
    folder = tmp_path / "disk"
    folder.mkdir()

    def mount(options: str) -> Path:
        there = os.path.ismount(folder)
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"remount,{options}" if there else options, "tmpfs", str(folder)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            pytest.skip(f"mounting a tmpfs is not possible here: {done.stderr.strip()}")
        return folder

    yield mount
    if os.path.ismount(folder):
        subprocess.run(["umount", "--lazy", str(folder)], check=True)  # a caught error may still hold a file


def test_a_full_disk(disk: Callable[[str], Path], world: World, home: Path, call: Call) -> None:
    """Full wherever it happens: the room left over grows until the night is done."""
    disk("size=1g")
    at = disk("size=1g") / "home"
    shutil.copytree(home, at, symlinks=True)
    used = shutil.disk_usage(at).used // 1024
    said = []
    for room in (40, 400, 1_500, 6_000):
        disk(f"size={used + room}k")
        code, told = call(at)
        assert code == 1, told
        said.append(one_line(told))
        assert faults.look(at) == str(DAY)
    assert any("No space left" in line or "space" in line for line in said), said
    disk("size=1g")
    assert call(at)[0] == 0
    assert as_undisturbed(at, world)
    assert faults.left_over(at, world) <= {"feeds.toml", "settings.toml"}


def test_a_home_that_is_mounted_read_only(disk: Callable[[str], Path], home: Path, call: Call) -> None:
    at = disk("size=1g") / "home"
    shutil.copytree(home, at, symlinks=True)
    disk("ro")
    code, told = call(at)
    assert code == 2 and "Read-only file system" in one_line(told) and "choose another with --home" in told
    assert faults.look(at) == str(DAY)
    disk("rw")


def test_a_home_without_permission(home: Path) -> None:
    """As somebody who may not write there; root leaves its right to pass over permissions behind."""
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"]
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("root passes over permissions, and setpriv is not here to drop that")
    (home / ".lock").unlink(missing_ok=True)
    home.chmod(0o555)
    command = [sys.executable, "-m", "pipeline.cli", "run", "--home", str(home), "--run-date", str(NIGHT)]
    done = subprocess.run([*(drop if os.geteuid() == 0 else []), *command], capture_output=True, text=True, check=False)
    home.chmod(0o755)
    assert done.returncode == 2, done.stderr
    assert (
        "Permission denied" in done.stderr
        and "choose another with --home" in done.stderr
        and "Traceback" not in done.stderr
    )
    assert faults.look(home) == str(DAY)


HOLD = """
import sys, time
from pathlib import Path
from pipeline.store import Home
with Home(Path(sys.argv[1])).lock("related-jobs run of 2026-03-03"):
    print("held", flush=True)
    time.sleep(600)
"""


def test_two_runs_at_once_and_a_lock_of_a_dead_process(home: Path, call: Call) -> None:
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(home)], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None and other.stdout.readline() == "held\n"
    code, told = call(home)
    assert code == HeldError.exit_code == 2
    assert f"held by related-jobs run of 2026-03-03 (process {other.pid})" in one_line(told)
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert (home / ".lock").exists() and json.loads((home / ".lock.owner").read_text())["pid"] == other.pid
    with Home(home).lock("the next one"):
        assert json.loads((home / ".lock.owner").read_text())["pid"] == os.getpid()


class Backwards(datetime):
    """A clock that was set back by a day, and goes on backwards."""

    ticks = 0

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        cls.ticks += 1
        return datetime(2026, 3, 1, tzinfo=UTC) - timedelta(minutes=cls.ticks)


def test_a_clock_that_jumps_back(home: Path, world: World, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline import publish, unchanged
    from pipeline.commands import options

    for module in (engine, publish, options, unchanged):
        monkeypatch.setattr(module, "datetime", Backwards)
    assert call(home)[0] == 0
    assert as_undisturbed(home, world)
    assert (
        options.day_of(None) < DAY
    )  # a night that takes its name from this clock is an older one: kept aside, not shown


BROKEN = {
    "postings": ("postings", {"column": "body_length", "min_value": 1_000_000}),
    "links": ("links", {"column": "probability", "min_value": 2}),
    "marts": ("jobs", {"column": "postings", "min_value": 99}),
}


def test_an_audit_that_fails_at_each_gate_publishes_nothing(
    home: Path, world: World, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (home / "current").readlink()
    own = resources.folder
    for gate, (frame, kwargs) in BROKEN.items():
        suites = tmp_path / gate / "expectations"
        shutil.copytree(own("expectations"), suites)
        told = json.loads((suites / f"{gate}.json").read_text())
        suite = next(s for s in told["suites"] if s["frame"] == frame)
        rule = {"type": "expect_column_values_to_be_between", "severity": "critical", "kwargs": kwargs,
                "meta": {"rule": f"{gate} are as nobody has seen them", "do": "look into the mirror"}}  # fmt: skip
        suite["expectations"].append(rule)
        (suites / f"{gate}.json").write_text(json.dumps(told))
        monkeypatch.setattr(resources, "folder", lambda name, at=suites: at if name == "expectations" else own(name))
        code, said = call(home)
        assert code == 4, said
        assert f"audit gate '{gate}' stopped the run; nothing was published" in one_line(said)
        line = next(x for x in said.splitlines() if "for example" in x)
        assert f"rule: {gate} are as nobody has seen them" in said and " rows fail" in said
        assert line.count("; ") == 2 and "what to do: look into the mirror" in said  # three examples, and the next step
        assert (home / "current").readlink() == before and faults.look(home) == str(DAY)
        assert Home(home).run(NIGHT).manifest["state"] == "failed"
    monkeypatch.setattr(resources, "folder", own)
    assert call(home)[0] == 0
    assert as_undisturbed(home, world)


def test_exit_codes_are_told_where_people_look() -> None:
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text()
    assert "Exit codes: 0 done, 1 our fault, 2 usage, 3 a feed can't be read, 4 the audit stopped the run." in readme
