"""Where two texts part: stretches of one that the other does not have, what stands in the other at the same place, and numbers there.

A gap is a run of words that stand in no 3-word shingle of the other text. Two gaps, one of each text, with the same two words
before or behind them are a swap: one was put in the other's place, as in "[3-5] years" and "[8+] years".
"""

from functools import cache

import numpy as np

from pipeline.compiled import compiled
from pipeline.linking.codes import UNKNOWN, Floats
from pipeline.linking.roads import Ints, Keys
from pipeline.linking.shingled import Codes, Flags, Shingled
from pipeline.text import signatures
from pipeline.text.signatures import Words
from pipeline.text.tokens import fingerprints

_SHINGLE = 3  # words; compiled code must not read the constant of another module, whose change it would not see
assert _SHINGLE == signatures.SHINGLE
SHORT_SWAP = 4
"""Words of either gap up to which a swap is short: a word, a name, a number put in another's place."""
NAMES = (
    "gap_words_less", "gap_words_more", "gaps_less", "gaps_more", "longest_gap_less", "longest_gap_more", "longest_insert",
    "numbers_less", "numbers_more", "numbers_swapped", "swaps", "swaps_short", "years_swapped", "years_swapped_by",
)  # fmt: skip
_LARGEST = 100_000  # larger numbers are codes, not amounts
_PLUS = 100  # below it a number may have a plus
_BEHIND = 3  # words behind a gap among which its unit is looked for
_MOST_APART = 25  # years
_NONE = -1
_WORDS, _GAPS, _LONGEST, _ALONE, _NUMBERS = range(5)  # columns of what one side has
_SWAPS, _SHORT, _SWAPPED, _YEARS, _BY = range(5)  # columns of what both have


def gaps(words: Words, runs: Shingled, years: Keys, a: Ints, b: Ints, compared: Flags) -> dict[str, Floats]:
    """Return the measures NAMES of each pair; UNKNOWN where it is not `compared`.

    Args:
        words: of the texts, in order.
        runs: their shingles.
        years: fingerprints of words for years.
        a: first text of each pair; pairs of one first text are best together.
        b: second text of each pair.
        compared: which pairs to look at.

    Returns:
        Less and more: of the side with fewer and of that with more. `gap_words`, `longest_gap` and `longest_insert` (the
        longest gap with nothing in its place) as log(1 + words); `gaps`, `swaps` and short ones as counts; `numbers`:
        different numbers that only one side has, as counts; `numbers_swapped` and `years_swapped`: short swaps of numbers,
        and of those before a word for years, by how many years at most.
    """
    some = np.flatnonzero(compared)
    most = int(np.diff(words.starts).max(initial=0)) + 1
    sides, both = np.zeros((2, len(some), 5), np.int64), np.zeros((len(some), 5), np.int64)
    boards = np.full((2, len(runs.ids)), _NONE, np.int64)
    space = np.empty((2, most, 3), np.int64), np.empty(most, np.bool_), np.empty((2, most), np.int64)
    told_by = (words.codes, _numbers_of(words.names), np.isin(words.names, years))
    _measured(
        told_by, words.starts, runs.numbers, runs.starts, runs.live, a[some], b[some], boards, *space, sides, both
    )
    less, more = np.minimum(*sides), np.maximum(*sides)
    told = {"longest_insert": np.log1p(more[:, _ALONE])}
    for name, column in (("gap_words", _WORDS), ("longest_gap", _LONGEST)):
        told |= {f"{name}_less": np.log1p(less[:, column]), f"{name}_more": np.log1p(more[:, column])}
    for name, column in (("gaps", _GAPS), ("numbers", _NUMBERS)):
        told |= {f"{name}_less": less[:, column], f"{name}_more": more[:, column]}
    names = (("swaps", _SWAPS), ("swaps_short", _SHORT), ("numbers_swapped", _SWAPPED), ("years_swapped", _YEARS))
    told |= {name: both[:, column] for name, column in (*names, ("years_swapped_by", _BY))}
    found = {name: np.full(len(a), UNKNOWN) for name in NAMES}
    for name, values in told.items():
        found[name][some] = values
    return found


