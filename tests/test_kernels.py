"""The compiled loops of the search against the same in numpy and scipy."""

import itertools

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from scipy import sparse

from pipeline.ranking import kernels
from pipeline.ranking.arrays import to_sparse
from pipeline.ranking.nearby import together
from pipeline.ranking.strongest import keep_strongest

Ints = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float32]


def vectors(rows: int, columns: int, seed: int, share: float = 0.1) -> sparse.csr_matrix:
    """Return rows of unit length, some of them empty; weights of few digits, so that some sums are equal."""
    drawn = np.random.default_rng(seed)
    weights = np.round(drawn.random((rows, columns)), 1) * (drawn.random((rows, columns)) < share)
    weights[drawn.random(rows) < 0.1] = 0
    found = sparse.csr_matrix(weights.astype(np.float32))
    found.eliminate_zeros()
    return found


def largest(values: npt.NDArray[np.float32], most: int) -> set[int]:
    """Return the places of the largest values above zero, of equals the first."""
    order = np.lexsort((np.arange(len(values)), -values))[:most]
    return set(order[values[order] > 0].tolist())


def far(
    texts: sparse.csr_matrix,
    titles: sparse.csr_matrix,
    asking: Ints,
    others: Ints,
    enough: float = 1.0,
    budget: int = 10**9,
    least: float = 0,
) -> tuple[Ints, Weights]:
    """Return what alike_in_words() finds among others: 20 rows by text and title, then 10 by text; and what each shares."""
    order = kernels.fixed(np.random.default_rng(1).permutation(others))
    telling = [
        (kernels.rows_of(given), kernels.fixed(np.maximum(np.diff(given.tocsc().indptr), 1).astype(np.int32)))
        for given in (texts, titles)
    ]
    among = (kernels.windows(texts, order), kernels.windows(titles, order), order)
    bounds = (kernels.fixed(np.full(len(asking), least, np.float32)),) * 2
    return kernels.alike_in_words(
        *telling, kernels.fixed(asking), among, enough, (budget, budget), np.float32(1.25), bounds, (20, 10)
    )


def _expect_those_of_the_product(texts: sparse.csr_matrix, titles: sparse.csr_matrix, asking: Ints, but: Ints) -> None:
    others = np.setdiff1d(np.arange(texts.shape[0]), but)
    found, _ = far(texts, titles, asking, others)
    text, title = (np.asarray((given[asking] @ given.T).toarray()) for given in (texts, titles))
    text[:, but] = 0
    alone = float(kernels._TITLE_ALONE)
    both = (np.sqrt(text) + alone) * (1 + 1.25 * title) - alone
    both[:, but] = 0
    for mine, values in [*zip(found[:, :20], both, strict=True), *zip(found[:, 20:], text, strict=True)]:
        chosen = mine[mine >= 0]
        assert len(set(chosen.tolist())) == len(chosen) == min(len(mine), int((values > 1e-6).sum()))
        # Weights are told in 16 bits: what is chosen is as good, if not the same.
        assert values[chosen].min(initial=9) >= np.sort(values)[::-1][: len(chosen)].min(initial=9) - 1e-4
    assert (found[0] == far(texts, titles, asking[:1], others)[0][0]).all()  # whoever asks with it


@pytest.mark.parametrize("seed", range(4))
def test_rows_that_share_most_by_all_terms_are_those_of_the_whole_product(seed: int) -> None:
    texts, titles = vectors(700, 60, seed), vectors(700, 90, seed + 50)
    _expect_those_of_the_product(texts, titles, np.array([0, 5, 699, 5, 17, 300]), np.arange(1, 700, 2))


def test_rows_beyond_a_window_are_found() -> None:
    size = 2 * kernels._WINDOW + 5_000
    texts, titles = vectors(size, 12, 3), vectors(size, 9, 4)
    asking = np.array([0, kernels._WINDOW - 1, kernels._WINDOW, size - 1])
    _expect_those_of_the_product(texts, titles, asking, np.arange(2, size, 3))


def test_terms_are_taken_by_what_they_tell_for_what_they_cost() -> None:
    # Term 0: all ten rows have it; term 1: rows 0 and 1; term 2: rows 0 and 2, weightiest.
    weights = np.zeros((10, 3), np.float32)
    weights[:, 0], weights[[0, 1], 1], weights[[0, 2], 2] = 0.5, 0.5, 0.7
    given, empty, everyone = sparse.csr_matrix(weights), sparse.csr_matrix((10, 3), dtype=np.float32), np.arange(10)

    def found(enough: float, budget: int) -> set[int]:
        return set(far(given, empty, np.array([0]), everyone, enough, budget)[0][0].tolist()) - {-1}

    assert found(1, 0) == found(1, 2) == found(1, 3) == {0, 2}  # the first term in any case
    assert found(1, 4) == found(1, 13) == {0, 1, 2}
    assert found(1, 14) == set(range(10))
    # Of squared weights .99 in all, .49 and .25 and .25.
    assert found(0.45, 99) == {0, 2} and found(0.7, 99) == {0, 1, 2} and found(0.8, 99) == set(range(10))


