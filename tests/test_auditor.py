"""The audit in a process of its own: it says what audit.check() says, and its end is told and not waited for."""

import multiprocessing
from datetime import date
from pathlib import Path

import pytest

from pipeline import audit, doctor
from pipeline.auditor import beside
from pipeline.errors import AuditError, RelatedJobsError
from pipeline.plan import Night
from pipeline.settings import Settings
from pipeline.store import Home, Run, write_json


@pytest.fixture
def night(tmp_path: Path) -> Run:
    """A run without a single table."""
    home = Home(tmp_path)
    return Run(home, home.run(date(2026, 11, 22)), Night(date(2026, 11, 22)), Settings())


def test_what_fails_there_fails_here_in_the_same_words(night: Run) -> None:
    with pytest.raises(Exception) as here:
        audit.check(night, "postings")
    with beside(2) as check, pytest.raises(type(here.value)) as there:
        check(night, "postings")
    assert str(there.value) == str(here.value)
    assert not multiprocessing.active_children()


def test_a_process_that_was_killed_is_told(night: Run) -> None:
    with beside(2) as check:
        (process,) = multiprocessing.active_children()
        process.kill()
        process.join()
        with pytest.raises(RelatedJobsError, match=r"gate 'postings'.*memory"):
            check(night, "postings")


def test_errors_of_an_audit_come_whole_through_a_pipe() -> None:
    import pickle

    error = pickle.loads(pickle.dumps(AuditError("gate 'links' stopped the run")))
    assert isinstance(error, AuditError)
    assert str(error) == "gate 'links' stopped the run"


def test_how_far_a_rule_is_broken_is_said_by_the_figure_or_by_rows() -> None:
    assert audit.says({"rows": 1, "checked": 1, "examples": [0.173]}) == "it is 17.3%"
    assert audit.says({"rows": 1, "checked": 1, "examples": [12]}) == "it is 12"
    assert audit.says({"rows": 1, "checked": 1, "examples": [{"job_id": "j1"}]}) == "1 of 1 rows fail"
    assert audit.says({"rows": 3, "checked": 4_000, "examples": [0.2]}) == "3 of 4,000 rows fail"


def test_doctor_repeats_what_the_last_night_warned_of(tmp_path: Path) -> None:
    run = Home(tmp_path).run(date(2026, 3, 2))
    remarks = [{"feed": "f", "state": "did not come", "says": "feed f was no feed of this run"}]
    run.update_manifest(run_date="2026-03-02", state="published", remarks=remarks)
    broken = {
        "rule": "few rejects",
        "do": "look",
        "severity": "warning",
        "success": False,
        "rows": 1,
        "checked": 1,
        "examples": [0.5],
    }
    write_json(run.path / "audit" / "postings.json", {"gate": "postings", "results": [broken]})
    said = {
        f.says: f.do for f in doctor.examine(Home(tmp_path)) if f.state == "warning" and f.what in ("runs", "audit")
    }
    assert said == {"feed f was no feed of this run": "", "not kept: few rejects: it is 50.0%": "look"}
