"""Spark from the command line: one line of what went wrong, whose turn it is, and a night that goes on elsewhere."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from engines_world import CUT, DAY, SPARK, assert_same, night, resolved, tables

from pipeline import doctor, sample
from pipeline import run as engine
from pipeline.errors import RelatedJobsError, UsageError
from pipeline.ingest import load_feeds
from pipeline.settings import RelateSettings, RunSettings, Settings, override
from pipeline.store import Home, Run

pytestmark = pytest.mark.spark
SMALL = replace(resolved(SPARK, 40), relate=RelateSettings(batch_rows=2))


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("spark")
    sample.write(folder / "sample", 150, 7, run_date=DAY)
    return night(Home(folder / "home"), load_feeds(folder / "sample" / "feeds.toml"), resolved(RunSettings(workers=1)))


@pytest.fixture
def run(done: Run, tmp_path: Path) -> Run:
    """A copy of a finished night, free to be spoiled, that goes on on Spark."""
    home = Home(tmp_path / "home")
    shutil.copytree(done.home.path, home.path, symlinks=True)
    return replace(done, home=home, store=home.run(DAY), settings=SMALL)


def test_what_a_task_raises_reaches_the_user_as_one_line(run: Run) -> None:
    shutil.rmtree(run.store.path / "vectors")
    run.store.unmark("relate")
    with pytest.raises(RelatedJobsError, match=r"vectors: no such table; run the stage that writes it first$"):
        engine.run_stage(run, "relate")
    assert run.store.marker("relate") is None


def test_what_no_error_of_ours_is_becomes_one_line_and_a_file(run: Run) -> None:
    path = run.store.parts("jobs")[0]
    path.write_bytes(path.read_bytes()[:-100])
    run.store.unmark("relate")
    with pytest.raises(RelatedJobsError, match=r"^stage relate on Spark: .*Arrow.*spark-relate\.log$") as told:
        engine.run_stage(run, "relate")
    assert "\n" not in str(told.value)
    assert "Traceback" in (run.store.path / "spark-relate.log").read_text()


def test_the_engine_is_no_part_of_what_a_run_is(done: Run) -> None:
    began = done.store.manifest["identity"]
    feeds = load_feeds(done.home.path.parent / "sample" / "feeds.toml")
    other = replace(Settings(), run=replace(done.settings.run, engine="spark", master="local[1]"))
    again = engine.begin(done.home, DAY, feeds, replace(done.settings, run=other.run))
    assert again is None and done.store.manifest["identity"] == began


def test_a_night_by_the_command_line(done: Run, tmp_path: Path) -> None:
    """A process of its own, as a user's: a few words, no warnings, nothing left behind."""
    (tmp_path / "settings.toml").write_text(
        "[run]\nbatch_rows = 40\n[shingles]\nbatch_rows = 40\n[link]\nbatch_rows = 200\n[relate]\nbatch_rows = 4\n"
    )
    shutil.copytree(done.home.path.parent / "sample", tmp_path / "sample")
    feeds = [
        str(tmp_path / "sample" / "feeds" / name) for name in ("jobspy.csv.gz", "linkedin.parquet", "talent_page.txt")
    ]
    command = [
        sys.executable,
        "-m",
        "pipeline.cli",
        "run",
        *feeds,
        "--home",
        str(tmp_path / "home"),
        "--run-date",
        str(DAY),
    ]
    told = subprocess.run(
        [*command, "--settings", str(tmp_path / "settings.toml"), "--engine", "spark", "--master", "local[2]"],
        capture_output=True, text=True, cwd=tmp_path / "sample", check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )  # fmt: skip
    assert (told.returncode, told.stderr) == (0, "")
    home = Home(tmp_path / "home")
    found = Run(home, home.run(DAY), done.night, done.settings)
    assert found.store.manifest["state"] == "published"
    assert engine.open_run(home, DAY).settings.run.engine == "spark", "what a task of Airflow would go by"
    assert all(len(found.store.parts(s.writes[0])) > 1 for s in CUT)
    assert not (found.store.path / "spark").exists() and not list(found.store.path.rglob(".*.tmp"))
    alone = night(Home(tmp_path / "alone"), engine.engine.feeds_of(found), resolved(RunSettings(workers=1)))
    assert_same(tables(found), tables(alone))


def test_a_master_that_is_none_is_one_line(run: Run) -> None:
    run.store.unmark("vectorise")
    nowhere = replace(SMALL, run=replace(SMALL.run, master="loco[2]"))
    with pytest.raises(RelatedJobsError, match=r"Spark does not start at master 'loco\[2\]': .*spark\.log$"):
        engine.run_stage(replace(run, settings=nowhere), "vectorise")


def test_an_engine_that_is_none() -> None:
    with pytest.raises(UsageError, match=r"engine = 'sparc': local or spark is wanted"):
        override({"run": {"engine": "sparc"}}, "settings.toml")


def test_without_java_the_user_is_told_what_to_install(
    done: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    feeds = load_feeds(done.home.path.parent / "sample" / "feeds.toml")
    with pytest.raises(UsageError, match=r"no Java in JAVA_HOME; install Java 17 or newer"):
        engine.begin(Home(tmp_path / "home"), DAY, feeds, SMALL)
    (tmp_path / "settings.toml").write_text('[run]\nengine = "spark"\n')
    assert [f.says for f in doctor.examine(Home(tmp_path)) if f.state == "wrong" and "no Java" in f.says]
