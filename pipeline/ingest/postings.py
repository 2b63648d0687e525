"""Postings tables: columns with our own names, those of raw_listings; posting_id may stand for source_id."""

from pipeline.ingest.layout import Layout, our_columns, our_marks
from pipeline.ingest.model import Fields, Fit, Record
from pipeline.ingest.values import as_mark, as_text

_ALIASES = {"posting_id": "source_id"}
_AT_LEAST = 3


def _ours(column: str) -> str | None:
    name = column.strip().lower()
    name = _ALIASES.get(name, name)
    return name if name in our_columns() else None


def _fits(columns: frozenset[str]) -> Fit | None:
    known = sorted({name for column in columns if (name := _ours(column))})
    if "title" not in known or len(known) < _AT_LEAST:
        return None
    return Fit(0.4 + 0.4 * len(known) / max(len(columns), 1), f"it has columns of our own names: {', '.join(known)}")


def _translate(record: Record) -> Fields:
    fields: Fields = {}
    for column, value in record.values.items():
        name = _ours(column)
        if name and fields.get(name) is None:
            fields[name] = as_mark(value) if name in our_marks() else as_text(value)
    return fields


READER = Layout("postings", "a table with columns of our own names (title and two more)", _fits, _translate)
