"""JobPosting of schema.org as JSON-LD: in JSON documents, JSON lines and saved pages; alone, in lists, in @graph, in an ItemList.

Specifications: https://schema.org/JobPosting, and what Google asks of it,
https://developers.google.com/search/docs/appearance/structured-data/job-posting.

`identifier` is the employer's number of the role; the address, where there is one, tells the board's own id. A
posting without any address takes the identifier for both; on a saved page of its own it has the page's. Several
places are joined with ";".
"""

from collections.abc import Iterator
from typing import Any

from pipeline.ingest.addresses import board, listing_id
from pipeline.ingest.feeds import Feed
from pipeline.ingest.layout import listings
from pipeline.ingest.model import Fields, Fit, Head, Listing, Record, Reject
from pipeline.ingest.values import as_json, as_text, joined
from pipeline.settings import IngestSettings

_TYPE = "jobposting"
_LOOKED_AT = 20  # records, to tell the format
_DEPTH = 6
_UNITS = {"hour", "day", "week", "month", "year"}


class JsonLd:
    """The reader."""

    name = "jsonld"
    says = "schema.org JobPosting as JSON-LD (@type JobPosting in .json, .ndjson or a saved page)"

    def detect(self, head: Head) -> Fit | None:
        """Return how well it fits: by a JobPosting among the first records."""
        if head.table is None or head.table.container not in ("json", "ndjson", "html"):
            return None
        for n, record in enumerate(head.table.records()):
            if isinstance(record, Record) and any(True for _ in postings_in(record.values)):
                return Fit(0.97, f"record {n + 1} holds a JobPosting of schema.org")
            if n >= _LOOKED_AT:
                break
        return None

    def read(self, head: Head, feed: Feed, settings: IngestSettings) -> Iterator[Listing | Reject]:
        """Yield each JobPosting, numbered in their order, and what could not be read."""
        assert head.table is not None
        table = head.table
        if table.container != "html":
            return listings(_numbered(table.records(), False), _translate, feed)
        found = list(_numbered(table.records(), True))
        address = table.about.get("canonical") if sum(isinstance(item, Record) for item in found) == 1 else None
        return listings(iter(found), lambda record: _translate(record, address), feed)


def _numbered(records: Iterator[Record | Reject], is_page: bool) -> Iterator[Record | Reject]:
    number = 0
    for record in records:
        if isinstance(record, Reject):
            number += 1
            yield Reject(number, record.reason, record.detail, record.excerpt)
            continue
        found = list(postings_in(record.values))
        for node in found:
            number += 1
            yield Record(number, node)
        if not found and not is_page:
            number += 1
            detail = f"record {record.position}: @type JobPosting is wanted, {record.values.get('@type')!r} came"
            yield Reject(number, "not a JobPosting", detail, as_json(record.values))


def postings_in(value: Any, depth: int = _DEPTH) -> Iterator[dict[str, Any]]:
    """Yield the JobPostings in a value of JSON-LD, in their order."""
    if isinstance(value, list):
        for member in value:
            yield from postings_in(member, depth)
    elif isinstance(value, dict) and depth:
        kinds = value.get("@type")
        names = [kinds] if isinstance(kinds, str) else kinds if isinstance(kinds, list) else []
        if any(str(kind).rpartition("/")[2].lower() == _TYPE for kind in names):
            yield value
            return
        for member in value.values():
            if isinstance(member, (dict, list)):
                yield from postings_in(member, depth - 1)


def _translate(record: Record, page: str | None = None) -> Fields:
    node = record.values
    url = as_text(node.get("url")) or _page_of(node) or page
    own = _identifier(node.get("identifier"))
    fields: Fields = {
        "title": as_text(node.get("title")) or as_text(node.get("name")),
        "company": _name(node.get("hiringOrganization")),
        "url": url,
        "source": board(url),
        "source_id": listing_id(url) or (own if not url else None),
        "requisition_id": own if own and not _is_hash(own) else None,
        "description": _description(node),
        "date_posted": as_text(node.get("datePosted")),
        "valid_through": as_text(node.get("validThrough")),
        "employment_type": as_text(node.get("employmentType")),
        "industry": as_text(_names(node.get("industry"))),
        "job_function": as_text(_names(node.get("occupationalCategory"))),
        "language": as_text(node.get("inLanguage")) if isinstance(node.get("inLanguage"), str) else None,
        "remote": "telecommute" if "TELECOMMUTE" in (as_text(node.get("jobLocationType")) or "").upper() else None,
    }
    return fields | _place(node) | _pay(node)


