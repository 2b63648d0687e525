"""Tables with a mapping: a TOML that says which of their columns is which of ours; `EXAMPLE` shows all it may say."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import InputError, UsageError
from pipeline.ingest.feeds import Feed
from pipeline.ingest.files import FeedFile, sidecar
from pipeline.ingest.layout import listings, our_columns, our_marks
from pipeline.ingest.model import Fields, Fit, Head, Listing, Record, Reject, shown
from pipeline.ingest.values import as_mark, as_text, at
from pipeline.settings import IngestSettings

EXAMPLE = """\
format = "ndjson"            # optional: csv, ndjson, parquet
source = "acme board"        # or: source_column = "site"
[columns]                    # our column = theirs (a dotted path in nested JSON; ? where it may be missing)
title = "jobTitle"
company = "employer.name"
valid_through = "closing?"
[constants]                  # our column = what it always is
country = "DE"
"""
_KEYS = ("format", "source", "source_column", "columns", "constants")


@dataclass(frozen=True)
class Mapping:
    """A mapping that was found valid; `optional` are columns of ours whose column of theirs may be missing."""

    where: str
    columns: dict[str, str]
    optional: frozenset[str]
    format: str | None = None
    source: str | None = None
    constants: dict[str, str | bool | None] = field(default_factory=dict)


def mapping_of(feed: Feed, file: FeedFile) -> Mapping | None:
    """Return the mapping of a file: the feed's, else the one beside the file, else None.

    Raises:
        UsageError: it is not valid: names the mapping, the key, and what is known.
        InputError: it is not there.
    """
    if isinstance(feed.mapping, dict):
        return parsed(feed.mapping, f"feed {feed.name}, mapping")
    path = Path(feed.mapping) if feed.mapping else sidecar(file)
    if not path.is_file():
        if feed.mapping:
            raise InputError(f"feed {feed.name}: mapping {path}: there is no such file; correct the path")
        return None
    return load(path)


def load(path: Path) -> Mapping:
    """Return the mapping in the file at `path`.

    Raises:
        UsageError: it is not valid.
    """
    try:
        return parsed(tomllib.loads(path.read_text(encoding="utf-8")), f"mapping {path}")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"mapping {path}: not valid TOML ({error})") from error


def parsed(given: dict[str, Any], where: str) -> Mapping:
    """Return the mapping that `given` says.

    Raises:
        UsageError: it is not valid; the message begins with `where`.
    """
    for key in given:
        if key not in _KEYS:
            raise UsageError(f"{where} has no {key!r}; it may have {', '.join(_KEYS)}")
    columns, constants = dict(given.get("columns") or {}), dict(given.get("constants") or {})
    if not columns:
        raise UsageError(f'{where}: [columns] is wanted: our column = theirs, e.g. title = "jobTitle"')
    if given.get("source_column"):
        columns["source"] = given["source_column"]
    for name, value in (columns | constants).items():
        if name not in our_columns():
            raise UsageError(f"{where}: {name!r} is no column of ours; there are {', '.join(our_columns())}")
        if name in columns and (not isinstance(columns[name], str) or not columns[name].strip("?")):
            raise UsageError(f"{where}: {name} = {value!r}: the name of a column is wanted")
    return Mapping(
        where=where,
        columns={name: column.removesuffix("?") for name, column in columns.items()},
        optional=frozenset(name for name, column in columns.items() if column.endswith("?")),
        format=given.get("format"),
        source=given.get("source"),
        constants={n: as_mark(v) if n in our_marks() else as_text(v) for n, v in constants.items()},
    )


@dataclass(frozen=True)
class Mapped:
    """The reader of tables with a mapping."""

    name: str = "mapped"
    says: str = "a CSV, TSV, NDJSON or Parquet table with a mapping (--mapping FILE)"

    def detect(self, head: Head) -> Fit | None:
        """Return a full fit where there is a mapping; the file is then checked against it."""
        return None  # `registry.reader_for` takes it where a mapping is given

    def read(self, head: Head, feed: Feed, settings: IngestSettings) -> Iterator[Listing | Reject]:
        """Yield each record of the table as a listing or a reject.

        Raises:
            InputError: the mapping names a column that the table does not have.
        """
        mapping = mapping_of(feed, head.file)
        assert mapping is not None and head.table is not None
        check(mapping, head, feed)

        def translate(record: Record) -> Fields:
            fields: Fields = dict(mapping.constants)
            for ours, theirs in mapping.columns.items():
                value = at(record.values, theirs)
                fields[ours] = as_mark(value) if ours in our_marks() else as_text(value)
            fields["source"] = fields.get("source") or mapping.source
            return fields

        return listings(head.table.records(), translate, feed)


def check(mapping: Mapping, head: Head, feed: Feed) -> None:
    """Do nothing where the table has every column that the mapping needs.

    Raises:
        InputError: names the file, the mapping's column, and the columns there are.
    """
    assert head.table is not None
    there = head.table.columns
    for ours, theirs in mapping.columns.items():
        if theirs not in there and ours not in mapping.optional:
            seen = " in its first records" if head.table.container == "ndjson" else ""
            raise InputError(
                f'{head.where(feed)}: {mapping.where} says {ours} = "{theirs}", and there is no such column{seen};'
                f' there are {shown(there, 60)}. Correct it, or write "{theirs}?" where it may be missing'
            )


READER = Mapped()
