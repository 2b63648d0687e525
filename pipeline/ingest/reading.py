"""Reading a feed: its files in order, each with the reader that fits, in batches that keep the contracts."""

from collections.abc import Iterator

import pyarrow as pa

from pipeline.contracts import conform, contract
from pipeline.errors import InputError
from pipeline.ingest.feeds import Feed
from pipeline.ingest.files import FeedFile, files_of
from pipeline.ingest.model import Fields, Listing, Reject
from pipeline.ingest.registry import sniffed
from pipeline.plan import Night
from pipeline.settings import IngestSettings
from pipeline.text.tokens import short_id

_EXCERPT = 500  # characters, as the contract of raw_rejects has it
Row = dict[str, str | int | bool | None]
_KEYED = tuple(
    name
    for name in contract("raw_listings").schema.names
    if name not in ("feed", "file", "position", "listing_key", "format", "date_posted", "valid_through", "crawled_on")
)
"""Columns of raw_listings that a listing's key is made of: what normalise() looks at."""


def read_feed(feed: Feed, night: Night, settings: IngestSettings) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Yield (raw_listings, raw_rejects) of `feed`; see `pipeline.ingest.read`."""
    feed = feed.on(night.run_date)
    files = files_of(feed, settings.max_unpacked_ratio)
    batch = _Batch(settings)
    total, yielded = 0, False
    first_problem: str | None = None
    for file in files:
        for name, item in _items(feed, file, settings, alone=len(files) == 1):
            if isinstance(item, Listing):
                total += 1
            else:
                first_problem = (
                    first_problem
                    or f"{file.path}, line {item.position}: {item.reason} ({' '.join(item.detail.split())})"
                )
            if batch.add(feed, file, name, item):
                yield batch.taken()
                yielded = True
    if not total and (first_problem or not feed.delta):
        raise InputError(
            f"feed {feed.name}: not one listing could be read from {feed.path}; "
            + (f"the first of what came instead: {first_problem}" if first_problem else "there is no record in it")
        )
    if batch.rows() or not yielded:
        yield batch.taken()


def read_file(feed: Feed, file: FeedFile, settings: IngestSettings) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Yield (raw_listings, raw_rejects) of one file of `feed`, which may have no listing at all.

    Raises:
        InputError: it can't be read at all.
    """
    batch = _Batch(settings)
    for name, item in _items(feed, file, settings, alone=True):
        if batch.add(feed, file, name, item):
            yield batch.taken()
    if batch.rows():
        yield batch.taken()


class _Batch:
    """Listings and rejects on their way into tables."""

    def __init__(self, settings: IngestSettings) -> None:
        self._settings = settings
        self._listings: list[Row] = []
        self._rejects: list[Row] = []
        self._size = 0  # characters of text

    def rows(self) -> int:
        """Return the number of rows that wait."""
        return len(self._listings) + len(self._rejects)

    def add(self, feed: Feed, file: FeedFile, reader: str, item: Listing | Reject) -> bool:
        """Take one item in; return whether the batch is full."""
        if isinstance(item, Listing):
            self._listings.append(_listing(feed, file, reader, item.position, item.fields))
            self._size += len(str(item.fields.get("description") or ""))
        else:
            self._rejects.append(_reject(feed, file, item))
        return self.rows() >= self._settings.batch_rows or self._size >= self._settings.batch_bytes

    def taken(self) -> tuple[pa.Table, pa.Table]:
        """Return the tables, and begin anew."""
        tables = _table("raw_listings", self._listings), _table("raw_rejects", self._rejects)
        self._listings, self._rejects, self._size = [], [], 0
        return tables


def _items(feed: Feed, file: FeedFile, settings: IngestSettings, alone: bool) -> Iterator[tuple[str, Listing | Reject]]:
    """Yield what is in a file, with its reader's name; one reject where a file among others can't be read at all."""
    try:
        head, reader = sniffed(feed, file, settings)
        items = reader.read(head, feed, settings)
    except InputError as error:
        if alone:
            raise
        yield "", Reject(0, "unreadable file", str(error))
        return
    for item in items:
        yield reader.name, item


def _listing(feed: Feed, file: FeedFile, reader: str, position: int, fields: Fields) -> Row:
    row: Row = {name: value for name, value in fields.items() if value is not None}
    row |= {"feed": feed.name, "file": file.name, "position": position, "format": reader}
    if feed.trust:
        row["trust"] = feed.trust
    row["is_snippet"] = bool(fields.get("is_snippet"))
    told = [v if v is None or isinstance(v, str) else f"\x00{v}" for v in map(row.get, _KEYED)]
    row["listing_key"] = short_id("k", *told)
    return row


def _reject(feed: Feed, file: FeedFile, item: Reject) -> Row:
    return {
        "feed": feed.name,
        "file": file.name,
        "position": item.position,
        "reason": item.reason,
        "detail": item.detail.replace("\x00", "")[:2000],
        "excerpt": item.excerpt.replace("\x00", "")[:_EXCERPT],
    }


def _table(name: str, rows: list[Row]) -> pa.Table:
    promised = contract(name)
    try:
        columns = _columns(promised.schema, rows)
    except UnicodeEncodeError:  # halves of surrogate pairs, which JSON can spell
        columns = _columns(promised.schema, [{key: _whole(value) for key, value in row.items()} for row in rows])
    return conform(pa.table(columns, names=promised.schema.names), promised)


def _columns(schema: pa.Schema, rows: list[Row]) -> list[pa.Array]:
    """Return the rows' values, a column each; a key that no row has costs nothing."""
    there = set().union(*rows)
    return [
        pa.array([row.get(field.name) for row in rows], field.type)
        if field.name in there
        else pa.nulls(len(rows), field.type)
        for field in schema
    ]


def _whole(value: str | int | bool | None) -> str | int | bool | None:
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value
