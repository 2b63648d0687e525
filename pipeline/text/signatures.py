"""Texts as fingerprints: words and 3-word shingles of many texts at once, with Arrow and numpy.

Everything here is a function of one text alone, so it is the same in every batch, process and version.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.compiled import compiled
from pipeline.text.parts import Kinds, Parts, kinds, letters
from pipeline.text.tokens import fingerprint

SHINGLE = 3
"""Words of a shingle."""

_MULTIPLY = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_fingerprint = lru_cache(maxsize=1 << 17)(fingerprint)  # the words of one batch of texts come again in the next


@dataclass(frozen=True)
class Words:
    """Words of n texts, one after the other: those of text i are `codes[starts[i]:starts[i + 1]]`.

    Attributes:
        codes: number of each word.
        starts: where each text begins, and the end.
        names: fingerprint of the word of each number; some may have two.
    """

    codes: NDArray[np.int32]
    starts: NDArray[np.int64]
    names: NDArray[np.uint64]

    @property
    def ids(self) -> NDArray[np.uint64]:
        """Return the fingerprint of each word."""
        return self.names[self.codes]


@dataclass(frozen=True)
class Sets:
    """One sorted set of fingerprints (or numbers) a text: `values[starts[i]:starts[i + 1]]`.

    Attributes:
        extra: of words how often each stands in its text; of shingles nothing.
    """

    values: NDArray[Any]
    starts: NDArray[np.int64]
    extra: NDArray[np.int64]


def cut(texts: pa.Array | pa.ChunkedArray) -> Words:
    """Return the words of `texts`: runs of letters and digits in lower case without accents; C++ and C# stay whole.

    Each word has one number, in the order of the fingerprints.
    """
    words = Cutter().cut(texts)
    names, codes = np.unique(words.names, return_inverse=True)
    return Words(codes.astype(np.int32)[words.codes], words.starts, names)


class Cutter:
    """Cuts texts piece by piece: what is a word of a part is looked at once, however many pieces have it."""

    def __init__(self) -> None:
        """Know no part yet."""
        self._parts = Parts(_kinds(), glued=True)
        self._words = np.empty(0, np.uint64)
        self._starts = np.zeros(1, np.int64)

    def __len__(self) -> int:
        """Return the number of parts seen so far."""
        return len(self._parts)

    def cut(self, texts: pa.Array | pa.ChunkedArray) -> Words:
        """Return words as the function of this name does."""
        found = self._parts.cut(texts)
        words, sizes = _names(self._parts.names(len(self._starts) - 1))
        known = np.concatenate((self._words, words))
        starts = np.concatenate((self._starts, self._starts[-1] + np.cumsum(sizes))).astype(np.int64)
        self._words, self._starts = known, starts  # both or neither: a cutter outlives a piece that runs out of memory
        codes = np.empty(int(np.diff(self._starts)[found.codes].sum()), np.int32)
        starts = np.zeros_like(found.parts_of)
        _unfold(found.codes, found.parts_of, self._starts, codes, starts)
        return Words(codes, starts, self._words)


@compiled
def _unfold(
    parts: NDArray[np.int32], parts_of: NDArray[np.int64], words_of: NDArray[np.int64],
    codes: NDArray[np.int32], starts: NDArray[np.int64],
) -> None:  # fmt: skip
    """Write the words of texts, and where each text ends, from their parts; part p is words_of[p] to words_of[p + 1]."""
    at = 0
    for text in range(len(starts) - 1):
        for where in range(parts_of[text], parts_of[text + 1]):
            for word in range(words_of[parts[where]], words_of[parts[where] + 1]):
                codes[at] = word
                at += 1
        starts[text + 1] = at


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
    plain = pc.string_is_ascii(parts)
    strange = parts.filter(pc.invert(plain))
    lowered = _without_accents(pc.replace_substring_regex(pc.utf8_lower(strange), r"[^\pL\pM\pN+#]+", " "))
    several = [text.split() for text in lowered.to_pylist()]
    one = np.asarray(plain.to_numpy(zero_copy_only=False), dtype=np.bool_)
    sizes = np.ones(len(parts), np.int64)
    sizes[~one] = [len(words) for words in several]
    found, alone = np.empty(int(sizes.sum()), np.uint64), np.repeat(one, sizes)
    found[alone] = [_fingerprint(part) for part in parts.filter(plain).to_pylist()]
    found[~alone] = [_fingerprint(word) for words in several for word in words]
    return found, sizes


def _without_accents(texts: pa.Array) -> pa.Array:
    """Return `texts` with compatibility forms unified and accents off; only those that are not ASCII are touched."""
    strange = pc.invert(pc.string_is_ascii(texts))
    if not pc.any(strange).as_py():
        return texts
    folded = pc.utf8_normalize(texts.filter(strange), form="NFKD")
    folded = pc.replace_substring_regex(folded, r"\pM+", "")
    return pc.replace_with_mask(texts, strange, pc.replace_substring_regex(folded, r"[^\pL\pN+#]+", " "))


def shingles(words: Words) -> Sets:
    """Return the distinct 3-word shingles of each text; a shorter text is one shingle, an empty one has none."""
    return _sets(*all_shingles(words))


def all_shingles(words: Words) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the shingles of each text in the order they stand in, repeats with them, and where each text's begin."""
    lengths = np.diff(words.starts)
    kept = np.maximum(lengths - SHINGLE + 1, np.minimum(lengths, 1))
    starts = np.concatenate(([0], np.cumsum(kept))).astype(np.int64)
    found = np.empty(starts[-1], np.uint64)
    _hash(words.codes, words.starts, words.names, starts, found)
    return found, starts


@compiled
def _hash(
    codes: NDArray[np.int32], begins: NDArray[np.int64], names: NDArray[np.uint64], starts: NDArray[np.int64],
    found: NDArray[np.uint64],
) -> None:  # fmt: skip
    """Write a hash of each shingle, its bits mixed so that those divisible by a number are a fair sample (splitmix64)."""
    for text in range(len(starts) - 1):
        words = min(SHINGLE, begins[text + 1] - begins[text])
        for at in range(starts[text + 1] - starts[text]):
            hashed = np.uint64(0)
            for step in range(words):
                hashed = hashed * _MULTIPLY + names[codes[begins[text] + at + step]]
            hashed = (hashed ^ (hashed >> np.uint64(30))) * _MIX
            found[starts[text] + at] = hashed ^ (hashed >> np.uint64(31))


def bag(words: Words) -> Sets:
    """Return the distinct words of each text; `extra` is how often each stands in it."""
    return _sets(words.ids, words.starts, counted=True)


def coded_bag(words: Words) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int64]]:
    """Return the numbers of the distinct words of each text, as cut() gives them, where each begins, and how often each is there."""
    found = _sets(words.codes, words.starts, counted=True)
    return found.values, found.starts, found.extra


def _sets(values: NDArray[Any], starts: NDArray[np.int64], *, counted: bool = False) -> Sets:
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


def _sorted(values: NDArray[Any], starts: NDArray[np.int64]) -> NDArray[Any]:
    found = values.copy()
    for begin, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        found[begin:end].sort()
    return found


def spread(starts: NDArray[np.int64], texts: NDArray[np.int64] | NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the positions `starts[t]` to `starts[t + 1]` of every one of `texts`, one after the other."""
    sizes = np.diff(starts)[texts]
    ends = np.cumsum(sizes)
    return np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - sizes - starts[:-1][texts], sizes)
