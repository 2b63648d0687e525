"""A listing: one vacancy as one board shows it."""

from dataclasses import dataclass, field, replace

from pipeline.sample.banks import City
from pipeline.sample.dice import Dice, digest
from pipeline.sample.documents import Change, Document
from pipeline.sample.employers import CITY, EMPLOYER
from pipeline.sample.vacancies import Pay, Vacancy

BOARDS = {
    "indeed": "jobspy",
    "glassdoor": "jobspy",
    "zip_recruiter": "jobspy",
    "linkedin": "linkedin",
    "openroster": "openroster",
}
SHARES = (0.27, 0.09, 0.08, 0.27, 0.29)
"""Boards, the feed each comes in, and how many of the listings each has."""


@dataclass(frozen=True)
class Listing:
    """What a feed will say about a vacancy, and what is true about it.

    Attributes:
        number: running number in the world; source ids are made of it.
        plant: id of the group it was planted with; kind, note: what it is in that group.
        days: age in days when the first night comes; negative for later nights.
        cut: share of the text that is kept.
        edits, dirt: what was done to it on purpose.
        reject: reason code of the reject it must become, empty for a good listing.
    """

    number: int
    plant: str
    kind: str
    note: str
    vacancy: Vacancy
    board: str
    feed: str
    source_id: str
    company: str
    place: City
    title: str
    document: Document
    pay: Pay | None
    days: int
    cut: float = 1.0
    born: int = 0
    change: str = "new"
    edits: tuple[str, ...] = field(default=())
    dirt: tuple[str, ...] = field(default=())
    reject: str = ""


def show(dice: Dice, number: int, plant: str, kind: str, vacancy: Vacancy, note: str = "", board: str = "") -> Listing:
    """Return `vacancy` as the employer itself puts it on a board."""
    board = board or dice.weighted(tuple(BOARDS), SHARES)
    employer = vacancy.employer
    company = dice.weighted(employer.spellings, (0.8, 0.15, 0.05))
    return Listing(
        number=number, plant=plant, kind=kind, note=note, vacancy=vacancy, board=board, feed=BOARDS[board],
        source_id=own_id(board, number), company=company, place=vacancy.place, title=vacancy.title,
        document=vacancy.document, pay=vacancy.pay if dice.chance(0.7) else None, days=vacancy.days,
    )  # fmt: skip


def own_id(board: str, number: int) -> str:
    """Return the board's own id of the listing: no two numbers share one."""
    if board == "linkedin":
        return str(3_600_000_000 + number * 7 + int(digest(number, size=1), 16) % 7)
    if board == "openroster":
        return f"OR-{100_000 + number}"
    return f"{digest(board, number, size=5)}{number:06x}"


def elsewhere(dice: Dice, listing: Listing, number: int, kind: str, same_board: float = 0.3) -> Listing:
    """Return the listing again under a new id: mostly on another board, mostly on another day."""
    others = [b for b in BOARDS if b != listing.board]
    board = listing.board if dice.chance(same_board) else dice.pick(others)
    company = dice.weighted(listing.vacancy.employer.spellings, (0.7, 0.2, 0.1))
    return replace(
        listing, number=number, kind=kind, note="", board=board, feed=BOARDS[board], source_id=own_id(board, number),
        company=company, days=max(0, listing.days - dice.between(0, 21)),
    )  # fmt: skip


def spoken(listing: Listing) -> Document:
    """Return the document with city and employer put where their marks stand."""
    name = listing.vacancy.employer.name
    change = Change((CITY, listing.place.name), (EMPLOYER, name))
    return tuple(block.mapped(change) for block in listing.document)
