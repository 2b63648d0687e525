"""The readers there are, and which of them fits a file. A new format: a module with a READER, and one line here."""

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from pipeline.errors import InputError, UsageError
from pipeline.ingest import (
    arrow_records,
    ats,
    csv_records,
    html_records,
    jobspy,
    json_records,
    jsonld,
    linkedin,
    mapped,
    ndjson_records,
    parquet_records,
    postings,
    rss,
    source_xml,
    talent_page,
    xml_records,
)
from pipeline.ingest.feeds import Feed
from pipeline.ingest.files import FeedFile, Unpacked
from pipeline.ingest.lines import decoded, encoding_of
from pipeline.ingest.model import Fit, Head, Reader, Table, shown
from pipeline.settings import IngestSettings

CONTAINERS: dict[str, Callable[[Head, IngestSettings], Table | None]] = {
    "parquet": parquet_records.table_of,
    "arrow": arrow_records.table_of,
    "json": json_records.table_of,
    "ndjson": ndjson_records.table_of,
    "html": html_records.table_of,
    "xml": xml_records.table_of,
    "csv": csv_records.table_of,
}
_ALL: tuple[Reader, ...] = (
    talent_page.READER,
    jobspy.READER,
    linkedin.READER,
    source_xml.TALENT,
    source_xml.INDEED,
    source_xml.LINKEDIN,
    rss.READER,
    jsonld.READER,
    ats.GREENHOUSE,
    ats.LEVER,
    ats.ASHBY,
    *mapped.shipped(),
    postings.READER,
    mapped.READER,
)
READERS: dict[str, Reader] = {reader.name: reader for reader in _ALL}


def head_of(
    feed: Feed, file: FeedFile, settings: IngestSettings, container: str | None = None, records: str | None = None
) -> Head:
    """Return the beginning of a file of `feed` and the table it is.

    Args:
        feed: for messages.
        file: the file.
        settings: how much of it is looked at.
        container: which kind to take it for; each is tried where not given.
        records: where its records stand, in JSON or XML; found where not given.

    Raises:
        InputError: it can't be opened or unpacked, it is empty, or it breaks off before its first records.
    """
    where = f"feed {feed.name}, file {file.path}"
    try:
        raw = Unpacked(file)
        with io.BufferedReader(raw, settings.sniff_bytes) as stream:
            data = stream.read(settings.sniff_bytes)
            if b"\n" not in data and data.lstrip()[:1] in (b"{", b"["):  # a first record that is longer than the look
                data += stream.read(max(settings.max_record_bytes - len(data), 0))
    except OSError as error:
        raise InputError(f"{where} can't be read: {error.strerror or error}") from error
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        cause = f"can't be unpacked ({raw.broken})" if raw.broken else "is empty"
        raise InputError(f"{where} {cause}; fetch it again, or take the feed out of this night")
    whole = len(data) < settings.sniff_bytes
    encoding = encoding_of(data)
    text = decoded(data, encoding) if encoding else ""
    head = Head(file, data, whole, encoding, text, records=records)
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
    container = wanted if wanted in CONTAINERS else None
    head = head_of(feed, file, settings, container, mapping.records if mapping else None)
    if mapping is not None:
        if head.table is None:
            raise InputError(
                f"{head.where(feed)} has a mapping and is no table ({', '.join(CONTAINERS)}): {looks(head)}"
            )
        return head, READERS["mapped"]
    if head.table is not None and not head.table.columns:  # a list without a single record: any reader reads it
        return head, READERS.get(wanted or "", postings.READER)
    found = ranked(head, [READERS[wanted]] if wanted in READERS else None)
    if not found:
        one = READERS.get(wanted or "")
        looked = (
            f"{one.name}: {one.says}"
            if one
            else f"{', '.join(READERS)} (`related-jobs feeds formats` says what each looks for)"
        )
        raise InputError(
            f"{head.where(feed)}: no reader fits: it is {looks(head)}. Looked for {looked}."
            " Give a column mapping (--mapping FILE, or mapping = in feeds.toml; `related-jobs feeds init PATH` begins one)"
        )
    return head, found[0][0]


def ranked(head: Head, readers: Sequence[Reader] | None = None) -> list[tuple[Reader, Fit]]:
    """Return the readers that fit a file, the best first; of equals the one that stands first in READERS."""
    tried = [(reader, reader.detect(head)) for reader in (READERS.values() if readers is None else readers)]
    return sorted([(reader, fit) for reader, fit in tried if fit is not None], key=lambda pair: -pair[1].score)


def looks(head: Head) -> str:
    """Return what a file looks like, for a message."""
    if head.table:
        names = [name for name in head.table.columns if not re.search(r"\.\d", name)]
        return f"a {head.table.container} table with the columns {shown(names, 30)}"
    if head.encoding is None:
        return f"not text (it begins with {head.data[:8]!r})"
    return f"text that begins with {head.text.strip()[:60]!r}"
