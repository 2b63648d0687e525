"""Copies of an ad by others: recruiters with a hidden client, blind summaries, boards that sign themselves."""

from dataclasses import replace

from pipeline.sample.banks import bank
from pipeline.sample.dice import Dice
from pipeline.sample.documents import Block, Change, Document
from pipeline.sample.employers import EMPLOYER
from pipeline.sample.grammar import Words
from pipeline.sample.listings import Listing, elsewhere


def agency_copy(dice: Dice, listing: Listing, number: int) -> Listing:
    """Return the vacancy as a third party posts it."""
    words = bank("agencies")
    shape = dice.weighted(("client", "blind", "named"), (0.55, 0.3, 0.15))
    copy = elsewhere(dice, listing, number, "agency_copy", same_board=0.4)
    company = dice.pick(words[shape]["names"])
    document = {"client": _client, "blind": _blind, "named": _named}[shape](dice, copy, company)
    return replace(copy, note=shape, company=company, document=document, pay=copy.pay if dice.chance(0.5) else None,
                   edits=(f"agency copy: {shape}",))  # fmt: skip


def _said(dice: Dice, listing: Listing, company: str) -> Words:
    sector = listing.vacancy.employer.sector
    fixed = {
        "agency": company, "city": "⟦city⟧", "region": listing.place.state or listing.place.region,
        "title": listing.vacancy.title, "industry": sector.industry.lower(), "employer": EMPLOYER,
        "remote": "Remote" if listing.vacancy.remote == "remote" else "On-site",
    }  # fmt: skip
    return Words(dice, fixed, {k: tuple(v) for k, v in bank("agencies")["slots"].items()})


def _hidden(document: Document) -> Document:
    change = Change(
        (f"At {EMPLOYER}, ", "At our client, "), (f". {EMPLOYER}", ". Our client"), (EMPLOYER, "our client")
    )
    return tuple(block.mapped(change) for block in document)


def _client(dice: Dice, listing: Listing, company: str) -> Document:
    texts = bank("agencies")["client"]
    said = _said(dice, listing, company)
    kept: list[Block] = []
    for block in _hidden(listing.document):
        if block.part in ("duties", "wants"):
            items = tuple(item for item in block.items if dice.chance(0.88)) or block.items
            kept.append(replace(block, items=items))
        elif block.part in ("tools", "team", "pay", "setting"):
            kept.append(block)
        elif block.part == "intro" and dice.chance(0.6):
            kept.append(block.mapped(lambda line: line[:1].upper() + line[1:]))
    opening = Block("wrapper", paragraphs=tuple(said.some(texts["openings"], 1)))
    # an agency's closing words are its own: the same under every one of its ads
    closing = Words(Dice(company), {"agency": company}, {}).some(texts["closings"], 2)
    return (opening, *kept, Block("wrapper", paragraphs=tuple(closing)))


def _blind(dice: Dice, listing: Listing, company: str) -> Document:
    texts = bank("agencies")["blind"]
    said = _said(dice, listing, company)
    by_part = {block.part: block for block in reversed(_hidden(listing.document))}
    opening = Block("wrapper", paragraphs=tuple(said.some(texts["openings"], 1)))
    duties = Block("duties", "Key Tasks", items=_short(by_part["duties"].items[: dice.between(3, 4)]))
    wants = Block("wants", "Must-Haves", items=_short(by_part["wants"].items[: dice.between(3, 5)]))
    return (opening, duties, wants)


def _short(items: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(item.split(", ")[0].rstrip(".") for item in items)


def _named(dice: Dice, listing: Listing, company: str) -> Document:
    texts = bank("agencies")["named"]
    said = _said(dice, listing, company)
    return (Block("wrapper", paragraphs=tuple(said.some(texts["openings"], 1))), *listing.document,
            Block("wrapper", paragraphs=tuple(said.some(texts["closings"], 1))))  # fmt: skip
