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
Words = npt.NDArray[np.uint32]
Prints = npt.NDArray[np.uint64]
Rows = tuple[Ids, Ids, Weights]
"""Sparse rows, as scipy's csr_matrix has them: n + 1 offsets, the column of each entry (ascending in a row), its weight."""
Places = npt.NDArray[np.uint16]
Windows = tuple[Ids, Places, Places]
"""Rows by term, in windows of places: windows x terms + 1 offsets of the entries; of each entry its place in the window,
ascending for one term, and its weight in _SHARES of 1."""
Telling = tuple[Rows, Ids]
"""Rows x terms, all weights above zero, and what each term costs: the rows it is expected to lead to, 1 at least."""

_BLOCK = 256  # values looked at together
_FEW = 4  # of the rows of a cell: a term that more of them have is held against all of them
_WINDOW = 65_536  # places whose sums are made together: two arrays of 256 KB, what a core's second cache holds
_SHARES = 65_535  # that make up 1: weights of an entry are told in 16 bits, and so is its place in its window
_SHARE = np.float32(1 / _SHARES)
_TITLE_ALONE = np.float32(0.04)  # root of what texts share at which a title is taken where they share nothing
_FNV_BASIS, _FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
_TINY = np.float32(1e-30)  # what is above zero is as much at least
_ALL = np.float32(-1e30)  # and any value more than this


def rows_of(matrix: sparse.csr_matrix) -> Rows:
    """Return a matrix as its three arrays, fixed()."""
    starts, columns = (fixed(part.astype(np.int32, copy=False)) for part in (matrix.indptr, matrix.indices))
    return starts, columns, fixed(matrix.data.astype(np.float32, copy=False))


def windows(rows: sparse.csr_matrix, order: Ints) -> Windows:
    """Return rows of a matrix (none longer than 1, none below zero) by term, fixed().

    Args:
        rows: rows x terms.
        order: the row at each place. Rows that have much in common stand best side by side: their sums do, too.
    """
    offsets, places, shares = [np.zeros((0, rows.shape[1] + 1), np.int64)], [], []
    done = 0
    for begin in range(0, len(order), _WINDOW):
        part = rows[order[begin : begin + _WINDOW]].tocsc()
        offsets.append(part.indptr[None].astype(np.int64) + done)
        places.append(part.indices.astype(np.uint16))
        shares.append(np.rint(part.data * np.float32(_SHARES)).astype(np.uint16))
        done += part.nnz
    entries = [np.concatenate([*found, np.zeros(0, np.uint16)]) for found in (places, shares)]
    return fixed(np.concatenate(offsets).astype(np.int32)), fixed(entries[0]), fixed(entries[1])


def fixed(values: npt.NDArray[Kind]) -> npt.NDArray[Kind]:
    """Return an array as one not to be written to: arrays that processes share are, and loops are compiled for one type."""
    found = values.view()
    found.flags.writeable = False
    return found


@compiled
def prints(starts: Ids, terms: Ids, bits: Words) -> Prints:
    """Return a fingerprint of each row's terms and weights, FNV-1a over words of 64 bits; `bits` are those of the weights."""
    found = np.empty(len(starts) - 1, np.uint64)
    for row in range(len(starts) - 1):
        value = _FNV_BASIS
        for at in range(starts[row], starts[row + 1]):
            value = (value ^ np.uint64(terms[at])) * _FNV_PRIME
            value = (value ^ np.uint64(bits[at])) * _FNV_PRIME
        found[row] = value
    return found


@compiled
def alike_in_words(
    texts: Telling,
    titles: Telling,
    asking: Ints,
    among: tuple[Windows, Windows, Ints],
    enough: float,
    budgets: tuple[int, int],
    by_title: Real,
    least: tuple[Weights, Weights],
    most: tuple[int, int],
) -> tuple[Ints, Weights]:
    """Return for each of the rows `asking` those that share most of its most telling terms, -1 where there are fewer.

    What two rows share is a sum over the terms of the one, in their order: the same whoever else is there.

    A window of places is looked through at a time, for all who ask: their sums stay in the processor's cache, and so do the
    lists of terms, of which those who ask have many in common. Of 380,000 products a row, spread over 600,000 rows, most
    would wait for memory otherwise.

    Args:
        texts: of those who ask, and of others.
        titles: likewise.
        asking: rows.
        among: windows of texts, of titles, and the row at each of their places.
        enough: share of a row's squared weights that is looked for.
        budgets: what the terms of a row may cost, of texts and of titles.
        by_title: what likeness of titles adds: the root of what texts share counts 1 + by_title x what titles share.
        least: what is to be found at least, for each who asks: by both, and by texts alone.
        most: rows found by both, and by texts alone, for each.

    Returns:
        Rows, asking x the sum of `most`, not in order; of equals the smaller; some come twice. And what each shares.
    """
    count = len(among[2])
    by_text, by_both = np.empty(min(count, _WINDOW), np.float32), np.empty(min(count, _WINDOW), np.float32)
    found = np.full((len(asking), most[0] + most[1]), -1, np.int64)
    best = np.zeros((len(asking), most[0] + most[1]), np.float32)
    kept = np.zeros((2, len(asking)), np.int64)
    text_words = _telling(texts, asking, enough, budgets[0])
    title_words = _telling(titles, asking, enough, budgets[1])
    for window in range(len(among[0][0])):
        begin = window * _WINDOW
        end = min(begin + _WINDOW, count)
        names, sums, both = among[2][begin:end], by_text[: end - begin], by_both[: end - begin]
        for i in range(len(asking)):
            sums[:], both[:] = 0, 0
            products = _add_window(among[0], window, text_words, i, sums)
            products += _add_window(among[1], window, title_words, i, both)
            if products == 0:
                continue
            for at in range(end - begin):
                root = np.sqrt(sums[at]) + _TITLE_ALONE
                both[at] = root * (np.float32(1) + by_title * both[at]) - _TITLE_ALONE
            of_both, of_text = max(least[0][i], _TINY), max(least[1][i], _TINY)
            kept[0, i] = _largest(both, names, of_both, best[i, : most[0]], found[i, : most[0]], kept[0, i])
            kept[1, i] = _largest(sums, names, of_text, best[i, most[0] :], found[i, most[0] :], kept[1, i])
    return found, best


