"""Container: JSON (RFC 8259): a list of records, on its own or within an envelope; else the whole document is one.

The list is read a record at a time: memory does not grow with the file. A record that is no JSON costs only itself:
reading goes on at the next one that looks like those before it.
"""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from json.decoder import JSONDecodeError
from typing import Any

from pipeline.ingest.json_stream import (
    NEAR_END,
    NotJSONError,
    decoder,
    end_of,
    keys,
    members,
    peek,
    skip,
    space,
    value_at,
)
from pipeline.ingest.lines import pieces
from pipeline.ingest.model import Head, Record, Reject, Table, broken_off, line_texts
from pipeline.ingest.values import as_json, paths
from pipeline.ingest.window import Window
from pipeline.settings import IngestSettings

_LIKELY = (
    "jobs results data content offers jobPostings postings positions vacancies vacatures items hits listings records"
    " itemListElement @graph"
).split()
_TITLED = {"title", "jobTitle", "job_title", "name", "text", "position", "@type"}
_DEPTH = 4  # tables within tables in which the list of records is looked for
_SAMPLE = 200
_LET_GO = 1 << 23  # characters looked through for the next record before they are dropped


def table_of(head: Head, settings: IngestSettings) -> Table | None:
    """Return the table, its columns the dotted paths of the first records; None where the text is no JSON document.

    JSON lines are none, but for a single line with a list of records in it.
    """
    if head.encoding is None:
        return None
    text = head.text
    start = space(text, 0)
    if text[start : start + 1] not in ("{", "[") or (text[start] == "{" and _is_lines(head)):
        return None
    path = _records_path(head)
    if path is None and head.whole and _is_empty(text):
        return Table("json", (), lambda: iter(()))
    if path is None and (text[start] == "[" or not head.whole):
        return None
    found: dict[str, None] = {}
    for n, item in enumerate(_records(Window(iter([text])), path, settings)):
        if isinstance(item, Record):
            found.update(dict.fromkeys(sorted(paths(item.values))))
        if n >= _SAMPLE:
            break
    if not found:
        return None
    encoding = head.encoding

    def records() -> Iterator[Record | Reject]:
        return _records(Window(pieces(head.file, encoding)), path, settings)

    shown = None if path is None else ".".join(path)
    return Table("json", tuple(found), records, shown, _about(text, start))


def _is_lines(head: Head) -> bool:
    """Tell whether the first line is an object, and the next one begins another."""
    if head.records:
        return False
    lines = line_texts(head)
    wholes = [_is_object(line.lstrip("\ufeff")) for line in lines[:4]]
    if len(lines) > 1 and wholes[0]:
        return True
    return any(wholes) and _found_path(head.text, None) is None and not _is_empty(head.text)


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _is_empty(text: str) -> bool:
    """Tell whether the document is a list, or an envelope, without a single record."""
    try:
        value = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError):
        return False
    if isinstance(value, dict):
        return any(value.get(name) == [] for name in _LIKELY) and "@type" not in value
    return isinstance(value, list) and not value


def _about(text: str, start: int) -> dict[str, str]:
    """Return the plain values of an envelope that stand before its list."""
    try:
        m = re.match(
            r'\{((?:\s*"[^"\\]{1,60}"\s*:\s*(?:"(?:[^"\\]|\\.){0,500}"|-?[\d.eE+-]+|true|false|null)\s*,?)*)',
            text[start:],
        )
        given = json.loads("{" + m[1].rstrip().rstrip(",") + "}") if m else {}
    except ValueError:
        return {}
    return {k.lower(): str(v) for k, v in given.items() if v is not None}


def _records_path(head: Head) -> tuple[str, ...] | None:
    """Return the keys that lead to the list of records, () where the document is one, None where there is none."""
    return _found_path(head.text, tuple(head.records.split(".")) if head.records else None)


def _found_path(text: str, wanted: tuple[str, ...] | None) -> tuple[str, ...] | None:
    """Return the path of the list of records in the beginning of a document."""
    lists: dict[tuple[str, ...], dict[str, Any]] = {}
    window = Window(iter([text]))
    with suppress(NotJSONError):  # the beginning ends somewhere
        _look(window, (), lists)
    if wanted is not None:
        return wanted if wanted in lists else None
    likely = [path for path in lists if not path or path[-1] in _LIKELY]
    titled = [path for path, first in lists.items() if not _TITLED.isdisjoint(first) and len(first) > 2]
    pool = [path for path in likely if path in titled] or likely or titled
    return min(pool, key=lambda path: (len(path), list(lists).index(path)), default=None)


