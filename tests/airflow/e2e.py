"""A real Airflow, from nothing: scheduler, DAG processor, web server. Killed in the middle of a night, and started again.

Exit code 0 where all of this held:

- the nightly DAG runs by its schedule, without anybody's hand, for the run date of today;
- all of Airflow and the task at work killed (-9) in the middle of a stage: started again, it ends that very DAG run;
- the night was late by then: the deadline's callback told so, with the commands to go on;
- its snapshot starts the report DAG, once, for the same run date; a second run of that date is skipped and starts nothing;
- two dates before are backfilled, in order, each with its report;
- the night is cleared: it is done again on top of them, with a snapshot and a report of its own;
- asset events carry counts and the SHA-256 of the database;
- the four snapshots hold the same tables, row by row, as the CLI makes of the same feeds, undisturbed.

    .venv/bin/python tests/airflow/e2e.py [--rows 300] [--minutes 28] [--keep FOLDER]
"""

import argparse
import hashlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
from compare import counts, differences

from pipeline import plan

ROOT = Path(__file__).resolve().parents[2]
COMMAND = ROOT / ".venv" / "bin" / "related-jobs"
NIGHTLY, REPORT = "related_jobs_nightly", "related_jobs_report"
KILLED_IN = "fit"  # of the sample's stages the one that takes longest


def main() -> int:
    """Run the check and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=300, help="listings of the sample")
    parser.add_argument("--minutes", type=float, default=28, help="time all of it may take")
    parser.add_argument("--keep", type=Path, help="folder to work in, kept afterwards")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that Airflow is stopped on the way out
    with tempfile.TemporaryDirectory(prefix="related-jobs-e2e-") as scratch:
        folder = given.keep.absolute() if given.keep else Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        began = time.monotonic()
        deadline = began + 60 * given.minutes
        try:
            check(folder, given.rows, deadline)
        except (AssertionError, TimeoutError, subprocess.CalledProcessError, OSError) as error:
            said(f"FAILED: {error}")
            show_logs(folder)
            return 1
    said(
        f"1 passed in {time.monotonic() - began:.0f} s: killed, backfilled, redone, Airflow published what the CLI publishes"
    )
    return 0


def check(folder: Path, rows: int, deadline: float) -> None:
    """Start Airflow in `folder`, follow four nights, compare their tables with the CLI's."""
    home, by_hand = folder / "home", folder / "by-hand"
    subprocess.run([COMMAND, "sample", "--rows", str(rows), "--out", folder / "sample"], check=True)
    for path in (home, by_hand):
        subprocess.run([ROOT / "scripts" / "copy-feeds", folder / "sample", path], check=True)
        # So small that stages of grain rows start worker processes, which a task of Airflow must be able to do.
        (path / "settings.toml").write_text("[run]\nworkers = 2\nbatch_rows = 200\n")
    with standalone(folder, home, cron="* * * * *") as airflow:
        day = killed_in_the_middle(airflow, home, deadline)
    with standalone(folder, home, cron="0 2 * * *") as airflow:
        run_id = ends_after_all(airflow, home, day, deadline)
        is_told_of_once(airflow, day, deadline)
        before = [day - timedelta(days=n) for n in (3, 2)]
        is_backfilled(airflow, home, before, deadline)
        is_redone(airflow, day, run_id, deadline)
        for event in airflow.get("assets/events")["asset_events"]:
            database = Path(event["extra"]["database"])
            assert event["extra"]["counts"]["listings"] == rows, event
            assert event["extra"]["fingerprint"] == hashlib.sha256(database.read_bytes()).hexdigest(), event
    order = [(day, 1), *((d, 1) for d in before), (day, 2)]
    for date_of, number in order:
        night = [COMMAND, "run", "--home", by_hand, "--run-date", str(date_of), "--json", "--force"]
        subprocess.run(night, check=True, stdout=subprocess.DEVNULL)
        ours, theirs = (p / "snapshots" / f"{date_of}.{number}" / "related_jobs.duckdb" for p in (home, by_hand))
        found = counts(ours, "listings", "jobs", "related_jobs")
        assert min(found) > 0, found
        assert found[0] == rows, f"{found[0]} of {rows} listings"
        assert differences(ours, theirs) == {}, f"{date_of}: other tables than the CLI's: {differences(ours, theirs)}"
        said(f"{date_of}.{number}: {found[0]} listings, {found[1]} jobs, {found[2]} cards: the same rows as the CLI's")


