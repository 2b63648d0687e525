"""Snapshots over time: going back, what a night then builds on, and what retention never takes."""

import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from test_nights import DAY, ONE, deliver, jobs, night, row

from pipeline import history
from pipeline import run as engine
from pipeline.errors import HeldError, RelatedJobsError, UsageError
from pipeline.retention import retire
from pipeline.store import Home, write_json


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three nights in a row; the third brought ads nobody wanted."""
    folder = tmp_path_factory.mktemp("three")
    home = Home(folder / "home")
    for n, delivered in enumerate(([0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5, 6], [0, 1, 2, 3, 4, 5, 8, 9])):
        night(home, n, deliver(folder, "f", [row(k) for k in delivered]))
    return folder


@pytest.fixture
def home(three: Path, tmp_path: Path) -> Home:
    shutil.copytree(three / "home", tmp_path / "home", symlinks=True)
    return Home(tmp_path / "home")


def day(n: int) -> str:
    return (DAY + timedelta(days=n)).isoformat()


def names(home: Home) -> list[str]:
    return [s.path.name for s in home.snapshots()]


def test_rollback_shows_the_night_wanted_and_the_next_one_builds_on_it(home: Home, tmp_path: Path) -> None:
    seen_before = jobs(home)
    assert "board-9Le" in seen_before
    restored = history.rollback(home, day(1))
    assert restored.path.name == f"{day(1)}.1"
    assert "board-9Le" not in jobs(home) and "board-6Le" in jobs(home)
    assert json.loads((home.path / "feed" / "manifest.json").read_text())["run_date"] == day(1)
    states = {k.snapshot: (k.state, k.built_on) for k in history.kept(home)}
    assert states == {
        f"{day(0)}.1": ("kept", None),
        f"{day(1)}.1": ("current", f"{day(0)}.1"),
        f"{day(2)}.1": ("withdrawn", f"{day(1)}.1"),
    }
    (entry,) = history.log(home)
    assert (entry["from"], entry["to"], entry["withdrawn"]) == (f"{day(2)}.1", f"{day(1)}.1", [f"{day(2)}.1"])
    again = deliver(tmp_path, "f", [row(k) for k in range(8)])
    run = night(home, 2, again)  # the date that was rolled back, other feeds, no --force
    assert run.store.manifest["yesterday"] == f"{day(1)}.1"
    assert names(home)[-1] == f"{day(2)}.2" and "board-7Le" in jobs(home)
    assert home.yesterday(DAY + timedelta(days=3)).path.name == f"{day(2)}.2"  # type: ignore[union-attr]


def test_a_withdrawn_snapshot_is_nobodys_yesterday(home: Home) -> None:
    history.rollback(home, day(0))
    assert home.withdrawn() == {f"{day(1)}.1", f"{day(2)}.1"}
    for n in (1, 2, 3):
        assert home.yesterday(DAY + timedelta(days=n)).path.name == f"{day(0)}.1"  # type: ignore[union-attr]
    assert {r.path.name for r in home.runs() if r.manifest.get("stale")} == {day(1), day(2)}
    history.rollback(home, f"{day(2)}.1")  # and forward again
    assert home.withdrawn() == frozenset()
    assert len(history.log(home)) == 2


def test_a_run_that_broke_off_before_a_rollback_begins_anew(home: Home, tmp_path: Path) -> None:
    feed = deliver(tmp_path, "f", [row(k) for k in range(8)])
    run = engine.begin(home, DAY + timedelta(days=3), [feed], ONE)
    assert run is not None
    engine.run_stage(run, "ingest", "f")
    history.rollback(home, day(1))
    again = engine.begin(home, DAY + timedelta(days=3), [feed], ONE)
    assert again is not None and again.store.manifest["yesterday"] == f"{day(1)}.1"
    assert again.store.marker("ingest.f") is None


def test_what_a_rolled_back_night_learned_is_not_used(home: Home) -> None:
    with duckdb.connect(str(home.path / "snapshots" / f"{day(2)}.1" / "related_jobs.duckdb")) as con:
        con.execute("UPDATE mart.fits SET is_new = true, fit_id = 'f-bad'")
    history.rollback(home, day(1))
    assert home.withdrawn("fits") == {"f-bad"}


@pytest.mark.parametrize("wanted", ["2020-01-01", "yesterday", f"{DAY}.7"])
def test_no_such_snapshot_is_told_with_those_that_are(home: Home, wanted: str) -> None:
    with pytest.raises(UsageError, match=rf"no snapshot '{wanted}'.*there are {day(0)}\.1, {day(1)}\.1"):
        history.rollback(home, wanted)


def test_a_snapshot_that_cannot_be_read_is_not_shown(home: Home) -> None:
    (home.path / "snapshots" / f"{day(1)}.1" / "related_jobs.duckdb").write_bytes(b"torn")
    with pytest.raises(RelatedJobsError, match="can't be read"):
        history.rollback(home, day(1))
    assert home.current().path.name == f"{day(2)}.1"  # type: ignore[union-attr]


def test_rollback_waits_for_no_run(home: Home) -> None:
    from typer.testing import CliRunner

    from pipeline.cli import app

    with home.lock("a night"):
        result = CliRunner().invoke(app, ["rollback", day(1), "--home", str(home.path)])
    assert isinstance(result.exception, HeldError) and "held by a night" in str(result.exception)
    assert CliRunner().invoke(app, ["rollback", day(1), "--home", str(home.path)]).exit_code == 0
    told = json.loads(CliRunner().invoke(app, ["snapshots", "--json", "--home", str(home.path)]).stdout)
    assert [s["state"] for s in told["snapshots"]] == ["withdrawn", "current", "kept"]


def test_retention_keeps_the_current_one_what_it_was_built_on_and_what_a_run_builds_on(home: Home) -> None:
    retire(home, 0)
    assert names(home) == [f"{day(1)}.1", f"{day(2)}.1"]
    assert not (home.run(DAY).path / "postings").exists()
    assert not (home.run(DAY).path / "report.html").exists()
    assert home.run(DAY).manifest["state"] == "published"
    assert (home.run(date.fromisoformat(day(1))).path / "postings").is_dir()


def test_retention_keeps_what_an_unfinished_run_builds_on(home: Home) -> None:
    write_json(home.path / "runs" / "2030-01-01" / "manifest.json", {"state": "failed", "yesterday": f"{day(0)}.1"})
    retire(home, 0)
    assert len(names(home)) == 3


def test_fits_that_no_snapshot_uses_go_and_those_of_tonight_stay(home: Home) -> None:
    (used,) = (home.path / "fits").iterdir()
    for name, fitted_on in (("f-old", DAY), ("f-tonight", DAY + timedelta(days=3))):
        shutil.copytree(used, home.path / "fits" / name)
        rows = home.fit(name).read("fits")
        column = rows.schema.get_field_index("fitted_on")
        home.fit(name).write("fits", rows.set_column(column, "fitted_on", pa.array([fitted_on], pa.date32())))
    (home.path / "fits" / "f-half" / "fit_terms").mkdir(parents=True)
    retire(home, 14)
    assert {p.name for p in (home.path / "fits").iterdir()} == {used.name, "f-tonight"}


def test_a_clear_that_is_killed_leaves_no_half_run(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "rmtree", lambda *a, **k: None)  # killed between the rename and the removal
    home.run(DAY).clear()
    assert DAY.isoformat() not in [r.path.name for r in home.runs()]
    monkeypatch.undo()
    home.sweep()
    assert not list((home.path / "runs").glob(".*"))
