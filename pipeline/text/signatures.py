"""Texts as fingerprints: words and 3-word shingles of many texts at once, with Arrow and numpy.

Everything here is a function of one text alone, so it is the same in every batch, process and version.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.text.parts import Kinds, Parts, kinds, letters
from pipeline.text.tokens import fingerprint

SHINGLE = 3
"""Words of a shingle."""

_MULTIPLY = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)


@dataclass(frozen=True)
class Words:
    """Words of n texts, one after the other: those of text i are `ids[starts[i]:starts[i + 1]]`, as fingerprints."""

    ids: NDArray[np.uint64]
    starts: NDArray[np.int64]


@dataclass(frozen=True)
class Sets:
    """One sorted set of fingerprints a text: `values[starts[i]:starts[i + 1]]`.

    Attributes:
        extra: of words how often each stands in its text; of shingles nothing.
    """

    values: NDArray[np.uint64]
    starts: NDArray[np.int64]
    extra: NDArray[np.int64]


def cut(texts: pa.Array | pa.ChunkedArray) -> Words:
    """Return the words of `texts`: runs of letters and digits in lower case without accents; C++ and C# stay whole."""
    return Cutter().cut(texts)


class Cutter:
    """Cuts texts piece by piece: what is a word of a part is looked at once, however many pieces have it."""

    def __init__(self) -> None:
        """Know no part yet."""
        self._parts = Parts(_kinds(), glued=True)
        self._words = np.empty(0, np.uint64)
        self._starts = np.zeros(1, np.int64)

    def cut(self, texts: pa.Array | pa.ChunkedArray) -> Words:
        """Return words as the function of this name does."""
        found = self._parts.cut(texts)
        words, sizes = _names(self._parts.names(len(self._starts) - 1))
        self._words = np.concatenate((self._words, words))
        self._starts = np.concatenate((self._starts, self._starts[-1] + np.cumsum(sizes))).astype(np.int64)
        ends = np.concatenate(([0], np.cumsum(np.diff(self._starts)[found.codes]))).astype(np.int64)
        return Words(self._words[spread(self._starts, found.codes)], ends[found.parts_of])


@cache
def _kinds() -> Kinds:
    """Return what parts words, and the letters by which glued ones are told.

    A new sentence may be glued to the one before ("skillsExperience", "5Coding", "you are3+"): boards that strip markup lose
    line breaks. As if `(\\p{Ll}{3}|[0-9])(\\p{Lu}\\p{Ll}{2})|(\\p{Ll}{3})([0-9]{1,2}\\+)` had a space in it.
    """
    return kinds(b"+#") | letters()


def _names(parts: pa.Array) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the fingerprints of the words of each of `parts`, one after the other, and how many they are.

    A part is one word where it is plain ASCII. What is not is looked at as text, here, where it stands but once.
    """
    strange = pc.invert(pc.string_is_ascii(parts))
    lowered = pc.replace_substring_regex(pc.utf8_lower(parts.filter(strange)), r"[^\pL\pM\pN+#]+", " ")
    found: list[list[str]] = [[part] if part else [] for part in parts.to_pylist()]
    for at, text in zip(np.flatnonzero(strange), _without_accents(lowered).to_pylist(), strict=True):
        found[at] = text.split()
    flat = [fingerprint(word) for several in found for word in several]
    return np.array(flat, dtype=np.uint64), np.fromiter(map(len, found), dtype=np.int64, count=len(found))


def _without_accents(texts: pa.Array) -> pa.Array:
    """Return `texts` with compatibility forms unified and accents off; only those that are not ASCII are touched."""
    strange = pc.invert(pc.string_is_ascii(texts))
    if not pc.any(strange).as_py():
        return texts
    folded = pc.utf8_normalize(texts.filter(strange), form="NFKD")
    folded = pc.replace_substring_regex(folded, r"\pM+", "")
    return pc.replace_with_mask(texts, strange, pc.replace_substring_regex(folded, r"[^\pL\pN+#]+", " "))


def repeated(words: Words, texts: NDArray[np.int64]) -> Words:
    """Return the words of `texts`, which may come more than once."""
    starts = np.concatenate(([0], np.cumsum(np.diff(words.starts)[texts]))).astype(np.int64)
    return Words(words.ids[spread(words.starts, texts)], starts)


def shingles(words: Words) -> Sets:
    """Return the distinct 3-word shingles of each text; a shorter text is one shingle, an empty one has none."""
    return _sets(*all_shingles(words))


def all_shingles(words: Words) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the shingles of each text in the order they stand in, repeats with them, and where each text's begin."""
    lengths = np.diff(words.starts)
    count = len(words.ids)
    padded = np.concatenate((words.ids, np.zeros(SHINGLE, np.uint64)))
    left = np.repeat(words.starts[1:], lengths) - np.arange(count)  # words from here to the end of the text
    hashes = np.zeros(count, np.uint64)
    for step in range(SHINGLE):
        hashes = np.where(left > step, hashes * _MULTIPLY + padded[step : step + count], hashes)
    begins = np.repeat(words.starts[:-1], lengths)
    keep = (left >= SHINGLE) | ((np.arange(count) == begins) & (np.repeat(lengths, lengths) < SHINGLE))
    kept = np.maximum(lengths - SHINGLE + 1, np.minimum(lengths, 1))
    return _mixed(hashes[keep]), np.concatenate(([0], np.cumsum(kept))).astype(np.int64)


def bag(words: Words) -> Sets:
    """Return the distinct words of each text; `extra` is how often each stands in it."""
    return _sets(words.ids, words.starts, counted=True)


def _mixed(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return `hashes` with their bits mixed, so that those divisible by a number are a fair sample (splitmix64)."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * _MIX
    return hashes ^ (hashes >> np.uint64(31))


def _sets(values: NDArray[np.uint64], starts: NDArray[np.int64], *, counted: bool = False) -> Sets:
    """Return the distinct values of each segment, and how often each is there where that is wanted.

    A sort a text takes 10 microseconds; one sort of all texts took nine times as long (4,000 texts, 2026-11).
    """
    lengths = np.diff(starts)
    ordered = _sorted(values, starts)
    new = np.ones(len(values), bool)
    new[1:] = ordered[1:] != ordered[:-1]
    new[starts[:-1][lengths > 0]] = True
    at = np.flatnonzero(new)
    sizes = np.bincount(np.repeat(np.arange(len(lengths)), lengths)[at], minlength=len(lengths))
    extra = np.diff(np.append(at, len(values))) if counted else np.empty(0, np.int64)
    return Sets(ordered[at], np.concatenate(([0], np.cumsum(sizes))).astype(np.int64), extra)


def distinct(values: NDArray[np.uint64], starts: NDArray[np.int64]) -> Sets:
    """Return the distinct values of each segment, ascending."""
    return _sets(values, starts)


def _sorted(values: NDArray[np.uint64], starts: NDArray[np.int64]) -> NDArray[np.uint64]:
    found = values.copy()
    for begin, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        found[begin:end].sort()
    return found


def taken(sets: Sets, texts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Return the members of the sets of `texts`, one set after the other, and which of `texts` each belongs to."""
    where = spread(sets.starts, texts)
    return np.repeat(np.arange(len(texts)), np.diff(sets.starts)[texts]), sets.values[where]


def spread(starts: NDArray[np.int64], texts: NDArray[np.int64] | NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the positions `starts[t]` to `starts[t + 1]` of every one of `texts`, one after the other."""
    sizes = np.diff(starts)[texts]
    ends = np.cumsum(sizes)
    return np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - sizes - starts[:-1][texts], sizes)
