"""What the DAGs call: begin a night, run a stage of it. Airflow parses DAGs all the time: heavy imports stand inside.

The environment tells where things are: RELATED_JOBS_HOME names HOME (`related-jobs-home` in AIRFLOW_HOME where it is
not set), RELATED_JOBS_CRON the hour of the night.
"""

import logging
import os
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import plan
from pipeline.errors import AuditError, ContractError, HeldError, InputError, RelatedJobsError, UsageError

if TYPE_CHECKING:
    from pipeline.run import StageRecord
    from pipeline.store import Home, Run

log = logging.getLogger(__name__)

SNAPSHOT = "related_jobs_snapshot"
"""Name of the asset that a night updates: the snapshot readers see, one partition a run date."""

BAD_DATA = (InputError, AuditError, ContractError, UsageError)
"""What another try can't cure: somebody has to look at the feed, the settings or the code."""

LOCK_WAIT_SECONDS = 900  # a run by hand may hold HOME; the longest night measured takes a fraction of it


def cron() -> str:
    """Return when a night starts, as a cron expression in UTC; its run date is the day it starts on, as in the CLI."""
    return os.environ.get("RELATED_JOBS_CRON", "0 2 * * *")


def task_defaults() -> dict[str, Any]:
    """Return what all tasks share: the owner, and retries that leave bad data alone."""
    from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

    rules = [
        RetryRule(exception=HeldError, action=RetryAction.RETRY, reason="another run holds HOME: it will be done"),
        RetryRule(exception=list(BAD_DATA), action=RetryAction.FAIL, reason="bad data: trying again can't help"),
    ]
    return {
        "owner": "related-jobs",
        "retries": 3,
        "retry_delay": timedelta(minutes=1),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": timedelta(minutes=15),
        "retry_policy": ExceptionRetryPolicy(rules=rules),
    }


def describe(stages: tuple[plan.Stage, ...]) -> str:
    """Return what a DAG of `stages` shows about itself in Airflow, as Markdown."""
    steps = "\n".join(f"1. **{s.name}**: {s.says}" for s in stages)
    return (
        "Reads the feeds that HOME/feeds.toml lists, finds the ads that are the same, and publishes related jobs.\n\n"
        f"{steps}\n\nReaders see HOME/related_jobs.duckdb; a night that fails changes nothing they see.\n"
        "To redo a date that was published: trigger with `run_date` and `force`. The same by hand: "
        "`related-jobs run --run-date D`.\n\n"
        f"```mermaid\n{plan.mermaid()}```\n"
    )


def home() -> "Home":
    """Return HOME."""
    from pipeline.store import Home

    beside = Path(os.environ.get("AIRFLOW_HOME", "~/airflow")) / "related-jobs-home"
    return Home(Path(os.environ.get("RELATED_JOBS_HOME") or beside).expanduser().absolute())


def run_date(context: dict[str, Any]) -> date:
    """Return the night's date: the DAG run's partition, else its parameter `run_date`, else the day it was asked for.

    Raises:
        UsageError: it is not a date.
    """
    dag_run = context["dag_run"]
    text = dag_run.partition_key or context["params"].get("run_date") or dag_run.run_after.date().isoformat()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"run date {text!r}: YYYY-MM-DD is wanted, as in 2026-11-22") from None


def begin(**context: Any) -> list[str]:
    """Begin the night and return the names of its feeds; skip the DAG run where the date was published from them.

    Raises:
        UsageError: the date was published from other feeds, or feeds.toml is wrong.
        InputError: a feed can't be found.
    """
    from airflow.sdk.exceptions import AirflowSkipException

    from pipeline import run as engine
    from pipeline import settings
    from pipeline.ingest import load_feeds

    at, day, params = home(), run_date(context), context["params"]
    with at.lock(f"Airflow, begin of {day}", LOCK_WAIT_SECONDS):
        feeds = load_feeds(at.path / "feeds.toml")
        resolved = settings.load(at.path / "settings.toml")
        run = engine.begin(
            at, day, feeds, resolved, force=bool(params.get("force")), refit=bool(params.get("refit")),
            accept_shrink=params.get("accept_shrink") or (), end_feeds=params.get("end_feeds") or (),
            accept_drift=bool(params.get("accept_drift")),
        )  # fmt: skip
    # What is left of a published night, its report, is the other DAG's: a second event would start that twice.
    if run is None or run.store.marker(plan.started_by("night")[-1].name):
        raise AirflowSkipException(f"run {day} was published from the same feeds: nothing to do (force redoes it)")
    log.info("run %s in %s: %s feeds", day, at.path, len(feeds))
    return [feed.name for feed in feeds]


def run_stage(stage: str, feed: str | None = None, **context: Any) -> None:
    """Run one stage of the night that began, for one feed where it is mapped over feeds; tell of a new snapshot.

    Raises:
        RelatedJobsError: the stage failed; the run's manifest says so too.
    """
    from pipeline import run as engine

    at, day = home(), run_date(context)
    with at.lock(f"Airflow, stage {stage} of {day}", LOCK_WAIT_SECONDS):
        run = engine.open_run(at, day)
        _resume(run)
        with engine.failure_kept(run):
            record = engine.run_stage(run, stage, feed)
    _log(record)
    if "deliveries" in plan.stage(stage).writes:
        for remark in run.store.manifest.get("remarks", []):
            log.warning("%s: %s", remark["state"], remark["says"])
    for asset in context["task"].outlets:
        event = context["outlet_events"][asset]
        event.extra = _facts(run)
        # Named here too: a run triggered by hand has no partition, and nobody downstream would hear of its snapshot.
        event.add_partitions(day.isoformat())


def _resume(run: "Run") -> None:
    """Take the mark of an earlier try away."""
    if run.store.manifest.get("state") == "failed":
        run.store.update_manifest(state="running", error=None)


def _log(record: "StageRecord") -> None:
    out = ", ".join(f"{rows:,} {table}" for table, rows in record.rows_out.items()) or "nothing"
    done = "was done before" if record.reused else f"{record.seconds:.1f} s, {record.peak_mb:.0f} MB"
    log.info("%s: %s rows in, out: %s (%s)", record.stage, f"{record.rows_in:,}", out, done)


def _facts(run: "Run") -> dict[str, Any]:
    """Return what listeners are told of a snapshot: its id, where it is, whether readers see it, and its counts."""
    manifest = run.store.manifest
    if "snapshot" not in manifest:
        raise RelatedJobsError(f"{run.store.path}: published nothing; redo the night with force")
    database = run.home.path / "snapshots" / manifest["snapshot"] / "related_jobs.duckdb"
    return {
        "run_date": run.night.run_date.isoformat(),
        "snapshot": manifest["snapshot"],
        "is_current": manifest["is_current"],
        "database": str(database),
        "counts": manifest["counts"],
        "held_back": [r["feed"] for r in manifest.get("remarks", []) if r["state"] == "held back"],
    }
