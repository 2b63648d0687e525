"""A real Airflow, from nothing: scheduler, DAG processor, web server.

Exit code 0 where all of this held:

- the nightly DAG runs by its schedule, without anybody's hand, for the run date of today;
- its snapshot starts the report DAG, once, for the same run date;
- once published, the next scheduled runs of that date are skipped;
- a run asked for by hand for another date publishes it, and its report follows too;
- both snapshots hold the same tables, row by row, as the CLI's engine makes of the same feeds.

    .venv/bin/python tests/airflow/e2e.py [--rows 300] [--minutes 15] [--keep FOLDER]
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from compare import counts, differences

ROOT = Path(__file__).resolve().parents[2]
COMMAND = ROOT / ".venv" / "bin" / "related-jobs"
NIGHTLY, REPORT = "related_jobs_nightly", "related_jobs_report"


def main() -> int:
    """Run the check and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=300, help="listings of the sample")
    parser.add_argument("--minutes", type=float, default=15, help="time all of it may take")
    parser.add_argument("--keep", type=Path, help="folder to work in, kept afterwards")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that Airflow is stopped on the way out
    with tempfile.TemporaryDirectory(prefix="related-jobs-e2e-") as scratch:
        folder = given.keep.absolute() if given.keep else Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + 60 * given.minutes
        try:
            check(folder, given.rows, deadline)
        except (AssertionError, TimeoutError, subprocess.CalledProcessError, OSError) as error:
            said(f"FAILED: {error}")
            show_logs(folder)
            return 1
    said("1 passed: Airflow published what the CLI publishes")
    return 0


def check(folder: Path, rows: int, deadline: float) -> None:
    """Start Airflow in `folder`, follow two nights, compare their tables with the CLI's."""
    home, by_hand = folder / "home", folder / "by-hand"
    subprocess.run([COMMAND, "sample", "--rows", str(rows), "--out", folder / "sample"], check=True)
    for path in (home, by_hand):
        subprocess.run([ROOT / "scripts" / "copy-feeds", folder / "sample", path], check=True)
        # So small that stages of grain rows start worker processes, which a task of Airflow must be able to do.
        (path / "settings.toml").write_text("[run]\nworkers = 2\nbatch_rows = 200\n")
    with standalone(folder, home) as airflow:
        airflow.wait(deadline, "Airflow to be ready", airflow.is_ready)
        said("ready; waiting for the schedule")
        airflow.wait(deadline, "a scheduled night", lambda: airflow.done(NIGHTLY, "scheduled"))
        today = date.fromisoformat(airflow.done(NIGHTLY, "scheduled")[0]["partition_key"])
        assert today in {datetime.now(UTC).date(), datetime.now(UTC).date() - timedelta(days=1)}, today
        airflow.wait(deadline, f"the report of {today}", lambda: len(airflow.done(REPORT)) >= 1)
        assert (home / "runs" / str(today) / "report.html").is_file(), "the report DAG wrote no report"
        said(f"the schedule published {today}, its report followed")

        tomorrow = today + timedelta(days=1)
        asked = airflow.post(f"dags/{NIGHTLY}/dagRuns", {"logical_date": None, "conf": {"run_date": str(tomorrow)}})
        airflow.wait(deadline, f"the night of {tomorrow}", lambda: airflow.is_done(NIGHTLY, asked["dag_run_id"]))
        airflow.wait(deadline, f"the report of {tomorrow}", lambda: len(airflow.done(REPORT)) >= 2)
        reports = [r["partition_key"] for r in airflow.done(REPORT)]
        assert reports == [str(today), str(tomorrow)], f"reports of {reports}"
        airflow.wait(deadline, "a scheduled run with nothing to do", lambda: len(airflow.skipped(NIGHTLY)) >= 1)
        assert len(airflow.done(REPORT)) == 2, "a skipped night started the report DAG"
        said(f"a run by hand published {tomorrow}, its report followed; a run with nothing to do was skipped")
    for day in (today, tomorrow):
        night = [COMMAND, "run", "--home", by_hand, "--run-date", str(day), "--json"]
        subprocess.run(night, check=True, stdout=subprocess.DEVNULL)
        ours, theirs = (path / "snapshots" / f"{day}.1" / "related_jobs.duckdb" for path in (home, by_hand))
        found = counts(ours, "listings", "jobs", "related_jobs")
        assert min(found) > 0, found
        assert found[0] == rows, f"{found[0]} of {rows} listings"
        assert differences(ours, theirs) == {}, f"{day}: other tables than the CLI's: {differences(ours, theirs)}"
        said(f"{day}: {found[0]} listings, {found[1]} jobs, {found[2]} cards: the same rows as the CLI's")


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

    def is_done(self, dag: str, run_id: str) -> bool:
        """Return whether this run did its work."""
        return run_id in {r["dag_run_id"] for r in self.done(dag)}

    def skipped(self, dag: str) -> list[dict[str, Any]]:
        """Return the finished runs of a DAG whose tasks were all skipped."""
        return [r for r in self.runs(dag) if r["state"] == "success" and self._states(r) == {"skipped"}]

    def _states(self, run: dict[str, Any]) -> set[str]:
        tasks = self.get(f"dags/{run['dag_id']}/dagRuns/{run['dag_run_id'].replace('+', '%2B')}/taskInstances")
        return {t["state"] for t in tasks["task_instances"]}

    def wait(self, deadline: float, what: str, done: Callable[[], Any]) -> None:
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
            time.sleep(3)
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
def standalone(folder: Path, home: Path) -> Iterator[Airflow]:
    """Run scripts/airflow-standalone with a night each minute; stop it, and all that it started, at the end."""
    port = free_port()
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("AIRFLOW", "RELATED_JOBS"))},
        "AIRFLOW_HOME": str(folder / "airflow"),
        "AIRFLOW__API__PORT": str(port),
        "RELATED_JOBS_HOME": str(home),
        "RELATED_JOBS_CRON": "* * * * *",
    }
    with (folder / "standalone.log").open("wb") as log:
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