def _page_of(node: Any) -> str | None:
    for key in ("@id", "mainEntityOfPage", "sameAs"):
        value = node.get(key)
        value = value.get("@id") if isinstance(value, dict) else value
        if isinstance(value, str) and value.startswith("http"):
            return value
    return None


def _identifier(value: Any) -> str | None:
    if isinstance(value, list):
        value = next(iter(value), None)
    return as_text(value.get("value")) if isinstance(value, dict) else as_text(value)


def _is_hash(text: str) -> bool:
    """Tell whether an identifier is a key of a database rather than a number that people use."""
    return len(text) >= 24 and all(c in "0123456789abcdefABCDEF-" for c in text)


def _name(value: Any) -> str | None:
    if isinstance(value, list):
        value = next(iter(value), None)
    return as_text(value.get("name") or value.get("legalName")) if isinstance(value, dict) else as_text(value)


def _names(value: Any) -> Any:
    members = value if isinstance(value, list) else [value]
    return [_name(member) for member in members]


def _description(node: Any) -> str | None:
    """Return the description, and behind it what stands in fields of its own and is not in it already."""
    text = as_text(node.get("description")) or ""
    for key in ("responsibilities", "qualifications"):
        more = as_text(node.get(key)) if isinstance(node.get(key), (str, list)) else None
        if more and more.strip()[:60] not in text:
            text = f"{text}\n\n{more}" if text else more
    return text or None


def _place(node: Any) -> Fields:
    found = node.get("jobLocation")
    places = [_address(place) for place in (found if isinstance(found, list) else [found]) if place]
    places = [place for n, place in enumerate(places) if any(place.values()) and place not in places[:n]]
    if not places:
        wanted = joined(_names(node.get("applicantLocationRequirements")), "; ")
        return {"location": f"Remote, {wanted}" if wanted else None}
    if len(places) == 1:
        one = places[0]
        return {"location": one["text"], "city": one["city"], "region": one["region"], "country": one["country"]}
    written = [place["text"] or joined((place["city"], place["region"], place["country"])) for place in places]
    countries = {place["country"] for place in places}
    return {"location": "; ".join(t for t in written if t), "country": countries.pop() if len(countries) == 1 else None}


def _address(place: Any) -> dict[str, str | None]:
    address = place.get("address", place) if isinstance(place, dict) else place
    if isinstance(address, list):
        address = next(iter(address), None)
    if not isinstance(address, dict):
        name = place.get("name") if isinstance(place, dict) else None
        return {"text": as_text(address) or as_text(name), "city": None, "region": None, "country": None}
    regions = (address.get(key) for key in ("addressRegion", "addressRegion1", "addressRegion2"))
    found = {
        "city": as_text(address.get("addressLocality")),
        "region": next((text for region in regions if (text := _name(region))), None),
        "country": _name(address.get("addressCountry")),
    }
    text = None if any(found.values()) else as_text(address.get("streetAddress")) or as_text(place.get("name"))
    return {"text": text, **found}


def _pay(node: Any) -> Fields:
    """Return pay of `baseSalary`, else of `estimatedSalary`, which others than the employer estimated."""
    for key, predicted in (("baseSalary", None), ("estimatedSalary", True)):
        found = node.get(key)
        if isinstance(found, list):
            found = next(iter(found), None)
        fields = _amount(found)
        if any(fields.values()):
            fields["pay_currency"] = fields["pay_currency"] or as_text(node.get("salaryCurrency"))
            return {**fields, "pay_predicted": predicted}
    low, high = as_text(node.get("salaryMinValue")), as_text(node.get("salaryMaxValue"))
    if low or high:
        return {"pay_min": low, "pay_max": high, "pay_currency": as_text(node.get("salaryCurrency"))}
    return {}


def _amount(found: Any) -> Fields:
    if not isinstance(found, dict):
        return {"pay": as_text(found), "pay_currency": None}
    value = found.get("value", found)
    if not isinstance(value, dict):
        value = {"value": value, "unitText": found.get("unitText")}
    low = as_text(value.get("minValue")) or as_text(found.get("minValue")) or as_text(value.get("value"))
    high = as_text(value.get("maxValue")) or as_text(found.get("maxValue")) or as_text(value.get("value"))
    if not low and not high:
        return {"pay": None, "pay_currency": None}
    unit = as_text(value.get("unitText")) or as_text(found.get("unitText")) or as_text(found.get("duration"))
    return {
        "pay_min": low,
        "pay_max": high,
        "pay_currency": as_text(found.get("currency")) or as_text(value.get("currency")),
        "pay_period": unit.lower() if unit and unit.lower() in _UNITS else unit,
    }


READER = JsonLd()