@pytest.mark.parametrize("seed", range(4))
def test_likeliest_are_those_of_the_formula(seed: int) -> None:
    drawn = np.random.default_rng(seed)
    body, title = vectors(400, 50, seed), vectors(400, 80, seed + 100, 0.05)
    searched = np.sort(drawn.choice(400, 300, replace=False))
    rows = drawn.choice(searched, 12, replace=False)
    known = drawn.random((12, 300)).astype(np.float32)
    language = drawn.integers(-1, 2, 400)
    weights = (0.1, 0.2, 0.3, 0.4)
    lost, base = 0.5, 0.25
    places, bodies, titles = kernels.likeliest(
        known.T.copy(), rows, searched, kernels.rows_of(body), kernels.rows_of(title), 80,
        tuple(map(np.float32, weights)), language, (np.float32(lost), np.float32(base)), (25, 7),
    )  # fmt: skip
    text = np.asarray((body[rows] @ body[searched].T).toarray())
    head = np.asarray((title[rows] @ title[searched].T).toarray())
    value = known + 0.1 * text + 0.2 * head + (0.3 + 0.4 * head) * np.sqrt(text)
    mine, others = language[rows][:, None], language[searched][None]
    value = np.where((mine >= 0) & (others >= 0) & (mine != others), value - lost * (value + base), value)
    value[np.arange(12), np.searchsorted(searched, rows)] = -np.inf
    for i in range(12):
        assert set(places[i, :25].tolist()) == set(np.argsort(-value[i].round(5), kind="stable")[:25].tolist())
        alike = np.where(searched == rows[i], 0, text[i])
        some = places[i] >= 0
        np.testing.assert_allclose(np.sort(alike[places[i, 25:]] * some[25:]), np.sort(alike)[-7:], rtol=1e-5)
        np.testing.assert_allclose(bodies[i, some], text[i, places[i, some]], rtol=1e-5)
        np.testing.assert_allclose(titles[i, some], head[i, places[i, some]], rtol=1e-5)


def test_fewer_than_asked_for_are_said() -> None:
    given = vectors(5, 8, 1, 0.9)
    rows = kernels.rows_of(given)
    places, _, _ = kernels.likeliest(
        np.zeros((3, 1), np.float32), np.array([2]), np.array([1, 2, 4]), rows, rows, 8,
        tuple(map(np.float32, (1, 1, 1, 1))), np.zeros(5, np.int64), (np.float32(0), np.float32(0)), (6, 0),
    )  # fmt: skip
    assert sorted(places[0].tolist()) == [-1, -1, -1, -1, 0, 2]


@pytest.mark.parametrize("seed", range(3))
def test_dot_products_are_those_of_scipy(seed: int) -> None:
    given = vectors(90, 40, seed, 0.3)
    drawn = np.random.default_rng(seed)
    a, b = drawn.integers(0, 90, 500), drawn.integers(0, 90, 500)
    found = kernels.sparse_dots(kernels.rows_of(given), 40, a, b)
    np.testing.assert_allclose(found, np.asarray(given[a].multiply(given[b]).sum(axis=1)).ravel(), atol=1e-5)


def test_terms_of_another_fit_are_refused() -> None:
    columns, values = pa.chunked_array([[[0, 7]]]), pa.chunked_array([[[0.5, 0.5]]])
    assert to_sparse(columns, values, 8).shape == (1, 8)
    with pytest.raises(ValueError, match="terms 0 to 7 where there are 2: vectors of another fit"):
        to_sparse(columns, values, 2)


def test_largest_keeps_the_first_of_equals() -> None:
    drawn = np.random.default_rng(3)
    for size, most in ((1, 3), (10, 3), (10, 0), (1000, 40), (3000, 300)):
        values = drawn.integers(-2, 12, size).astype(np.float32)
        found = np.full(most, -1, np.int64)
        best = np.empty(most, np.float32)
        names = drawn.permutation(size)
        third = size // 3
        kept = kernels._largest(values[:third], names[:third], np.float32(1), best, found, 0)
        kernels._largest(values[third:], names[third:], np.float32(1), best, found, kept)
        assert set(found[found >= 0].tolist()) == largest(values[np.argsort(names)], most)


@pytest.mark.parametrize(
    ("words", "sizes", "window"), [(5, [7, 0, 1, 2, 9], 4), (1, [3, 4], 1), (40, [60, 50], 3), (3, [], 4)]
)
def test_neighbours_are_those_a_window_shows(words: int, sizes: list[int], window: int) -> None:
    ids = np.random.default_rng(words).integers(-1, words, sum(sizes)).astype(np.int32)
    starts = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
    expected = np.zeros((words, words))
    for begin, end in itertools.pairwise(starts.tolist()):
        for a, b in itertools.combinations(range(begin, end), 2):
            if b - a <= window and ids[a] >= 0 and ids[b] >= 0:
                expected[ids[a], ids[b]] += 1
                expected[ids[b], ids[a]] += 1
    found = together(ids, starts, words, window)
    assert (found.toarray() == expected).all() and found.has_sorted_indices and found.nnz == np.count_nonzero(expected)


@pytest.mark.parametrize("seed", range(4))
def test_the_strongest_entries_of_each_row_are_kept_the_first_of_equals(seed: int) -> None:
    drawn = np.random.default_rng(seed)
    given = vectors(60, 90, seed, share=[0.05, 0.3, 0.9, 0.0][seed])
    for most in (0, 1, 3, 20, 10**9):
        found = keep_strongest(given, most)
        assert found.shape == given.shape and found.nnz == np.minimum(np.diff(given.indptr), most).sum()
        for row in drawn.integers(0, 60, 10):
            values = np.asarray(given[row].toarray())[0]
            kept = largest(values, most)
            np.testing.assert_array_equal(found.indices[found.indptr[row] : found.indptr[row + 1]], sorted(kept))
            np.testing.assert_array_equal(np.asarray(found[row].toarray())[0][sorted(kept)], values[sorted(kept)])
