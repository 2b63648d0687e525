"""What cards say: the compiled choice of shared terms against the same in plain Python, and the sentences."""

import random

import numpy as np
import pyarrow as pa
import pytest
from scipy import sparse

from pipeline.ranking import reasons, shared
from pipeline.ranking.arrays import Strings
from pipeline.ranking.kernels import fixed, rows_of
from pipeline.text.cutting import cut

WORDS = sorted(
    {f"{stem}{end}" for stem in ("lend", "launch", "cash", "care", "data") for end in ("", "s", "er", "ing")}
)


def listed(rows: list[list[int]]) -> shared.Listed:
    """Return rows of ids."""
    starts = np.cumsum([0, *map(len, rows)]).astype(np.int32)
    return fixed(starts), fixed(np.array([i for row in rows for i in row], dtype=np.int32))


def forms(one: str, other: str) -> bool:
    """Return whether two words are forms of one."""
    alike = max(4, min(len(one), len(other)) - 2)
    begins = len(one) >= alike and one[:alike] == other[:alike] and len(other) >= alike
    return one == other or (begins and abs(len(one) - len(other)) <= 5)


@pytest.mark.parametrize("seed", range(4))
def test_shared_terms_are_those_of_the_product_of_both_rows(seed: int) -> None:
    drawn, most = np.random.default_rng(seed), 4
    weights = np.round(drawn.random((30, 20)), 1) * (
        drawn.random((30, 20)) < 0.6
    )  # few digits: some products are equal
    vectors = sparse.csr_matrix(weights.astype(np.float32))
    tells, sayable = drawn.random(20) < 0.8, drawn.random(20) < 0.8
    names, titled = ([np.flatnonzero(row).tolist() for row in drawn.random((30, 20)) < 0.2] for _ in range(2))
    a, b = np.repeat(np.arange(10), 6), drawn.integers(0, 30, 60)
    found, products = shared.strongest_shared(
        rows_of(vectors), (fixed(tells), fixed(sayable)), listed(names), listed(titled), a, b, most
    )
    for i, (one, other) in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        both = vectors[[one]].toarray()[0] * vectors[[other]].toarray()[0]
        chosen = sorted(np.flatnonzero(both * tells).tolist(), key=lambda t: (-round(float(both[t]), 6), t))[:most]
        passed = {*names[one], *names[other], *(set(titled[one]) & set(titled[other])), *np.flatnonzero(~sayable)}
        assert found[i].tolist() == [-1 if t in passed else t for t in chosen] + [-1] * (most - len(chosen))
        assert products[i, : len(chosen)].tolist() == [float(both[t]) for t in chosen]


@pytest.mark.parametrize("seed", range(4))
def test_terms_that_are_told_differ_and_phrases_are_one(seed: int) -> None:
    rng, size, index = random.Random(seed), len(WORDS), {w: i for i, w in enumerate(WORDS)}
    follows = [sorted(rng.sample(range(size), 2)) for _ in WORDS]
    titles = [rng.sample([*WORDS, "ops", "launched"], rng.randrange(3)) for _ in range(8)]
    title = [rng.randrange(8) for _ in range(300)]
    rows = [[*rng.sample(range(size), 6), -1] for _ in title]
    parts = [sorted((rng.randrange(1, 9) / 100 for _ in row), reverse=True) for row in rows]
    found, weights = shared.different(
        np.array(rows, np.int32), np.array(parts), shared.letters(WORDS), listed(follows),
        shared.letters([w for words in titles for w in words]), np.cumsum([0, *map(len, titles)]), np.array(title), 3,
    )  # fmt: skip
    joined = 0
    for i, row in enumerate(rows):
        left = {
            WORDS[t]: part for t, part in zip(row, parts[i], strict=True) if t >= 0 and WORDS[t] not in titles[title[i]]
        }
        terms, names = dict(left), list(left)
        for one in names:
            for other in names:
                if one != other and index[other] in follows[index[one]] and {one, other} <= left.keys():
                    terms[f"{one} {other}"] = left.pop(one) + left.pop(other)
                    del terms[one], terms[other]
        said, expected = list(titles[title[i]]), list[tuple[str, float]]()
        for term in sorted(terms, key=lambda t: (-round(terms[t], 6), t)):
            if not any(forms(word, before) for word in term.split() for before in said) and len(expected) < 3:
                said += term.split()
                expected.append((term, terms[term]))
        names = [" ".join(WORDS[t] for t in pair if t >= 0) for pair in found[i].tolist()]
        assert [(n, w) for n, w in zip(names, weights[i].tolist(), strict=True) if n] == expected
        joined += any(" " in term for term, _ in expected)
    assert joined > 20


def test_terms_of_a_text_are_listed_for_every_job_that_has_it() -> None:
    texts = pa.array(["Care & Cash, care", "", "Ünknown lender"])
    starts, ids = shared.listed(cut(texts), np.array([2, 0, 1, 0]), WORDS)
    rows = [sorted(WORDS[i] for i in ids[starts[row] : starts[row + 1]]) for row in range(4)]
    assert rows == [["lender"], ["care", "care", "cash"], [], ["care", "care", "cash"]]


def test_a_sentence_has_what_is_said_and_the_list_its_reasons() -> None:
    words = [
        reasons.by_words(["data", "lead"], 0.3, [("cash", 0.1), ("care homes", 0.3)]),
        reasons.by_words([], 0, []),
        [],
    ]
    columns = [
        reasons.column("level", np.array([True, True, False]), ["lead", "mid"], before="same level (", after=")"),
        reasons.column("newer", np.array([False, True, False]), ["2024-06-01"], 0.02, short="newer"),
    ]
    assert reasons.sentences(words, columns, ["", "", "more in care"]) == [
        "Data lead in both titles; both about care homes and cash; same level (lead)",
        "Same level (mid); newer",
        "More in care",
    ]
    assert [[tuple(reason.values()) for reason in found] for found in reasons.as_lists(words, columns).to_pylist()] == [
        [("term", "care homes", 0.3), ("title", "data lead", 0.3), ("term", "cash", 0.1), ("level", "lead", 0.0)],
        [("level", "mid", 0.0), ("newer", "2024-06-01", 0.02)],
        [],
    ]
    assert reasons.as_lists([], []).to_pylist() == []


def test_title_words_are_those_of_both_without_edges() -> None:
    assert reasons.shared_title("head of care and data".split(), "the data and care of".split()) == [
        "data",
        "and",
        "care",
    ]


def test_texts_are_taken_as_they_stand() -> None:
    texts = Strings.of(pa.chunked_array([["a", None], ["", "Zoë"]]))
    assert texts.take(np.array([3, 1, 0, 3])).to_pylist() == ["Zoë", "", "a", "Zoë"]
