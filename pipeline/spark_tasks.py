"""What a Spark task does: it cuts its rows out of HOME, works on them, and writes its part of each table there."""

import base64
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline import engine, errors
from pipeline.contracts import contract
from pipeline.errors import RelatedJobsError
from pipeline.measure import Meter, collect_less
from pipeline.plan import Stage
from pipeline.store import Run, write_json

_TOLD = re.compile(r"related-jobs tells (\w+) ([A-Za-z0-9+/=]*)\.")

Slice = tuple[str, int, int, int]
"""A file of the table that is cut, its first row and the one after the last, and the rows of the files before it."""


@dataclass(frozen=True)
class Order:
    """One stage to be worked on in pieces.

    Attributes:
        folder: in HOME: what pieces there are, which rows are left, and the rows each needs of `joined` tables.
        token: new with every order: Python workers of Spark live longer than one.
        joined: tables of which each piece finds its rows in `folder`; the others are read whole.
    """

    run: Run
    stage: Stage
    folder: Path
    token: str
    joined: tuple[str, ...] = ()


def order(run: Run, stage: Stage, left: np.ndarray, size: int, joined: tuple[str, ...]) -> tuple[Order, int]:
    """Write down the pieces of a stage, `size` rows that are left in each, the last with fewer; return their number too."""
    given = Order(run, stage, run.store.path / "spark" / stage.name, uuid4().hex, joined)
    shutil.rmtree(given.folder, ignore_errors=True)  # what a night that was killed left
    pieces = _cut(run, stage, left, size)
    write_json(given.folder / "pieces.json", pieces)
    np.save(given.folder / "left.npy", left)
    return given, len(pieces)


def _cut(run: Run, stage: Stage, left: np.ndarray, size: int) -> list[list[Slice]]:
    """Return the pieces as slices of the table's parts."""
    parts = [(p.name, int(pq.read_metadata(p).num_rows)) for p in run.store.parts(stage.reads[0])]
    ends = np.cumsum([rows for _, rows in parts])
    starts = np.flatnonzero(left)[::size].tolist()
    pieces = []
    for begin, end in zip(starts, [*starts[1:], len(left)], strict=True):
        piece = []
        for number in range(int(np.searchsorted(ends, begin, "right")), len(parts)):
            name, rows = parts[number]
            before = int(ends[number]) - rows
            if before >= end:
                break
            piece.append((name, max(begin - before, 0), min(end - before, rows), before))
        pieces.append(piece)
    return pieces


@dataclass(frozen=True)
class Work:
    """A task that works on pieces."""

    order: Order
    columns = "number bigint, peak_mb double"

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield the number of each piece and the MB it took."""
        for number in _numbers(batches):
            meter = Meter()
            try:
                bench = _bench_of(self.order)
                worker = replace(bench.worker, broadcast=bench.worker.broadcast | bench.joined(number))
                worker.piece(number, bench.rows(number))
            except RelatedJobsError as error:
                raise RuntimeError(_as_text(error)) from None
            yield pa.RecordBatch.from_pydict({"number": [number], "peak_mb": [meter.peak_mb]})


@dataclass(frozen=True)
class Ask:
    """A task that says which keys of another table its pieces have: values of `keys`, columns of the table that is cut."""

    order: Order
    keys: tuple[str, ...]
    columns = "piece bigint, asked string"

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield the keys of each piece, once each."""
        for number in _numbers(batches):
            rows = _bench_of(self.order, with_tables=False).rows(number)
            asked = pc.unique(pa.chunked_array([c for k in self.keys for c in rows.column(k).chunks], pa.string()))
            pieces = pa.array(np.full(len(asked), number, dtype=np.int64))
            yield pa.RecordBatch.from_arrays([pieces, asked], names=["piece", "asked"])


def told(error: Exception) -> RelatedJobsError | None:
    """Return the error of ours that a task raised, None where `error` is another one."""
    found = _TOLD.search(str(error))
    if found is None:
        return None
    kind: type[RelatedJobsError] = getattr(errors, found[1], RelatedJobsError)
    return kind(base64.b64decode(found[2]).decode())


def _as_text(error: RelatedJobsError) -> str:
    """Return an error as told() finds it again within all that Spark writes around it."""
    return f"related-jobs tells {type(error).__name__} {base64.b64encode(str(error).encode()).decode()}."


def _numbers(batches: Iterator[pa.RecordBatch]) -> Iterator[int]:
    for batch in batches:
        yield from batch.column(0).to_pylist()


@dataclass
class _Bench:
    """What a Python worker of Spark keeps between tasks of one order."""

    order: Order
    worker: engine.Worker
    pieces: list[list[Slice]]
    left: np.ndarray

    def rows(self, number: int) -> pa.Table:
        """Return the rows of a piece."""
        folder = self.order.run.store.path / self.order.stage.reads[0]
        found = []
        for name, start, stop, before in self.pieces[number]:
            rows = _slice(folder / name, start, stop)
            found.append(rows.filter(pa.array(self.left[before + start : before + stop])))
        return pa.concat_tables(found)

    def joined(self, number: int) -> dict[str, pa.Table]:
        """Return the rows that a piece needs of the tables that were joined to it."""
        made = {}
        for table in self.order.joined:
            promised = contract(table).schema
            columns = self.order.stage.columns.get(table, promised.names)
            schema = pa.schema([promised.field(name) for name in columns])
            files = sorted((self.order.folder / table / f"piece={number}").glob("*.parquet"))
            parts = [pq.ParquetFile(file).read().select(schema.names).cast(schema) for file in files]
            made[table] = pa.concat_tables([schema.empty_table(), *parts])
        return made


_bench: _Bench | None = None


def _bench_of(given: Order, with_tables: bool = True) -> _Bench:
    global _bench  # noqa: PLW0603 - one per process, made anew for each order
    token = f"{given.token} {with_tables}"
    if _bench is None or _bench.order.token != token:
        collect_less()
        _bench = None  # the tables of the last order go before those of this one come
        pieces = json.loads((given.folder / "pieces.json").read_text(encoding="utf-8"))
        left = np.load(given.folder / "left.npy", mmap_mode="r")
        worker = engine.Worker(given.run, given.stage, {})
        if with_tables:
            worker = engine.Worker.of(given.run, given.stage, given.joined)
        _bench = _Bench(replace(given, token=token), worker, pieces, left)
    return _bench


def _slice(path: Path, start: int, stop: int) -> pa.Table:
    """Return rows of a Parquet file; only the row groups they stand in are read."""
    with pq.ParquetFile(path) as file:
        ends = np.cumsum([file.metadata.row_group(g).num_rows for g in range(file.num_row_groups)])
        first, last = np.searchsorted(ends, [start, stop - 1], "right").tolist()
        before = int(ends[first - 1]) if first else 0
        return file.read_row_groups(list(range(first, last + 1))).slice(start - before, stop - start)
