"""Container: JSON lines (NDJSON, https://github.com/ndjson/ndjson-spec): one object a line."""

import json
from collections.abc import Iterator
from typing import Any

from pipeline.ingest.lines import Cut, lines
from pipeline.ingest.model import Head, Record, Reject, Table, broken_off, line_texts
from pipeline.ingest.values import paths
from pipeline.settings import IngestSettings


def table_of(head: Head, settings: IngestSettings) -> Table | None:
    """Return the table, its columns the dotted paths of the records at the head; None where no line is an object."""
    if head.encoding is None:
        return None
    texts = line_texts(head)
    objects = [text for text in texts if text.lstrip().startswith("{")]
    if len(objects) * 2 < len(texts):
        return None
    found: dict[str, None] = {}
    for text in objects:
        value = _parsed(text)
        if isinstance(value, dict):
            found.update(dict.fromkeys(sorted(paths(value))))
    if not found:
        return None
    return Table("ndjson", tuple(found), lambda: _records(head, settings))


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        return error


def _records(head: Head, settings: IngestSettings) -> Iterator[Record | Reject]:
    assert head.encoding is not None
    number = 0
    try:
        for number, text in enumerate(lines(head.file, head.encoding, settings.max_record_bytes), 1):
            if isinstance(text, Cut):
                detail = f"more than max_record_bytes = {settings.max_record_bytes}"
                yield Reject(number, "record too long", detail, text)
            elif not text.isspace():
                yield _record(number, text)
    except EOFError as error:
        yield broken_off(number + 1, str(error))


def _record(number: int, text: str) -> Record | Reject:
    value = _parsed(text)
    if isinstance(value, dict):
        return Record(number, value)
    if not isinstance(value, Exception):
        return Reject(number, "not an object", f"a JSON object is wanted, {type(value).__name__} came", text)
    torn = not text.endswith("\n")
    return Reject(number, "torn record" if torn else "not JSON", f"a JSON object is wanted: {value}", text)
