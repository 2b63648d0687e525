"""Parts of tables written behind their making: packing one is left to a thread while the next is made."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pyarrow as pa

from pipeline.store import RunStore

_WAITING = 2  # parts in memory beside the one that is made


@contextmanager
def behind(store: RunStore) -> Iterator[Callable[[str, pa.Table, str], None]]:
    """Give a RunStore.write() that returns before it is done; at the end all is written, or the first error raised.

    Compression needs no lock of Python's. Where the block fails, what was given before is written all the same, as
    without a thread.
    """
    with ThreadPoolExecutor(1) as thread:
        waiting: deque[Future[int]] = deque()

        def write(table: str, rows: pa.Table, part: str) -> None:
            while waiting and (waiting[0].done() or len(waiting) >= _WAITING):
                waiting.popleft().result()
            waiting.append(thread.submit(store.write, table, rows, part))

        yield write
        for one in waiting:
            one.result()
