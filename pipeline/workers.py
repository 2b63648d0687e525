"""The processes that work on pieces of stages: they come up once a night, when the first is asked for."""

import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.util import Finalize
from threading import Thread
from typing import Any, TypeVar

from pipeline.auditor import bare_main
from pipeline.measure import collect_less

Made = TypeVar("Made")
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Where the libraries beneath numpy, scipy and scikit-learn look when they are loaded."""


def _end_with_parent() -> None:
    """End this worker when the process that started it is killed: the pool's own queue would keep it waiting for ever."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _leave() -> None:
    """End this worker at once: while the thread above waits, DuckDB's binding would print a page about what is not freed."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _start() -> None:
    collect_less()
    Thread(target=_end_with_parent, daemon=True).start()
    Finalize(None, _leave, exitpriority=-100)  # after all others


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Let new processes multiply matrices with one thread: two workers with two threads each on two cores wait for each other.

    Measured: stage relate over 1,306 jobs takes 4.1 s instead of 5.8, and 7 CPU seconds instead of 10. Who set a number
    keeps it.
    """
    unset = [name for name in _THREADS if name not in os.environ]
    os.environ.update(dict.fromkeys(unset, "1"))
    try:
        yield
    finally:
        for name in unset:
            del os.environ[name]


class Workers:
    """Processes that work on pieces, started when the first one is asked for."""

    def __init__(self, count: int) -> None:
        """Have `count` processes, once they are needed."""
        self.count = count
        self._pool: ProcessPoolExecutor | None = None

    @property
    def at_hand(self) -> bool:
        """Return whether they were started."""
        return self._pool is not None

    def submit(self, function: Callable[..., Made], *given: Any) -> Future[Made]:
        """Let one of them call a function."""
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self.count, get_context("spawn"), _start)
        with bare_main(), _one_thread_each():
            return self._pool.submit(function, *given)

    def end(self) -> None:
        """End them; what waits is not begun. Others come up where they are asked for again."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


_workers: Workers | None = None


def let_rest() -> None:
    """End the workers of this night, where there are any: what they hold is free until they are asked for again, 2 s later."""
    if _workers is not None:
        _workers.end()


@contextmanager
def workers(count: int) -> Iterator[Workers]:
    """Yield workers for all stages that are worked on within: they come up once a night, which takes 2 s each time."""
    global _workers  # noqa: PLW0603 - stages find them here
    if _workers is not None:
        yield _workers
        return
    _workers = Workers(count)
    try:
        yield _workers
    finally:
        _workers.end()
        _workers = None
