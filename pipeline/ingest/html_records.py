"""Container: saved pages in HTML, a record each block of JSON-LD in them (<script type="application/ld+json">)."""

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from pipeline.ingest.lines import pieces
from pipeline.ingest.model import Head, Record, Reject, Table, broken_off
from pipeline.ingest.values import paths
from pipeline.ingest.window import Window
from pipeline.settings import IngestSettings

_PAGE = re.compile(r"<!doctype\s+html|<html[\s>]|<head[\s>]|<body[\s>]|<script[\s>]", re.IGNORECASE)
_OPEN = re.compile(r"<script\b[^>]*\bld\+json\b[^>]*>", re.IGNORECASE)
_CLOSE = re.compile(r"</script\s*>", re.IGNORECASE)
_CANONICAL = re.compile(r"<link\b(?=[^>]*\brel=[\"']?canonical\b)[^>]*\bhref=[\"']?([^\"'\s>]+)", re.IGNORECASE)
_WRAPPING = re.compile(r"^\s*(?:<!--|/?/?\*?\s*<!\[CDATA\[\s*\*?/?)|(?:-->|/?/?\*?\s*\]\]>\s*\*?/?)\s*$|;\s*$")


def table_of(head: Head, settings: IngestSettings) -> Table | None:
    """Return the table, its columns those of the first block that is an object; None where no JSON-LD is in the page."""
    if head.encoding is None or not _PAGE.search(head.text[:4096]):
        return None
    encoding = head.encoding

    def records() -> Iterator[Record | Reject]:
        return _records(Window(pieces(head.file, encoding)), settings.max_record_bytes)

    first = next((item for item in records() if isinstance(item, Record)), None)
    if first is None:
        return None
    canonical = _CANONICAL.search(head.text)
    about = {"canonical": html.unescape(canonical[1])} if canonical else {}
    return Table("html", tuple(sorted(paths(first.values))), records, about=about)


def _records(window: Window, longest: int) -> Iterator[Record | Reject]:
    number = 0
    while True:
        opened = _OPEN.search(window.text, window.at)
        if opened is None:
            last = window.text.rfind("<", window.at)
            window.move(last if last >= 0 and len(window.text) - last < 1000 else len(window.text))
            if not window.more():
                break
            continue
        while (closed := _CLOSE.search(window.text, opened.end())) is None and window.left() < longest:
            if not window.more():
                break
        number += 1
        end = closed.start() if closed else len(window.text)
        yield from _block(window.text[opened.end() : end], number, window.line)
        window.move(end)
    if window.broken:
        yield broken_off(number + 1, window.broken)


def _block(text: str, number: int, line: int) -> Iterator[Record | Reject]:
    """Yield the objects of one block: of a list, its members."""
    value = parsed_block(text)
    if isinstance(value, ValueError):
        yield Reject(number, "not JSON", f"block {number} of JSON-LD, line {line}: {value}", text[:2000])
        return
    for member in value if isinstance(value, list) else [value]:
        if isinstance(member, dict):
            yield Record(number, member)


def parsed_block(text: str) -> Any:
    """Return the value a block holds, however its page wraps or escapes it; the error where it is no JSON."""
    bare = _WRAPPING.sub("", _WRAPPING.sub("", text))
    for attempt in (bare, html.unescape(bare)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError) as error:
            problem = error
    return ValueError(str(problem))
