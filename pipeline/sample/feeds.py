"""What the feed writers share: each takes listings one by one and says at which position each one came to stand."""

from datetime import date
from typing import Protocol

from pipeline.sample.dice import Dice
from pipeline.sample.documents import Markup, render
from pipeline.sample.listings import Listing

COUNTRY_NAMES = {"US": "United States", "GB": "United Kingdom", "NL": "Netherlands", "DE": "Germany", "FR": "France"}


class Feed(Protocol):
    """A feed file being written."""

    def add(self, listing: Listing, posted: date) -> int:
        """Write the listing and return its position: line or record number, from 1."""

    def close(self) -> None:
        """Finish the file."""


def body(listing: Listing, markup: Markup) -> str:
    """Return the text of the listing, cut where it is a cut copy."""
    text = render(listing.document, markup)
    if listing.cut == 1.0:
        return text
    kept = text[: int(len(text) * listing.cut)]
    return f"{kept[: kept.rfind(' ')]}..."


def when(listing: Listing, posted: date, clean: str) -> str:
    """Return the date as delivered: `clean`, or one that no calendar has."""
    if "broken date" not in listing.dirt:
        return clean
    return Dice("date", listing.number).pick(("2025-02-30", "0000-00-00", "soon", f"{posted:%d}/{posted:%Y}/13"))


def place(listing: Listing, text: str) -> str:
    """Return the place as delivered: `text`, or nothing."""
    return "" if "missing place" in listing.dirt else text


def apply_url(listing: Listing) -> str:
    """Return the employer's own address of the vacancy, where the listing gives it: one in four does."""
    if listing.kind == "agency_copy" or listing.number % 4:
        return ""
    slug = "".join(c for c in listing.vacancy.employer.name.lower() if c.isalnum() and c.isascii())
    return f"https://careers.{slug}.example/jobs/{listing.vacancy.requisition}"


def is_part_time(listing: Listing) -> bool:
    """Return whether the vacancy is part time."""
    return listing.vacancy.job_type == "parttime"
