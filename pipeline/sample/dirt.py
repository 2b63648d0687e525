"""Dirt as real feeds have it, each kind with what must come of it."""

import html
from collections.abc import Callable
from dataclasses import replace

from pipeline.sample.dice import Dice
from pipeline.sample.documents import Block
from pipeline.sample.listings import Listing

Soil = Callable[[Dice, Listing], Listing]


def broken_encoding(text: str) -> str:
    """Return UTF-8 text as a reader sees it that takes it for Windows-1252."""
    return text.encode("utf-8").decode("cp1252", errors="replace").replace("\ufffd", "")


def mojibake(_dice: Dice, listing: Listing) -> Listing:
    """Break the encoding of apostrophes and dashes."""

    def spoil(line: str) -> str:
        return broken_encoding(line.replace("'", "’").replace(" - ", " – "))

    document = tuple(block.mapped(spoil) for block in listing.document)
    marked = (Block("furniture", paragraphs=(broken_encoding("It’s time to apply – we’d love to hear from you."),)),)
    return replace(listing, document=document + marked, title=spoil(listing.title))


def entities(_dice: Dice, listing: Listing) -> Listing:
    """Escape once too often."""
    title = html.escape(listing.title.replace(" and ", " & "))
    if "&" not in title:
        title = title.replace(" ", "&nbsp;", 1)
    return replace(listing, title=title, company=html.escape(listing.company))


def invisible(_dice: Dice, listing: Listing) -> Listing:
    """Strew no-break spaces and zero-width marks."""
    return replace(listing, title=listing.title.replace(" ", "\u00a0", 1) + "\u200b", company=f"{listing.company} ")


def no_company(_dice: Dice, listing: Listing) -> Listing:
    """Leave the employer out."""
    return replace(listing, company="")


def no_place(_dice: Dice, listing: Listing) -> Listing:
    """Leave the place out."""
    return listing


def broken_date(_dice: Dice, listing: Listing) -> Listing:
    """Give a date no calendar has; the writers look for this mark."""
    return listing


def no_title(_dice: Dice, listing: Listing) -> Listing:
    """Leave the title out: nothing can be made of it."""
    return replace(listing, title="", reject="no title")


def torn(_dice: Dice, listing: Listing) -> Listing:
    """Tear the record in the middle; the NDJSON writer does it."""
    return replace(listing, reject="not JSON")


def not_an_object(_dice: Dice, listing: Listing) -> Listing:
    """Deliver a bare string where a record is due; the NDJSON writer does it."""
    return replace(listing, reject="not an object")


def short_record(_dice: Dice, listing: Listing) -> Listing:
    """Leave out most of the columns; the CSV writer does it."""
    return replace(listing, reject="wrong column count")


WHERE = {"torn record": "openroster", "not an object": "openroster", "short record": "jobspy"}
"""Dirt that only one feed's format can have."""

DIRT: dict[str, tuple[Soil, float]] = {
    "mojibake": (mojibake, 0.012),
    "entities": (entities, 0.01),
    "invisible characters": (invisible, 0.01),
    "missing company": (no_company, 0.006),
    "missing place": (no_place, 0.008),
    "broken date": (broken_date, 0.008),
    "missing title": (no_title, 0.006),
    "torn record": (torn, 0.006),
    "not an object": (not_an_object, 0.002),
    "short record": (short_record, 0.002),
}
"""Each kind of dirt with its share of the listings; at most one falls on a listing."""


def soiled(dice: Dice, listing: Listing) -> Listing:
    """Return the listing with its share of dirt."""
    for name, (soil, share) in DIRT.items():
        if dice.chance(share):
            if WHERE.get(name, listing.feed) != listing.feed:
                return listing
            return replace(soil(dice, listing), dirt=(name,))
    return listing
