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

_EXCERPT = 500  # characters, as the contract of raw_rejects has it
Row = dict[str, str | int | bool | None]


def read_feed(feed: Feed, night: Night, settings: IngestSettings) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Yield (raw_listings, raw_rejects) of `feed`; see `pipeline.ingest.read`."""
    feed = feed.on(night.run_date)
    files = files_of(feed)
    listings: list[Row] = []
    rejects: list[Row] = []
    total = yielded = size = 0
    first_problem: str | None = None
    for file in files:
        for name, item in _items(feed, file, settings, alone=len(files) == 1):
            if isinstance(item, Listing):
                listings.append(_listing(feed, file, name, item.position, item.fields))
                total += 1
                size += len(str(item.fields.get("description") or ""))
            else:
                rejects.append(_reject(feed, file, item))
                first_problem = first_problem or f"{file.path}, line {item.position}: {item.reason} ({item.detail})"
            if len(listings) + len(rejects) >= settings.batch_rows or size >= settings.batch_bytes:
                yield _tables(listings, rejects)
                yielded += 1
                listings, rejects, size = [], [], 0
    if not total and (first_problem or not feed.delta):
        raise InputError(
            f"feed {feed.name}: not one listing could be read from {feed.path}; "
            + (f"the first of what came instead: {first_problem}" if first_problem else "there is no record in it")
        )
    if listings or rejects or not yielded:
        yield _tables(listings, rejects)


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
    row: Row = {"feed": feed.name, "file": file.name, "position": position, "format": reader, **fields}
    row["is_snippet"] = bool(fields.get("is_snippet"))
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


def _tables(listings: list[Row], rejects: list[Row]) -> tuple[pa.Table, pa.Table]:
    return _table("raw_listings", listings), _table("raw_rejects", rejects)


def _table(name: str, rows: list[Row]) -> pa.Table:
    promised = contract(name)
    try:
        columns = [pa.array([row.get(field.name) for row in rows], field.type) for field in promised.schema]
    except UnicodeEncodeError:  # halves of surrogate pairs, which JSON can spell
        rows = [{key: _whole(value) for key, value in row.items()} for row in rows]
        columns = [pa.array([row.get(field.name) for row in rows], field.type) for field in promised.schema]
    return conform(pa.table(columns, names=promised.schema.names), promised)


def _whole(value: str | int | bool | None) -> str | int | bool | None:
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else value
