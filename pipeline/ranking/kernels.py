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
_FEW = 4  # of the rows of a cell: a term that more of them have is held against all of them
_WINDOW = 65_536  # rows whose sums are made together: two arrays of 256 KB, what a core's second cache holds
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

    Rows are looked through a window at a time, whose sums stay in the processor's cache: of 380,000 products a row, spread
    over 600,000 rows, most would wait for memory otherwise.

    Args:
        texts: rows x terms, all weights above zero, and terms x rows, the same transposed, rows ascending in each.
        titles: likewise.
        asking: rows.
        but: rows that are not looked for, ascending.
        enough: share of a row's squared weights that is looked for.
        budgets: products a row at most, of texts and of titles.
        by_title: what likeness of titles adds: the root of what texts share counts 1 + by_title x what titles share.
        most: rows found by both, and by texts alone, for each.

    Returns:
        asking x the sum of `most`, not in order; of equals the smaller first; some come twice.
    """
    count = len(texts[0][0]) - 1
    by_text, both = np.empty(_WINDOW, np.float32), np.empty(_WINDOW, np.float32)
    found = np.full((len(asking), most[0] + most[1]), -1, np.int64)
    best, best_text = np.empty(most[0], np.float32), np.empty(most[1], np.float32)
    for i in range(len(asking)):
        text_at, text_end, text_weight = _telling(texts[0], texts[1][0], asking[i], enough, budgets[0])
        title_at, title_end, title_weight = _telling(titles[0], titles[1][0], asking[i], enough, budgets[1])
        kept, kept_text, skipped = 0, 0, 0
        for begin in range(0, count, _WINDOW):
            end = min(begin + _WINDOW, count)
            texts_here, some = by_text[: end - begin], both[: end - begin]
            texts_here[:], some[:] = 0, 0
            products = _add_window(texts[1], text_at, text_end, text_weight, begin, end, texts_here)
            products += _add_window(titles[1], title_at, title_end, title_weight, begin, end, some)
            while skipped < len(but) and but[skipped] < end:
                texts_here[but[skipped] - begin] = some[but[skipped] - begin] = 0
                skipped += 1
            if products == 0:
                continue
            for at in range(end - begin):
                root = np.sqrt(texts_here[at]) + _TITLE_ALONE
                some[at] = root * (np.float32(1) + by_title * some[at]) - _TITLE_ALONE
            kept = _largest(some, begin, np.float32(0), best, found[i, : most[0]], kept)
            kept_text = _largest(texts_here, begin, np.float32(0), best_text, found[i, most[0] :], kept_text)
    return found


@compiled
def _telling(vectors: Rows, term_starts: Ids, row: int, enough: float, budget: int) -> tuple[Ints, Ints, Weights]:
    """Return a row's most telling terms: where the rows that have each begin and end, and its weight.

    A term costs as many products as rows have it, and tells of likeness by its weight squared: terms are taken by what
    they tell for what they cost, the first in any case, until they tell enough or the budget is spent. So the products of
    a row do not grow with the rows; clearing and looking through the sums does, at a fraction of a nanosecond each.
    """
    starts, terms, weights = vectors
    first, last = starts[row], starts[row + 1]
    telling = np.empty(last - first, np.float64)
    left = 0.0
    for at in range(first, last):
        cost = term_starts[terms[at] + 1] - term_starts[terms[at]]
        telling[at - first] = -np.float64(weights[at]) * np.float64(weights[at]) / max(cost, 1)
        left += np.float64(weights[at]) * np.float64(weights[at])
    left *= enough
    spent, taken = 0, 0
    begins, ends = np.empty(last - first, np.int64), np.empty(last - first, np.int64)
    told = np.empty(last - first, np.float32)
    for place in np.argsort(telling, kind="mergesort"):
        term, weight = terms[first + place], weights[first + place]
        before = spent
        spent += term_starts[term + 1] - term_starts[term]
        if before > 0 and (spent > budget or left <= 0):
            break
        left -= np.float64(weight) * np.float64(weight)
        begins[taken], ends[taken], told[taken] = term_starts[term], term_starts[term + 1], weight
        taken += 1
    return begins[:taken], ends[:taken], told[:taken]


@compiled
def _add_window(across: Rows, at: Ints, ends: Ints, weights: Weights, begin: int, end: int, sums: Weights) -> int:
    """Add to `sums` the products with the rows from `begin` to `end`; return how many there are.

    Each term's rows are looked at from where they are looked `at`, which is moved on.
    """
    _, rows, row_weights = across
    products = 0
    for term in range(len(at)):
        first = at[term]
        last = _below(rows, first, ends[term], end)
        for place in range(first, last):
            sums[np.uintp(rows[place] - begin)] += weights[term] * row_weights[place]
        products += last - first
        at[term] = last
    return products


@compiled
def _below(rows: Ids, first: int, last: int, end: int) -> int:
    """Return where those of rows[first:last], ascending, which are below `end` end."""
    if first == last or rows[last - 1] < end:
        return last
    while first < last:
        middle = (first + last) // 2
        if rows[middle] < end:
            first = middle + 1
        else:
            last = middle
    return first


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
    most: tuple[int, int],
) -> tuple[Ints, Floats, Floats]:
    """Return for each of `rows` the likeliest of `searched`, -1 where there are fewer, and how both are alike.

    Args:
        likely: searched x rows, the part of their scores that is known already; it is written to.
        rows: whose box it is.
        searched: rows to choose from, ascending.
        body: terms of the texts.
        title: terms of the titles.
        width: terms, of texts or of titles, whichever are more.
        weights: in the score, of the cosine of two texts, of two titles, of the root of the first, and of that times the
            second.
        language: of each row, -1 where unknown.
        foreign: share of its score that a row in another language loses, and the score of one that has nothing alike.
        most: rows found by the score, and by the cosine of texts alone, for each.

    Returns:
        Places in `searched`, rows x the sum of `most`, not in order, of equals the smaller first, some twice; the cosines of
        texts; of titles.
    """
    by_text, by_title = _products(body, rows, searched, width), _products(title, rows, searched, width)
    kept = most[0] + most[1]
    found = np.full((len(rows), kept), -1, np.int64)
    bodies, heads = np.zeros((len(rows), kept)), np.zeros((len(rows), kept))
    best, best_text = np.empty(most[0], np.float32), np.empty(most[1], np.float32)
    for at in range(len(searched)):
        _weigh(likely[at], by_text[at], by_title[at], weights)
        spoken = language[searched[at]]
        for i in range(len(rows)):
            mine = language[rows[i]]
            lost = foreign[0] if (spoken != mine) & (spoken >= 0) & (mine >= 0) else np.float32(0)
            total = likely[at, i] - lost * (likely[at, i] + foreign[1])
            likely[at, i] = np.rint(total * np.float32(1e5))  # products of matrices are not the same in every batch
    for i in range(len(rows)):
        own = np.searchsorted(searched, rows[i])
        value, texts = likely[:, i].copy(), by_text[:, i].copy()
        value[own], texts[own] = -np.inf, 0
        _largest(value, 0, np.float32(-np.inf), best, found[i, : most[0]], 0)
        _largest(texts, 0, np.float32(0), best_text, found[i, most[0] :], 0)
        for place in range(kept):
            if found[i, place] >= 0:
                bodies[i, place], heads[i, place] = texts[found[i, place]], by_title[found[i, place], i]
    return found, bodies, heads


@compiled
def _weigh(likely: Weights, texts: Weights, titles: Weights, weights: tuple[Real, Real, Real, Real]) -> None:
    """Add to what is `likely` what the cosines of texts and of titles are worth."""
    of_text, of_title, of_root, of_both = weights
    for i in range(len(likely)):
        likely[i] += of_text * texts[i] + of_title * titles[i] + (of_root + of_both * titles[i]) * np.sqrt(texts[i])


@compiled
def _products(vectors: Rows, rows: Ints, searched: Ints, width: int) -> Weights:
    """Return the dot products of searched x rows, each summed in the order of the terms.

    The few `rows` are put by term, and the many `searched` walked through once. A term that many of the rows have is
    multiplied with all of them at once, with zero where they have it not: faster than to look up which have it.
    """
    starts, terms, weights = vectors
    term_starts, places, row_weights = _transposed(vectors, rows, width)
    common, several = np.full(width, -1, np.int32), 0
    for term in range(width):
        if term_starts[term + 1] - term_starts[term] > _FEW:
            common[term] = several
            several += 1
    across = np.zeros((several, len(rows)), np.float32)
    for term in range(width):
        if common[term] >= 0:
            for to in range(term_starts[term], term_starts[term + 1]):
                across[common[term], places[to]] = row_weights[to]
    found = np.zeros((len(searched), len(rows)), np.float32)
    for at in range(len(searched)):
        for entry in range(starts[searched[at]], starts[searched[at] + 1]):
            term, weight = terms[entry], weights[entry]
            if common[term] >= 0:
                _add_times(across[common[term]], weight, found[at])
            else:
                for to in range(term_starts[term], term_starts[term + 1]):
                    found[at, places[to]] += weight * row_weights[to]
    return found


@compiled
def _add_times(values: Weights, weight: Real, sums: Weights) -> None:
    for i in range(len(sums)):
        sums[i] += weight * values[i]


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
def _largest(values: Weights, first: int, least: Real, best: Weights, found: Ints, kept: int) -> int:
    """Put the places of the largest values above `least` among those found; return how many there are.

    Args:
        values: of the places from `first` on, which come after all that were looked at before.
        first: place of the first value.
        least: what no value is worth, or less.
        best: values found so far, a heap with the least on top, of equals with the last place.
        found: their places.
        kept: how many they are.
    """
    if len(best) == 0:
        return 0
    if kept == len(best):
        least = best[0]
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
                if best[parent] < value or (best[parent] == value and found[parent] > first + at):
                    break
                best[place], found[place] = best[parent], found[parent]
                place = parent
            best[place], found[place] = value, first + at
            if kept == len(best):
                least = best[0]
    return kept


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
