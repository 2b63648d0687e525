"""What the DAGs call: begin a night, run a stage of it. Airflow parses DAGs all the time: heavy imports stand inside.

The environment tells where things are: RELATED_JOBS_HOME names HOME (`related-jobs-home` in AIRFLOW_HOME where it is
not set), RELATED_JOBS_CRON the hour of the night, RELATED_JOBS_DEADLINE_MINUTES when its snapshot is late,
RELATED_JOBS_ALERT a command that is given messages of failure and lateness.
"""

import hashlib
import logging
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import plan
from pipeline.errors import AuditError, ContractError, HeldError, InputError, RelatedJobsError, UsageError

if TYPE_CHECKING:
    from airflow.sdk.definitions.deadline import DeadlineAlert

    from pipeline.run import StageRecord
    from pipeline.store import Home, Run

log = logging.getLogger(__name__)

SNAPSHOT = "related_jobs_snapshot"
"""Name of the asset that a night updates: the snapshot readers see, one partition a run date."""

BAD_DATA = (InputError, AuditError, ContractError, UsageError)
"""What another try can't cure: somebody has to look at the feed, the settings or the code."""

TOLD = 100
"""Asset events looked through, newest first, for one that told of a snapshot already."""

TURN_SECONDS = 20

LOCK_WAIT_SECONDS = 900  # a run by hand may hold HOME; the longest night measured takes a fraction of it


def cron() -> str:
    """Return when a night starts, as a cron expression in UTC; its run date is the day it starts on, as in the CLI."""
    return os.environ.get("RELATED_JOBS_CRON", "0 2 * * *")


def deadline() -> "DeadlineAlert":
    """Return when a night is late, from when it was queued on, and who hears of it: late()."""
    from airflow.sdk.definitions.callback import SyncCallback
    from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

    minutes = float(os.environ.get("RELATED_JOBS_DEADLINE_MINUTES") or 180)
    return DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT, interval=timedelta(minutes=minutes), callback=SyncCallback(late)
    )


def late(context: dict[str, Any]) -> None:
    """Tell people that a night is late; called by Airflow, which gives the DAG run as JSON."""
    from pipeline import runbook

    dag_run = context["dag_run"]
    if dag_run["run_type"] == "backfill":
        return  # its nights wait for each other from the start
    day = dag_run["partition_key"] or (dag_run["conf"] or {}).get("run_date") or dag_run["run_after"][:10]
    where = runbook.Where(home().path, date.fromisoformat(day), dag_run["dag_id"], dag_run["dag_run_id"])
    runbook.tell(runbook.lateness(where, str(context["deadline"]["deadline_time"])))


def failed(context: dict[str, Any]) -> None:
    """Tell people what failed, whose turn it is, and how to go on; Airflow calls it after the last try of a task."""
    from pipeline import runbook

    task, dag_run = context["task"], context["dag_run"]
    try:
        day = run_date(context)
    except UsageError:
        day = dag_run.run_after.date()  # the message says what the date that was asked for looked like
    where = runbook.Where(
        home().path, day, dag_run.dag_id, dag_run.run_id,
        stage=task.task_id.rpartition(".")[2], feed=(getattr(task, "op_kwargs", None) or {}).get("feed"),
    )  # fmt: skip
    runbook.tell(runbook.failure(where, context.get("exception")))


def task_defaults() -> dict[str, Any]:
    """Return what all tasks share: the owner, and retries that leave bad data alone."""
    from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryRule

    rules = [
        RetryRule(exception=HeldError, action=RetryAction.RETRY, reason="another run holds HOME: it will be done"),
        RetryRule(exception=list(BAD_DATA), action=RetryAction.FAIL, reason="bad data: trying again can't help"),
        RetryRule(
            exception=[OSError, MemoryError], action=RetryAction.RETRY, reason="disk, memory or network: may pass"
        ),
    ]
    return {
        "owner": "related-jobs",
        "retries": 3,
        "retry_delay": timedelta(minutes=1),
        "retry_exponential_backoff": 2.0,
        "max_retry_delay": timedelta(minutes=15),
        "retry_policy": ExceptionRetryPolicy(rules=rules),
        "on_failure_callback": failed,
    }


