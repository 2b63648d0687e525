"""The readers there are, and which of them fits a file. A new format: a module with a READER, and one line here."""

import io
import re
from collections.abc import Callable
from dataclasses import replace

from pipeline.errors import InputError, UsageError
from pipeline.ingest import (
    csv_records,
    jobspy,
    linkedin,
    mapped,
    ndjson_records,
    parquet_records,
    postings,
    talent_page,
)
from pipeline.ingest.feeds import Feed
from pipeline.ingest.files import FeedFile, Unpacked
from pipeline.ingest.lines import decoded, encoding_of
from pipeline.ingest.model import Head, Reader, Table, shown
from pipeline.settings import IngestSettings

CONTAINERS: dict[str, Callable[[Head, IngestSettings], Table | None]] = {
    "parquet": parquet_records.table_of,
    "ndjson": ndjson_records.table_of,
    "csv": csv_records.table_of,
}
READERS: dict[str, Reader] = {
    reader.name: reader
    for reader in (
        talent_page.READER,
        jobspy.READER,
        linkedin.READER,
        postings.READER,
        mapped.READER,
    )
}


def head_of(feed: Feed, file: FeedFile, settings: IngestSettings, container: str | None = None) -> Head:
    """Return the beginning of a file of `feed` and the table it is; `container` says which kind to take it for.

    Raises:
        InputError: it can't be opened or unpacked, it is empty, or it breaks off before its first records.
    """
    where = f"feed {feed.name}, file {file.path}"
    try:
        raw = Unpacked(file.path)
        with io.BufferedReader(raw, settings.sniff_bytes) as stream:
            data = stream.read(settings.sniff_bytes)
    except OSError as error:
        raise InputError(f"{where} can't be read: {error.strerror or error}") from error
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        cause = f"can't be unpacked ({raw.broken})" if raw.broken else "is empty"
        raise InputError(f"{where} {cause}; fetch it again, or take the feed out of this night")
    encoding = encoding_of(data)
    text = decoded(data, encoding) if encoding else ""
    head = Head(file, data, len(data) < settings.sniff_bytes, encoding, text)
    for name in [container] if container else CONTAINERS:
        table = CONTAINERS[name](head, settings)
        if table:
            return replace(head, table=table)
    return head


def sniffed(feed: Feed, file: FeedFile, settings: IngestSettings) -> tuple[Head, Reader]:
    """Return the head of a file and the reader for it: what its mapping or the feed's format says, else what fits best.

    Raises:
        InputError: none fits: says what the file looks like and what was looked for.
        UsageError: the feed names a format that is not known.
    """
    mapping = mapped.mapping_of(feed, file)
    wanted = (mapping.format if mapping else None) or feed.format
    if wanted is not None and wanted not in READERS and wanted not in CONTAINERS:
        raise UsageError(f"feed {feed.name}: no format {wanted!r}; there are {', '.join([*READERS, *CONTAINERS])}")
    head = head_of(feed, file, settings, wanted if wanted in CONTAINERS else None)
    if mapping is not None:
        if head.table is None:
            raise InputError(
                f"{head.where(feed)} has a mapping and is no table ({', '.join(CONTAINERS)}): {_looks(head)}"
            )
        return head, READERS["mapped"]
    readers = [READERS[wanted]] if wanted in READERS else list(READERS.values())
    fits = [(fit.score, -n, reader) for n, reader in enumerate(readers) if (fit := reader.detect(head)) is not None]
    if not fits:
        looked = "; ".join(f"{reader.name}: {reader.says}" for reader in readers)
        raise InputError(
            f"{head.where(feed)}: no reader fits: it is {_looks(head)}. Looked for {looked}."
            " Give a column mapping (--mapping FILE, or mapping = in feeds.toml)"
        )
    return head, max(fits, key=lambda fit: fit[:2])[2]


def _looks(head: Head) -> str:
    if head.table:
        names = [name for name in head.table.columns if not re.search(r"\.\d", name)]
        return f"a {head.table.container} table with the columns {shown(names, 30)}"
    if head.encoding is None:
        return f"not text (it begins with {head.data[:8]!r})"
    return f"text that begins with {head.text.strip()[:60]!r}"