@cache
def _amounts() -> tuple[Keys, Codes]:
    """Return the fingerprints of the numbers below _LARGEST, sorted, and the numbers; two digits may have a plus."""
    keys = fingerprints([*(b"%d" % n for n in range(_LARGEST)), *(b"%d+" % n for n in range(_PLUS))])
    values = np.concatenate((np.arange(_LARGEST), np.arange(_PLUS))).astype(np.int32)
    order = np.argsort(keys)
    return keys[order], values[order]


def _numbers_of(names: Keys) -> Codes:
    """Return the number each word is, _NONE where it is none."""
    keys, values = _amounts()
    at = np.searchsorted(keys, names).clip(max=len(keys) - 1)
    return np.where(keys[at] == names, values[at], np.int32(_NONE))


Vocabulary = tuple[Codes, Codes, Flags]
"""Words of texts, the number each word of the vocabulary is, and whether it is one for years."""


@compiled
def _measured(
    words: Vocabulary, starts: Ints, numbers: Codes, shingles: Ints, live: Flags, a: Ints, b: Ints,
    boards: Ints, gaps_: Ints, missing: Flags, told: Ints, sides: Ints, both: Ints,
) -> None:  # fmt: skip
    """Write what either side of each pair has alone to `sides`, and what was swapped to `both`.

    Args:
        words: of the texts.
        starts: where the words of each text begin, and the end.
        numbers: shingles of the texts, below the width of `boards`.
        shingles: where those of each text begin, and the end.
        live: which of them count.
        a: first text of each pair.
        b: second text.
        boards: room for the pair that marked each shingle last, on the left and on the right.
        gaps_: room for begin, end and turn in which it was swapped, of each gap of both sides.
        missing: room for the words of a text.
        told: room for numbers of both sides.
        sides: 2 x pairs x 5 zeros.
        both: pairs x 5 zeros.
    """
    last, marked = _NONE, _NONE
    for pair in range(len(a)):
        if a[pair] != last:
            last, marked = a[pair], pair
            for at in range(shingles[last], shingles[last + 1]):
                if live[at]:
                    boards[0, numbers[at]] = marked
        for at in range(shingles[b[pair]], shingles[b[pair] + 1]):
            if live[at]:
                boards[1, numbers[at]] = pair
        counts = (0, 0)
        for side in range(2):
            text, mark = (a[pair], pair) if side == 0 else (b[pair], marked)
            size = starts[text + 1] - starts[text]
            for at in range(size):
                missing[at] = True
            for at in range(size - _SHINGLE + 1):
                if boards[1 - side, numbers[shingles[text] + at]] == mark:
                    missing[at] = missing[at + 1] = missing[at + 2] = False
            count = _runs(missing, starts[text], size, gaps_[side])
            counts = (count, 0) if side == 0 else (counts[0], count)
        _swaps(words, starts, a[pair], b[pair], gaps_, counts, told, both[pair])
        only = _numbers_only(words, gaps_, counts, told)
        for side in range(2):
            _alone(gaps_[side], counts[side], sides[side, pair])
            sides[side, pair, _NUMBERS] = only[side]


@compiled
def _runs(missing: Flags, begin: int, size: int, found: Ints) -> int:
    """Write the runs of missing words to `found`, not yet swapped; return how many they are."""
    count = 0
    for at in range(size):
        if missing[at]:
            if at == 0 or not missing[at - 1]:
                found[count, 0] = begin + at
            if at == size - 1 or not missing[at + 1]:
                found[count, 1], found[count, 2] = begin + at + 1, 0
                count += 1
    return count


@compiled
def _alone(gaps_: Ints, count: int, found: Ints) -> None:
    """Write words, gaps, the longest one, and the longest with nothing in its place."""
    for at in range(count):
        size = gaps_[at, 1] - gaps_[at, 0]
        found[_WORDS] += size
        found[_GAPS] += 1
        found[_LONGEST] = max(found[_LONGEST], size)
        if not gaps_[at, 2]:
            found[_ALONE] = max(found[_ALONE], size)