@compiled
def _telling(given: Telling, asking: Ints, enough: float, budget: int) -> Rows:
    """Return the most telling terms of each row that asks, and the row's weight of each.

    A term costs as many products as rows have it, and tells of likeness by its weight squared: terms are taken by what
    they tell for what they cost, the first in any case, until they tell enough or the budget is spent. So the products of
    a row do not grow with the rows; clearing and looking through the sums does, at a fraction of a nanosecond each.
    """
    (starts, terms, weights), costs = given
    room = 0
    for row in asking:
        room += starts[row + 1] - starts[row]
    ends, taken, told = np.zeros(len(asking) + 1, np.int32), np.empty(room, np.int32), np.empty(room, np.float32)
    to = 0
    for i in range(len(asking)):
        first, last = starts[asking[i]], starts[asking[i] + 1]
        telling = np.empty(last - first, np.float64)
        left = 0.0
        for at in range(first, last):
            squared = np.float64(weights[at]) * np.float64(weights[at])
            telling[at - first] = -squared / costs[terms[at]]
            left += squared
        left *= enough
        spent = 0
        for place in np.argsort(telling, kind="mergesort"):
            term, weight = terms[first + place], weights[first + place]
            before = spent
            spent += costs[term]
            if before > 0 and (spent > budget or left <= 0):
                break
            left -= np.float64(weight) * np.float64(weight)
            taken[to], told[to] = term, weight
            to += 1
        ends[i + 1] = to
    return ends, taken, told


@compiled
def _add_window(across: Windows, window: int, words: Rows, asks: int, sums: Weights) -> int:
    """Add to `sums` the products of one who asks with the places of a window; return how many there are."""
    offsets, places, shares = across
    ends, terms, weights = words
    products = 0
    for at in range(ends[asks], ends[asks + 1]):
        first, last = offsets[window, terms[at]], offsets[window, terms[at] + 1]
        where, share, weight = places[first:last], shares[first:last], weights[at] * _SHARE
        for entry in range(len(where)):
            sums[where[entry]] += weight * np.float32(share[entry])
        products += last - first
    return products


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
    places = np.arange(len(searched))
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
        _largest(value, places, _ALL, best, found[i, : most[0]], 0)
        _largest(texts, places, _TINY, best_text, found[i, most[0] :], 0)
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
def _largest(values: Weights, names: Ints, least: Real, best: Weights, found: Ints, kept: int) -> int:
    """Put the names of the largest values among those found; return how many there are.

    Args:
        values: to choose from, none of which was looked at before.
        names: of each its number.
        least: what a value must be at least.
        best: values found so far, a heap with the least on top, of equals that of the last name.
        found: their names.
        kept: how many they are.
    """
    if len(best) == 0:
        return 0
    if kept == len(best):
        least = best[0]
    for begin in range(0, len(values), _BLOCK):
        block = values[begin : begin + _BLOCK]
        some = np.int32(0)
        for at in range(len(block)):  # eight at once, .09 ns each instead of .76, as whole numbers and from nought on
            some |= np.int32(block[at] >= least)
        if not some:
            continue
        for at in range(begin, begin + len(block)):
            value, name = values[at], names[at]
            if value < least or (kept == len(best) and value == least and name > found[0]):
                continue
            if kept < len(best):
                place = kept
                kept += 1
            else:
                place = _without_least(best, found, kept)
            while place > 0:
                parent = (place - 1) // 2
                if best[parent] < value or (best[parent] == value and found[parent] > name):
                    break
                best[place], found[place] = best[parent], found[parent]
                place = parent
            best[place], found[place] = value, name
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
