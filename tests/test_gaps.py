"""Gaps: what stands in one text alone, against texts compared word by word, and what hours texts tell."""

from itertools import groupby

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.linking import shingled as shingles_module
from pipeline.linking.gaps import NAMES, UNKNOWN, gaps
from pipeline.linking.hours import CONTRACTS, HOURS, SHIFTS, agree, told_in_texts, told_in_title
from pipeline.linking.roads import mixed
from pipeline.linking.shingled import shingled
from pipeline.linking.texts import YEAR_WORDS
from pipeline.text import signatures
from pipeline.text.titles import parse_title


def told(one: str, other: str) -> dict[str, float]:
    words = signatures.cut(pa.array([one, other]))
    found = gaps(words, shingled(words), YEAR_WORDS, np.array([0]), np.array([1]), np.ones(1, bool))
    return {name: float(values[0]) for name, values in found.items()}


def runs(one: list[str], other: list[str]) -> list[int]:
    """Return the sizes of the runs of words of `one` that stand in no run of three words of `other`."""
    known = {tuple(other[i : i + 3]) for i in range(len(other) - 2)}
    covered = {j for i in range(len(one) - 2) if tuple(one[i : i + 3]) in known for j in (i, i + 1, i + 2)}
    sizes, size = [], 0
    for i in range(len(one) + 1):
        if i < len(one) and i not in covered:
            size += 1
        elif size:
            sizes, size = [*sizes, size], 0
    return sizes


TEXTS = st.lists(st.sampled_from([f"w{n}" for n in range(12)]), max_size=30)


@settings(max_examples=100, deadline=None)
@given(TEXTS, TEXTS, TEXTS)
def test_gaps_are_those_found_word_by_word(one: list[str], other: list[str], third: list[str]) -> None:
    texts = [one, other, third]
    words = signatures.cut(pa.array([" ".join(t) for t in texts]))
    a, b = np.array([0, 0, 1, 2]), np.array([1, 2, 2, 2])
    found = gaps(words, shingled(words), YEAR_WORDS, a, b, np.ones(4, bool))
    for pair, (i, j) in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        mine, theirs = runs(texts[i], texts[j]), runs(texts[j], texts[i])
        wanted = {
            "gap_words": (np.log1p(sum(mine)), np.log1p(sum(theirs))),
            "gaps": (len(mine), len(theirs)),
            "longest_gap": (np.log1p(max(mine, default=0)), np.log1p(max(theirs, default=0))),
        }
        for name, sides in wanted.items():
            assert found[f"{name}_less"][pair] == pytest.approx(min(sides))
            assert found[f"{name}_more"][pair] == pytest.approx(max(sides))


WORDS = ["w1", "w2", "w3", "w4", "w5", "3", "4", "8+", "years", "2021"]
LONGER = st.lists(st.sampled_from(WORDS), max_size=40)


def spans(one: list[str], other: list[str]) -> list[tuple[int, int]]:
    """Return begin and end of the runs of words of `one` that stand in no run of three words of `other`."""
    found, at = [], 0
    for missing, group in groupby(range(len(one)), key=lambda i: i not in covered_by(one, other)):
        size = len(list(group))
        found += [(at, at + size)] if missing else []
        at += size
    return found


def covered_by(one: list[str], other: list[str]) -> set[int]:
    known = {tuple(other[i : i + 3]) for i in range(len(other) - 2)}
    return {j for i in range(len(one) - 2) if tuple(one[i : i + 3]) in known for j in (i, i + 1, i + 2)}


