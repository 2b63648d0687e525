"""The terms that the texts of two jobs share: the strongest that tell of the work, less what names an employer or a place."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pipeline.compiled import compiled
from pipeline.ranking.kernels import Rows, fixed
from pipeline.text.cutting import Cut
from pipeline.text.signatures import spread

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]
Listed = tuple[Ids, Ids]
"""Terms of jobs: n + 1 offsets, and the ids of those of each job, in no order."""

Letters = tuple[Ints, Ids]
"""Words: n + 1 offsets, and the letters of each as code points."""

_ENDING = 5  # letters by which forms of a word may differ in length
_SIX_DIGITS = np.float32(1e6)


def listed(texts: Cut, of: Ints, terms: Sequence[str]) -> Listed:
    """Return which of the `terms` stand in each job's text, where `of` tells which of `texts` it has."""
    index = {term: i for i, term in enumerate(terms)}
    number = np.array([index.get(name, -1) for name in texts.names], np.int32)
    ids = number[texts.ids] if len(number) else texts.ids
    starts = np.concatenate(([0], np.cumsum(ids >= 0)))[texts.sentences[texts.texts]]
    ends = np.cumsum(np.diff(starts)[of])
    return fixed(np.concatenate(([0], ends)).astype(np.int32)), fixed(ids[ids >= 0][spread(starts, of)])


def letters(words: Sequence[str]) -> Letters:
    """Return words as their letters."""
    starts = np.concatenate(([0], np.cumsum([len(word) for word in words], dtype=np.int64)))
    return fixed(starts), fixed(np.frombuffer("".join(words).encode("utf-32-le"), np.int32))


@compiled
def strongest_shared(
    vectors: Rows, telling: tuple[Bools, Bools], names: Listed, titled: Listed, a: Ints, b: Ints, most: int
) -> tuple[Ids, Floats]:
    """Return the strongest terms that rows `a` and `b` share, pair by pair, and the products of their weights.

    Args:
        vectors: rows x terms. Pairs of one first row are best put together.
        telling: which terms tell one kind of work from another, of which are chosen; and which of these may be said.
        names: terms of each row that are passed over where either has them, after the choice.
        titled: terms of each row that are passed over where both have them, after the choice.
        a: first row of each pair.
        b: second row.
        most: terms chosen of each pair, by product to six digits, equals by id.

    Returns:
        Ids, pairs x most, strongest first, -1 where one was passed over or there are fewer; their products.
    """
    starts, terms, weights = vectors
    tells, sayable = telling
    board = np.zeros(len(tells), np.float32)
    found, products = np.full((len(a), most), -1, np.int32), np.zeros((len(a), most))
    best = np.empty(most, np.float32)
    last = -1
    for pair in range(len(a)):
        if a[pair] != last:
            if last >= 0:
                for at in range(starts[last], starts[last + 1]):
                    board[terms[at]] = 0
            last = a[pair]
            for at in range(starts[last], starts[last + 1]):
                board[terms[at]] = weights[at] if tells[terms[at]] else np.float32(0)
        kept = 0
        for at in range(starts[b[pair]], starts[b[pair] + 1]):
            product = board[terms[at]] * weights[at]
            if product == 0:
                continue
            rounded = np.rint(product * _SIX_DIGITS)
            place = kept
            while place > 0 and best[place - 1] < rounded:
                place -= 1
            if place == most:
                continue
            kept = min(kept + 1, most)
            for to in range(kept - 1, place, -1):
                best[to], found[pair, to], products[pair, to] = (
                    best[to - 1],
                    found[pair, to - 1],
                    products[pair, to - 1],
                )
            best[place], found[pair, place], products[pair, place] = rounded, terms[at], product
        for place in range(kept):
            term = found[pair, place]
            if (
                not sayable[term]
                or _has(names, a[pair], term)
                or _has(names, b[pair], term)
                or (_has(titled, a[pair], term) and _has(titled, b[pair], term))
            ):
                found[pair, place] = -1
    return found, products


@compiled
def _has(given: Listed, row: int, term: int) -> bool:
    """Return whether a row has a term."""
    starts, ids = given
    at, end = starts[row], starts[row + 1]
    while at < end and ids[at] != term:
        at += 1
    return bool(at < end)


