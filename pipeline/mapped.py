"""Large tables of a run as files that every process maps: one copy in memory, however many workers read it."""

import shutil
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from hashlib import blake2b
from pathlib import Path
from uuid import uuid4

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.contracts import contract
from pipeline.plan import PLAN, Stage
from pipeline.store import RunStore

_LEAST_BYTES = 32_000_000  # from which on writing and mapping a table costs less than a copy of its own for each worker
_ROWS = 65_536  # of a batch
_OPENING = ("rows", "whole")  # grains of the stages that open tables here


def opened(
    store: RunStore, table: str, columns: Sequence[str] | None = None, earlier: RunStore | None = None
) -> pa.Table:
    """Return what RunStore.read() does; a large table lies in a file that is mapped, which is made where it is missing.

    Pages of such a file are shared by all who open it, and the system takes them back when memory is short.

    Args:
        store: of the run that works.
        table: its name.
        columns: of it; all where not given.
        earlier: of the run whose table it is, where that is another.
    """
    path = prepare(store, table, columns, earlier)
    if path is None:
        return (earlier or store).read(table, columns)
    with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as file:
        return file.read_all()


def prepare(
    store: RunStore, table: str, columns: Sequence[str] | None = None, earlier: RunStore | None = None
) -> Path | None:
    """Return the file that opened() maps, made where it is missing; None where the table is not large."""
    wanted = contract(table).schema.names if columns is None else list(columns)
    source = earlier or store
    if _unpacked_bytes(source, table, wanted) < _LEAST_BYTES:
        return None
    told = " ".join((source.path.name, *wanted))
    path = store.mapped(table) / f"{blake2b(told.encode(), digest_size=8).hexdigest()}.arrow"
    if not path.exists():
        _write(source, table, wanted, path)
    return path


def size(store: RunStore) -> int:
    """Return the bytes of all files that are mapped."""
    return sum(path.stat().st_size for path in store.mapped("").rglob("*.arrow"))


def let_go(store: RunStore, stage: Stage) -> None:
    """Remove the files of what no stage after `stage` opens; who still has one open keeps it.

    Stages of grain home open none, and may be done before their turn.
    """
    if stage.grain not in _OPENING:
        return
    later = {t for s in PLAN[PLAN.index(stage) + 1 :] if s.grain in _OPENING for t in s.reads}
    for table in {*stage.reads, *stage.mends} - later:
        shutil.rmtree(store.mapped(table), ignore_errors=True)


def _write(store: RunStore, table: str, columns: list[str], path: Path) -> None:
    promised = contract(table).schema
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid4().hex}.tmp")  # processes of two hosts may have one number
    schema = pa.schema([promised.field(name) for name in columns])
    try:
        with pa.ipc.new_file(temporary, schema) as out:
            for batches in _one_ahead(store.parts(table), columns):
                for batch in batches:
                    out.write_table(pa.Table.from_batches([batch]).select(columns).cast(schema))
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)  # gigabytes, and what fills a disk keeps the next try from beginning
        raise


def _one_ahead(parts: list[Path], columns: list[str]) -> Iterator[list[pa.RecordBatch]]:
    """Yield the batches of each part; the next is unpacked meanwhile (vectors of a million listings: 9 s instead of 15)."""
    with ThreadPoolExecutor(1) as thread:
        ahead: deque[Future[list[pa.RecordBatch]]] = deque()
        for part in parts:
            ahead.append(thread.submit(_unpacked, part, columns))
            if len(ahead) > 1:
                yield ahead.popleft().result()
        for last in ahead:
            yield last.result()


def _unpacked(part: Path, columns: list[str]) -> list[pa.RecordBatch]:
    with pq.ParquetFile(part) as file:
        return list(file.iter_batches(_ROWS, columns=columns))


def _unpacked_bytes(store: RunStore, table: str, columns: Sequence[str]) -> int:
    total = 0
    for part in store.parts(table):
        known = pq.read_metadata(part)
        for group in range(known.num_row_groups):
            chunks = map(known.row_group(group).column, range(known.num_columns))
            total += sum(c.total_uncompressed_size for c in chunks if c.path_in_schema.partition(".")[0] in columns)
    return int(total)