def _look(window: Window, path: tuple[str, ...], lists: dict[tuple[str, ...], dict[str, Any]]) -> None:
    """Note each list of tables within the value at the window, with its first member; move behind the value."""
    mark = peek(window)
    if mark == "[":
        for value in members(window):
            if isinstance(value, dict):
                lists.setdefault(path, value)
    elif mark == "{" and len(path) <= _DEPTH:
        for key in keys(window):
            _look(window, (*path, key), lists)
    else:
        value_at(window, 1 << 30)


def _records(window: Window, path: tuple[str, ...] | None, settings: IngestSettings) -> Iterator[Record | Reject]:
    """Yield the records at `path`, numbered from 1."""
    number = 0
    longest = settings.max_record_bytes
    try:
        if path is None:
            line = window.line
            value = value_at(window, longest)
            number = 1
            yield _item(value, number, line)
        else:
            for item in _listed(window, path, longest):
                number += 1
                yield item(number)
        end_of(window, number)
    except NotJSONError as error:
        what = window.text[window.at : window.at + 2000]
        cut = window.ended and error.at >= len(window.text) - NEAR_END
        detail = f"behind record {number}, line {window.line}: {error}"
        if window.broken:
            detail += f" ({window.broken})"
        yield Reject(number + 1, "file broken off" if cut or window.broken else "not JSON", detail, what)
    else:
        if window.broken:
            yield broken_off(number + 1, window.broken)


def _item(value: Any, number: int, line: int) -> Record | Reject:
    if isinstance(value, dict):
        return Record(number, value)
    detail = f"record {number}, line {line}: a JSON object is wanted, {type(value).__name__} came"
    return Reject(number, "not an object", detail, as_json(value))


def _listed(window: Window, path: tuple[str, ...], longest: int) -> Iterator[Any]:
    """Yield, for each member of the list at `path`, a function of its number that returns its record or reject."""
    if path:
        for key in keys(window):
            if key == path[0]:
                if peek(window) in "[{":
                    yield from _listed(window, path[1:], longest)
                else:
                    value_at(window, longest)
            else:
                skip(window)
        return
    if peek(window) != "[":
        skip(window)
        return
    known: set[str] = set()
    window.move(window.at + 1)
    while True:
        mark = peek(window)
        if mark == "]":
            window.move(window.at + 1)
            return
        if mark == ",":
            window.move(window.at + 1)
            continue
        line, start = window.line, window.at
        try:
            value = value_at(window, longest)
        except NotJSONError as error:
            text = window.text[start : start + 2000]
            resumed = _resume(window, error.at, known)
            reason = "not JSON" if resumed else "torn record"
            message = str(error)
            yield lambda n, r=reason, m=message, at=line, t=text: Reject(n, r, f"record {n}, line {at}: {m}", t)
            if not resumed:
                window.move(len(window.text))
                raise NotJSONError("the end of the list is missing", len(window.text)) from error
            continue
        if isinstance(value, dict) and len(known) < 500:
            known |= value.keys()
        yield lambda n, v=value, at=line: _item(v, n, at)


_NEXT = re.compile(r"\{\s*\"")


def _resume(window: Window, at: int, known: set[str]) -> bool:
    """Move to the next record like those before, behind `at`; False where there is none."""
    at = max(window.at + 1, min(at, len(window.text)))
    while True:
        for m in _NEXT.finditer(window.text, at):
            if not re.search(r"[,}\]]\s*$", window.text[max(0, m.start() - 20) : m.start()]):
                continue
            try:
                value, _ = decoder.raw_decode(window.text, m.start())
            except (JSONDecodeError, RecursionError):
                if len(window.text) - m.start() < 100_000 and window.more():
                    at = m.start()
                    break
                continue
            if len(value) > 1 and (not known or len(value.keys() & known) * 2 >= min(len(value), len(known))):
                window.move(m.start())
                return True
        else:
            at = max(at, len(window.text) - 20)
            if len(window.text) - window.at > _LET_GO:
                window.move(at)
                at = window.at
            if not window.more():
                return False
