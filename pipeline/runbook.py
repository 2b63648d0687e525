"""What a person on call is told of a night that failed or is late: whose turn it is, and the command that goes on."""

import logging
import os
import shlex
import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline import plan
from pipeline.errors import AuditError, HeldError, InputError, RelatedJobsError, UsageError
from pipeline.store import Home

log = logging.getLogger(__name__)

ALERT = "RELATED_JOBS_ALERT"
"""Environment variable: a command that is given every message on its standard input, as `mail -s related-jobs oncall`."""

ALERT_SECONDS = 60  # a mail server that does not answer must not hold the night's slot

NIGHTLY = "related_jobs_nightly"


@dataclass(frozen=True)
class Where:
    """Which piece of work a message is about; `dag` and `dag_run` are Airflow's names for it."""

    home: Path
    day: date
    dag: str
    dag_run: str
    stage: str = ""
    feed: str | None = None


def failure(where: Where, error: object) -> str:
    """Return what to do about `error`: an exception, or what Airflow says of a task that ended without one."""
    kind, todo = _kind(error)
    piece = f"{where.stage}, feed {where.feed}" if where.feed else where.stage
    what = str(error) or type(error).__name__
    if not isinstance(error, RelatedJobsError) and isinstance(error, BaseException):
        what = f"{type(error).__name__}: {what}"
    return f"related-jobs {where.day}: {piece} failed: {kind}\n{_lines(what=what, **_readers(where), do=todo)}{_again(where)}"


def lateness(where: Where, due: str) -> str:
    """Return what to do about a night whose snapshot is not there at `due`."""
    run = Home(where.home).run(where.day)
    done = [s.name for s in plan.PLAN if run.marker(s.name) is not None]
    state = run.manifest.get("state", "not begun")
    said = _lines(
        what=f"was due {due}; state: {state}; last stage done: {done[-1] if done else 'none'}",
        **_readers(where),
        do="look at the run in Airflow: a task that waits for HOME's lock names who holds it in its log; a task that never "
        "starts wants a scheduler; one that works is only slow (RELATED_JOBS_DEADLINE_MINUTES)",
    )
    return f"related-jobs {where.day}: the snapshot is late\n{said}{_again(where)}"


def tell(message: str) -> None:
    """Log `message`, and give it to the command in RELATED_JOBS_ALERT; what goes wrong with that is logged only."""
    log.error(message)
    command = shlex.split(os.environ.get(ALERT, ""))
    if not command:
        return
    try:
        subprocess.run(command, input=message, text=True, timeout=ALERT_SECONDS, check=True, capture_output=True)
    except (OSError, subprocess.SubprocessError) as error:
        log.error("%s: nobody was told: %s", ALERT, error)


def _kind(error: object) -> tuple[str, str]:
    match error:
        case AuditError():
            return (
                "DATA",
                "a rule is broken: look at runs/<date>/audit; mend the feed, or let it through as the message says",
            )
        case InputError():
            return "DATA", "mend the feed that is named, or its entry in feeds.toml; trying again alone can't help"
        case HeldError():
            return "INFRASTRUCTURE", "another run holds HOME: wait for it or stop it"
        case UsageError():
            return "SETTINGS", "put right what is named; trying again alone can't help"
        case OSError() | MemoryError():
            return "INFRASTRUCTURE", "see to disk, memory or network; the feeds are not to blame"
        case BaseException() if type(error).__name__ in {"IOException", "OutOfMemoryException"}:  # DuckDB's
            return (
                "INFRASTRUCTURE",
                "see to disk or memory (settings.toml: run.duckdb_memory); the feeds are not to blame",
            )
        case BaseException():
            return (
                "CODE",
                "not expected: report it with this task's log; an upgrade or a rollback of related-jobs may help",
            )
    return "INFRASTRUCTURE", "the task ended without a word: killed, out of memory, or its machine went away"


def _readers(where: Where) -> dict[str, str]:
    current = Home(where.home).current()
    return {"readers": f"still see {current.path.name}" if current else "see nothing yet: there is no snapshot"}


def _again(where: Where) -> str:
    home = shlex.quote(str(where.home))
    # All tasks of it, `begin` too: it reads feeds.toml anew, and what was done over the same input is not done twice.
    again = {"again": f"airflow dags clear {where.dag} --run-id {shlex.quote(where.dag_run)} --yes"}
    if where.dag == NIGHTLY:
        again["by_hand"] = f"related-jobs run --home {home} --run-date {where.day}"
    return _lines(**again, look=f"related-jobs doctor --home {home}")


def _lines(**said: str) -> str:
    return "".join(f"  {name.replace('_', ' ') + ':':9}{text}\n" for name, text in said.items())