@compiled
def different(
    found: Ids,
    parts: Floats,
    words: Letters,
    phrases: Listed,
    titles: Letters,
    title_starts: Ints,
    title: Ints,
    most: int,
) -> tuple[Ids, Floats]:
    """Return the weightiest terms to be told of each pair, none with a word that is a form of one said before.

    Two terms that are known as a phrase are one, of both their parts.

    Args:
        found: terms of each pair, strongest first, -1 for none.
        parts: of the score, of each of them.
        words: the terms, ascending by id.
        phrases: second words of the phrases that begin with each term.
        titles: words of shared titles, one title after the other.
        title_starts: where each title begins among them, and the end.
        title: of each pair; its words are said already.
        most: terms of a pair.

    Returns:
        Pairs x most x 2: a term and the second word of a phrase, -1 for none; the parts of the score.
    """
    told, weights = np.full((len(found), most, 2), -1, np.int32), np.zeros((len(found), most))
    size = found.shape[1]
    first, second, part = np.empty(size, np.int32), np.empty(size, np.int32), np.empty(size)
    for pair in range(len(found)):
        title_words = title_starts[title[pair]], title_starts[title[pair] + 1]
        left = 0
        for at in range(size):
            if found[pair, at] >= 0 and not _among(words, found[pair, at], titles, title_words, 0):
                first[left], second[left], part[left] = found[pair, at], -1, parts[pair, at]
                left += 1
        _join(left, first, second, part, phrases)
        kept = 0
        while kept < most:
            at = _weightiest(left, first, part)
            if at < 0:
                break
            told[pair, kept, 0], told[pair, kept, 1], weights[pair, kept] = first[at], second[at], part[at]
            first[at] = -1
            new = True
            for side in range(2):
                word = told[pair, kept, side]
                new = new and (word < 0 or not _among(words, word, titles, title_words, _ENDING))
                for earlier in range(2 * kept):
                    said = told[pair, earlier // 2, earlier % 2]
                    new = new and (min(word, said) < 0 or not _alike(words, word, words, said, _ENDING))
            kept += new
        if kept < most:
            told[pair, kept, 0], told[pair, kept, 1], weights[pair, kept] = -1, -1, 0.0
    return told, weights


@compiled
def _weightiest(count: int, first: Ids, part: Floats) -> int:
    """Return which of the terms that are left is weightiest, to six digits, equals by id; -1 where none is left."""
    best, least, id_ = -1, -1.0, 0
    for at in range(count):
        rounded = np.rint(part[at] * 1e6)
        if first[at] >= 0 and (rounded > least or (rounded == least and first[at] < id_)):
            best, least, id_ = at, rounded, first[at]
    return best


@compiled
def _join(count: int, first: Ids, second: Ids, part: Floats, phrases: Listed) -> None:
    """Make one term of any two that are a phrase: it gets a second word, and what was that is -1."""
    for one in range(count):
        for other in range(count):
            free = one != other and min(first[one], first[other]) >= 0 and max(second[one], second[other]) < 0
            if free and _has(phrases, first[one], first[other]):
                second[one], part[one] = first[other], part[one] + part[other]
                first[other] = -1


@compiled
def _among(words: Letters, word: int, others: Letters, some: tuple[int, int], ending: int) -> bool:
    """Return whether a word is _alike() one of the others from `some[0]` to `some[1]`."""
    at, end = some
    while at < end and not _alike(words, word, others, at, ending):
        at += 1
    return at < end


@compiled
def _alike(words: Letters, word: int, others: Letters, other: int, ending: int) -> bool:
    """Return whether two words are one, or forms of one that end otherwise: launch, launching; lender, lenders.

    Not only one where `ending` is above 0: letters by which their lengths may differ.
    """
    starts, letters = words
    other_starts, other_letters = others
    size, other_size = starts[word + 1] - starts[word], other_starts[other + 1] - other_starts[other]
    shorter = min(size, other_size)
    same = 0
    while same < shorter and letters[starts[word] + same] == other_letters[other_starts[other] + same]:
        same += 1
    if same == size and same == other_size:
        return True
    return same >= 4 and same >= shorter - 2 and abs(size - other_size) <= ending and ending > 0
