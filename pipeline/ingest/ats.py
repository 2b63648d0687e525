"""Job boards of applicant tracking systems, as their public interfaces deliver them: Greenhouse, Lever, Ashby.

Greenhouse: https://developers.greenhouse.io/job-board.html; Lever: https://github.com/lever/postings-api; Ashby:
https://developers.ashbyhq.com/docs/public-job-posting-api. The employer's name is often only in the address.

Greenhouse escapes its content twice, and puts the board's introduction and closing words around each text: marked as
such (`content-intro`, `content-conclusion`), they are the board's boilerplate and left out. `internal_job_id` is the
role that several posts (one a place) belong to: it stands where the employer gave no requisition number of its own.
"""

import re
from collections.abc import Mapping
from typing import Any

from pipeline.ingest.addresses import tenant
from pipeline.ingest.layout import Layout, columns_fit
from pipeline.ingest.model import Fields, Record, Reject
from pipeline.ingest.values import as_text, at, joined
from pipeline.text.markup import unescaped

_BOILERPLATE = ("content-intro", "content-conclusion")
_DIV = re.compile(r"<(/?)div\b([^>]*)>", re.IGNORECASE)
_LEAST = 200  # characters that must be left for boilerplate to be taken off
_PERIODS = {"hour": "hour", "day": "day", "week": "week", "month": "month", "year": "year"}


def _greenhouse(record: Record) -> Fields:
    values = record.values
    url = as_text(values.get("absolute_url"))
    requisition = as_text(values.get("requisition_id"))
    if requisition is None or not re.search(r"\d{4}|[A-Za-z].*\d|\d.*[A-Za-z]", requisition):
        requisition = as_text(values.get("internal_job_id"))
    offices = at(values, "offices.location") or []
    place = as_text(at(values, "location.name"))
    fields: Fields = {
        "source": "greenhouse",
        "source_id": as_text(values.get("id")),
        "requisition_id": requisition,
        "title": as_text(values.get("title")),
        "company": as_text(values.get("company_name")) or tenant(url),
        "location": place or joined((as_text(o) for o in offices), "; "),
        "url": url,
        "description": _without_boilerplate(as_text(values.get("content"))),
        "description_format": "html",
        "date_posted": as_text(values.get("first_published")) or as_text(values.get("first_published_at"))
        or as_text(values.get("updated_at")),
        "valid_through": as_text(values.get("application_deadline")),
        "language": as_text(values.get("language")),
        "job_function": joined(as_text(name) for name in at(values, "departments.name") or []),
    }  # fmt: skip
    return fields | _greenhouse_pay(values.get("pay_input_ranges"))


def _greenhouse_pay(ranges: Any) -> Fields:
    first = next(iter(ranges), None) if isinstance(ranges, list) else None
    if not isinstance(first, Mapping):
        return {}
    low, high = first.get("min_cents"), first.get("max_cents")
    return {
        "pay_min": str(low / 100) if isinstance(low, (int, float)) else None,
        "pay_max": str(high / 100) if isinstance(high, (int, float)) else None,
        "pay_currency": as_text(first.get("currency_type")),
    }


def _without_boilerplate(content: str | None) -> str | None:
    """Return the content as HTML, once unescaped, without the divs that Greenhouse marks as the board's own words."""
    if content is None:
        return None
    text = unescaped(content) if "&lt;" in content else content
    kept, start = [], 0
    for begin, end in _boilerplate(text):
        kept.append(text[start:begin])
        start = end
    left = "".join([*kept, text[start:]])
    return left if len(re.sub(r"<[^>]*>", "", left)) >= _LEAST else text


def _boilerplate(text: str) -> list[tuple[int, int]]:
    spans, depth, begin = [], 0, -1
    for m in _DIV.finditer(text):
        if begin < 0:
            if not m[1] and any(name in m[2] for name in _BOILERPLATE):
                begin, depth = m.start(), 1
            continue
        depth += -1 if m[1] else 1
        if depth == 0:
            spans.append((begin, m.end()))
            begin = -1
    return spans


def _lever(record: Record) -> Fields:
    values = record.values
    url = as_text(values.get("hostedUrl"))
    pay = values.get("salaryRange") or {}
    places = at(values, "categories.allLocations") or []
    fields: Fields = {
        "source": "lever",
        "source_id": as_text(values.get("id")),
        "title": as_text(values.get("text")),
        "company": tenant(url),
        "location": joined((as_text(p) for p in places), "; ") or as_text(at(values, "categories.location")),
        "country": as_text(values.get("country")),
        "url": url,
        "apply_url": as_text(values.get("applyUrl")),
        "description": _lever_text(values),
        "description_format": "html",
        "date_posted": as_text(values.get("createdAt")),
        "employment_type": as_text(at(values, "categories.commitment")),
        "remote": as_text(values.get("workplaceType")),
        "job_function": as_text(at(values, "categories.department")) or as_text(at(values, "categories.team")),
        "level": as_text(at(values, "categories.level")),
        "requisition_id": as_text(values.get("requisitionCode")) or as_text(values.get("reqCode")),
    }
    if isinstance(pay, Mapping) and (pay.get("min") or pay.get("max")):
        fields |= {
            "pay_min": as_text(pay.get("min")), "pay_max": as_text(pay.get("max")),
            "pay_currency": as_text(pay.get("currency")), "pay_period": _period(pay.get("interval")),
        }  # fmt: skip
    return fields


