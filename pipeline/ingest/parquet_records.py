"""Container: Parquet (https://parquet.apache.org/docs/file-format/); nested columns are tables within the record."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import InputError
from pipeline.ingest.model import Head, Record, Reject, Table, one_line
from pipeline.settings import IngestSettings

BROKEN = (pa.ArrowException, OSError, ValueError, SystemError)
"""What pyarrow raises over bytes that are not what they say: a name that is not UTF-8 is a ValueError."""


def table_of(head: Head, settings: IngestSettings) -> Table | None:
    """Return the table, None where the file is not Parquet.

    Raises:
        InputError: it begins as Parquet and can't be read as such.
    """
    if not head.data.startswith(b"PAR1"):
        return None
    try:
        with head.file.open() as stream, pq.ParquetFile(stream) as file:
            columns = column_paths(file.schema_arrow)
    except BROKEN as error:
        raise InputError(
            f"{head.file.path}: a Parquet file whose end is missing or broken ({one_line(error)}); fetch it again"
        ) from error
    return Table("parquet", columns, lambda: _records(head, settings))


def column_paths(schema: pa.Schema) -> tuple[str, ...]:
    """Return the columns of a schema, those within tables and lists of tables as dotted paths."""
    return tuple(dict.fromkeys(path for field in schema for path in _paths(field, "")))


def _paths(field: pa.Field, prefix: str) -> Iterator[str]:
    name = f"{prefix}{field.name}"
    yield name
    kind = field.type.value_type if pa.types.is_list(field.type) or pa.types.is_large_list(field.type) else field.type
    if pa.types.is_struct(kind):
        for inner in kind:
            yield from _paths(inner, f"{name}.")


def _records(head: Head, settings: IngestSettings) -> Iterator[Record | Reject]:
    number = 0
    with head.file.open() as stream, pq.ParquetFile(stream) as file:
        rows = file.metadata.num_rows
        try:
            for batch in file.iter_batches(batch_size=1024):
                for values in batch.to_pylist():
                    number += 1
                    yield Record(number, values)
        except BROKEN as error:
            detail = f"records {number + 1} to {rows} can't be read: {one_line(error)}"
            yield Reject(number + 1, "unreadable bytes", detail, lines=rows - number)
