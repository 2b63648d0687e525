"""The DAGs: they are the plan, they publish what the CLI publishes, and they leave bad data alone."""

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from compare import counts, differences

from benchmarks import faults_world
from pipeline import orchestrate, plan, settings
from pipeline import run as engine
from pipeline.errors import AuditError, ContractError, HeldError, InputError, UsageError
from pipeline.ingest import load_feeds
from pipeline.store import Home

pytestmark = pytest.mark.airflow

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 11, 20)
ROWS = 150
HEAVY = ("pandas", "sklearn", "great_expectations", "duckdb", "pyarrow", "scipy", "dateparser")
PARSE_SECONDS = 1.0  # measured: 0.1 s


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a small sample."""
    from pipeline import sample

    folder = tmp_path_factory.mktemp("sample")
    sample.write(folder, ROWS, 1, run_date=DAY)
    return folder


@pytest.fixture
def home(feeds: Path, tmp_path: Path) -> Path:
    """Return a fresh HOME that lists the sample's feeds."""
    path = tmp_path / "home"
    subprocess.run([ROOT / "scripts" / "copy-feeds", feeds, path], check=True)
    return path


def states(dag_run: Any) -> dict[str, str]:
    """Return the state of each task of a DAG run, by task id without its group."""
    return {ti.task_id.rpartition(".")[2]: str(ti.state) for ti in dag_run.get_task_instances()}


def test_tasks_are_the_stages_of_the_plan(dags: dict[str, Any]) -> None:
    nightly, report = dags["related_jobs_nightly"], dags["related_jobs_report"]
    of_plan = [f"{s.group}.{s.name}" for s in plan.PLAN if s.name != "report"]
    assert nightly.task_ids == ["begin", *of_plan]
    assert report.task_ids == ["report"]
    assert list(nightly.task_group.children) == ["begin", "ingest", "deduplicate", "cluster", "relate", "publish"]


def test_stages_follow_each_other_in_the_order_of_the_plan(dags: dict[str, Any]) -> None:
    tasks = dags["related_jobs_nightly"].task_dict
    order = list(tasks)
    for before, after in pairwise(order):
        assert before in tasks[after].upstream_task_ids


def test_nightly_runs_once_deployed(dags: dict[str, Any]) -> None:
    for dag in dags.values():
        assert dag.is_paused_upon_creation is False
        assert dag.catchup is False
        assert dag.max_active_runs == 1
        assert dag.doc_md
        assert {t.owner for t in dag.tasks} == {"related-jobs"}


def test_partition_is_the_day_it_runs_on(dags: dict[str, Any]) -> None:
    from airflow.sdk import timezone
    from airflow.serialization.encoders import coerce_to_core_timetable
    from airflow.timetables.base import TimeRestriction

    timetable = coerce_to_core_timetable(dags["related_jobs_nightly"].timetable)
    restriction = TimeRestriction(earliest=timezone.datetime(2026, 11, 20), latest=None, catchup=True)
    info = timetable.next_dagrun_info_v2(last_dagrun_info=None, restriction=restriction)
    assert info.partition_key == "2026-11-20"
    assert info.run_after == timezone.datetime(2026, 11, 20, 2)


def test_the_asset_of_one_dag_starts_the_other(dags: dict[str, Any]) -> None:
    publish = dags["related_jobs_nightly"].task_dict["publish.publish"]
    assert [asset.name for asset in publish.outlets] == [orchestrate.SNAPSHOT]
    assert dags["related_jobs_report"].timetable.asset_condition.name == orchestrate.SNAPSHOT
    others = [t for t in dags["related_jobs_nightly"].tasks if t is not publish]
    assert not any(t.outlets for t in others)


def test_parsing_is_quick_and_light(airflow_home: Path) -> None:
    code = """
import sys, time
import airflow.sdk
from airflow.sdk import DAG, Asset, CronPartitionTimetable, ExceptionRetryPolicy, Param, TaskGroup, task
import airflow.providers.standard.decorators.python
before, loaded = time.perf_counter(), set(sys.modules)
for name in sys.argv[1:]:
    exec(compile(open(name).read(), name, "exec"), {"__name__": name})
print(time.perf_counter() - before, *(set(sys.modules) - loaded))
"""
    files = sorted(str(p) for p in (ROOT / "dags").glob("*.py"))
    done = subprocess.run(
        [sys.executable, "-c", code, *files], check=True, capture_output=True, text=True, cwd=airflow_home
    )
    seconds, *modules = done.stdout.splitlines()[-1].split()
    assert float(seconds) < PARSE_SECONDS
    assert not {m.partition(".")[0] for m in modules} & set(HEAVY)
    assert not (airflow_home / "related-jobs-home").exists()