@compiled
def _swaps(
    words: Vocabulary, starts: Ints, a: int, b: int, gaps_: Ints, counts: tuple[int, int], told: Ints, found: Ints
) -> None:
    """Find swaps: first gaps with the same words before them, then those of the rest with the same words behind; count them.

    Of several gaps of one text in one context the first is swapped.
    """
    codes = words[0]
    for turn in (1, 2):
        for one in range(counts[0]):
            if gaps_[0, one, 2]:
                continue
            wanted = _context(codes, starts[a], starts[a + 1], gaps_[0, one], turn)
            for other in range(counts[1]):
                if gaps_[1, other, 2] and gaps_[1, other, 2] != turn:
                    continue
                if _context(codes, starts[b], starts[b + 1], gaps_[1, other], turn) == wanted:
                    if not gaps_[1, other, 2]:  # else an earlier gap of this context has it
                        gaps_[0, one, 2] = gaps_[1, other, 2] = turn
                        found[_SWAPS] += 1
                        _short_swap(words, gaps_[0, one], gaps_[1, other], starts[a + 1], starts[b + 1], told, found)
                    break


@compiled
def _context(codes: Codes, begin: int, end: int, gap: Ints, turn: int) -> tuple[int, int]:
    """Return the two words before a gap, in the second turn those behind it; _NONE where the text has none there."""
    at = gap[0] - 2 if turn == 1 else gap[1]
    one = codes[at] if begin <= at < end else _NONE
    other = codes[at + 1] if begin <= at + 1 < end else _NONE
    return one, other


@compiled
def _short_swap(
    words: Vocabulary, one: Ints, other: Ints, one_end: int, other_end: int, told: Ints, found: Ints
) -> None:
    """Count a swap that is short, and whether other numbers were put in place of numbers, or other years."""
    if one[1] - one[0] > SHORT_SWAP or other[1] - other[0] > SHORT_SWAP:
        return
    found[_SHORT] += 1
    size, other_size = _told(words, one, told[0], 0), _told(words, other, told[1], 0)
    if size == 0 or other_size == 0:
        return
    same = size == other_size
    for at in range(min(size, other_size)):
        same = same and told[0, at] == told[1, at]
    if same:
        return
    found[_SWAPPED] += 1
    if _years_near(words, one, one_end) and _years_near(words, other, other_end):
        found[_YEARS] += 1
        found[_BY] = max(found[_BY], min(abs(told[0, 0] - told[1, 0]), _MOST_APART))


@compiled
def _told(words: Vocabulary, gap: Ints, told: Ints, size: int) -> int:
    """Put the numbers in a gap among the `size` that stand in `told`, sorted; return how many there are then."""
    codes, amounts, _ = words
    for at in range(gap[0], gap[1]):
        amount = amounts[codes[at]]
        if amount != _NONE:
            place = size
            while place > 0 and told[place - 1] > amount:
                told[place] = told[place - 1]
                place -= 1
            told[place] = amount
            size += 1
    return size


@compiled
def _years_near(words: Vocabulary, gap: Ints, end: int) -> bool:
    """Return whether a word for years stands in a gap or right behind it."""
    codes, _, is_year = words
    near = False
    for at in range(gap[0], min(gap[1] + _BEHIND, end)):
        near = near or is_year[codes[at]]
    return near


@compiled
def _numbers_only(words: Vocabulary, gaps_: Ints, counts: tuple[int, int], told: Ints) -> tuple[int, int]:
    """Return how many different numbers stand in gaps of either side and in none of the other."""
    size, other_size = 0, 0
    for gap in range(counts[0]):
        size = _told(words, gaps_[0, gap], told[0], size)
    for gap in range(counts[1]):
        other_size = _told(words, gaps_[1, gap], told[1], other_size)
    one, other, only, other_only = 0, 0, 0, 0
    while one < size or other < other_size:
        least = told[0, one] if one < size else _LARGEST
        least = min(least, told[1, other] if other < other_size else _LARGEST)
        here, there = one, other
        while one < size and told[0, one] == least:
            one += 1
        while other < other_size and told[1, other] == least:
            other += 1
        only += other == there
        other_only += one == here
    return only, other_only
