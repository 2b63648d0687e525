"""Hours, shift and contract that texts tell: words of all languages we know, as bits."""

import numpy as np

from pipeline.linking.codes import UNKNOWN, Floats
from pipeline.linking.roads import Ints, Keys, mixed
from pipeline.text import title_words as known
from pipeline.text.signatures import Words
from pipeline.text.titles import Title
from pipeline.text.tokens import fingerprint

KINDS = (
    "full time", "part time", "night shift", "evening shift", "day shift", "temporary", "contract", "permanent",
)  # fmt: skip
"""What is told apart, as contracts of titles are named; the first is the lowest bit."""
HOURS, SHIFTS, CONTRACTS = 0b11, 0b11100, 0b11100000
"""Bits of KINDS by what they speak of."""
_MORE = {
    "night shift": ("night", "nights"), "evening shift": ("evening", "evenings"), "day shift": ("days",),
}  # fmt: skip
_SHORTEST = 3  # letters: shorter marks ("ft", "pj") mean something else in a text


def told_in_texts(words: Words) -> Ints:
    """Return what each text tells of KINDS, as bits."""
    found = np.zeros(len(words.starts) - 1, np.int64)
    phrases = {kind: [p.split() for p in (*known.contract_phrases(kind), *_MORE.get(kind, ()))] for kind in KINDS}
    phrases = {kind: [p for p in some if len(p) == 2 or len(p[0]) >= _SHORTEST] for kind, some in phrases.items()}
    begins = np.isin(words.names, _keys([p[:1] for some in phrases.values() for p in some]))
    at = np.flatnonzero(begins[words.codes])
    text = np.searchsorted(words.starts, at, side="right") - 1
    one = words.names[words.codes[at]]
    behind = np.append(words.names, np.uint64(0))[np.append(words.codes, len(words.names))[at + 1]]
    inside = at + 1 < words.starts[text + 1]  # else the next text's first word would count
    two = np.where(inside, mixed(one, behind), np.uint64(0))
    for bit, some in enumerate(phrases.values()):
        hit = np.isin(one, _keys([p for p in some if len(p) == 1])) | np.isin(
            two, _keys([p for p in some if len(p) == 2])
        )
        found[text[hit]] |= 1 << bit
    return found


_BIT = {kind: 1 << number for number, kind in enumerate(KINDS)}


def told_in_title(title: Title) -> int:
    """Return what a title tells of KINDS, as bits."""
    return sum(_BIT.get(name, 0) for name in (title.contract or "").split(", "))


def agree(one: Ints, other: Ints, of: int) -> Floats:
    """Return 1 where both tell the same of the bits `of`, .5 where they have some in common, 0 where none; UNKNOWN where one is silent."""
    x, y = one & of, other & of
    told = np.where(x == y, 1.0, np.where((x & y) > 0, 0.5, 0.0))
    return np.where((x > 0) & (y > 0), told, UNKNOWN)


def _keys(phrases: list[list[str]]) -> Keys:
    """Return the keys of phrases of one word, or of two."""
    columns = [np.array([fingerprint(w) for w in column], dtype=np.uint64) for column in zip(*phrases, strict=True)]
    if not columns:
        return np.empty(0, np.uint64)
    return columns[0] if len(columns) == 1 else mixed(*columns)
