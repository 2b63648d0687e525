"""Vocabulary of a channel: which terms count, and how much each weighs."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from math import ceil, log10

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy import sparse

from pipeline.sets import distinct

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


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


@dataclass(frozen=True)
class Coded:
    """Terms of texts as numbers: those of text i are `ids[starts[i]:starts[i + 1]]`, each a place in `names` (ascending)."""

    names: Sequence[str]
    ids: NDArray[np.int32]
    starts: Ints

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.starts) - 1

    def __getitem__(self, few: slice) -> "Coded":
        """Return some of the texts that stand together."""
        starts = self.starts[few.start or 0 : None if few.stop is None else few.stop + 1]
        return Coded(self.names, self.ids[starts[0] : starts[-1]], starts - starts[0])

    def among(self, index: Mapping[str, int]) -> NDArray[np.int32]:
        """Return the number each term has in `index`, -1 where it has none."""
        number = np.fromiter((index.get(name, -1) for name in self.names), dtype=np.int32, count=len(self.names))
        return number[self.ids] if len(number) else self.ids


def coded(texts: Coded | Sequence[list[str]]) -> Coded:
    """Return `texts` as numbers."""
    if isinstance(texts, Coded):
        return texts
    # Arrow looks up a word's number four times as fast as a dict does.
    encoded = pa.array(list(chain.from_iterable(texts)), pa.string()).dictionary_encode()
    order = np.asarray(pc.sort_indices(encoded.dictionary), dtype=np.int64)
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    starts = np.cumsum(np.fromiter(chain((0,), map(len, texts)), dtype=np.int64, count=len(texts) + 1))
    return Coded(encoded.dictionary.take(pa.array(order)).to_pylist(), place[encoded.indices.to_numpy()], starts)


def learn(
    texts: Coded | Sequence[list[str]],
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
    texts = coded(texts)
    least, most = min_documents(len(texts)), max(1.0, max_share * len(texts))
    found = np.bincount(bag(texts.ids, texts.starts, len(texts.names)).indices, minlength=len(texts.names))
    kept = np.flatnonzero((found >= least) & ((found <= most) | (len(texts) < 20)))
    kept = kept[np.lexsort((kept, -found[kept]))][:max_terms]  # names ascend
    pairs = _phrases(texts, kept, found, phrases, max(least, 3)) if phrases else []
    names = texts.names
    chosen = {names[i]: int(found[i]) for i in kept.tolist()}
    chosen |= {f"{names[a]} {names[b]}": n for a, b, n in pairs}
    if besides:
        index = {name: i for i, name in enumerate(names)}
        chosen |= {term: int(found[index[term]]) if term in index else 0 for term in besides if term not in chosen}
    terms = sorted(chosen.items())
    documents = np.array([n for _, n in terms], dtype=np.int64)
    return Vocabulary([t for t, _ in terms], documents, np.log((1 + len(texts)) / (1 + documents)) + 1)


def count(texts: Coded | Sequence[list[str]], vocabulary: Vocabulary) -> sparse.csr_matrix:
    """Return how often each term stands in each text: texts x terms, column order ascending in each row."""
    texts = coded(texts)
    index = {term: i for i, term in enumerate(vocabulary.terms)}
    ids = texts.among(index)
    single = bag(ids, texts.starts, len(vocabulary))
    codes, targets = _phrase_codes(index)
    if not codes.size or ids.size < 2:
        return single
    rows = np.repeat(np.arange(len(texts)), np.diff(texts.starts))
    neighbours = (rows[1:] == rows[:-1]) & (ids[1:] >= 0) & (ids[:-1] >= 0)
    pair = ids[:-1][neighbours].astype(np.int64) * len(index) + ids[1:][neighbours]
    where = np.minimum(np.searchsorted(codes, pair), codes.size - 1)
    hit = codes[where] == pair
    row, column = rows[:-1][neighbours][hit], targets[where[hit]]
    return sparse.csr_matrix(single + sparse.csr_matrix((np.ones(row.size), (row, column)), shape=single.shape))


def bag(ids: NDArray[np.int32], starts: Ints, width: int) -> sparse.csr_matrix:
    """Return how often each number from 0 to `width` - 1 stands in each text; others count nowhere."""
    known = ids >= 0
    if not known.all():
        starts = np.concatenate(([0], np.cumsum(known)))[starts]
        ids = ids[known]
    matrix: sparse.csr_matrix = sparse.csr_matrix(
        (np.ones(len(ids)), ids.copy(), starts), shape=(len(starts) - 1, max(1, width)), dtype=np.float64
    )  # a copy, for the next line sorts it
    matrix.sum_duplicates()
    return matrix


def weigh(counts: sparse.csr_matrix, vocabulary: Vocabulary) -> sparse.csr_matrix:
    """Return TF-IDF rows of unit length: (1 + ln count) x idf; a row without terms stays empty."""
    matrix = counts.copy()
    matrix.data = (1 + np.log(matrix.data)) * vocabulary.idf[matrix.indices] if len(vocabulary) else matrix.data
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix.data /= np.repeat(np.where(norms > 0, norms, 1), np.diff(matrix.indptr))
    return matrix


def _phrases(texts: Coded, kept: Ints, found: Ints, most: int, least: int) -> list[tuple[int, int, int]]:
    """Return (first, second, documents) of the pairs that occur together far more often than chance has it.

    Normalised pointwise mutual information over documents (Bouma 2009), above .3, weighed by the number of documents.
    """
    size = kept.size
    place = np.full(found.size, -1, dtype=np.int64)
    place[kept] = np.arange(size)
    rows = np.repeat(np.arange(len(texts)), np.diff(texts.starts))
    ids, found = place[texts.ids], found[kept]
    near = (rows[1:] == rows[:-1]) & (ids[1:] >= 0) & (ids[:-1] >= 0) & (ids[1:] != ids[:-1])
    code = distinct(rows[:-1][near] * size * size + ids[:-1][near] * size + ids[1:][near])
    pair, together = np.unique(code % (size * size), return_counts=True) if code.size else (code, code)
    pair, together = pair[together >= least], together[together >= least]
    if not pair.size:
        return []
    n = float(len(texts))
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