@pytest.mark.parametrize(
    ("error", "action"),
    [
        (InputError("x"), "fail"),
        (AuditError("x"), "fail"),
        (ContractError("x"), "fail"),
        (UsageError("x"), "fail"),
        (HeldError("x"), "retry"),
        (OSError("disk"), "retry"),
        (MemoryError(), "retry"),
        (KeyError("x"), "default"),
    ],
)
def test_bad_data_is_not_tried_again(dags: dict[str, Any], error: Exception, action: str) -> None:
    for dag in dags.values():
        for task in dag.tasks:
            assert task.retry_policy.evaluate(error, 1, 3).action.value == action
            assert task.retries == 3


def test_a_night_publishes_what_the_cli_publishes(
    home: Path, feeds: Path, tmp_path: Path, dag_run: Callable[..., Any]
) -> None:
    done = dag_run("related_jobs_nightly", home, run_date=DAY.isoformat())
    assert done.state == "success"
    ingest = [ti for ti in done.get_task_instances() if ti.task_id == "ingest.ingest"]
    assert sorted(ti.rendered_map_index for ti in ingest) == sorted(f.name for f in load_feeds(home / "feeds.toml"))
    events = _events()
    assert [e.partition_key for e in events] == [DAY.isoformat()]
    assert events[0].extra["snapshot"] == f"{DAY}.1"

    ours, theirs = Home(home), Home(tmp_path / "cli")
    night = engine.begin(theirs, DAY, load_feeds(home / "feeds.toml"), settings.load(None))
    assert night is not None
    engine.run_night(night)
    database = home / "related_jobs.duckdb"
    assert counts(database, "listings")[0] == ROWS
    assert differences(database, theirs.path / "related_jobs.duckdb") == {}
    assert events[0].extra["counts"] == night.store.manifest["counts"]
    assert events[0].extra["made_from"] == night.store.manifest["identity"]
    assert events[0].extra["fingerprint"] == hashlib.sha256(database.read_bytes()).hexdigest()

    # Again, before its report is there: nothing to do, and nobody is told of a snapshot twice.
    again = dag_run("related_jobs_nightly", home, run_date=DAY.isoformat())
    assert set(states(again).values()) == {"skipped"}
    assert len(_events()) == 1
    assert [s.path.name for s in ours.snapshots()] == [f"{DAY}.1"]

    # The second DAG writes the report of the same date, as the CLI's last stage does.
    assert not (ours.run(DAY).path / "report.html").exists()
    assert dag_run("related_jobs_report", home, run_date=DAY.isoformat()).state == "success"
    assert (ours.run(DAY).path / "report.html").stat().st_size > 1_000


def test_a_night_in_which_nothing_changed_ends_early_and_tells_nobody(
    tmp_path: Path, dag_run: Callable[..., Any]
) -> None:
    home, told, tomorrow = tmp_path / "home", len(_events()), DAY + timedelta(days=1)
    faults_world.write(home / "ads.csv", [faults_world.ad(n) for n in range(8)])
    (home / "feeds.toml").write_text(f'[[feed]]\nname = "ads"\npath = "{home / "ads.csv"}"\n')
    assert dag_run("related_jobs_nightly", home, run_date=DAY.isoformat()).state == "success"
    done = dag_run("related_jobs_nightly", home, run_date=tomorrow.isoformat())
    assert done.state == "success"
    assert {name for name, state in states(done).items() if state == "skipped"} == plan.SKIPPED
    assert len(_events()) == told + 1
    run = Home(home).run(tomorrow)
    assert run.unchanged and run.marker("report") and (run.path / "report.html").is_file()


def _events() -> list[Any]:
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session
    from sqlalchemy import select

    with create_session() as session:
        found = list(session.scalars(select(AssetEvent).order_by(AssetEvent.id)))
        session.expunge_all()
    return found