def describe(stages: tuple[plan.Stage, ...]) -> str:
    """Return what a DAG of `stages` shows about itself in Airflow, as Markdown."""
    steps = "\n".join(f"1. **{s.name}**: {s.says}" for s in stages)
    return (
        "Reads the feeds that HOME/feeds.toml lists, finds the ads that are the same, and publishes related jobs.\n\n"
        f"{steps}\n\nReaders see HOME/related_jobs.duckdb; a night that fails changes nothing they see.\n"
        "To go on with a date, or to redo one that was published: clear its run, all tasks of it "
        "(`airflow dags clear DAG --partition-key D`). Dates that were missed: `airflow backfill create`. "
        "The same by hand: `related-jobs run --run-date D`.\n\n"
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

    A DAG run that somebody cleared redoes what was published: that is what clearing asks for.

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
        _wait_for_turn(at, day, context)
        feeds = load_feeds(at.path / "feeds.toml")
        resolved = settings.load(at.path / "settings.toml")
        cleared = bool(context["dag_run"].clear_number) and at.run(day).manifest.get("state") == "published"
        run = engine.begin(
            at, day, feeds, resolved, force=cleared or bool(params.get("force")), refit=bool(params.get("refit")),
            accept_shrink=params.get("accept_shrink") or (), end_feeds=params.get("end_feeds") or (),
            accept_drift=bool(params.get("accept_drift")),
        )  # fmt: skip
    # What is left of a published night, its report, is the other DAG's: a second event would start that twice.
    if run is None or run.store.marker(plan.started_by("night")[-1].name):
        raise AirflowSkipException(f"run {day} was published from the same feeds: nothing to do (force redoes it)")
    log.info("run %s in %s: %s feeds", day, at.path, len(feeds))
    return [feed.name for feed in feeds]


def _wait_for_turn(at: "Home", day: date, context: dict[str, Any]) -> None:
    """Come back later where another night is at work: a backfill's runs don't count for the DAG's max_active_runs."""
    from airflow.sdk.exceptions import AirflowRescheduleException

    from pipeline import turn

    dag_run, ti = context["dag_run"], context["ti"]

    def is_alive(run_id: str) -> bool:
        return bool(ti.get_dr_count(dag_id=dag_run.dag_id, run_ids=[run_id], states=["running"]))

    running = ti.get_dr_count(dag_id=dag_run.dag_id, states=["running"])
    if not turn.is_ours(at, dag_run.run_id, day, is_alive, running):
        log.info("night of %s: another one is at work or comes first; looked at again in %s s", day, TURN_SECONDS)
        raise AirflowRescheduleException(datetime.now(UTC) + timedelta(seconds=TURN_SECONDS))


def run_stage(stage: str, feed: str | None = None, **context: Any) -> None:
    """Run one stage of the night that began, for one feed where it is mapped over feeds; tell of a new snapshot.

    Raises:
        RelatedJobsError: the stage failed; the run's manifest says so too.
    """
    from airflow.sdk.exceptions import AirflowSkipException

    from pipeline import run as engine

    at, day = home(), run_date(context)
    with at.lock(f"Airflow, stage {stage} of {day}", LOCK_WAIT_SECONDS):
        run = engine.open_run(at, day)
        if run.store.unchanged and stage in plan.SKIPPED:
            raise AirflowSkipException(run.store.unchanged)  # nobody is told of a snapshot: there is no new one
        _resume(run)
        with engine.failure_kept(run):
            if feed and context["ti"].try_number > 1:
                _hold_to_what_began(run, feed)
            _hold_to_yesterday(run)
            record = engine.run_stage(run, stage, feed)
            if stage == plan.UNCHANGED and run.store.unchanged:
                log.info(run.store.unchanged)
                for after in plan.started_by("snapshot"):  # no event starts their own DAG tonight
                    engine.run_stage(run, after.name)
    _log(record)
    if "deliveries" in plan.stage(stage).writes:
        for remark in run.store.manifest.get("remarks", []):
            log.warning("%s: %s", remark["state"], remark["says"])
    for asset in context["task"].outlets:
        facts = _facts(run)
        if record.reused and _was_told(context["inlet_events"][asset], facts["snapshot"]):
            raise AirflowSkipException(f"snapshot {facts['snapshot']} was published and told of before")
        event = context["outlet_events"][asset]
        event.extra = facts
        # Named here too: a run triggered by hand has no partition, and nobody downstream would hear of its snapshot.
        event.add_partitions(day.isoformat())


def _resume(run: "Run") -> None:
    """Take the mark of an earlier try away."""
    if run.store.manifest.get("state") == "failed":
        run.store.update_manifest(state="running", error=None)


def _hold_to_what_began(run: "Run", feed: str) -> None:
    """Raise where a feed is no longer what begin() took the fingerprint of: somebody mended it, and cleared its task only."""
    from pipeline import engine
    from pipeline.ingest import fingerprint

    began = {f["name"]: f["fingerprint"] for f in run.store.manifest["feeds"]}
    now = {f.name: f for f in engine.feeds_of(run)}
    if began[feed] != fingerprint(now[feed], run.night):
        raise UsageError(f"feed {feed} is not what it was when the night began: clear the whole DAG run, begin too")


def _hold_to_yesterday(run: "Run") -> None:
    """Raise where the night rests on another snapshot than it began with: somebody redid or rolled back one meanwhile."""
    from pipeline import yesterday

    manifest, at_hand = run.store.manifest, yesterday.found(run.home, run.night.run_date)
    began, now = ([told.get(key) for key in at_hand] for told in (manifest, at_hand))
    if manifest.get("state") != "published" and began != now:
        raise UsageError(
            f"the night of {run.night.run_date} began on {_named(began)}, but yesterday is {_named(now)} by now: "
            "clear the whole DAG run, begin too"
        )


def _named(night: list[str | None]) -> str:
    """Return a snapshot and the night it stood for since as words."""
    snapshot, day = night
    return (snapshot or "nothing") + (f" (unchanged on {day})" if day else "")


def _was_told(events: Any, snapshot: str) -> bool:
    """Return whether an asset event told of `snapshot`; a task killed between publishing and telling tells at its next try."""
    return any(event.extra.get("snapshot") == snapshot for event in events.ascending(False).limit(TOLD))


def _log(record: "StageRecord") -> None:
    out = ", ".join(f"{rows:,} {table}" for table, rows in record.rows_out.items()) or "nothing"
    done = "was done before" if record.reused else f"{record.seconds:.1f} s, {record.peak_mb:.0f} MB"
    log.info("%s: %s rows in, out: %s (%s)", record.stage, f"{record.rows_in:,}", out, done)


def _facts(run: "Run") -> dict[str, Any]:
    """Return what listeners are told of a snapshot: its id, where it is, whether readers see it, its counts.

    `fingerprint` is the SHA-256 of the database file (`sha256sum` says the same), `made_from` that of what went into it.
    """
    manifest = run.store.manifest
    if "snapshot" not in manifest:
        raise RelatedJobsError(f"{run.store.path}: published nothing; redo the night with force")
    database = run.home.path / "snapshots" / manifest["snapshot"] / "related_jobs.duckdb"
    return {
        "run_date": run.night.run_date.isoformat(),
        "snapshot": manifest["snapshot"],
        "is_current": manifest["is_current"],
        "database": str(database),
        "fingerprint": _sha256(database),
        "made_from": manifest["identity"],
        "counts": manifest["counts"],
        "held_back": [r["feed"] for r in manifest.get("remarks", []) if r["state"] == "held back"],
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