def killed_in_the_middle(airflow: "Airflow", home: Path, deadline: float) -> date:
    """Wait for the schedule's night to be at work on stage KILLED_IN, kill all of Airflow, return the night's date."""
    airflow.wait(deadline, "Airflow to be ready", airflow.is_ready)
    said("ready; waiting for the schedule")
    airflow.wait(deadline, f"stage {KILLED_IN}", lambda: f"stage {KILLED_IN} " in owner(home)["who"], every=0.02)
    task = psutil.Process(owner(home)["pid"])
    killed = kill(airflow.process)
    assert not task.is_running(), "the task outlived Airflow"
    day = date.fromisoformat(owner(home)["who"].split()[-1])
    assert day in {datetime.now(UTC).date(), datetime.now(UTC).date() - timedelta(days=1)}, day
    done = home / "runs" / str(day) / "done"
    assert (done / "settle.json").is_file()
    assert not (done / f"{KILLED_IN}.json").exists(), f"stage {KILLED_IN} was done before it could be killed"
    assert not (home / "related_jobs.duckdb").exists()
    said(f"killed -9 in stage {KILLED_IN} of {day}: {killed} processes")
    return day


def ends_after_all(airflow: "Airflow", home: Path, day: date, deadline: float) -> str:
    """Follow the night that was killed to its end and its report; return the id of its DAG run."""
    airflow.wait(deadline, "Airflow to be ready again", airflow.is_ready)
    said("ready again; nobody's hand helps")
    airflow.wait(deadline, "the night that was killed", lambda: airflow.done(NIGHTLY, "scheduled"))
    night = airflow.done(NIGHTLY, "scheduled")[0]
    assert night["partition_key"] == str(day), night
    tries = airflow.tries(night)
    # What was done stays done: only what the kill hit was tried again.
    killed = f"{plan.stage(KILLED_IN).group}.{KILLED_IN}"
    assert tries[killed] >= 2, tries
    assert {n for task, n in tries.items() if task != killed} == {1}, tries
    airflow.wait(deadline, f"the report of {day}", lambda: len(airflow.done(REPORT)) == 1)
    assert (home / "runs" / str(day) / "report.html").is_file(), "the report DAG wrote no report"
    alerts = airflow.home.parent / "alerts.txt"
    assert f"related-jobs {day}: the snapshot is late" in alerts.read_text(), "the deadline called nobody back"
    assert night["dag_run_id"] in alerts.read_text()
    said(f"the schedule published {day}, its report followed; that it was late was told")
    return str(night["dag_run_id"])


def is_told_of_once(airflow: "Airflow", day: date, deadline: float) -> None:
    """Ask for a date again that was published: nothing to do, and the report DAG hears nothing."""
    asked = airflow.post(f"dags/{NIGHTLY}/dagRuns", {"logical_date": None, "conf": {"run_date": str(day)}})[
        "dag_run_id"
    ]
    airflow.wait(deadline, "a run to be skipped", lambda: asked in {r["dag_run_id"] for r in airflow.skipped(NIGHTLY)})
    assert len(airflow.done(REPORT)) == 1, "a skipped night started the report DAG"
    said("a second run of that date was skipped")


