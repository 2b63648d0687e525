"""What passes between the parts of ingest: a sniffed file, records, listings, rejects, and what a reader is."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from pipeline.ingest.feeds import Feed
from pipeline.ingest.files import FeedFile
from pipeline.settings import IngestSettings

_LINE_END = re.compile(r"\r\n|\n|\r")
Fields = dict[str, str | bool | None]
"""Columns of raw_listings, those that are known."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a table, as its container found it: `lines` lines (or one record) from `position` on."""

    position: int
    values: Mapping[str, Any]
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Listing:
    """One record that was understood: its columns of raw_listings."""

    position: int
    fields: Fields
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Reject:
    """A piece of a file that is no listing: `lines` lines (or one record) from `position` on; 0 is the whole file."""

    position: int
    reason: str
    detail: str
    excerpt: str = ""
    lines: int = 1


def broken_off(position: int, cause: str) -> Reject:
    """Return the reject for what is missing of a packed file that ends in the middle."""
    return Reject(position, "file broken off", f"unpacking went as far as here ({cause}): what follows is missing")


@dataclass(frozen=True)
class Fit:
    """How well a reader fits a file, 0 to 1, and why."""

    score: float
    reason: str


@dataclass(frozen=True)
class Table:
    """A file that is a table of records.

    Attributes:
        container: csv, ndjson, json, xml, html, parquet, arrow.
        columns: names at its head; of NDJSON, JSON and XML, the dotted paths of the first records.
        records: reads it.
        path: where the records stand: the name of their element, or the dotted path of their list.
        about: what the file says of itself before its first record (publisher, channel title), names in lower case.
    """

    container: str
    columns: tuple[str, ...]
    records: Callable[[], Iterator[Record | Reject]] = field(compare=False)
    path: str | None = None
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Head:
    """The beginning of a file.

    Attributes:
        data: first bytes, unpacked.
        whole: there are no more.
        encoding: of its text, None where it is not text.
        text: `data` decoded, '' where it is not text.
        table: the table it is, if it is one.
        records: where a mapping says its records stand.
    """

    file: FeedFile
    data: bytes
    whole: bool
    encoding: str | None
    text: str
    table: Table | None = None
    records: str | None = None

    def where(self, feed: Feed) -> str:
        """Return the feed and file for a message."""
        return f"feed {feed.name}, file {self.file.path}"


def shown(names: Sequence[str], most: int) -> str:
    """Return the first `most` column names for a message, on one line."""
    plain = ("".join(c if c.isprintable() else "?" for c in name)[:80] for name in names[:most])
    return ", ".join(plain) + (f" and {len(names) - most} more" if len(names) > most else "")


def one_line(error: BaseException) -> str:
    """Return what a library says of an error, on one line and not too long."""
    return " ".join(str(error).split())[:300] or type(error).__name__


def line_texts(head: Head) -> list[str]:
    """Return the lines of a file's beginning without their ends and without blank ones; a line cut off is left out."""
    texts = _LINE_END.split(head.text)
    return [text for text in (texts if head.whole or len(texts) == 1 else texts[:-1]) if text.strip()]


class Reader(Protocol):
    """One format: tells whether it fits a file, and reads it."""

    @property
    def name(self) -> str:
        """Name of the format, as feeds.toml may give it and as raw_listings.format says it."""

    @property
    def says(self) -> str:
        """What it looks for, for a message."""

    def detect(self, head: Head) -> Fit | None:
        """Return how well it fits, None where it does not."""

    def read(self, head: Head, feed: Feed, settings: IngestSettings) -> Iterator[Listing | Reject]:
        """Yield each record of the file, in order, as a listing or a reject."""
