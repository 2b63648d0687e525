"""The audit in a process of its own: it says what audit.check() says, and its end is told and not waited for."""

import multiprocessing
from datetime import date
from pathlib import Path

import pytest

from pipeline import audit
from pipeline.auditor import beside
from pipeline.errors import AuditError, RelatedJobsError
from pipeline.plan import Night
from pipeline.settings import Settings
from pipeline.store import Home, Run


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