def is_backfilled(airflow: "Airflow", home: Path, days: list[date], deadline: float) -> None:
    """Backfill `days`, which follow each other, as the command line does; each publishes and has its report."""
    first, last = days[0].isoformat(), f"{days[-1]}T23:59:59"  # a partition's date carries the hour of the cron
    airflow.post("backfills", {"dag_id": NIGHTLY, "from_date": f"{first}T00:00:00Z", "to_date": f"{last}Z"})
    airflow.wait(deadline, f"a backfill of {first} and on", lambda: len(airflow.done(NIGHTLY, "backfill")) == len(days))
    nights = airflow.done(NIGHTLY, "backfill")
    assert [n["partition_key"] for n in nights] == [str(d) for d in days], nights
    times = [json.loads((home / "runs" / str(d) / "manifest.json").read_text()) for d in days]
    assert times[0]["ended_at"] <= times[1]["started_at"], "two nights at once"
    airflow.wait(deadline, "the reports of the backfill", lambda: len(airflow.done(REPORT)) == 1 + len(days))
    said(f"backfilled: {', '.join(n['partition_key'] for n in nights)}, one after the other, each with its report")


def is_redone(airflow: "Airflow", day: date, run_id: str, deadline: float) -> None:
    """Clear a DAG run that published: it publishes once more, and its report follows."""
    airflow.post(f"dags/{NIGHTLY}/dagRuns/{quoted(run_id)}/clear", {"dry_run": False})
    airflow.wait(deadline, f"{day} once more", lambda: len(airflow.done(REPORT)) == 4)
    reports = [r["partition_key"] for r in airflow.done(REPORT)]
    assert reports.count(str(day)) == 2, reports
    told = [e["extra"]["snapshot"] for e in airflow.get("assets/events?order_by=timestamp")["asset_events"]]
    assert len(told) == len(set(told)) == 4, told
    assert told[-1] == f"{day}.2", told
    said(f"cleared, {day} was redone; told of, once each: {', '.join(told)}")


def owner(home: Path) -> dict[str, Any]:
    """Return who held HOME last."""
    return dict(json.loads((home / ".lock.owner").read_text()))


def kill(process: subprocess.Popen[bytes]) -> int:
    """End the process and all that it started by SIGKILL, tasks too, which have groups of their own; return how many."""
    parent = psutil.Process(process.pid)
    doomed = [parent, *parent.children(recursive=True)]
    for one in doomed:
        one.kill()
    process.wait(30)
    _, alive = psutil.wait_procs(doomed, timeout=30)
    assert not alive, alive
    return len(doomed)


def quoted(run_id: str) -> str:
    """Return a DAG run's id as a part of an address."""
    return urllib.parse.quote(run_id, safe="")


