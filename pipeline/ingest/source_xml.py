"""XML feeds of one shape, <source><job>: Talent.com's, Indeed's and LinkedIn's.

Talent.com: https://www.talent.com/integrations; Indeed: its partner documentation of XML feeds; LinkedIn:
https://learn.microsoft.com/linkedin/talent/job-postings/xml-feeds-development-guide. Element names are taken in any
case, fields beyond the specification that partners send (salary_min, currency, remotetype) where they say something.

`referencenumber` (`partnerJobId`) names one place's ad and is the board's own id; `requisitionid` names the role, and
so links the ad's places and reposts. The board is the publisher, by its address. LinkedIn's `expectedJobCount` is
checked against what came.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipeline.ingest.addresses import board
from pipeline.ingest.feeds import Feed
from pipeline.ingest.layout import listings
from pipeline.ingest.model import Fields, Fit, Head, Listing, Record, Reject
from pipeline.ingest.values import as_text, at
from pipeline.settings import IngestSettings

_SHARED: Mapping[str, tuple[str, ...]] = {
    "title": ("title",), "company": ("company",), "url": ("url",), "description": ("description",),
    "source_id": ("referencenumber", "guid", "id", "@id"), "requisition_id": ("requisitionid",),
    "location": ("location",), "city": ("city",), "region": ("state", "region"), "country": ("country",),
    "date_posted": ("dateposted", "date", "pubdate", "posted_at"),
    "valid_through": ("expirationdate", "expiration_date", "expiry_date", "expires"),
    "employment_type": ("jobtype", "job_type", "type"), "level": ("experience", "experiencelevel"),
    "remote": ("isremote", "remotetype", "remote"), "language": ("language",),
    "pay": ("salary",), "pay_min": ("salary_min", "salary.min", "min_salary"),
    "pay_max": ("salary_max", "salary.max", "max_salary"), "pay_currency": ("currency", "salary.currency"),
    "pay_period": ("salary_type", "salary.period", "pay_period"), "job_function": ("category",), "industry": ("industry",),
}  # fmt: skip
_LINKEDIN: Mapping[str, tuple[str, ...]] = {
    "title": ("title",), "company": ("company",), "apply_url": ("applyurl",), "description": ("description",),
    "source_id": ("partnerjobid",), "location": ("location",), "city": ("city",), "region": ("state",),
    "country": ("country",), "date_posted": ("listdate",), "valid_through": ("expirationdate",),
    "employment_type": ("jobtype",), "level": ("experiencelevel",), "remote": ("workplacetypes", "isremote"),
    "job_function": ("jobfunctions.jobfunction",), "industry": ("industry",),
}  # fmt: skip


@dataclass(frozen=True)
class SourceXml:
    """A reader of one of these formats.

    Attributes:
        wanted: elements a record must have, in lower case.
        telling: elements that only this format has; each makes the fit better.
        columns: our column = their elements, the first that says something counts.
    """

    name: str
    says: str
    wanted: frozenset[str]
    telling: frozenset[str]
    columns: Mapping[str, tuple[str, ...]]
    more: Callable[[Any], Fields] | None = None

    def detect(self, head: Head) -> Fit | None:
        """Return how well it fits: by the elements of its records."""
        if head.table is None or head.table.container != "xml":
            return None
        there = {name.lower() for name in head.table.columns}
        if not self.wanted <= there:
            return None
        told = sorted(self.telling & (there | set(head.table.about)))
        return Fit(0.8 + 0.03 * min(len(told), 5), f"its records have {', '.join(sorted(self.wanted) + told)}")

    def read(self, head: Head, feed: Feed, settings: IngestSettings) -> Iterator[Listing | Reject]:
        """Yield each record as a listing or a reject; one more reject where another number was announced than came."""
        assert head.table is not None
        about = head.table.about
        address = about.get("publisherurl")
        publisher = board(address if address is None or "://" in address else f"https://{address}")
        publisher = feed.source or publisher or (about.get("publisher") or "").lower() or None

        wanted = _wanted(self.columns)

        def translate(record: Record) -> Fields:
            fields: Fields = {"source": publisher}
            best: dict[str, int] = {}
            for name, value in record.values.items():
                for rank, ours, path in wanted.get(name.lower(), ()):
                    if rank < best.get(ours, 99) and (text := _text(value, path)) is not None:
                        fields[ours], best[ours] = text, rank
            if self.more is not None:
                fields |= self.more(record.values)
            return fields

        came = 0
        for item in listings(head.table.records(), translate, feed):
            came += 1
            yield item
        expected = about.get("expectedjobcount", "")
        if expected.isdecimal() and int(expected) != came:
            detail = f"expectedJobCount says {expected}, {came} came: the feed may have been cut, or written while it changed"
            yield Reject(0, "count differs", detail)


@cache
def _wanted_of(columns: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, list[tuple[int, str, str]]]:
    found: dict[str, list[tuple[int, str, str]]] = {}
    for ours, theirs in columns:
        for rank, path in enumerate(theirs):
            name, _, rest = path.partition(".")
            found.setdefault(name, []).append((rank, ours, rest))
    return found


def _wanted(columns: Mapping[str, tuple[str, ...]]) -> dict[str, list[tuple[int, str, str]]]:
    """Return, for each element, which columns of ours it may fill: its rank among those that may, and the path in it."""
    return _wanted_of(tuple(columns.items()))


def _text(value: Any, path: str) -> str | None:
    if path:
        value = (
            at({str(name).lower(): inner for name, inner in value.items()}, path) if isinstance(value, dict) else None
        )
    if isinstance(value, dict):
        value = value.get("#text")
    text = value if type(value) is str else as_text(value)
    return (text.strip() if text else None) or None


def _linkedin_pay(values: Any) -> Fields:
    """Return the base salary of <salaries>."""
    found = at({str(k).lower(): v for k, v in values.items()}, "salaries.salary")
    for one in found if isinstance(found, list) else [found]:
        if isinstance(one, dict) and "ADDITIONAL" not in _bare(one.get("type")).upper():
            low, high = one.get("lowEnd") or {}, one.get("highEnd") or {}
            return {
                "pay_min": _bare(at(low, "amount")) or None,
                "pay_max": _bare(at(high, "amount")) or None,
                "pay_currency": _bare(at(low, "currencyCode")) or _bare(at(high, "currencyCode")) or None,
                "pay_period": _bare(one.get("period")).lower() or None,
            }
    return {}


def _bare(value: Any) -> str:
    """Return a value without the CDATA mark that the specification's own example leaves in it."""
    return (as_text(value) or "").removeprefix("![CDATA[").removesuffix("]]").strip()


TALENT = SourceXml(
    "talent_xml",
    "Talent.com's XML feed (<source><job> with title, url, referencenumber, dateposted)",
    frozenset({"title", "url", "dateposted"}),
    frozenset({"referencenumber", "company", "isremote", "experience", "jobtype"}),
    _SHARED,
)
INDEED = SourceXml(
    "indeed_xml",
    "Indeed's XML feed (<source><job> with title, url, date, referencenumber)",
    frozenset({"title", "url", "referencenumber"}),
    frozenset({"date", "sourcename", "requisitionid", "remotetype", "company"}),
    _SHARED,
)
LINKEDIN = SourceXml(
    "linkedin_xml",
    "LinkedIn's XML feed (<source><job> with partnerJobId, title, applyUrl)",
    frozenset({"partnerjobid", "title"}),
    frozenset({"applyurl", "companyid", "expectedjobcount", "experiencelevel", "jobfunctions"}),
    _LINKEDIN,
    _linkedin_pay,
)