def swapped(one: list[str], other: list[str]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Return the gaps of both texts that are swaps: by the words before them, then of the rest by those behind."""

    def context(text: list[str], gap: tuple[int, int], turn: int) -> tuple[str, ...]:
        at = gap[0] - 2 if turn == 0 else gap[1]
        return tuple(text[i] if 0 <= i < len(text) else "" for i in (at, at + 1))

    left, right, found = spans(one, other), spans(other, one), []
    for turn in (0, 1):
        mine: dict[tuple[str, ...], tuple[int, int]] = {}
        theirs: dict[tuple[str, ...], tuple[int, int]] = {}
        for gap in left:
            mine.setdefault(context(one, gap, turn), gap)
        for gap in right:
            theirs.setdefault(context(other, gap, turn), gap)
        pairs = [(mine[key], theirs[key]) for key in mine.keys() & theirs.keys()]
        found += pairs
        left = [gap for gap in left if gap not in {p[0] for p in pairs}]
        right = [gap for gap in right if gap not in {p[1] for p in pairs}]
    return found


def number(word: str) -> int | None:
    return int(word.rstrip("+")) if word.rstrip("+").isdigit() else None


@settings(max_examples=300, deadline=None)
@given(LONGER, LONGER, LONGER)
def test_swaps_and_numbers_are_those_found_word_by_word(one: list[str], other: list[str], third: list[str]) -> None:
    texts = [one, other, third]
    words = signatures.cut(pa.array([" ".join(t) for t in texts]))
    a, b = np.array([0, 0, 1, 2]), np.array([1, 2, 0, 1])
    found = gaps(words, shingled(words), YEAR_WORDS, a, b, np.ones(4, bool))
    for pair, (i, j) in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        pairs = swapped(texts[i], texts[j])
        short = [p for p in pairs if all(end - begin <= 4 for begin, end in p)]
        sides = [(texts[i], 0), (texts[j], 1)]
        told = [
            [sorted(n for w in t[p[s][0] : p[s][1]] if (n := number(w)) is not None) for t, s in sides] for p in short
        ]
        other_numbers = [t[0] != t[1] and bool(t[0]) and bool(t[1]) for t in told]
        asked = [all("years" in t[p[s][0] : p[s][1] + 3] for t, s in sides) for p in short]
        by = [min(abs(t[0][0] - t[1][0]), 25) for t, n, y in zip(told, other_numbers, asked, strict=True) if n and y]
        alone = [
            max(
                [
                    end - begin
                    for begin, end in spans(t, texts[j if s == 0 else i])
                    if (begin, end) not in {p[s] for p in pairs}
                ],
                default=0,
            )
            for t, s in sides
        ]
        numbers = [
            {number(w) for b, e in spans(t, texts[j if s == 0 else i]) for w in t[b:e]} - {None} for t, s in sides
        ]
        only = sorted((len(numbers[0] - numbers[1]), len(numbers[1] - numbers[0])))
        wanted = {
            "swaps": len(pairs), "swaps_short": len(short), "numbers_swapped": sum(other_numbers), "years_swapped": len(by),
            "years_swapped_by": max(by, default=0), "longest_insert": np.log1p(max(alone)), "numbers_less": only[0], "numbers_more": only[1],
        }  # fmt: skip
        assert {name: float(found[name][pair]) for name in wanted} == pytest.approx(wanted)


def test_shingles_are_numbered_and_of_two_on_one_place_the_later_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(7)
    texts = [[f"w{n}" for n in rng.integers(0, 12, size)] for size in (0, 1, 2, 3, 40, 300)]
    words = signatures.cut(pa.array([" ".join(t) for t in texts]))
    for share, slots in (
        (0.5, 1 << 18),
        (0.001, 64),
    ):  # with little room all is done again, with few slots many lose theirs
        monkeypatch.setattr(shingles_module, "_SHARE", share)
        monkeypatch.setattr(shingles_module, "_SLOTS", slots)
        runs_ = shingled(words)
        seen: dict[int, int] = {}
        ids = signatures.all_shingles(words)[0].tolist()
        assert runs_.numbers.tolist() == [seen.setdefault(i, len(seen)) for i in ids]
        assert runs_.ids.tolist() == list(seen)
        for text in range(len(texts)):
            mine = slice(runs_.starts[text], runs_.starts[text + 1])
            numbers = runs_.numbers[mine].tolist()
            assert runs_.first[mine].tolist() == [n not in numbers[:at] for at, n in enumerate(numbers)]
            its = words.ids[words.starts[text] : words.starts[text + 1]]
            keys = mixed(its[:-2], its[1:-1], its[2:]) if len(its) > 2 else its[:0]
            board = dict(zip((keys % np.uint64(slots)).tolist(), keys.tolist(), strict=True))
            live = [board[key % slots] == key for key in keys.tolist()]
            assert runs_.live[mine].tolist() == live + [False] * (len(numbers) - len(live))


FRAME = "The inn by the harbour seeks a cook with {} of work at sea who can begin in spring and likes it loud."


def test_a_number_put_in_anothers_place_is_a_swap_of_years_where_it_counts_years() -> None:
    found = told(FRAME.format("3+ years"), FRAME.format("8+ years"))
    assert (found["swaps"], found["swaps_short"], found["numbers_swapped"]) == (1, 1, 1)
    assert (found["years_swapped"], found["years_swapped_by"]) == (1, 5)
    assert (found["numbers_less"], found["numbers_more"]) == (1, 1)
    found = told(FRAME.format("3 loud weeks"), FRAME.format("8 loud weeks"))
    assert (found["numbers_swapped"], found["years_swapped"]) == (1, 0)


def test_what_one_text_has_alone_is_an_insert_and_no_swap() -> None:
    more = " You will also mend nets, wash decks and feed the gulls."
    found = told(FRAME.format("years"), FRAME.format("years") + more)
    assert (found["swaps"], found["gap_words_less"]) == (0, 0)
    assert found["longest_insert"] == pytest.approx(np.log1p(11))
    assert found["longest_gap_more"] == pytest.approx(np.log1p(11))


def test_pairs_that_are_not_compared_are_unknown_and_equal_texts_have_no_gaps() -> None:
    words = signatures.cut(pa.array(["one two three four", "one two three four"]))
    found = gaps(words, shingled(words), YEAR_WORDS, np.array([0, 0]), np.array([1, 1]), np.array([True, False]))
    assert {name: values.tolist() for name, values in found.items()} == {name: [0.0, UNKNOWN] for name in NAMES}


def test_hours_are_told_in_several_languages() -> None:
    texts = [
        "Part-time, night shift.",
        "Vollzeit, Nachtschicht, unbefristet.",
        "A quiet office.",
        "Full time or part time.",
    ]
    found = told_in_texts(signatures.cut(pa.array(texts)))
    titles = np.array([told_in_title(parse_title(title)) for title in ("Cook (part time)", "Cook")])
    assert agree(found, np.roll(found, -1), HOURS).tolist() == [0.0, UNKNOWN, UNKNOWN, 0.5]
    assert agree(found[:1], found[1:2], SHIFTS).tolist() == [1.0]
    assert agree(found[:1], found[1:2], CONTRACTS).tolist() == [UNKNOWN]
    assert agree(titles[:1], found[:1], HOURS).tolist() == [1.0]
    assert titles[1] == 0


def test_hours_are_those_of_one_text_whatever_stands_behind_it() -> None:
    texts = ["This job is always full", "time flies here", "Full time"]
    told = {
        tuple(order): told_in_texts(signatures.cut(pa.array([texts[i] for i in order]))).tolist()
        for order in ((0, 1, 2), (1, 0, 2))
    }
    assert told == {(0, 1, 2): [0, 0, 1], (1, 0, 2): [0, 0, 1]}