def test_a_broken_feed_fails_at_once(
    tmp_path: Path, dag_run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = tmp_path / "told.txt"
    monkeypatch.setenv("RELATED_JOBS_ALERT", f"tee -a {told}")
    (tmp_path / "feeds.toml").write_text('[[feed]]\nname = "torn"\npath = "torn.csv"\nformat = "jobspy"\n')
    (tmp_path / "torn.csv").write_bytes(b"")
    done = dag_run("related_jobs_nightly", tmp_path, retries=3, run_date=DAY.isoformat())
    assert done.state == "failed"
    tries = {ti.task_id: ti.try_number for ti in done.get_task_instances()}
    assert states(done)["ingest"] == "failed"
    assert tries["ingest.ingest"] == 1
    assert states(done)["publish"] == "upstream_failed"
    manifest = json.loads((tmp_path / "runs" / DAY.isoformat() / "manifest.json").read_text())
    assert manifest["state"] == "failed"
    assert "torn" in manifest["error"]
    assert not (tmp_path / "related_jobs.duckdb").exists()
    runbook = told.read_text()
    assert runbook.count("related-jobs 2026-11-20") == 1
    assert "ingest, feed torn failed: DATA" in runbook
    assert f"airflow dags clear related_jobs_nightly --run-id {done.run_id}" in runbook.replace("'", "")
    assert f"related-jobs run --home {tmp_path} --run-date 2026-11-20" in runbook


def test_a_late_night_calls_back(dags: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.sdk._shared.module_loading import import_string

    alert = dags["related_jobs_nightly"].deadline
    alert = alert[0] if isinstance(alert, list) else alert
    assert alert.interval == timedelta(minutes=180)
    told = tmp_path / "told.txt"
    monkeypatch.setenv("RELATED_JOBS_HOME", str(tmp_path))
    monkeypatch.setenv("RELATED_JOBS_ALERT", f"tee -a {told}")
    dag_run = {"dag_id": "related_jobs_nightly", "dag_run_id": "x", "partition_key": None, "conf": {}}
    dag_run |= {"run_after": "2026-11-20T02:00:00Z", "run_type": "backfill"}
    context = {"dag_run": dag_run, "deadline": {"id": "1", "deadline_time": "2026-11-20 05:00"}}
    call = import_string(alert.callback.path)
    call(context=context)
    assert not told.exists()  # nights of a backfill wait for each other
    call(context={**context, "dag_run": {**dag_run, "run_type": "scheduled"}})
    assert "related-jobs 2026-11-20: the snapshot is late" in told.read_text()


def test_a_date_that_is_none_says_so() -> None:
    class DagRun:
        partition_key = "2026-11-31"

    with pytest.raises(UsageError, match="2026-11-31"):
        orchestrate.run_date({"dag_run": DagRun, "params": {}})


def context(run_id: str = "x", *, cleared: int = 0, tried: int = 1, alive: bool = False) -> dict[str, Any]:
    """Return what Airflow gives a task of a DAG run of DAY, as far as ours look at it."""
    key, ti = DAY.isoformat(), SimpleNamespace(try_number=tried, get_dr_count=lambda **asked: int(alive))
    dag_run = SimpleNamespace(dag_id="related_jobs_nightly", run_id=run_id, partition_key=key, clear_number=cleared)
    return {"dag_run": dag_run, "ti": ti, "params": {}, "task": SimpleNamespace(outlets=[])}


def test_clearing_a_published_run_redoes_it_on_todays_yesterday(
    home: Path, airflow_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.sdk.exceptions import AirflowRescheduleException, AirflowSkipException

    monkeypatch.setenv("RELATED_JOBS_HOME", str(home))
    feeds = load_feeds(home / "feeds.toml")
    orchestrate.begin(**context())
    engine.run_night(engine.open_run(Home(home), DAY))
    with pytest.raises(AirflowSkipException, match="published from the same feeds"):
        orchestrate.begin(**context())
    assert orchestrate.begin(**context(cleared=1)) == [f.name for f in feeds]
    assert Home(home).run(DAY).manifest["state"] == "running"
    with pytest.raises(AirflowRescheduleException):
        orchestrate.begin(**context("another", alive=True))

    before = engine.begin(Home(home), DAY - timedelta(days=1), feeds, settings.load(None))
    assert before is not None
    engine.run_night(before)
    with pytest.raises(UsageError, match=r"began on nothing, but yesterday is 2026-11-19\.1"):
        orchestrate.run_stage("ingest", feeds[0].name, **context())
    orchestrate.begin(**context(cleared=2))
    orchestrate.run_stage("ingest", feeds[0].name, **context())
    assert Home(home).run(DAY).manifest["yesterday"] == "2026-11-19.1"


def test_a_feed_mended_since_the_night_began_wants_the_whole_run_cleared(
    tmp_path: Path, airflow_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELATED_JOBS_HOME", str(tmp_path))
    (tmp_path / "feeds.toml").write_text('[[feed]]\nname = "acme"\npath = "acme.csv"\nformat = "jobspy"\n')
    (tmp_path / "acme.csv").write_text("site,job_url,title\n")
    assert orchestrate.begin(**context()) == ["acme"]
    (tmp_path / "acme.csv").write_text("site,job_url,title,company\nacme,https://acme.example/1,Baker,Acme\n")
    with pytest.raises(UsageError, match="feed acme is not what it was"):
        orchestrate.run_stage("ingest", "acme", **context(tried=2))
    orchestrate.begin(**context())
    orchestrate.run_stage("ingest", "acme", **context(tried=2))
