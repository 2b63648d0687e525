"""Titles of postings taken apart, each distinct one once, with what pairs are compared by."""

import re
from collections.abc import Hashable, Iterable
from functools import lru_cache
from typing import NamedTuple, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.linking.codes import whole
from pipeline.linking.hours import told_in_title
from pipeline.linking.roads import Ints
from pipeline.text import title_words as known
from pipeline.text.titles import Title, parse_title
from pipeline.text.tokens import fold, words

_Value = TypeVar("_Value", bound=Hashable)
SMALL = frozenset(
    "and of the for in to a an with on at de en van voor und fur der die das des la le du da do e y i o em no na &".split()
)
"""Words that say nothing of a role."""
STRINGS = 5
"""Strings of a title that are cut into words."""
_STEM = 5  # letters that words of one stem share, in most languages: account-ant, account-ing
_CODE = re.compile(r"\S*[0-9]{3}\S*")
"""A title's requisition numbers, pay and codes: none of its words."""
_USUAL = frozenset(("", "full time", "permanent"))  # contract words that go without saying


class Titled(NamedTuple):
    """A title at a place.

    Attributes:
        title: taken apart.
        folded: as it reads, folded.
        strings: what is cut into words: the title without codes, its role (core and team), the names of its place, and role
            and place in stems.
        levels: it states, ranks as bits.
        hours: hours, shift and contract it tells, as bits of hours.KINDS.
        contract: its contract words but for those that go without saying.
        team: folded.
        slot: words of the team but for small ones.
    """

    title: Title
    folded: str
    strings: tuple[str, str, str, str, str]
    levels: int
    hours: int
    contract: frozenset[str]
    team: str
    slot: frozenset[str]


def titles_of(rows: pa.Table) -> tuple[tuple[Titled, ...], Ints]:
    """Return the distinct titles of postings at their places, and the number of each posting's."""
    places = pc.binary_join(whole(rows.column("place_names")), "\n")
    pairs = zip(rows.column("title").to_pylist(), places.to_pylist(), strict=True)
    named, of = numbered(pairs)
    return tuple(_titled(title or "", places or "") for title, places in named), of


def numbered(values: Iterable[_Value]) -> tuple[list[_Value], Ints]:
    """Return the distinct ones of `values`, and the number of each."""
    known_: dict[_Value, int] = {}
    numbers = [known_.setdefault(value, len(known_)) for value in values]
    return list(known_), np.array(numbers, dtype=np.int64)


def level_bits(levels: tuple[str, ...]) -> int:
    """Return levels as bits, the lowest first."""
    return sum(1 << known.LEVELS.index(level) for level in levels)


@lru_cache(maxsize=32_768)  # a posting stands in several pieces of the candidates, and many share a title
def _titled(title: str, places: str) -> Titled:
    names = frozenset(places.split("\n")) if places else frozenset()
    parsed = parse_title(title, names)
    role = f"{parsed.core} {parsed.team or ''}"
    place = " ".join((*sorted(names), parsed.place or ""))
    return Titled(
        title=parsed,
        folded=fold(parsed.clean),
        strings=(_CODE.sub(" ", parsed.clean), role, place, _stemmed(role), _stemmed(place)),
        levels=level_bits(parsed.levels),
        hours=told_in_title(parsed),
        contract=frozenset((parsed.contract or "").split(", ")) - _USUAL,
        team=fold(parsed.team or ""),
        slot=frozenset(words(parsed.team or "")) - SMALL,
    )


@lru_cache(maxsize=65_536)
def _stemmed(text: str) -> str:
    return " ".join(word[:_STEM] for word in words(text))
