"""The local engine: how a stage of each grain is worked on in this process and its workers."""

import importlib
import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pyarrow as pa

from pipeline import kept, mapped, pieces, resources, yesterday
from pipeline.behind import behind
from pipeline.contracts import connect, contract
from pipeline.errors import UsageError
from pipeline.ingest import Feed, read
from pipeline.measure import give_back
from pipeline.plan import Stage
from pipeline.store import Run
from pipeline.workers import Workers, let_rest, workers

_ROWS = 100_000  # of one part that a query writes: texts of so many are a few hundred MB
Spread = Callable[[Run, Stage, np.ndarray, int], float]
"""Works on those rows of a stage's first table that are left, in pieces of so many.

Returns the MB that was taken by processes which this one did not start: others are watched (measure.py).
"""


def feeds_of(run: Run) -> list[Feed]:
    """Return the feeds the run began with."""
    return [Feed(**{k: v for k, v in f.items() if k != "fingerprint"}) for f in run.store.manifest["feeds"]]


def work(run: Run, stage: Stage, feed: str | None) -> tuple[int, float]:
    """Work on a stage, for one feed where it is mapped over feeds; return rows read and MB that others' processes took.

    Raises:
        RelatedJobsError: the stage failed.
    """
    return _ENGINES[stage.grain](run, stage, feed)


def _function(named: str) -> Callable[..., Any]:
    module, _, name = named.partition(":")
    function: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return function


def _feeds_stage(run: Run, stage: Stage, feed_name: str | None) -> tuple[int, float]:
    feed = next((f for f in feeds_of(run) if f.name == feed_name), None)
    if feed is None:
        raise UsageError(f"stage {stage.name}: no feed {feed_name!r} in this run")
    for table in stage.writes:
        run.store.drop(table, f"{feed.name}-")
    count = 0
    with behind(run.store) as write:
        for number, (listings, rejects) in enumerate(read(feed, run.night, run.settings.ingest)):
            for table, rows in zip(stage.writes, (listings, rejects), strict=True):
                write(table, rows, f"{feed.name}-{number:05d}")
            count += listings.num_rows + rejects.num_rows
    return count, 0.0


def _sql_stage(run: Run, stage: Stage) -> None:
    known = {"run_date": run.night.run_date, **asdict(getattr(run.settings, stage.name))}
    with connect() as con:
        con.execute("SET memory_limit = $limit", {"limit": run.settings.run.duckdb_memory})
        con.execute("SET temp_directory = $folder", {"folder": str(run.store.path / "spill")})
        for table in stage.reads:
            con.read_parquet([str(p) for p in run.store.parts(table)]).create_view(table)
        yesterday.view(con, run, stage.yesterday)
        for table in stage.writes:
            query = resources.sql(f"transforms/{table}")
            found, number = con.sql(query, params=resources.params(query, known)).to_arrow_reader(_ROWS), -1
            with behind(run.store) as write:
                for number, rows in enumerate(found):
                    write(table, pa.Table.from_batches([rows]), f"part-{number:05d}")
            if number < 0:
                run.store.write(table, contract(table).empty())
            con.read_parquet([str(p) for p in run.store.parts(table)]).create_view(table)


def _tables(run: Run, stage: Stage, names: Iterable[str]) -> dict[str, pa.Table]:
    return {name: mapped.opened(run.store, name, stage.columns.get(name)) for name in names}


def _whole_stage(run: Run, stage: Stage, _: str | None) -> tuple[int, float]:
    for table in stage.writes:
        run.store.drop(table)
    if stage.function == "sql":
        _sql_stage(run, stage)
    else:
        tables = _tables(run, stage, stage.reads) | yesterday.tables(run, stage.yesterday)
        made = _function(stage.function)(tables, run.night, getattr(run.settings, stage.name))
        for table in stage.writes:
            run.store.write(table, made[table])
    return run.store.count(stage.reads[0]), 0.0


def _home_stage(run: Run, stage: Stage, _: str | None) -> tuple[int, float]:
    # Before it: where nothing changed, stage `unchanged` takes the run's tables away.
    rows = run.store.count(stage.reads[0]) if stage.reads and not run.store.unchanged else 0
    _function(stage.function)(run)
    return rows, 0.0


@dataclass
class Worker:
    """What a worker process keeps between pieces: the tables beside the one that is cut, or what was made of them for all."""

    run: Run
    stage: Stage
    broadcast: dict[str, pa.Table]
    shared: Any = None

    @classmethod
    def of(cls, run: Run, stage: Stage, without: Container[str] = ()) -> "Worker":
        """Return a worker on `stage`, with the tables it reads beside the one that is cut, but for those named."""
        beside = [name for name in stage.reads[1:] if name not in without]
        before = yesterday.tables(run, stage.yesterday) | kept.earlier_tables(run, stage)
        return cls(run, stage, _tables(run, stage, beside) | before)

    def piece(self, number: int, rows: pa.Table) -> None:
        """Work on one piece and write its part of each table."""
        tables: Mapping[str, pa.Table] = {self.stage.reads[0]: rows, **self.broadcast}
        shared = {} if self.shared is None else {"shared": self.shared}
        made = _function(self.stage.function)(
            tables, self.run.night, getattr(self.run.settings, self.stage.name), **shared
        )
        for table in self.stage.writes:
            self.run.store.write(table, made[table], f"part-{number:05d}")


