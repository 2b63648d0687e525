"""Gaps: what stands in one text alone, against texts compared word by word, and what hours texts tell."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.linking.gaps import NAMES, UNKNOWN, gaps
from pipeline.linking.hours import CONTRACTS, HOURS, SHIFTS, agree, told_in_texts, told_in_titles
from pipeline.linking.texts import YEAR_WORDS
from pipeline.text import signatures
from pipeline.text.titles import parse_title


def told(one: str, other: str) -> dict[str, float]:
    words = signatures.cut(pa.array([one, other]))
    found = gaps(words, YEAR_WORDS, np.array([0]), np.array([1]), np.ones(1, bool))
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
    found = gaps(words, YEAR_WORDS, a, b, np.ones(4, bool))
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
    found = gaps(words, YEAR_WORDS, np.array([0, 0]), np.array([1, 1]), np.array([True, False]))
    assert {name: values.tolist() for name, values in found.items()} == {name: [0.0, UNKNOWN] for name in NAMES}


def test_hours_are_told_in_several_languages() -> None:
    texts = [
        "Part-time, night shift.",
        "Vollzeit, Nachtschicht, unbefristet.",
        "A quiet office.",
        "Full time or part time.",
    ]
    found = told_in_texts(signatures.cut(pa.array(texts)))
    titles = told_in_titles((parse_title("Cook (part time)"), parse_title("Cook")))
    assert agree(found, np.roll(found, -1), HOURS).tolist() == [0.0, UNKNOWN, UNKNOWN, 0.5]
    assert agree(found[:1], found[1:2], SHIFTS).tolist() == [1.0]
    assert agree(found[:1], found[1:2], CONTRACTS).tolist() == [UNKNOWN]
    assert agree(titles[:1], found[:1], HOURS).tolist() == [1.0]
    assert titles[1] == 0