@dataclass
class Airflow:
    """A running Airflow, talked to by its REST API."""

    url: str
    home: Path
    process: subprocess.Popen[bytes]
    token: str = field(default="", repr=False)

    def get(self, path: str) -> Any:
        """Return the JSON at `path`."""
        return self._ask(f"/api/v2/{path}")

    def post(self, path: str, body: Any) -> Any:
        """Send `body` to `path` and return the JSON that comes back."""
        return self._ask(f"/api/v2/{path}", body)

    def is_ready(self) -> bool:
        """Return whether scheduler and DAG processor beat and both DAGs are known."""
        health = self.get("monitor/health")
        beating = all(health[part]["status"] == "healthy" for part in ("scheduler", "dag_processor"))
        return beating and {d["dag_id"] for d in self.get("dags")["dags"]} == {NIGHTLY, REPORT}

    def runs(self, dag: str) -> list[dict[str, Any]]:
        """Return the runs of a DAG, oldest first; a failed one ends the check."""
        found: list[dict[str, Any]] = self.get(f"dags/{dag}/dagRuns?order_by=run_after&limit=100")["dag_runs"]
        failed = [r["dag_run_id"] for r in found if r["state"] == "failed"]
        assert not failed, f"{dag}: failed: {failed}"
        return found

    def done(self, dag: str, kind: str | None = None) -> list[dict[str, Any]]:
        """Return the runs of a DAG that did their work, of one kind where it is given."""
        skipped = {r["dag_run_id"] for r in self.skipped(dag)}
        found = [r for r in self.runs(dag) if r["state"] == "success" and r["dag_run_id"] not in skipped]
        return [r for r in found if kind in (None, r["run_type"])]

    def skipped(self, dag: str) -> list[dict[str, Any]]:
        """Return the finished runs of a DAG whose tasks were all skipped."""
        return [r for r in self.runs(dag) if r["state"] == "success" and self._states(r) == {"skipped"}]

    def tries(self, run: dict[str, Any]) -> dict[str, int]:
        """Return how often each task of a run was tried; the most of those of a mapped one."""
        found: dict[str, int] = {}
        for task in self._tasks(run):
            found[task["task_id"]] = max(task["try_number"], found.get(task["task_id"], 0))
        return found

    def _states(self, run: dict[str, Any]) -> set[str]:
        return {t["state"] for t in self._tasks(run)}

    def _tasks(self, run: dict[str, Any]) -> list[dict[str, Any]]:
        asked = f"dags/{run['dag_id']}/dagRuns/{quoted(run['dag_run_id'])}/taskInstances"
        found: list[dict[str, Any]] = self.get(asked)["task_instances"]
        return found

    def wait(self, deadline: float, what: str, done: Callable[[], Any], every: float = 2) -> None:
        """Come back once `done` says so.

        Raises:
            TimeoutError: the deadline came first.
        """
        while time.monotonic() < deadline:
            assert self.process.poll() is None, "airflow standalone ended"
            try:
                if done():
                    return
            except (OSError, KeyError) as error:  # not up yet
                last = f" ({error})"
            else:
                last = ""
            time.sleep(every)
        raise TimeoutError(f"no time left while waiting for {what}{last}")

    def _ask(self, path: str, body: Any = None) -> Any:
        if not self.token:
            password = json.loads((self.home / "passwords.json").read_text())["admin"]
            self.token = self._send("/auth/token", {"username": "admin", "password": password})["access_token"]
        return self._send(path, body)

    def _send(self, path: str, body: Any) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} | (
            {"Authorization": f"Bearer {self.token}"} if self.token else {}
        )
        request = urllib.request.Request(self.url + path, data, headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)


@contextmanager
def standalone(folder: Path, home: Path, cron: str) -> Iterator[Airflow]:
    """Run scripts/airflow-standalone with nights by `cron`; stop it, and all that it started, at the end."""
    port = free_port()
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "RELATED_JOBS"))},
        "AIRFLOW_HOME": str(folder / "airflow"),
        "AIRFLOW__API__PORT": str(port),
        "RELATED_JOBS_HOME": str(home),
        "RELATED_JOBS_CRON": cron,
        "RELATED_JOBS_DEADLINE_MINUTES": "1",
        "RELATED_JOBS_ALERT": f"tee -a '{folder / 'alerts.txt'}'",
    }
    with (folder / "standalone.log").open("ab") as log:
        process = subprocess.Popen(
            [ROOT / "scripts" / "airflow-standalone"], env=environment, stdout=log, stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        try:
            yield Airflow(f"http://127.0.0.1:{port}", folder / "airflow", process)
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the process and its whole group: a TERM to the parent alone leaves orphans."""
    for sign, seconds in ((signal.SIGTERM, 20), (signal.SIGKILL, 10)):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            return
        end = time.monotonic() + seconds
        while time.monotonic() < end and group_lives(process.pid):
            process.poll()
            time.sleep(0.2)


def group_lives(group: int) -> bool:
    """Return whether a process of the group is there."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def said(text: str) -> None:
    """Print a line at once, with the time."""
    print(f"{datetime.now(UTC):%H:%M:%S} airflow-e2e: {text}", flush=True)


def show_logs(folder: Path) -> None:
    """Print the ends of what Airflow and its failed tasks said."""
    logs = [folder / "standalone.log", *sorted((folder / "airflow" / "logs").rglob("attempt=*.log"))]
    for log in logs:
        text = log.read_text(errors="replace").splitlines() if log.is_file() else []
        if log.name == "standalone.log" or any('"level":"error"' in line for line in text):
            print(f"--- {log}", *text[-25:], sep="\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
