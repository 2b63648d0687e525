"""Feeds to raw listings: every record of a feed becomes a raw listing or a reject.

A feed (`feeds`) is files (`files`); a reader (`registry`) is found for each by its content. Most feeds are tables:
a container (`csv_records`, `ndjson_records`, `parquet_records`) yields records with positions, a layout (`jobspy`,
`linkedin`, `postings`, `mapped`) says which of their columns is which of ours. Pages (`talent_page`) are readers of
their own.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.ingest.feeds import Feed, feed_from_path, feeds_from_paths, load_feeds
from pipeline.plan import Night
from pipeline.settings import IngestSettings

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Feed", "feed_from_path", "feeds_from_paths", "fingerprint", "load_feeds", "read"]


def read(feed: Feed, night: Night, settings: IngestSettings) -> "Iterator[tuple[pa.Table, pa.Table]]":
    """Yield (raw_listings, raw_rejects) of `feed`, a batch at a time, both as sql/schema/run promises them.

    Files come in the order of their names, records in the order of the file. At least one batch comes, a delta feed's
    may be empty.

    Raises:
        InputError: the feed can't be read at all: nothing is there, no reader or not the mapping fits, not one listing.
        UsageError: the feed's mapping is not valid.
    """
    from pipeline.ingest.reading import read_feed

    return read_feed(feed, night, settings)


def fingerprint(feed: Feed, night: Night | None = None) -> str:
    """Return a fingerprint (32 hex digits) of the bytes of the feed's files, their names, and how they are to be read.

    `night` is needed where the feed's path names {run_date}.

    Raises:
        InputError: the feed's files are not there.
    """
    from pipeline.ingest.files import fingerprint_of

    return fingerprint_of(feed if night is None else feed.on(night.run_date))
