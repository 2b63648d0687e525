"""What two titles say of a pair, and whether the texts confirm it: scores, words that only one has, levels, degrees, teams."""

from collections.abc import Callable, Hashable, Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from pipeline.compiled import compiled
from pipeline.linking.codes import UNKNOWN, Floats, both_agree
from pipeline.linking.hours import CONTRACTS, HOURS, SHIFTS, agree
from pipeline.linking.overlap import Codes, Sets
from pipeline.linking.roads import Ints
from pipeline.linking.texts import Texts
from pipeline.linking.titled import numbered

_WORDS = ("only_a", "only_b", "confirmed", "stressed", "idle", "echoed", "in_text")


def scores(texts: Texts, a: Ints, b: Ints) -> dict[str, Floats]:
    """RapidFuzz scores of titles, cores and stems, 0 to 100."""
    titles, one, other = texts.titles, texts.title[a], texts.title[b]
    return {
        "title_score": scored([t.folded for t in titles], one, other, fuzz.token_sort_ratio),
        "core_score": scored([t.title.core for t in titles], one, other, fuzz.token_sort_ratio),
        "stem_score": scored([t.title.stem for t in titles], one, other, fuzz.token_sort_ratio),
    }


def scored(texts: list[str], a: Ints, b: Ints, scorer: Callable[..., float]) -> Floats:
    """Return the score of each pair of `texts`, worked out once for equal pairs."""
    names, number = numbered(texts)
    keys, where = np.unique(number[a] * len(names) + number[b], return_inverse=True)
    one, other = ([names[i] for i in side.tolist()] for side in (keys // len(names), keys % len(names)))
    return np.asarray(process.cpdist(one, other, scorer=scorer, dtype=np.float64)[where])


def title_words(texts: Texts, a: Ints, b: Ints) -> dict[str, Floats]:
    """Return what words only one title has, and whether the texts confirm them.

    A word only one title has is confirmed where its own text has it and the other text does not, stressed where its own
    text has it more often, idle where its own text does not have it at all, echoed where the other text has it.
    """
    told = _told(texts, texts.title_words, a, b)
    only = told["only_a"] + told["only_b"]
    found = {f"title_{name}": told[name] for name in ("confirmed", "stressed", "idle", "echoed", "in_text")}
    found |= {"title_only": only, "title_replaced": np.minimum(told["only_a"], told["only_b"])}
    for name in ("confirmed", "stressed", "echoed"):
        found[f"title_{name}_share"] = np.where(only > 0, told[name] / np.maximum(only, 1.0), UNKNOWN)
    return found


def role_words(texts: Texts, a: Ints, b: Ints) -> dict[str, Floats]:
    """Return how many stems of words only one title's role has, and how many each has of its own at least."""
    told = _told(texts, texts.role_stems, a, b)
    one, other = told["only_a"], told["only_b"]
    return {"stem_only": one + other, "stem_replaced": np.minimum(one, other)}


def _told(texts: Texts, names: Sets, a: Ints, b: Ints) -> dict[str, Floats]:
    """Return _WORDS of each pair, by name."""
    told, sets = np.zeros((len(a), len(_WORDS))), texts.words
    _tell(
        names.columns, names.starts, sets.columns, sets.starts, texts.counts, texts.title, texts.text, a, b, told
    )  # fmt: skip
    return {name: np.ascontiguousarray(values) for name, values in zip(_WORDS, told.T, strict=True)}


@compiled
def _tell(
    names: Codes,
    name_starts: Ints,
    columns: Codes,
    starts: Ints,
    counts: Ints,
    title: Ints,
    text: Ints,
    a: Ints,
    b: Ints,
    found: Floats,
) -> None:
    """Write _WORDS of each pair, one row a pair; `in_text` is the smaller of both titles' shares of words in the other text."""
    for pair in range(len(a)):
        found[pair, 6] = 1.0
        for side in range(2):
            mine, other = (a[pair], b[pair]) if side == 0 else (b[pair], a[pair])
            first, last, in_other = name_starts[title[mine]], name_starts[title[mine] + 1], 0
            for at in range(first, last):
                here = _count(columns, starts, counts, text[mine], names[at])
                there = _count(columns, starts, counts, text[other], names[at])
                in_other += there > 0
                in_both = False
                for theirs in range(name_starts[title[other]], name_starts[title[other] + 1]):
                    in_both = in_both or names[theirs] == names[at]
                if not in_both:
                    found[pair, side] += 1
                    found[pair, 2] += here > 0 and there == 0
                    found[pair, 3] += here > there
                    found[pair, 4] += here == 0
                    found[pair, 5] += there > 0
            share = in_other / (last - first) if last > first else 0.0
            found[pair, 6] = min(found[pair, 6], share)


@compiled
def _count(columns: Codes, starts: Ints, counts: Ints, text: int, column: int) -> int:
    """Return how often a word stands in a text."""
    low, high = starts[text], starts[text + 1]
    while low < high:
        middle = (low + high) // 2
        if columns[middle] < column:
            low = middle + 1
        else:
            high = middle
    return counts[low] if low < starts[text + 1] and columns[low] == column else 0


def qualifiers(texts: Texts, a: Ints, b: Ints) -> dict[str, Floats]:
    """Agreement of what titles state beside the core: 1 agree, 0 differ, .5 only one states it, UNKNOWN none does."""
    titles, text, one, other = texts.titles, texts.text, texts.title[a], texts.title[b]
    levels = np.array([t.levels for t in titles], dtype=np.int64)
    found = {
        "level": _stated(levels, one, other, (levels[one] & levels[other]) > 0),
        "grade": _equal([t.title.grade for t in titles], one, other),
        "degrees": _equal([t.title.degrees for t in titles], one, other),
        "start_year": _equal([t.title.start_year for t in titles], one, other),
        "contract": _equal([t.contract for t in titles], one, other),
        "team": _equal([t.team for t in titles], one, other),
        "slot_shared": _slots_shared([t.slot for t in titles], one, other),
        "level_told": _level_told(levels[texts.title], texts.told_levels, a, b),
        "requisition": both_agree(texts.rows.column("requisition_id"), a, b),
    }
    ya, yb = texts.years[text[a]], texts.years[text[b]]
    told = (ya > 0) & (yb > 0)
    found["years"] = np.where(told, np.where(ya == yb, 1.0, np.where(ya & yb, 0.5, 0.0)), UNKNOWN)
    found["years_apart"] = np.where(told, np.abs(_lowest(ya) - _lowest(yb)), UNKNOWN)
    found["years_top_apart"] = np.where(told, np.abs(_highest(ya) - _highest(yb)), UNKNOWN)
    found["years_differ"] = np.where(told, np.bitwise_count(ya ^ yb).astype(np.float64), UNKNOWN)
    in_text = texts.hours[text]
    said = in_text | texts.hours_titled
    found["hours"] = agree(said[a], said[b], HOURS | SHIFTS)
    for name, bits in (("hours_told", HOURS), ("shift_told", SHIFTS), ("contract_told", CONTRACTS)):
        found[name] = agree(in_text[a], in_text[b], bits)
    return found


def _equal(values: Sequence[Hashable], a: Ints, b: Ints) -> Floats:
    """Return 1 where both state the same, 0 where something else, .5 where one states nothing, UNKNOWN where both do."""
    _, number = numbered([None, *(value or None for value in values)])
    number = number[1:]
    return _stated(number, a, b, number[a] == number[b])


def _stated(number: Ints, a: Ints, b: Ints, same: NDArray[np.bool_]) -> Floats:
    """Return the same of numbers that are 0 where nothing is stated."""
    one, other = number[a] > 0, number[b] > 0
    return np.where(one & other, same * 1.0, np.where(one | other, 0.5, UNKNOWN))


def _slots_shared(slots: list[frozenset[str]], a: Ints, b: Ints) -> Floats:
    """Return how many words the teams of both titles share, but for small ones."""
    sets, number = numbered([frozenset(), *slots])
    one, other = number[1:][a], number[1:][b]
    found = np.zeros(len(a))
    some = np.flatnonzero((one > 0) & (other > 0))
    keys, where = np.unique(one[some] * len(sets) + other[some], return_inverse=True)
    sizes = [len(sets[key // len(sets)] & sets[key % len(sets)]) for key in keys.tolist()]
    found[some] = np.array(sizes, dtype=np.float64)[where]
    return found


def _level_told(stated: Ints, told: Ints, a: Ints, b: Ints) -> Floats:
    """Return what the texts say of a level that only one title states.

    1: the other ad's text names it too; 0: the own text alone does; .5: neither; UNKNOWN: no title states one alone.
    """
    found = np.full(len(a), UNKNOWN)
    for mine, other in ((a, b), (b, a)):
        alone = (stated[mine] > 0) & (stated[other] == 0)
        own, others = (stated[mine] & told[mine]) > 0, (stated[mine] & told[other]) > 0
        found = np.where(alone, np.where(others, 1.0, np.where(own, 0.0, 0.5)), found)
    return found


def _lowest(bits: Ints) -> Floats:
    return np.asarray(np.log2(np.maximum(bits & -bits, 1).astype(np.float64)), dtype=np.float64)


def _highest(bits: Ints) -> Floats:
    return np.asarray(np.floor(np.log2(np.maximum(bits, 1).astype(np.float64))), dtype=np.float64)
