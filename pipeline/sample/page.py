"""The page's text as Talent.com's pages come: labels untranslated, titles doubled, snippets of 200 characters."""

from datetime import date
from pathlib import Path

from pipeline.sample.banks import bank
from pipeline.sample.documents import Document
from pipeline.sample.listings import Listing

_GAP = "\u00a0•\u00a0"  # the site puts no-break spaces around its bullets
_SNIPPET = 200  # characters of a text that a card shows
_COUNTRY = "United States"


class PageFeed:
    """The page being written: the posting first, a card for each further listing; positions are lines of titles."""

    def __init__(self, path: Path, night: date) -> None:
        self._path = path
        self._lines: list[str] = []

    def add(self, listing: Listing, posted: date) -> int:
        """Add the posting, or a card, and return the line of its title."""
        if not self._lines:
            self._posting(listing)
            return 2
        return self._card(listing)

    def _posting(self, listing: Listing) -> None:
        title, place = listing.title, f"{listing.place.name}, {listing.place.region}, {_COUNTRY}"
        where = f"{listing.company}{_GAP}{place}"
        self._lines += [
            "Talent.com", title, f"{title}{where}", title, "", title, "", where,
            "job_description.job_card.30_days_ago", "serp_jobs.job_preview.job_type",
            "  • serp_jobs.job_card.full_time", "job_description.job_card.job_description", "", title, "",
        ]  # fmt: skip
        self._lines += _text(listing.document)
        searched = f"{bank('page')['stem'].removesuffix(' Graduate')} • {place}"
        self._lines += [
            "    serp_jobs.job_alerts.create_a_job", "", f"    {searched}", "",
            "    Job_description.internal_linking.related_jobs",
        ]  # fmt: skip

    def _card(self, listing: Listing) -> int:
        line = len(self._lines) + 1
        card = bank("page")["cards"][-listing.number - 2]
        region = listing.place.state if card.get("blind") else listing.place.region
        title = listing.title
        kind = "permanent" if card.get("permanent") else "full_time"
        age = "last_updated_variable_days" if card.get("age") == "variable" else "last_updated_30"
        snippet = listing.document[0].paragraphs[0][:_SNIPPET]
        card_lines = [
            title, "", title, "", f"{listing.company}{_GAP}{listing.place.name}, {region}, {_COUNTRY}",
            f"serp_jobs.job_card.{kind}", f"{snippet}...serp_jobs.internal_linking.show_more",
            f"serp_jobs.last_updated.{age}{_GAP}serp_jobs.job_card.promoted",
        ]  # fmt: skip
        self._lines += [f"    {text}" if text else "" for text in card_lines]
        return line

    def close(self) -> None:
        """Write the file; like the site's pages it ends without a line break."""
        self._path.write_text("\n".join(self._lines), encoding="utf-8", newline="\n")


def _text(document: Document) -> list[str]:
    """Return the lines of the posting's text; what comes after its lists is indented, as on the site."""
    out: list[str] = []
    for block in document:
        indent = "" if block.part in ("team", "duties", "wants") else "    "
        if block.heading:
            out += [f"{indent}{block.heading}", ""]
        for paragraph in block.paragraphs:
            out += [f"{indent}{paragraph}", ""]
        if block.items:
            out += [*(f"  • {item}" for item in block.items), ""]
    return out
