"""Which words of the texts tell one kind of work from another, so that they may be named as what two jobs share."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline.ranking.spaces import Dense

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_LEAST_LIKENESS = 0.04  # of two titles above texts that share the word; 0 is chance
_SPREAD = 0.15  # standard deviation of the cosine of two titles drawn by chance
_ENOUGH = 200  # documents from which on that likeness means something
_MOST_SHARE = 0.4  # of the documents that a telling word stands in
_LEAST_SHARE = 0.0005  # of the documents: what fewer have is a name, a slip or two words glued together
_SPOKEN = 10  # documents of a language from which on its function words can be told


def tells(
    titles: Dense, bodies: sparse.csr_matrix, share: Floats, terms: Sequence[str], languages: Sequence[str]
) -> Bools:
    """Return which terms of the texts tell one kind of work from another.

    Texts that share a telling word stand under titles that mean the like: the mean cosine of the titles of two texts with
    "embedded" is .48, "tableau" .23, "sql" .08; with "turn", "hundred", "their" and "needed" it is chance, -.01 to .02 (19,000
    jobs). A word must lie above _LEAST_LIKENESS by two standard errors, so rare ones more than common ones.

    Args:
        titles: documents x dimensions, what their titles mean, less the mean of their language, unit length.
        bodies: documents x terms, of the same documents.
        share: share of all documents of the fit that each term stands in.
        terms: the terms themselves; of few documents only scikit-learn's and our own lists of plain words can tell.
        languages: of the documents.
    """
    size, width = bodies.shape[0], len(terms)
    plain = plain_words()
    word = np.array([_is_word(term) and term not in plain for term in terms], dtype=bool)
    word &= (share <= _MOST_SHARE) & ~everywhere(bodies, languages)[:width]
    if size < _ENOUGH:
        return np.asarray(word & (share <= _MOST_SHARE / 2))
    stands = (bodies > 0).astype(np.float32)
    often = np.asarray(stands.sum(axis=0), dtype=np.float64).ravel()[:width]
    summed = np.asarray(stands.T @ titles, dtype=np.float64)[:width]
    pairs = np.maximum(often * (often - 1), 1)
    likeness = (np.einsum("ij,ij->i", summed, summed) - often) / pairs
    certain = likeness - 2 * _SPREAD * np.sqrt(2 / pairs) > _LEAST_LIKENESS
    return np.asarray(word & certain & (share >= _LEAST_SHARE))


def everywhere(bodies: sparse.csr_matrix, languages: Sequence[str]) -> Bools:
    """Return which text terms stand in so many texts of one language that they tell nothing there.

    Function words of a language few ads are written in are rare terms of the whole.

    Args:
        bodies: texts x terms.
        languages: of the texts.
    """
    told = np.array(languages)
    found = np.zeros(bodies.shape[1], dtype=bool)
    for language in sorted(set(languages) - {""}):
        rows = bodies[told == language]
        if rows.shape[0] >= _SPOKEN:
            found |= np.bincount(rows.indices, minlength=bodies.shape[1]) > _MOST_SHARE * rows.shape[0]
    return found


@cache
def plain_words() -> frozenset[str]:
    """Return words of any ad: scikit-learn's English stop words and those of plain_words.toml."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    given = tomllib.loads((files("pipeline.ranking") / "plain_words.toml").read_text(encoding="utf-8"))
    return frozenset(ENGLISH_STOP_WORDS).union(*(words.split() for words in given.values()))


def _is_word(term: str) -> bool:
    """Return whether people would call `term` a word: no number glued to one, no stray mark but that of C# and its like."""
    return sum(c.isdigit() for c in term) < 3 and ("#" not in term or len(term) <= 3)
