"""Values of records as text: what a cell, a nested field or a list says, without interpreting it."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any


def as_text(value: Any) -> str | None:
    """Return `value` as text, None where there is nothing: '' and white space, NaN, an empty list or table.

    Lists of plain values are joined with commas; tables, and lists of them, become JSON.
    """
    if isinstance(value, str):
        plain = value.replace("\x00", "") if "\x00" in value else value
        return plain if plain and not plain.isspace() else None
    if value is None or value != value:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, bytes):
        return as_text(value.decode("utf-8", "related-jobs-windows"))
    if isinstance(value, (list, tuple)):
        if any(isinstance(part, (Mapping, list)) for part in value):
            return as_json(value)
        return ", ".join(text for part in value if (text := as_text(part)) is not None) or None
    if isinstance(value, Mapping):
        return as_json(value) if value else None
    return as_text(str(value))


def joined(parts: Iterable[str | None], separator: str = ", ") -> str | None:
    """Return the parts that say something, each once, joined; None where none does."""
    return separator.join(dict.fromkeys(p.strip() for p in parts if p and p.strip())) or None


def as_json(value: Any) -> str:
    """Return `value` as JSON; of one nested too deeply, what can be said of it."""
    try:
        return json.dumps(value, ensure_ascii=False, default=str)
    except (RecursionError, ValueError, TypeError) as error:
        return f"({type(value).__name__}: {error})"


def as_mark(value: Any) -> bool | None:
    """Return a yes or no that `value` states outright, None where it states none."""
    if isinstance(value, bool):
        return value
    text = (as_text(value) or "").strip().lower()
    if text in {"true", "yes", "y", "1", "t"}:
        return True
    return False if text in {"false", "no", "n", "0", "f"} else None


def at(values: Mapping[str, Any], path: str) -> Any:
    """Return what stands at `path` in a record: a column of that name, else a dotted path into nested tables and lists.

    A number picks from a list; any other name is taken from each of its members.
    """
    if path in values:
        return values[path]
    found: Any = values
    for step in path.split("."):
        found = _step(found, step)
        if found is None:
            return None
    return found


def _step(found: Any, step: str) -> Any:
    if isinstance(found, Mapping):
        return found.get(step)
    if isinstance(found, list):
        if step.isdecimal():
            return found[int(step)] if int(step) < len(found) else None
        return [member.get(step) for member in found if isinstance(member, Mapping)]
    return found if step == "0" else None  # of XML: a list of one is written as its member


def paths(values: Mapping[str, Any], prefix: str = "", depth: int = 4) -> set[str]:
    """Return the dotted paths of a record, tables within it and within its lists included."""
    found: set[str] = set()
    for key, value in values.items():
        name = f"{prefix}{key}"
        found.add(name)
        members = value if isinstance(value, list) else [value]
        for number, member in enumerate(members[:20]):
            if isinstance(value, list):
                found.add(f"{name}.{number}")
            if isinstance(member, Mapping) and depth:
                found |= paths(member, f"{name}.", depth - 1)
                if isinstance(value, list):
                    found |= paths(member, f"{name}.{number}.", depth - 1)
    return found
