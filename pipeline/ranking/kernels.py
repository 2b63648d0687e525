"""The loops of the search, compiled: which rows share most with a row, among all and among those of some cells."""

from typing import TypeVar

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline.compiled import compiled

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int32]
Weights = npt.NDArray[np.float32]
Real = np.float32
Kind = TypeVar("Kind", bound=np.generic)
Rows = tuple[Ids, Ids, Weights]
"""Sparse rows, as scipy's csr_matrix has them: n + 1 offsets, the column of each entry (ascending in a row), its weight."""

_BLOCK = 256  # values looked at together
_TITLE_ALONE = np.float32(0.04)  # root of what texts share at which a title is taken where they share nothing


def rows_of(matrix: sparse.csr_matrix) -> Rows:
    """Return a matrix as its three arrays, fixed()."""
    starts, columns = (fixed(part.astype(np.int32, copy=False)) for part in (matrix.indptr, matrix.indices))
    return starts, columns, fixed(matrix.data.astype(np.float32, copy=False))


def fixed(values: npt.NDArray[Kind]) -> npt.NDArray[Kind]:
    """Return an array as one not to be written to: arrays that processes share are, and loops are compiled for one type."""
    found = values.view()
    found.flags.writeable = False
    return found


@compiled
def alike_in_words(
    texts: tuple[Rows, Rows],
    titles: tuple[Rows, Rows],
    asking: Ints,
    but: Ints,
    enough: float,
    budgets: tuple[int, int],
    by_title: Real,
    most: tuple[int, int],
) -> Ints:
    """Return for each of the rows `asking` those that share most of its most telling terms, -1 where there are fewer.

    Args:
        texts: rows x terms, all weights above zero, and terms x rows, the same transposed.
        titles: likewise.
        asking: rows.
        but: rows that are not looked for.
        enough: share of a row's squared weights that is looked for.
        budgets: products a row at most, of texts and of titles.
        by_title: what likeness of titles adds: the root of what texts share counts 1 + by_title x what titles share.
        most: rows found by both, and by texts alone, for each.

    Returns:
        asking x the sum of `most`, not in order; of equals the smaller first; some come twice.
    """
    count = len(texts[0][0]) - 1
    by_text, both = np.zeros(count, np.float32), np.zeros(count, np.float32)
    found = np.full((len(asking), most[0] + most[1]), -1, np.int64)
    best, best_text = np.empty(most[0], np.float32), np.empty(most[1], np.float32)
    for i in range(len(asking)):
        by_text[:], both[:] = 0, 0
        _add_telling(texts[0], texts[1], asking[i], enough, budgets[0], by_text)
        _add_telling(titles[0], titles[1], asking[i], enough, budgets[1], both)
        by_text[but], both[but] = 0, 0
        for at in range(count):
            both[at] = (np.sqrt(by_text[at]) + _TITLE_ALONE) * (np.float32(1) + by_title * both[at]) - _TITLE_ALONE
        _largest(both, np.float32(0), best, found[i, : most[0]])
        _largest(by_text, np.float32(0), best_text, found[i, most[0] :])
    return found


@compiled
def _add_telling(vectors: Rows, across: Rows, row: int, enough: float, budget: int, sums: Weights) -> None:
    """Add to `sums` the products of a row's most telling terms with all rows that have them.

    A term costs as many products as rows have it, and tells of likeness by its weight squared: terms are taken by what
    they tell for what they cost, the first in any case, until they tell enough or the budget is spent. So the products of
    a row do not grow with the rows; clearing and looking through the sums does, at a fraction of a nanosecond each.
    """
    starts, terms, weights = vectors
    term_starts, rows, row_weights = across
    first, last = starts[row], starts[row + 1]
    telling = np.empty(last - first, np.float64)
    left = 0.0
    for at in range(first, last):
        cost = term_starts[terms[at] + 1] - term_starts[terms[at]]
        telling[at - first] = -np.float64(weights[at]) * np.float64(weights[at]) / max(cost, 1)
        left += np.float64(weights[at]) * np.float64(weights[at])
    left *= enough
    spent = 0
    for place in np.argsort(telling, kind="mergesort"):
        term, weight = terms[first + place], weights[first + place]
        before = spent
        spent += term_starts[term + 1] - term_starts[term]
        if before > 0 and (spent > budget or left <= 0):
            break
        left -= np.float64(weight) * np.float64(weight)
        for at in range(term_starts[term], term_starts[term + 1]):
            sums[rows[at]] += weight * row_weights[at]


