"""Writes a feed as the NDJSON of an invented job board: HTML texts, nested employer, dates of three kinds."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pipeline.sample.feeds import COUNTRY_NAMES, apply_url, body, is_part_time, place, when
from pipeline.sample.listings import Listing
from pipeline.sample.vacancies import amount


class OpenRosterFeed:
    """The NDJSON being written; positions are lines."""

    def __init__(self, path: Path, night: date) -> None:
        self._file = path.open("w", encoding="utf-8", newline="\n")
        self._night = night
        self._line = 0

    def add(self, listing: Listing, posted: date) -> int:
        """Write one line and return its number."""
        line = json.dumps(_record(listing, posted, self._night), ensure_ascii=False)
        if "torn record" in listing.dirt:
            line = line[: len(line) * 2 // 3]
        elif "not an object" in listing.dirt:
            line = json.dumps(listing.title)
        self._file.write(f"{line}\n")
        self._line += 1
        return self._line

    def close(self) -> None:
        """Finish the file."""
        self._file.close()


def _record(listing: Listing, posted: date, night: date) -> dict[str, Any]:
    vacancy, city, pay = listing.vacancy, listing.place, listing.pay
    where = f"{city.name}, {city.state or city.region}, {COUNTRY_NAMES[city.country]}"
    record: dict[str, Any] = {
        "ref": listing.source_id,
        "jobTitle": listing.title,
        "organisation": {"name": listing.company} if listing.company else None,
        "jobLocation": place(listing, where),
        "postedOn": when(listing, posted, _posted(listing, posted, night)),
        "contract": "Part-time" if is_part_time(listing) else "Full-time",
        "workplace": vacancy.remote or "on site",
        "jobUrl": f"https://openroster.example/jobs/{listing.source_id}",
        "applyUrl": apply_url(listing) or None,
        "requisition": vacancy.requisition if listing.kind != "agency_copy" else None,
        "bodyHtml": body(listing, "html"),
        "lang": vacancy.occupation.language,
    }
    if pay:
        record["salary"] = f"{amount(pay.low, pay)} - {amount(pay.high, pay)} per {pay.period}"
    return record


def _posted(listing: Listing, posted: date, night: date) -> str:
    """Return an ISO date, epoch milliseconds, or the age a visitor reads; a listing keeps its kind every night."""
    kind = listing.number % 5
    if kind < 2:
        return posted.isoformat()
    if kind == 2:
        return str((posted - date(1970, 1, 1)) // timedelta(milliseconds=1))
    age = (night - posted).days
    if age >= 30:
        return "30+ days ago"
    return "today" if age <= 0 else "yesterday" if age == 1 else f"{age} days ago"
