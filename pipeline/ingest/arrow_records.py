"""Container: Arrow IPC files and streams (https://arrow.apache.org/docs/format/Columnar.html#serialization-and-interprocess-communication-ipc)."""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from pipeline.errors import InputError
from pipeline.ingest.model import Head, Record, Reject, Table, one_line
from pipeline.ingest.parquet_records import BROKEN, column_paths
from pipeline.settings import IngestSettings

_FILE, _STREAM = b"ARROW1", b"\xff\xff\xff\xff"
_ROWS = 1024


def table_of(head: Head, settings: IngestSettings) -> Table | None:
    """Return the table, None where the file is not Arrow.

    Raises:
        InputError: it begins as Arrow and can't be read as such.
    """
    if not head.data.startswith((_FILE, _STREAM)):
        return None
    try:
        with head.file.open() as stream:
            columns = column_paths(_opened(stream, head).schema)
    except BROKEN as error:
        raise InputError(
            f"{head.file.path}: an Arrow file that is broken ({one_line(error)}); fetch it again"
        ) from error
    return Table("arrow", columns, lambda: _records(head))


def _opened(stream: Any, head: Head) -> Any:
    return pa.ipc.open_file(stream) if head.data.startswith(_FILE) else pa.ipc.open_stream(stream)


def _batches(stream: Any, head: Head) -> Iterator[pa.RecordBatch]:
    reader = _opened(stream, head)
    if head.data.startswith(_FILE):
        for n in range(reader.num_record_batches):
            yield reader.get_batch(n)
    else:
        yield from reader


def _records(head: Head) -> Iterator[Record | Reject]:
    number = 0
    with head.file.open() as stream:
        try:
            for batch in _batches(stream, head):
                batch.validate(full=True)  # a wrong offset would be followed out of the file's memory
                for start in range(0, batch.num_rows, _ROWS):
                    for values in batch.slice(start, _ROWS).to_pylist():
                        number += 1
                        yield Record(number, values)
        except BROKEN as error:
            yield Reject(
                number + 1, "unreadable bytes", f"records from {number + 1} on can't be read: {one_line(error)}"
            )
