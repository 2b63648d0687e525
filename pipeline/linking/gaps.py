"""Where two texts part: stretches of one that the other does not have, what stands in the other at the same place, and numbers there.

A gap is a run of words that stand in no 3-word shingle of the other text. Two gaps, one of each text, with the same two words
before or behind them are a swap: one was put in the other's place, as in "[3-5] years" and "[8+] years".
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipeline.linking.codes import Floats
from pipeline.linking.roads import Ints, Keys, mixed
from pipeline.text.signatures import SHINGLE, Words, spread
from pipeline.text.tokens import fingerprint

UNKNOWN = -1.0
"""Value of every measure of a pair whose texts are not compared."""
SHORT_SWAP = 4
"""Words of either gap up to which a swap is short: a word, a name, a number put in another's place."""
NAMES = (
    "gap_words_less", "gap_words_more", "gaps_less", "gaps_more", "longest_gap_less", "longest_gap_more", "longest_insert",
    "numbers_less", "numbers_more", "numbers_swapped", "swaps", "swaps_short", "years_swapped", "years_swapped_by",
)  # fmt: skip
_BOARD = np.uint64(
    1 << 18
)  # slots for the shingles of one text, 2 MB: of a thousand, one in five hundred finds its slot taken
_PAIRS = 2_000  # compared at once, which bounds memory
_LARGEST = 100_000  # larger numbers are codes, not amounts
_BEHIND = 3  # words behind a gap among which its unit is looked for
_NONE = -1


@dataclass(frozen=True)
class Gaps:
    """Gaps of one side of the pairs, one after the other: pair, first word, and the word after the last, as positions in the words."""

    pair: Ints
    begin: Ints
    end: Ints

    @property
    def size(self) -> Ints:
        """Words of each gap."""
        return self.end - self.begin


def gaps(words: Words, years: Keys, a: Ints, b: Ints, compared: NDArray[np.bool_]) -> dict[str, Floats]:
    """Return the measures NAMES of each pair; UNKNOWN where it is not `compared`.

    Args:
        words: of the texts, in order.
        years: fingerprints of words for years, sorted.
        a: first text of each pair; pairs of one first text stand together.
        b: second text of each pair.
        compared: which pairs to look at.

    Returns:
        Less and more: of the side with fewer and of that with more. `gap_words`, `longest_gap` and `longest_insert` (the
        longest gap with nothing in its place) as log(1 + words); `gaps`, `swaps` and short ones as counts; `numbers`:
        different numbers that only one side has, as counts; `numbers_swapped` and `years_swapped`: short swaps of numbers,
        and of those before a word for years, by how many years at most.
    """
    found = {name: np.full(len(a), UNKNOWN) for name in NAMES}
    some = np.flatnonzero(compared)
    hashes = _hashes(words)
    for begin in range(0, len(some), _PAIRS):
        part = some[begin : begin + _PAIRS]
        for name, values in _measured(words, hashes, years, a[part], b[part]).items():
            found[name][part] = values
    return found


def _measured(words: Words, hashes: Keys, years: Keys, a: Ints, b: Ints) -> dict[str, Floats]:
    here, there = _missing(words, hashes, a, b)
    sides = [_gaps(words, a, here), _gaps(words, b, there)]
    count = len(a)
    words_ = [np.bincount(s.pair, s.size, count) for s in sides]
    runs = [np.bincount(s.pair, minlength=count).astype(np.float64) for s in sides]
    longest = [_most(s.pair, s.size, count) for s in sides]
    one, other = _swapped(words, *sides)
    inserts = []
    for side, swapped in zip(sides, (one, other), strict=True):
        alone = np.ones(len(side.pair), bool)
        alone[swapped] = False
        inserts.append(_most(side.pair[alone], side.size[alone], count))
    pair = sides[0].pair[one]
    short = (sides[0].size[one] <= SHORT_SWAP) & (sides[1].size[other] <= SHORT_SWAP)
    found = {
        "swaps": np.bincount(pair, minlength=count).astype(np.float64),
        "swaps_short": np.bincount(pair[short], minlength=count).astype(np.float64),
        "longest_insert": np.log1p(np.maximum(*inserts)),
    }
    found |= _numbers(words, years, sides, one[short], other[short], count)
    only = _numbers_only(words, sides, count)
    for name, (x, y) in {
        "gap_words": [np.log1p(w) for w in words_],
        "gaps": runs,
        "longest_gap": [np.log1p(w) for w in longest],
        "numbers": only,
    }.items():
        found |= {f"{name}_less": np.minimum(x, y), f"{name}_more": np.maximum(x, y)}
    return found


