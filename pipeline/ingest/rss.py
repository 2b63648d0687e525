"""Job feeds in RSS 2.0 (https://www.rssboard.org/rss-specification) and Atom (RFC 4287), with the extensions job boards use.

An item's own fields for employer and place (job_listing:*, job:*, g:*, any prefix) come first. Where there are none,
what aggregators write into titles and descriptions is taken apart, as far as the item itself confirms it: the
description "Employer · Place · System" of a title "Role — Employer"; a title "Employer: Role" of the author "Employer".
"""

import re
from collections.abc import Iterator
from typing import Any

from pipeline.ingest.feeds import Feed
from pipeline.ingest.layout import listings
from pipeline.ingest.model import Fields, Fit, Head, Listing, Record, Reject
from pipeline.ingest.values import as_text
from pipeline.settings import IngestSettings

_NAMES = {
    "company": ("company", "company_name", "employer", "hiringorganization", "organization"),
    "location": ("location", "job_location", "place", "region_name"),
    "city": ("city",), "region": ("state", "region"), "country": ("country",),
    "employment_type": ("job_type", "jobtype", "employment_type", "type"),
    "pay": ("salary", "compensation"), "requisition_id": ("requisitionid", "job_id"), "remote": ("remote",),
    "valid_through": ("expires", "expirationdate", "expiration_date", "deadline"), "level": ("experience", "level"),
}  # fmt: skip
_PARTS = re.compile(r"\s+[·•|]\s+")
_DASH = re.compile(r"\s+[—–|-]\s+|\s+@\s+|\s+at\s+")
_SNIPPET = 300  # characters; a shorter description without markup is no whole text


class Feeds:
    """The reader."""

    name = "rss"
    says = "RSS or Atom (<item> or <entry> with title and link)"

    def detect(self, head: Head) -> Fit | None:
        """Return how well it fits: by the record's element and what is in it."""
        if head.table is None or head.table.container != "xml" or head.table.path is None:
            return None
        there = {name.lower() for name in head.table.columns}
        if head.table.path.rpartition(":")[2].lower() not in ("item", "entry") or "title" not in there:
            return None
        if there.isdisjoint({"link", "link.@href", "guid", "id"}):
            return None
        return Fit(0.85, f"its records are <{head.table.path}> with title and link")

    def read(self, head: Head, feed: Feed, settings: IngestSettings) -> Iterator[Listing | Reject]:
        """Yield each item as a listing or a reject."""
        assert head.table is not None
        return listings(head.table.records(), _translate, feed)


def _translate(record: Record) -> Fields:
    values = {name.lower(): value for name, value in record.values.items()}
    bare: dict[str, Any] = {}
    for name, value in values.items():
        bare.setdefault(name.rpartition(":")[2], value)
    url = _link(values)
    guid = _text(values.get("guid") or values.get("id"))
    fields: Fields = {ours: _text(next((bare[n] for n in names if n in bare), None)) for ours, names in _NAMES.items()}
    description = _text(values.get("content:encoded") or values.get("content") or bare.get("description")
                        or values.get("summary"))  # fmt: skip
    title = _text(values.get("title"))
    fields |= {"title": title, "url": url, "description": description, "date_posted": _date(values, bare)}
    fields["job_function"] = as_text(values.get("category")) if not isinstance(values.get("category"), dict) else None
    fields |= _from_parts(title, description, fields) or _from_author(title, bare, fields)
    if guid and guid != url:
        system, own = _system(guid)
        fields |= {"source": system, "source_id": own}
    said = fields.get("description")
    fields["is_snippet"] = isinstance(said, str) and len(said) < _SNIPPET and "<" not in said
    return fields


def _text(value: Any) -> str | None:
    if isinstance(value, list):
        value = next(iter(value), None)
    if isinstance(value, dict):
        value = value.get("#text") or value.get("name")
    text = as_text(value)
    return text.strip() if text else None


def _link(values: dict[str, Any]) -> str | None:
    """Return the address: of RSS its text, of Atom the alternate link."""
    link = values.get("link")
    for one in link if isinstance(link, list) else [link]:
        if isinstance(one, dict) and one.get("@rel", "alternate") == "alternate":
            return as_text(one.get("@href")) or as_text(one.get("#text"))
        if isinstance(one, str) and one.strip():
            return one.strip()
    guid = _text(values.get("guid"))
    return guid if guid and guid.startswith("http") else None


def _date(values: dict[str, Any], bare: dict[str, Any]) -> str | None:
    names = ("pubdate", "published", "date", "date_posted", "updated")
    return next((text for name in names if (text := _text(values.get(name) or bare.get(name)))), None)


def _system(guid: str) -> tuple[str | None, str]:
    """Return the board a guid such as "greenhouse:8141211" names, and the id there; (None, guid) where it names none."""
    m = re.match(r"(?!https?:|urn:|tag:)([a-z][a-z0-9_-]{2,30}):(\S+)$", guid)
    return (m[1], m[2]) if m else (None, guid)


def _from_parts(title: str | None, description: str | None, known: Fields) -> Fields:
    """Return employer, place and role of "Role — Employer" described as "Employer · Place · System"."""
    parts = _PARTS.split(description) if description and len(description) < 400 else []
    if not title or len(parts) < 2 or known.get("company"):
        return {}
    employer = parts[0].strip()
    role = next((title[: m.start()] for m in _DASH.finditer(title) if title[m.end() :].strip() == employer), None)
    if role is None:
        return {}
    place = parts[1].strip() or None
    return {"title": role.strip(), "company": employer, "location": known.get("location") or place, "description": None}


def _from_author(title: str | None, bare: dict[str, Any], known: Fields) -> Fields:
    """Return employer and role of "Employer: Role" or "Role at Employer", where the author is that employer."""
    author = _text(bare.get("creator") or bare.get("author"))
    if not title or not author or known.get("company"):
        return {}
    head, colon, rest = title.partition(":")
    if colon and head.strip().casefold() == author.casefold():
        return {"title": rest.strip(), "company": author}
    m = re.search(rf"^(.+?)(?:\s+(?:at|@|bij|bei|chez)\s+|\s+[—–|-]\s+){re.escape(author)}\s*$", title, re.IGNORECASE)
    return {"title": m[1], "company": author} if m else {}


READER = Feeds()