def _lever_text(values: Mapping[str, Any]) -> str | None:
    """Return opening and body (older answers: content), the lists under their headings, and the closing words."""
    content = values.get("content")
    older: Mapping[str, Any] = content if isinstance(content, Mapping) else {}
    parts = [
        as_text(values.get("description")) or as_text(older.get("descriptionHtml")) or as_text(older.get("description"))
        or as_text(values.get("descriptionPlain"))
    ]  # fmt: skip
    for one in values.get("lists") or older.get("lists") or []:
        if isinstance(one, Mapping):
            items = as_text(one.get("content"))
            parts += [f"<h3>{as_text(one.get('text')) or ''}</h3>", f"<ul>{items}</ul>" if items else None]
    parts.append(
        as_text(values.get("additional")) or as_text(older.get("closingHtml")) or as_text(older.get("closing"))
    )
    parts.append(as_text(values.get("salaryDescription")))
    return "\n".join(part for part in parts if part) or None


def _period(interval: Any) -> str | None:
    """Return the period an interval such as per-year-salary, per-hour-wage or "1 YEAR" names."""
    text = (as_text(interval) or "").lower()
    return next((name for name in _PERIODS if name in text), None)


def _ashby(record: Record) -> Fields | Reject:
    values = record.values
    if values.get("isListed") is False:
        title = as_text(values.get("title")) or ""
        return Reject(record.position, "not listed", "isListed is false: the employer took it off its board", title)
    url = as_text(values.get("jobUrl"))
    others = at(values, "secondaryLocations.location") or []
    places = joined((as_text(values.get("location")), *(as_text(p) for p in others)), "; ")
    fields: Fields = {
        "source": "ashby",
        "source_id": as_text(values.get("id")),
        "title": as_text(values.get("title")),
        "company": tenant(url),
        "location": places,
        "url": url,
        "apply_url": as_text(values.get("applyUrl")),
        "description": as_text(values.get("descriptionHtml")) or as_text(values.get("descriptionPlain")),
        "date_posted": as_text(values.get("publishedAt")),
        "employment_type": as_text(values.get("employmentType")),
        "remote": as_text(values.get("workplaceType")) or as_text(values.get("isRemote")),
        "job_function": joined((as_text(values.get("department")), as_text(values.get("team")))),
    }
    address = at(values, "address.postalAddress")
    if isinstance(address, Mapping) and not others:
        fields |= {
            "city": as_text(address.get("addressLocality")), "region": as_text(address.get("addressRegion")),
            "country": as_text(address.get("addressCountry")),
        }  # fmt: skip
    return fields | _ashby_pay(values.get("compensation"))


def _ashby_pay(compensation: Any) -> Fields:
    """Return the salary of the summary components; other kinds (equity, bonus) are no pay."""
    found = at(compensation, "summaryComponents") if isinstance(compensation, Mapping) else None
    for one in found or []:
        if isinstance(one, Mapping) and str(one.get("compensationType", "")).lower() == "salary":
            return {
                "pay_min": as_text(one.get("minValue")), "pay_max": as_text(one.get("maxValue")),
                "pay_currency": as_text(one.get("currencyCode")), "pay_period": _period(one.get("interval")),
            }  # fmt: skip
    summary = compensation.get("scrapeableCompensationSalarySummary") if isinstance(compensation, Mapping) else None
    return {"pay": as_text(summary)}


GREENHOUSE = Layout(
    "greenhouse",
    "Greenhouse's job board (jobs with absolute_url, internal_job_id, title)",
    columns_fit(frozenset({"absolute_url", "internal_job_id", "title"}), 0.95),
    _greenhouse,
)
LEVER = Layout(
    "lever",
    "Lever's postings (text, hostedUrl, categories)",
    columns_fit(frozenset({"text", "hostedUrl", "categories"}), 0.95),
    _lever,
)
ASHBY = Layout(
    "ashby",
    "Ashby's job board (jobs with jobUrl, title, publishedAt)",
    columns_fit(frozenset({"jobUrl", "title", "publishedAt"}), 0.95),
    _ashby,
)