def _hashes(words: Words) -> Keys:
    """Return a key of the shingle that begins at each word; at the last words of a text it means nothing."""
    padded = np.concatenate((words.ids, np.zeros(SHINGLE - 1, np.uint64)))
    return mixed(*(padded[step : step + len(words.ids)] for step in range(SHINGLE)))


def _missing(words: Words, hashes: Keys, a: Ints, b: Ints) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return for the words of each pair's first texts, and of its second texts, whether they are in no common shingle."""
    slots = (hashes % _BOARD).astype(np.int64)
    boards = np.zeros(int(_BOARD), np.uint64), np.zeros(int(_BOARD), np.uint64)
    starts = words.starts
    begins = tuple(np.concatenate(([0], np.cumsum(np.diff(starts)[texts]))).tolist() for texts in (a, b))
    found = tuple(np.zeros(begin[-1], bool) for begin in begins)
    marked, last = slice(0), -1
    for pair, (left, right) in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        # A shingle begins at every word of a text but the last two.
        mine, theirs = (slice(starts[t], max(starts[t + 1] - SHINGLE + 1, starts[t])) for t in (left, right))
        my_hashes, my_slots, their_hashes, their_slots = hashes[mine], slots[mine], hashes[theirs], slots[theirs]
        if left != last:
            boards[0][slots[marked]] = 0
            boards[0][my_slots] = my_hashes
            last, marked = left, mine
        boards[1][their_slots] = their_hashes
        at, to = begins[0][pair], begins[1][pair]
        np.equal(boards[1][my_slots], my_hashes, out=found[0][at : at + len(my_slots)])
        np.equal(boards[0][their_slots], their_hashes, out=found[1][to : to + len(their_slots)])
        boards[1][their_slots] = 0
    return ~_covered(found[0]), ~_covered(found[1])


