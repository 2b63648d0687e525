"""Layouts: which column of a table is which of ours. A layout makes a reader over every container."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

from pipeline.contracts import contract
from pipeline.ingest.addresses import board
from pipeline.ingest.feeds import Feed
from pipeline.ingest.model import Fields, Fit, Head, Listing, Record, Reject
from pipeline.ingest.values import as_json
from pipeline.settings import IngestSettings

UNKNOWN_SOURCE = "unknown"
_OURS_ALONE = {"feed", "file", "position", "format", "trust"}
_MARKS = ("is_snippet", "promoted", "pay_predicted")
_SAYS_SOMETHING = ("title", "company", "description", "url", "apply_url")


@cache
def our_columns() -> tuple[str, ...]:
    """Return the columns of raw_listings that a feed may fill."""
    return tuple(name for name in contract("raw_listings").schema.names if name not in _OURS_ALONE)


@cache
def our_marks() -> frozenset[str]:
    """Return those of our columns that are yes or no."""
    return frozenset(_MARKS)


@dataclass(frozen=True)
class Layout:
    """A reader for tables of one layout.

    Attributes:
        fits: how well columns fit, None where they do not.
        translate: our columns of one record, or the reject it is.
    """

    name: str
    says: str
    fits: Callable[[frozenset[str]], Fit | None]
    translate: Callable[[Record], Fields | Reject]

    def detect(self, head: Head) -> Fit | None:
        """Return how well the file fits: by its columns."""
        return self.fits(frozenset(head.table.columns)) if head.table else None

    def read(self, head: Head, feed: Feed, settings: IngestSettings) -> Iterator[Listing | Reject]:
        """Yield each record of the table as a listing or a reject."""
        assert head.table is not None
        return listings(head.table.records(), self.translate, feed)


def listings(
    records: Iterator[Record | Reject], translate: Callable[[Record], Fields | Reject], feed: Feed
) -> Iterator[Listing | Reject]:
    """Yield each record as a listing, its source filled in, or as a reject where it says nothing.

    The source is what the record tells, else the feed's, else the board that its address leads to, else "unknown".
    """
    for record in records:
        if isinstance(record, Reject):
            yield record
            continue
        fields = translate(record)
        if isinstance(fields, Reject):
            yield fields
            continue
        if not any(fields.get(name) for name in _SAYS_SOMETHING):
            detail = f"a record without {', '.join(_SAYS_SOMETHING)}"
            yield Reject(record.position, "empty record", detail, as_json(record.values), record.lines)
            continue
        if not fields.get("source"):
            url = fields.get("url") or fields.get("apply_url")
            fields["source"] = feed.source or board(str(url) if url else None) or UNKNOWN_SOURCE
        if not fields.get("company") and feed.employer:
            fields["company"] = feed.employer
        yield Listing(record.position, fields, record.lines)


def columns_fit(wanted: frozenset[str], score: float) -> Callable[[frozenset[str]], Fit | None]:
    """Return a test that fits tables with all of the columns `wanted`."""

    def fits(columns: frozenset[str]) -> Fit | None:
        return Fit(score, f"it has the columns {', '.join(sorted(wanted))}") if wanted <= columns else None

    return fits
