"""Container: XML (https://www.w3.org/TR/xml/), a record an element that repeats: <job>, <item>, <entry>, <position>.

No tree of the file is built: the text is cut at the records' tags, and lxml parses one record at a time. So a record
that is not well-formed costs only itself, a file that breaks off keeps what came, and memory does not grow. What
feeds do wrong every day is put right before a record is given up: control characters, bare ampersands, HTML entities,
and HTML that stands in a text field without CDATA. Entities and DTDs of the file's own are never read.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterator

from pipeline.ingest.lines import pieces
from pipeline.ingest.model import Head, Record, Reject, Table
from pipeline.ingest.values import paths
from pipeline.ingest.window import Window
from pipeline.ingest.xml_cutter import HTML, Cutter
from pipeline.settings import IngestSettings

_PROLOG = re.compile(r"(?:\s|\ufeff|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>)*", re.DOTALL | re.IGNORECASE)
_ROOT = re.compile(r"<([A-Za-z_][\w:.-]*)([^<>]*)>")
_ENCODING = re.compile(r"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.-]+)[\"']")
_PIECE = re.compile(
    r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?\?>|<(?P<end>/?)(?P<name>[A-Za-z_][\w:.-]*)[^<>]*?(?P<self>/?)>",
    re.DOTALL,
)
_NAMESPACE = re.compile(r"xmlns:([\w.-]+)\s*=")
_LEAF = re.compile(r"<([A-Za-z_][\w:.-]*)[^<>]*>\s*(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))\s*</\1\s*>", re.DOTALL)
_LIKELY = "job item entry position vacancy offer ad posting listing vacature stelle row record jobposting".split()
_ROOTS = frozenset("source rss jobs feed channel positions vacancies".split())  # of feeds, with records or without
_SAMPLE = 200  # records looked at for the columns


def table_of(head: Head, settings: IngestSettings) -> Table | None:
    """Return the table, its columns the dotted paths of the first records; None where the text is no XML with records.

    A page in HTML is none.
    """
    if head.encoding is None:
        return None
    start = _PROLOG.match(head.text)
    root = _ROOT.match(head.text, start.end() if start else 0)
    if root is None or root[1].lower() == "html" or "doctype html" in head.text[: root.start()].lower():
        return None
    name = _record_name(head.text, root.start(), head.records)
    if name is None:
        return _empty(head, root[1]) if root[1].lower() in _ROOTS else None
    prefixes = tuple(dict.fromkeys(_NAMESPACE.findall(head.text)))
    cutter = Cutter(name, prefixes, settings)
    first = next(cutter.start.finditer(head.text), None)
    intro = head.text[: first.start()] if first else head.text
    found: dict[str, None] = {}
    for n, item in enumerate(cutter.records(Window(iter([head.text])), root[1])):
        if isinstance(item, Record):
            found.update(dict.fromkeys(sorted(paths(item.values))))
        if n >= _SAMPLE:
            break
    encoding = _encoding(head)

    def records() -> Iterator[Record | Reject]:
        return cutter.records(Window(pieces(head.file, encoding)), root[1])

    return Table("xml", tuple(found), records, name, _about(intro))


def _empty(head: Head, root: str) -> Table | None:
    """Return the table of a feed that is whole and has no record."""
    if not head.whole or f"</{root}>" not in head.text:
        return None
    return Table("xml", (), lambda: iter(()), None, _about(head.text))


def _encoding(head: Head) -> str:
    """Return the encoding the prolog declares, where the bytes leave it open and Python knows it."""
    assert head.encoding is not None
    declared = _ENCODING.search(head.text[:200])
    if declared is None or head.encoding != "utf-8":
        return head.encoding
    try:
        b"<".decode(declared[1])  # refuses codecs that are no text, such as hex
        codecs.getincrementaldecoder(declared[1])
    except (LookupError, ValueError):
        return head.encoding
    name = declared[1].lower().replace("_", "-")
    if name.startswith(("utf", "ucs", "us-ascii", "ascii")):
        return head.encoding
    return "cp1252" if name in ("iso-8859-1", "latin-1", "latin1") else declared[1]


def _about(intro: str) -> dict[str, str]:
    """Return the plain elements before the first record, names in lower case; of repeats the first."""
    found: dict[str, str] = {}
    for name, cdata, text in _LEAF.findall(intro):
        value = " ".join((cdata or _unescaped(text)).split())
        if value:
            found.setdefault(name.lower(), value)
    return found


def _unescaped(text: str) -> str:
    from html import unescape

    return unescape(text)


def _record_name(text: str, start: int, wanted: str | None) -> str | None:
    """Return the name of the element that is the record.

    It is the one `wanted`; else, of the elements below the root that have elements in them, one with a likely name;
    else the one that repeats most, the outer before the inner.
    """
    stack: list[str] = []
    counts: Counter[str] = Counter()
    depths: dict[str, int] = {}
    parents: set[tuple[int, str]] = set()
    for m in _PIECE.finditer(text, start):
        name = m["name"]
        if name is None:
            continue
        if m["end"]:
            if name in stack:
                del stack[len(stack) - 1 - stack[::-1].index(name) :]
            continue
        if stack:
            parents.add((len(stack) - 1, stack[-1]))
        if name == wanted or stack:
            counts[name] += 1
            depths[name] = min(depths.get(name, 99), len(stack))
        if not m["self"]:
            stack.append(name)
    if wanted is not None:
        return wanted if counts[wanted] else None
    able = [n for n in counts if (depths[n], n) in parents and n.lower() not in HTML]
    likely = [n for n in able if n.rpartition(":")[2].lower() in _LIKELY]
    pool = likely or [n for n in able if counts[n] > 1]
    return min(pool, key=lambda n: (depths[n], -counts[n], n), default=None)