def _covered(hit: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which words are in a shingle that begins where `hit`; none begins where it would leave its text."""
    found = hit.copy()
    for step in range(1, SHINGLE):
        found[step:] |= hit[:-step]
    return found


def _gaps(words: Words, texts: Ints, missing: NDArray[np.bool_]) -> Gaps:
    """Return the runs of `missing` words of `texts`."""
    where = spread(words.starts, texts)
    sizes = np.diff(words.starts)[texts]
    pair = np.repeat(np.arange(len(texts)), sizes)
    first = np.ones(len(pair), bool)
    first[1:] = np.diff(pair) != 0
    final = np.roll(first, -1) if len(first) else first
    before, after = np.roll(missing, 1), np.roll(missing, -1)
    begin = np.flatnonzero(missing & (first | ~before))
    end = np.flatnonzero(missing & (final | ~after))
    return Gaps(pair[begin], where[begin], where[end] + 1)


def _swapped(words: Words, one: Gaps, other: Gaps) -> tuple[Ints, Ints]:
    """Return which gaps are swaps, in both sides: those with the same words before them, then those with the same behind."""
    found: list[tuple[Ints, Ints]] = []
    left, right = np.arange(len(one.pair)), np.arange(len(other.pair))
    for behind in (False, True):
        keys = [_context(words, side, rest, behind=behind) for side, rest in ((one, left), (other, right))]
        (_, i), (_, j) = (np.unique(k, return_index=True) for k in keys)
        _, at, to = np.intersect1d(keys[0][i], keys[1][j], assume_unique=True, return_indices=True)
        found.append((left[i[at]], right[j[to]]))
        left, right = np.delete(left, i[at]), np.delete(right, j[to])
    return np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])


def _context(words: Words, side: Gaps, some: Ints, *, behind: bool) -> Keys:
    """Return a key of the pair and the two words before, or behind, each of `some` gaps."""
    at = side.end[some] if behind else side.begin[some] - 2
    text = np.searchsorted(words.starts, side.begin[some], side="right") - 1
    low, high = words.starts[text], words.starts[text + 1]
    near = [np.where((p >= low) & (p < high), _at(words.ids, p), np.uint64(0)) for p in (at, at + 1)]
    return mixed(side.pair[some].astype(np.uint64) + np.uint64(1), *near)


def _at(values: NDArray[np.uint64], where: Ints) -> Keys:
    return np.asarray(
        values[where.clip(0, max(len(values) - 1, 0))] if len(values) else np.zeros(len(where), np.uint64)
    )


def _most(pair: Ints, values: Ints, count: int) -> Floats:
    """Return the largest of `values` of each pair, 0 without any."""
    found = np.zeros(count)
    np.maximum.at(found, pair, values.astype(np.float64))
    return found


@cache
def _amounts() -> tuple[Keys, Ints]:
    """Return the fingerprints of the numbers below _LARGEST, sorted, and the numbers; two digits may have a plus."""
    known = {fingerprint(f"{n}"): n for n in range(_LARGEST)} | {fingerprint(f"{n}+"): n for n in range(100)}
    keys = np.array(sorted(known), dtype=np.uint64)
    return keys, np.array([known[int(k)] for k in keys], dtype=np.int64)


def _numbers_of(ids: Keys) -> Ints:
    """Return the number each word is, _NONE where it is none."""
    keys, values = _amounts()
    at = np.searchsorted(keys, ids).clip(max=len(keys) - 1)
    return np.where(keys[at] == ids, values[at], _NONE)


def _numbers(words: Words, years: Keys, sides: list[Gaps], one: Ints, other: Ints, count: int) -> dict[str, Floats]:
    """Return the short swaps of numbers: of all, of those before a word for years, and by how many years at most."""
    told, units = [], []
    for side, some in zip(sides, (one, other), strict=True):
        step = np.arange(SHORT_SWAP + _BEHIND)
        where = side.begin[some, None] + step
        inside = step < side.size[some, None]
        near = (step < side.size[some, None] + _BEHIND) & (where < len(words.ids))
        where = where.clip(max=max(len(words.ids) - 1, 0))
        told.append(np.sort(np.where(inside, _numbers_of(words.ids[where]), _NONE), axis=1))
        units.append((np.isin(words.ids[where], years) & near).any(axis=1))
    least = [np.where(t == _NONE, _LARGEST, t).min(axis=1, initial=_LARGEST) for t in told]
    differ = (told[0] != told[1]).any(axis=1) & (least[0] < _LARGEST) & (least[1] < _LARGEST)
    asked = differ & units[0] & units[1]
    pair = sides[0].pair[one]
    return {
        "numbers_swapped": np.bincount(pair[differ], minlength=count).astype(np.float64),
        "years_swapped": np.bincount(pair[asked], minlength=count).astype(np.float64),
        "years_swapped_by": _most(pair[asked], np.abs(least[0] - least[1])[asked].clip(max=25), count),
    }


def _numbers_only(words: Words, sides: list[Gaps], count: int) -> list[Floats]:
    """Return how many different numbers of its gaps each side has that the other's gaps have not."""
    keys = []
    for side in sides:
        sizes = side.size
        before = np.cumsum(sizes) - sizes
        where = np.repeat(side.begin - before, sizes) + np.arange(int(sizes.sum()))
        value = _numbers_of(words.ids[where])
        keys.append(np.unique((np.repeat(side.pair, sizes) * _LARGEST + value)[value != _NONE]))
    alone = [np.setdiff1d(k, other, assume_unique=True) for k, other in (keys, keys[::-1])]
    return [np.bincount(k // _LARGEST, minlength=count).astype(np.float64) for k in alone]
