"""Vocabulary of a channel: which terms count, and how much each weighs."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import chain
from math import ceil, log10

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import sparse

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_BATCH = 4_096  # texts whose words are numbered at once


@dataclass(frozen=True)
class Vocabulary:
    """Terms of a channel, by term id.

    Attributes:
        terms: words, character grams, or phrases (two words with a space between).
        documents: documents each occurs in.
        idf: weight of each, ln((1 + n) / (1 + documents)) + 1.
    """

    terms: list[str]
    documents: Ints
    idf: Floats

    def __len__(self) -> int:
        """Return the number of terms."""
        return len(self.terms)


def min_documents(documents: int) -> int:
    """Return in how many documents a term must stand: in 1 up to 100 documents, then in one more per power of ten."""
    return max(1, ceil(log10(max(documents, 1))) - 1)


def learn(
    texts: Sequence[list[str]],
    max_terms: int,
    phrases: int = 0,
    max_share: float = 1.0,
    besides: Collection[str] = (),
) -> Vocabulary:
    """Return the vocabulary of `texts`.

    Args:
        texts: terms of each document, in order.
        max_terms: single terms kept at most, those of most documents first, ties by term.
        phrases: pairs of neighbouring terms kept at most, those that say most more than their parts first.
        max_share: share of the documents above which a term says nothing.
        besides: terms that count whether or not they stand in `texts`.
    """
    index: dict[str, int] = {}
    rows, ids = encode(texts, index, grow=True)
    least, most = min_documents(len(texts)), max(1.0, max_share * len(texts))
    found = _document_counts(rows, ids, len(index))
    names = np.array(list(index), dtype=object)
    kept = np.flatnonzero((found >= least) & ((found <= most) | (len(texts) < 20)))
    kept = np.array(sorted(kept.tolist(), key=lambda i: (-found[i], names[i]))[:max_terms], dtype=np.int64)
    pairs = _phrases(rows, ids, kept, found, phrases, max(least, 3)) if phrases else []
    chosen = {str(names[i]): int(found[i]) for i in kept}
    chosen |= {f"{names[a]} {names[b]}": n for a, b, n in pairs}
    chosen |= {term: int(found[index[term]]) if term in index else 0 for term in besides if term not in chosen}
    terms = sorted(chosen.items())
    documents = np.array([n for _, n in terms], dtype=np.int64)
    return Vocabulary([t for t, _ in terms], documents, np.log((1 + len(texts)) / (1 + documents)) + 1)


def count(texts: Sequence[list[str]], vocabulary: Vocabulary) -> sparse.csr_matrix:
    """Return how often each term stands in each text: texts x terms, column order ascending in each row."""
    index = {term: i for i, term in enumerate(vocabulary.terms)}
    rows, ids = encode(texts, index, grow=False)
    at, columns = [rows[ids >= 0]], [ids[ids >= 0]]
    codes, targets = _phrase_codes(index)
    if codes.size and ids.size > 1:
        neighbours = (rows[1:] == rows[:-1]) & (ids[1:] >= 0) & (ids[:-1] >= 0)
        pair = ids[:-1][neighbours] * len(index) + ids[1:][neighbours]
        where = np.minimum(np.searchsorted(codes, pair), codes.size - 1)
        hit = codes[where] == pair
        at.append(rows[:-1][neighbours][hit])
        columns.append(targets[where[hit]])
    row, column = np.concatenate(at), np.concatenate(columns)
    matrix: sparse.csr_matrix = sparse.csr_matrix(
        (np.ones(row.size), (row, column)), shape=(len(texts), max(1, len(vocabulary))), dtype=np.float64
    )
    matrix.sum_duplicates()
    return matrix


def weigh(counts: sparse.csr_matrix, vocabulary: Vocabulary) -> sparse.csr_matrix:
    """Return TF-IDF rows of unit length: (1 + ln count) x idf; a row without terms stays empty."""
    matrix = counts.copy()
    matrix.data = (1 + np.log(matrix.data)) * vocabulary.idf[matrix.indices] if len(vocabulary) else matrix.data
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix.data /= np.repeat(np.where(norms > 0, norms, 1), np.diff(matrix.indptr))
    return matrix


def encode(texts: Sequence[list[str]], index: dict[str, int], *, grow: bool) -> tuple[Ints, Ints]:
    """Return row and term id (-1: not in the index) of every term of every text, in order; `grow` adds what is new."""
    lengths = np.fromiter((len(t) for t in texts), dtype=np.int64, count=len(texts))
    parts = [_ids(texts[start : start + _BATCH], index, grow) for start in range(0, len(texts), _BATCH)]
    return np.repeat(np.arange(len(texts)), lengths), np.concatenate([np.empty(0, np.int64), *parts])


def _ids(texts: Sequence[list[str]], index: dict[str, int], grow: bool) -> Ints:
    # Arrow looks up a word's number four times as fast as a dict does; only different words come to the dict.
    encoded = pa.array(list(chain.from_iterable(texts)), pa.string()).dictionary_encode()
    names = encoded.dictionary.to_pylist()
    known = [index.setdefault(name, len(index)) for name in names] if grow else [index.get(name, -1) for name in names]
    return np.asarray(np.array(known, dtype=np.int64)[encoded.indices.to_numpy()], dtype=np.int64)


def _document_counts(rows: Ints, ids: Ints, size: int) -> Ints:
    once = np.unique(rows * max(size, 1) + ids)
    return np.bincount(once % max(size, 1), minlength=size)


def _phrases(rows: Ints, ids: Ints, kept: Ints, found: Ints, most: int, least: int) -> list[tuple[int, int, int]]:
    """Return (first, second, documents) of the pairs that occur together far more often than chance has it.

    Normalised pointwise mutual information over documents (Bouma 2009), above .3, weighed by the number of documents.
    """
    size = kept.size
    place = np.full(found.size, -1, dtype=np.int64)
    place[kept] = np.arange(size)
    ids, found = place[ids], found[kept]
    near = (rows[1:] == rows[:-1]) & (ids[1:] >= 0) & (ids[:-1] >= 0) & (ids[1:] != ids[:-1])
    code = np.unique(rows[:-1][near] * size * size + ids[:-1][near] * size + ids[1:][near])
    pair, together = np.unique(code % (size * size), return_counts=True) if code.size else (code, code)
    pair, together = pair[together >= least], together[together >= least]
    if not pair.size:
        return []
    n = float(rows[-1] + 1)
    a, b = pair // size, pair % size
    information = np.log(together * n / (found[a] * found[b])) / -np.log(together / (n + 1))
    strong = information > 0.3
    a, b, together, information = a[strong], b[strong], together[strong], information[strong]
    order = np.lexsort((b, a, -np.round(information * np.log1p(together), 9)))[:most]
    return [(int(kept[a[i]]), int(kept[b[i]]), int(together[i])) for i in order]


def _phrase_codes(index: dict[str, int]) -> tuple[Ints, Ints]:
    """Return the phrases of an index as ascending codes (first x size + second), and their term ids."""
    found: list[tuple[int, int]] = []
    for term, i in index.items():
        first, space, second = term.partition(" ")
        if space and first in index and second in index:
            found.append((index[first] * len(index) + index[second], i))
    found.sort()
    pairs = np.array(found, dtype=np.int64).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]
