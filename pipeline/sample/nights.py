"""How the world goes on: each night most listings stay, some go, some come, some come back, some are edited."""

from collections.abc import Iterator
from dataclasses import replace

from pipeline.sample.dice import Dice
from pipeline.sample.edits import edited
from pipeline.sample.listings import Listing, elsewhere
from pipeline.sample.plants import World, listings

GONE, AWAY, EDITED, NEW, AGAIN = 0.022, 0.008, 0.01, 0.03, 0.3
"""Shares per night: gone for good, away for this night only, edited, new; of the new ones, old vacancies posted again.

About 97 % of a night's listings stand in the next.
"""


def delivery(world: World, rows: int, night: int) -> Iterator[Listing]:
    """Yield the listings that stand in the feeds of `night` (0 is the first), in the order they came into the world."""
    number = 0
    for born in range(night + 1):
        count = rows if born == 0 else max(1, round(rows * NEW))
        for listing in _born(world, rows, count, born, number):
            alive = _alive(world.seed, listing, night)
            if alive is not None:
                yield alive
        number += count


def _born(world: World, rows: int, count: int, born: int, number: int) -> Iterator[Listing]:
    """Yield the listings that come in night `born`; on later nights a part of them are old vacancies posted again."""
    groups = rows // 3  # a group has fewer than three listings on average: the first night has made these
    again = round(count * AGAIN) if born and groups > 30 else 0
    dice = Dice(world.seed, "again", born)
    for i in range(again):
        index = dice.below(groups)
        while (first := world.group(0, index, 0)[0]).kind != "original":
            index = (index + 1) % groups
        copy = elsewhere(dice, first, number + i, "repost")
        yield replace(edited(dice, copy), born=born, days=dice.below(3))
    yield from listings(world, count - again, born, number + again)


def _alive(seed: int, listing: Listing, night: int) -> Listing | None:
    """Return the listing as it stands in `night`, None where it is gone or away."""
    if night == listing.born:
        return replace(listing, days=min(listing.days, 2) - night if night else listing.days)
    dice = Dice(seed, "life", listing.number)
    if listing.born:
        listing = replace(listing, days=min(listing.days, 2) - listing.born)
    change, away = "same", False
    for now in range(listing.born + 1, night + 1):
        throw = dice.below(1000) / 1000
        if throw < GONE:
            return None
        came_back, away = away, GONE <= throw < GONE + AWAY
        change = "returned" if came_back else "same"
        if throw >= 1 - EDITED:
            change = "edited"
            names = (dice.pick(("items left out", "items reordered", "reworded", "pay left out")),)
            listing = edited(Dice(seed, "edit", listing.number, now), listing, names)
    return None if away else replace(listing, change=change)
