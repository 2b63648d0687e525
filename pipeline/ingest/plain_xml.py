"""The plainest and commonest of XML records, read without a parser: fields that hold text or one CDATA section.

Most feeds consist of nothing else; lxml takes ten times as long to build and walk a tree of them. Whatever is not
exactly of this shape (attributes, nesting, entities, comments, a tag that is not closed) is left to lxml.
"""

from typing import Any

_OPEN, _CLOSE = "<![CDATA[", "]]>"
_closings: dict[str, str] = {}  # of names seen


def plain_record(text: str) -> dict[str, Any] | None:
    """Return the fields of a record, repeats as lists, just as a parser would; None where it is not of that shape."""
    at = text.find(">")
    if at < 0 or " " in text[:at] or text[at - 1] == "/" or "\r" in text or "\x00" in text:
        return None
    end = len(text) - at - 2  # of the record's own closing tag
    if text[end:] != f"</{text[1:at]}>":
        return None
    found: dict[str, Any] = {}
    at += 1
    find, starts = text.find, text.startswith
    while True:
        start = find("<", at)
        if start != at and not text[at:start].isspace():
            return None
        if start == end:
            return found
        close = find(">", start)
        name = text[start + 1 : close]
        closing = _closings.get(name) or _closing(name)
        if closing is None:
            return None
        at = close + 1
        if starts(_OPEN, at):
            stop = find(_CLOSE, at)
            value = text[at + 9 : stop]
            at = stop + 3
        else:
            at = stop = find("<", at)
            value = text[close + 1 : stop]
            if "&" in value:
                return None
        if stop < 0 or not starts(closing, at):
            return None
        at += len(closing)
        if name not in found:
            found[name] = value
        elif isinstance(found[name], list):
            found[name].append(value)
        else:
            found[name] = [found[name], value]


def _closing(name: str) -> str | None:
    """Return the closing tag of a plain name, None where it is none (an attribute follows, a tag closes)."""
    if not name.replace("_", "").replace("-", "").replace(":", "").isalnum() or len(name) > 60:
        return None
    if len(_closings) < 1000:
        _closings[name] = f"</{name}>"
    return f"</{name}>"