_worker: Worker | None = None
_ticket = ""


def _work(run: Run, stage: Stage, ticket: str, number: int, rows: pa.Table) -> None:
    global _worker, _ticket  # noqa: PLW0603 - one per process, set anew when a stage begins
    if _worker is None or _ticket != ticket:
        _worker = None  # before the next is made: the tables of both together may be too much
        _worker, _ticket = _opened(run, stage), ticket
    _worker.piece(number, rows)


_MUCH_BYTES = 1 << 29
"""Of mapped tables, from which on what idle workers hold (at a million listings 3 GB) counts more than their coming up again."""


def _shared_path(run: Run, stage: Stage) -> Path:
    return run.store.mapped(f".{stage.name}.shared.tmp")  # a name that RunStore.sweep() knows


def _opened(run: Run, stage: Stage) -> Worker:
    """Return a worker for one of several processes: what they can share lies in files they map."""
    return (
        Worker(run, stage, {}, pieces.read_shared(_shared_path(run, stage))) if stage.shares else Worker.of(run, stage)
    )


@contextmanager
def _shares(run: Run, stage: Stage) -> Iterator[None]:
    """Have in files, while pieces are worked on, what their workers share: made here once and not by each of them."""
    for table in stage.reads[1:]:
        mapped.prepare(run.store, table, stage.columns.get(table))
    if not stage.shares:
        yield
        return
    path = _shared_path(run, stage)
    if mapped.size(run.store) > _MUCH_BYTES:
        let_rest()
    try:
        made = _function(stage.shares)(Worker.of(run, stage).broadcast, getattr(run.settings, stage.name))
        pieces.write_shared(made, path)
        del made
        give_back()  # at a million listings 5 GB, for as long as the workers search
        yield
    finally:
        path.unlink(missing_ok=True)


def _forget() -> None:
    """Let go of a stage's tables; not so fast that one worker does it for all."""
    global _worker  # noqa: PLW0603 - as above
    _worker = None
    give_back()
    time.sleep(0.05)


def _piece(run: Run, stage: Stage, rows: int) -> int:
    """Return the rows of a piece of a stage that has so many to do: equal shares for the workers, within the stage's bounds."""
    settings, workers = getattr(run.settings, stage.name), run.settings.run.workers
    most = getattr(settings, "batch_rows", run.settings.run.batch_rows)
    share = -(-rows // (workers * max(1, -(-rows // (workers * most)))))
    return int(min(most, max(getattr(settings, "least_rows", most), share)))


def rows_stage(run: Run, stage: Stage, spread: Spread) -> tuple[int, float]:
    """Work on a stage of grain rows: here, where what is left is one piece, else as `spread` does it.

    A pool of processes, or a Spark session, costs more than one piece (seconds of imports).
    """
    for table in stage.writes:
        run.store.drop(table)
    total = run.store.count(stage.reads[0])
    left = kept.take_over(run, stage)
    size = _piece(run, stage, int(left.sum()))
    if total and not left.any():
        return total, 0.0
    return total, (_one_by_one if left.sum() <= size else spread)(run, stage, left, size)


def _one_by_one(run: Run, stage: Stage, left: np.ndarray, size: int) -> float:
    worker = Worker.of(run, stage)
    for number, rows in enumerate(kept.pieces(run, stage, left, size)):
        worker.piece(number, rows)
    return 0.0


def _in_processes(run: Run, stage: Stage, left: np.ndarray, size: int) -> float:
    if run.settings.run.workers <= 1:
        return _one_by_one(run, stage, left, size)
    with _shares(run, stage), workers(run.settings.run.workers) as pool:
        _bounded(pool, run, stage, enumerate(kept.pieces(run, stage, left, size)))
        for done in [pool.submit(_forget) for _ in range(pool.count)]:
            done.result()
    return 0.0


def _bounded(pool: Workers, run: Run, stage: Stage, pieces: Iterable[tuple[int, pa.Table]]) -> None:
    """Have all pieces worked on, while at most two for each worker wait in memory."""
    waiting: set[Future[None]] = set()
    ticket = uuid4().hex
    for number, rows in pieces:
        if len(waiting) >= 2 * pool.count:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            _raise_what_failed(done)
        waiting.add(pool.submit(_work, run, stage, ticket, number, rows))
    _raise_what_failed(waiting)


def _raise_what_failed(done: Iterable[Future[None]]) -> None:
    for one in done:
        one.result()


_ENGINES: dict[str, Callable[[Run, Stage, str | None], tuple[int, float]]] = {
    "feeds": _feeds_stage,
    "rows": lambda run, stage, _: rows_stage(run, stage, _in_processes),
    "whole": _whole_stage,
    "home": _home_stage,
}
