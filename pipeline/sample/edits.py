"""What happens to an ad on its way to another board: small edits that leave the vacancy the same."""

from collections.abc import Callable
from dataclasses import replace

from pipeline.sample.banks import bank
from pipeline.sample.dice import Dice
from pipeline.sample.documents import Block, Change, Document
from pipeline.sample.listings import Listing

Edit = Callable[[Dice, Listing], Listing]


def _with(listing: Listing, document: Document) -> Listing:
    return replace(listing, document=document)


def upper_title(_dice: Dice, listing: Listing) -> Listing:
    """Shout the title."""
    return replace(listing, title=listing.title.upper())


def title_mark(dice: Dice, listing: Listing) -> Listing:
    """Hang a board's mark on the title: place, requisition, call to apply."""
    mark = dice.pick(bank("common")["title_marks"]).format(
        city=listing.place.name, region=listing.place.region, req=listing.vacancy.requisition, company=listing.company
    )
    return replace(listing, title=f"{listing.title}{mark}")


def drop_items(dice: Dice, listing: Listing) -> Listing:
    """Leave out one item of each long list."""
    blocks = []
    for block in listing.document:
        gone = dice.below(len(block.items)) if len(block.items) > 3 else -1
        blocks.append(replace(block, items=tuple(item for i, item in enumerate(block.items) if i != gone)))
    return _with(listing, tuple(blocks))


def shuffle_items(dice: Dice, listing: Listing) -> Listing:
    """Put the items of the lists in another order."""
    return _with(
        listing,
        tuple(replace(b, items=tuple(dice.sample(b.items, len(b.items)))) for b in listing.document),
    )


def drop_boilerplate(_dice: Dice, listing: Listing) -> Listing:
    """Leave out benefits and equal opportunity paragraphs."""
    return _with(listing, tuple(b for b in listing.document if b.part not in ("benefits", "culture", "equal")))


def furniture(dice: Dice, listing: Listing) -> Listing:
    """Copy the page's furniture along with the text."""
    lines = bank("common")["furniture"]
    said = {"title": listing.title, "company": listing.company}
    top = Block("furniture", paragraphs=tuple(line.format(**said) for line in dice.sample(lines["top"], 2)))
    end = Block("furniture", paragraphs=(dice.pick(lines["end"]).format(**said),))
    return _with(listing, (top, *listing.document, end))


def echo_title(_dice: Dice, listing: Listing) -> Listing:
    """Repeat the title as the first line."""
    return _with(listing, (Block("furniture", paragraphs=(listing.title,)), *listing.document))


def tracking_mark(dice: Dice, listing: Listing) -> Listing:
    """Append a distributor's tracking mark."""
    mark = dice.pick(bank("common")["tracking"]).format(n=dice.between(1, 9))
    return _with(listing, (*listing.document, Block("furniture", paragraphs=(mark,))))


def reword(dice: Dice, listing: Listing) -> Listing:
    """Say some things in other words."""
    pairs = [(old, new) for old, new in bank("common")["rewords"] if dice.chance(0.5)]
    change = Change(*pairs)
    return _with(
        listing, tuple(b.mapped(change) if b.part in ("duties", "wants", "intro") else b for b in listing.document)
    )


def cut(dice: Dice, listing: Listing) -> Listing:
    """Keep only the beginning of the text."""
    return replace(listing, cut=0.35 + dice.below(40) / 100)


def hide_pay(_dice: Dice, listing: Listing) -> Listing:
    """Leave out the pay."""
    return replace(_with(listing, tuple(b for b in listing.document if b.part != "pay")), pay=None)


EDITS: dict[str, tuple[Edit, float]] = {
    "title in capitals": (upper_title, 0.05),
    "mark in title": (title_mark, 0.14),
    "items left out": (drop_items, 0.15),
    "items reordered": (shuffle_items, 0.08),
    "boilerplate left out": (drop_boilerplate, 0.12),
    "reworded": (reword, 0.12),
    "pay left out": (hide_pay, 0.1),
    "page furniture": (furniture, 0.2),
    "title repeated": (echo_title, 0.12),
    "tracking mark": (tracking_mark, 0.18),
    "cut": (cut, 0.08),
}
"""Each edit with its share among reposts, in the order they are applied."""


def edited(dice: Dice, listing: Listing, names: tuple[str, ...] | None = None) -> Listing:
    """Return the listing after some edits (or the named ones); it remembers which."""
    for name, (edit, share) in EDITS.items():
        if dice.chance(share) if names is None else name in names:
            listing = edit(dice, listing)
            listing = replace(listing, edits=(*listing.edits, name))
    return listing
