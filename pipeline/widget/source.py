"""related-jobs.js as it is shipped, and what Python shares with it: the style sheet and the labels."""

import json
import re
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "related-jobs.js"


@cache
def script() -> str:
    """Return related-jobs.js without comments and indentation: under 6 KB gzipped."""
    lines = (line.strip() for line in _source().splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("// ", "/** "))) + "\n"


@cache
def stylesheet() -> str:
    """Return related-jobs.css: the widget's style sheet for a box that a server wrote, outside of any shadow."""
    css = re.sub(r":host\(([^)]*)\)", r"related-jobs\1", _literal("CSS", "`", "`"))
    return css.replace(":host", "related-jobs").replace("\\\\", "\\").strip() + "\n"


@cache
def labels(language: str) -> dict[str, str]:
    """Return the labels of a language ('en', 'de', 'fr', 'nl', 'es', 'pt'), English for another one."""
    every = json.loads("{" + _literal("LABELS", "{", "}") + "}")
    names = _literal("KEYS", "`", "`").split()
    return dict(zip(names, every.get(language[:2].lower(), every["en"]).split("|"), strict=True))


def languages() -> list[str]:
    """Return the languages that there are labels for."""
    return list(json.loads("{" + _literal("LABELS", "{", "}") + "}"))


@cache
def _source() -> str:
    return _FILE.read_text(encoding="utf-8")


def _literal(name: str, opening: str, closing: str) -> str:
    """Return what stands between the brackets of `const <name> = ...`."""
    start = _source().index(f"const {name} = {opening}") + len(f"const {name} = {opening}")
    ends = {"KEYS": f"{closing}.split", "LABELS": f"\n{closing};", "CSS": f"{closing};"}
    return _source()[start : _source().index(ends[name], start)]
