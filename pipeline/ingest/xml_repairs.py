"""What feeds do wrong in XML every day, put right: control characters, bare ampersands, HTML entities, HTML outside of CDATA."""

import re
from html.entities import html5

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_AMPERSAND = re.compile(r"&(?!#\d+;|#x[0-9a-fA-F]+;|(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,30};)?")
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
_MARKUP_FIELD = re.compile(
    r"<((?:\w+:)?(?:\w*description\w*|content|body|summary|requirements|benefits|text|jobdesc\w*|encoded))(\s[^<>]*)?>"
    r"(?!\s*<!\[CDATA\[)(.*?)</\1\s*>",
    re.DOTALL | re.IGNORECASE,
)


def repaired(text: str) -> str:
    """Return `text` without control characters, HTML entities resolved and bare ampersands escaped, CDATA left alone."""
    parts = _CDATA.split(_CONTROL.sub(" ", text))
    return "".join(part if part.startswith("<![CDATA[") else _AMPERSAND.sub(_entity, part) for part in parts)


def _entity(m: re.Match[str]) -> str:
    known = html5.get(m[1]) if m[1] else None
    if known is None:
        return "&amp;" + (m[1] or "")
    return "".join({"&": "&amp;", "<": "&lt;", ">": "&gt;"}.get(c, c) for c in known)


def wrapped_markup(text: str) -> str:
    """Return `text` repaired, with what stands in text fields without CDATA put in CDATA."""

    def wrapped(m: re.Match[str]) -> str:
        inner = m[3].replace("]]>", "]]&gt;").replace("<![CDATA[", "")
        return f"<{m[1]}{m[2] or ''}><![CDATA[{inner}]]></{m[1]}>"

    return repaired(_MARKUP_FIELD.sub(wrapped, text))