@compiled
def likeliest(
    likely: Weights,
    rows: Ints,
    searched: Ints,
    body: Rows,
    title: Rows,
    width: int,
    weights: tuple[Real, Real, Real, Real],
    language: Ints,
    foreign: tuple[Real, Real],
    most: int,
) -> tuple[Ints, Floats, Floats]:
    """Return for each of `rows` the `most` likeliest of `searched`, -1 where there are fewer, and how both are alike.

    Args:
        likely: rows x searched, the part of their scores that is known already.
        rows: whose box it is.
        searched: rows to choose from, ascending.
        body: terms of the texts.
        title: terms of the titles.
        width: terms, of texts or of titles, whichever are more.
        weights: in the score, of the cosine of two texts, of two titles, of the root of the first, and of that times the
            second.
        language: of each row, -1 where unknown.
        foreign: share of its score that a row in another language loses, and the score of one that has nothing alike.
        most: of each.

    Returns:
        Places in `searched`, rows x most, not in order, of equals the smaller first; the cosines of texts; of titles.
    """
    texts, titles = _transposed(body, searched, width), _transposed(title, searched, width)
    by_text, by_title = np.zeros(len(searched), np.float32), np.zeros(len(searched), np.float32)
    found = np.full((len(rows), most), -1, np.int64)
    bodies, heads = np.zeros((len(rows), most)), np.zeros((len(rows), most))
    best = np.empty(most, np.float32)
    of_text, of_title, of_root, of_both = weights
    spoken = language[searched]
    for i in range(len(rows)):
        row = rows[i]
        by_text[:], by_title[:] = 0, 0
        _add_products(body, row, texts, by_text)
        _add_products(title, row, titles, by_title)
        value, mine = likely[i], language[row]
        for at in range(len(searched)):
            root = np.sqrt(by_text[at])
            total = (
                value[at] + of_text * by_text[at] + of_title * by_title[at] + (of_root + of_both * by_title[at]) * root
            )
            lost = foreign[0] if (spoken[at] != mine) & (spoken[at] >= 0) & (mine >= 0) else np.float32(0)
            total -= lost * (total + foreign[1])
            value[at] = np.rint(total * np.float32(1e5))  # products of matrices are not the same in every batch
        value[np.searchsorted(searched, row)] = -np.inf
        _largest(value, np.float32(-np.inf), best, found[i])
        for place in range(most):
            if found[i, place] >= 0:
                bodies[i, place], heads[i, place] = by_text[found[i, place]], by_title[found[i, place]]
    return found, bodies, heads


@compiled
def _transposed(vectors: Rows, some: Ints, width: int) -> Rows:
    """Return some of the rows as terms x places in `some`."""
    starts, terms, weights = vectors
    ends = np.zeros(width + 1, np.int32)
    for row in some:
        for at in range(starts[row], starts[row + 1]):
            ends[terms[at] + 1] += 1
    for term in range(width):
        ends[term + 1] += ends[term]
    rows, row_weights = np.empty(ends[width], np.int32), np.empty(ends[width], np.float32)
    free = ends[:-1].copy()
    for place in range(len(some)):
        for at in range(starts[some[place]], starts[some[place] + 1]):
            to = free[terms[at]]
            free[terms[at]] += 1
            rows[to], row_weights[to] = place, weights[at]
    return ends, rows, row_weights


@compiled
def _add_products(vectors: Rows, row: int, across: Rows, sums: Weights) -> None:
    """Add to `sums` the dot products of a row with all rows that `across` has by term, in the order of its terms."""
    starts, terms, weights = vectors
    term_starts, rows, row_weights = across
    for at in range(starts[row], starts[row + 1]):
        for to in range(term_starts[terms[at]], term_starts[terms[at] + 1]):
            sums[rows[to]] += weights[at] * row_weights[to]


@compiled
def _largest(values: Weights, least: Real, best: Weights, found: Ints) -> None:
    """Write the places of the largest values above `least` to `found`; `best` holds the values, a heap with the least on top."""
    kept = 0
    if len(best) == 0:
        return
    for begin in range(0, len(values), _BLOCK):
        end = min(begin + _BLOCK, len(values))
        some = False
        for at in range(begin, end):  # many at once, and most blocks have none
            some |= values[at] > least
        if not some:
            continue
        for at in range(begin, end):
            value = values[at]
            if value <= least:
                continue
            if kept < len(best):
                place = kept
                kept += 1
            else:
                place = _without_least(best, found, kept)
            while place > 0:
                parent = (place - 1) // 2
                if best[parent] < value or (best[parent] == value and found[parent] > at):
                    break
                best[place], found[place] = best[parent], found[parent]
                place = parent
            best[place], found[place] = value, at
            if kept == len(best):
                least = best[0]


@compiled
def _without_least(best: Weights, found: Ints, kept: int) -> int:
    """Take the least off a heap, of equals the largest number; return the place that is free then."""
    free = 0
    while True:
        child = 2 * free + 1
        if child >= kept:
            return free
        other = child + 1
        if other < kept and (best[other] < best[child] or (best[other] == best[child] and found[other] > found[child])):
            child = other
        best[free], found[free] = best[child], found[child]
        free = child


@compiled
def sparse_dots(vectors: Rows, width: int, a: Ints, b: Ints) -> Floats:
    """Return the dot product of rows `a` and `b` of a sparse matrix of `width` columns, pair by pair.

    Summed in the order of the terms. Pairs of one first row are best put together.
    """
    starts, terms, weights = vectors
    board = np.zeros(width, np.float32)
    found = np.zeros(len(a), np.float64)
    last = -1
    for pair in range(len(a)):
        row = a[pair]
        if row != last:
            if last >= 0:
                for at in range(starts[last], starts[last + 1]):
                    board[terms[at]] = 0
            for at in range(starts[row], starts[row + 1]):
                board[terms[at]] = weights[at]
            last = row
        total = 0.0
        for at in range(starts[b[pair]], starts[b[pair] + 1]):
            total += np.float64(board[terms[at]]) * np.float64(weights[at])
        found[pair] = total
    return found
