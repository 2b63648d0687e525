"""What people on call are told, and whose turn it is."""

import logging
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from pipeline import runbook, turn
from pipeline.errors import AuditError, ContractError, HeldError, InputError, UsageError
from pipeline.store import Home

DAY = date(2026, 11, 20)


def where(tmp_path: Path, dag: str = runbook.NIGHTLY) -> runbook.Where:
    """Return a place in a HOME whose path a shell would split."""
    return runbook.Where(tmp_path / "a home", DAY, dag, "scheduled__2026-11-20T02:00:00+00:00_x", "ingest", "acme")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (InputError("feed acme: no such file"), "DATA"),
        (AuditError("rule broken"), "DATA"),
        (UsageError("settings.toml: no key x"), "SETTINGS"),
        (HeldError("held by another run"), "INFRASTRUCTURE"),
        (OSError(28, "No space left on device"), "INFRASTRUCTURE"),
        (MemoryError(), "INFRASTRUCTURE"),
        (duckdb.OutOfMemoryException("no memory"), "INFRASTRUCTURE"),
        (duckdb.IOException("disk"), "INFRASTRUCTURE"),
        ("Task did not emit heartbeat", "INFRASTRUCTURE"),
        (None, "INFRASTRUCTURE"),
        (ContractError("column x"), "CODE"),
        (KeyError("x"), "CODE"),
    ],
)
def test_a_failure_names_whose_turn_it_is_and_how_to_go_on(tmp_path: Path, error: object, kind: str) -> None:
    first, *lines = runbook.failure(where(tmp_path), error).splitlines()
    assert first == f"related-jobs 2026-11-20: ingest, feed acme failed: {kind}"
    said = dict(line.strip().split(":", 1) for line in lines)
    assert list(said) == ["what", "readers", "do", "again", "by hand", "look"]
    if isinstance(error, BaseException) and str(error):
        assert str(error) in said["what"]
    assert "no snapshot" in said["readers"]
    assert "dags clear related_jobs_nightly --run-id scheduled__2026-11-20T02:00:00+00:00_x --yes" in said["again"]
    assert said["by hand"].strip() == f"related-jobs run --home '{tmp_path / 'a home'}' --run-date 2026-11-20"


def test_a_failed_report_is_not_mended_by_another_night(tmp_path: Path) -> None:
    text = runbook.failure(where(tmp_path, "related_jobs_report"), OSError("disk"))
    assert "dags clear related_jobs_report" in text
    assert "by hand" not in text


def test_lateness_says_how_far_the_night_came(tmp_path: Path) -> None:
    at = where(tmp_path)
    assert "state: not begun; last stage done: none" in runbook.lateness(at, "05:00")
    store = Home(at.home).run(DAY)
    store.update_manifest(state="running")
    store.mark_done("normalise", {})
    store.mark_done("settle", {})
    assert "was due 05:00; state: running; last stage done: settle" in runbook.lateness(at, "05:00")


def test_the_alert_command_is_given_the_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    told = tmp_path / "told by mail.txt"
    monkeypatch.setenv(runbook.ALERT, f"tee -a '{told}'")
    message = runbook.failure(where(tmp_path), InputError("$(touch x); `id` | \x00".replace("\x00", "")))
    runbook.tell(message)
    assert told.read_text() == message
    for broken in ("false", "/no/such/program", ""):
        monkeypatch.setenv(runbook.ALERT, broken)
        with caplog.at_level(logging.ERROR):
            caplog.clear()
            runbook.tell(message)
        assert caplog.messages[0] == message
        assert len(caplog.messages) == (2 if broken else 1)


def test_nights_take_turns_the_earliest_date_first(tmp_path: Path) -> None:
    home, alive = Home(tmp_path), {"d1", "d2", "d3"}
    days = {run: DAY + timedelta(days=int(run[1])) for run in alive}

    def ours(run: str) -> bool:
        return turn.is_ours(home, run, days[run], alive.__contains__, len(alive))

    alive.remove("d1")
    assert not ours("d3")  # d2 goes on too and was not here yet: it may come first
    assert ours("d2")
    assert not ours("d3")
    alive.add("d1")
    assert not ours("d1")
    assert ours("d2")  # tried again
    alive.remove("d2")
    assert not ours("d3")  # d1 waits too, and comes first
    assert ours("d1")
    alive.remove("d1")
    assert ours("d3")
    alive.add("d2")  # cleared
    assert not ours("d2")
    alive.remove("d3")
    assert ours("d2")


def test_a_run_that_died_while_it_waited_holds_nobody_up(tmp_path: Path) -> None:
    home = Home(tmp_path)
    assert turn.is_ours(home, "b", DAY, lambda run: True, 1)
    assert not turn.is_ours(home, "a", DAY - timedelta(days=1), lambda run: True, 1)
    assert turn.is_ours(home, "c", DAY, lambda run: False, 1)
