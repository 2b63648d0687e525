"""The audit beside the run: the validator takes seconds to come up, which a process of its own spends while stages work."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import ModuleType
from typing import Any

from pipeline.errors import RelatedJobsError
from pipeline.measure import collect_less
from pipeline.store import Run

Check = Callable[[Run, str], Any]
"""Holds a run's tables against a gate; raises AuditError where a critical rule fails."""
_PATIENCE = 3.0  # seconds


@contextmanager
def beside(workers: int) -> Iterator[Check]:
    """Yield audit.check() as a process of its own does it; with one worker, as this process does it.

    The process starts at once, loads Great Expectations (4 of the 6 seconds a small night's gates take) and then waits.
    It ends with the context, or with the process that started it.
    """
    if workers <= 1:
        from pipeline.audit import check

        yield check
        return
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    with bare_main():
        process.start()
    theirs.close()
    try:
        yield lambda run, gate: _ask(ours, run, gate)
    finally:
        ours.close()  # which the process hears, and ends by itself; in the midst of its imports it hears nothing
        process.join(_PATIENCE)
        process.terminate()
        process.join()


@contextmanager
def bare_main() -> Iterator[None]:
    """Keep new processes from importing the program that started us: they need our modules only.

    That program may be a script without a guard, or Airflow, which can't come up inside a task (no database there).
    """
    program = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = program


def _ask(ours: Connection, run: Run, gate: str) -> Any:
    try:
        ours.send((run, gate))
        results, error = ours.recv()
    except (EOFError, OSError) as gone:
        raise RelatedJobsError(
            f"audit gate {gate!r}: its process ended without a word, as when memory runs out; run again, "
            "or with [run] workers = 1 in settings.toml"
        ) from gone
    if error is not None:
        raise error
    return results


def _serve(theirs: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; whoever started us ends us
    collect_less()
    from pipeline.audit import check, validator

    validator()  # so that the first gate need not wait for it
    while True:
        try:
            run, gate = theirs.recv()
        except EOFError:
            return
        answer: tuple[Any, Exception | None]
        try:
            answer = (check(run, gate), None)
        except Exception as error:  # noqa: BLE001 - raised again on the other side
            answer = (None, error)
        theirs.send(answer)
