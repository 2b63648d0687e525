"""Texts as fingerprints: words and 3-word shingles of many texts at once, with Arrow and numpy.

Everything here is a function of one text alone, so it is the same in every batch, process and version.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.text.tokens import fingerprint

SHINGLE = 3
"""Words of a shingle."""

_GLUED = r"(\p{Ll}{3}|[0-9])(\p{Lu}\p{Ll}{2})"
"""A new sentence glued to the one before ("skillsExperience", "5Coding"): boards that strip markup lose the line breaks."""
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
        extra: one number a member: of shingles, where it first stands in its text; of words, how often it stands there.
    """

    values: NDArray[np.uint64]
    starts: NDArray[np.int64]
    extra: NDArray[np.int64]


def cut(texts: pa.Array | pa.ChunkedArray) -> Words:
    """Return the words of `texts`: runs of letters and digits in lower case without accents; C++ and C# stay whole."""
    apart = pc.replace_substring_regex(texts, _GLUED, r"\1 \2")
    plain = pc.replace_substring_regex(pc.utf8_lower(apart), r"[^\pL\pM\pN+#]+", " ")
    if isinstance(plain, pa.ChunkedArray):
        plain = plain.combine_chunks()
    plain = pc.utf8_trim_whitespace(_without_accents(plain))
    parts = pc.split_pattern(plain, " ")
    encoded = pc.dictionary_encode(parts.flatten())
    names = encoded.dictionary.to_pylist()
    vocabulary = np.fromiter(map(fingerprint, names), dtype=np.uint64, count=len(names))
    ids = vocabulary[encoded.indices.to_numpy()] if names else np.empty(0, np.uint64)
    counts = np.diff(parts.offsets.to_numpy()).astype(np.int64)
    if "" in names:  # an empty text is split into one empty word
        keep = ids != np.uint64(fingerprint(""))
        counts = np.bincount(np.repeat(np.arange(len(counts)), counts)[keep], minlength=len(counts))
        ids = ids[keep]
    return Words(ids, np.concatenate(([0], np.cumsum(counts))).astype(np.int64))


def _without_accents(texts: pa.Array) -> pa.Array:
    """Return `texts` with compatibility forms unified and accents off; only those that are not ASCII are touched."""
    strange = pc.invert(pc.string_is_ascii(texts))
    if not pc.any(strange).as_py():
        return texts
    folded = pc.utf8_normalize(texts.filter(strange), form="NFKD")
    folded = pc.replace_substring_regex(folded, r"\pM+", "")
    return pc.replace_with_mask(texts, strange, pc.replace_substring_regex(folded, r"[^\pL\pN+#]+", " "))


def shingles(words: Words) -> Sets:
    """Return the 3-word shingles of each text; a shorter text is one shingle, an empty one has none."""
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
    return _sets(_mixed(hashes[keep]), np.concatenate(([0], np.cumsum(kept))).astype(np.int64))


def bag(words: Words) -> Sets:
    """Return the distinct words of each text; `extra` is how often each stands in it."""
    return _sets(words.ids, words.starts, counted=True)


def _mixed(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return `hashes` with their bits mixed, so that those divisible by a number are a fair sample (splitmix64)."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * _MIX
    return hashes ^ (hashes >> np.uint64(31))


def _sets(values: NDArray[np.uint64], starts: NDArray[np.int64], *, counted: bool = False) -> Sets:
    """Return the distinct values of each segment.

    A sort a text takes 25 microseconds; one sort of all texts took nine times as long (4,000 texts, 2026-11).
    """
    order = np.empty(len(values), np.int64)
    for begin, end in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        order[begin:end] = np.argsort(values[begin:end], kind="stable")
    lengths = np.diff(starts)
    ordered = values[order + np.repeat(starts[:-1], lengths)]
    new = np.ones(len(values), bool)
    new[1:] = ordered[1:] != ordered[:-1]
    new[starts[:-1][lengths > 0]] = True
    at = np.flatnonzero(new)
    sizes = np.bincount(np.repeat(np.arange(len(lengths)), lengths)[at], minlength=len(lengths))
    extra = np.diff(np.append(at, len(values))) if counted else order[at]
    return Sets(ordered[at], np.concatenate(([0], np.cumsum(sizes))).astype(np.int64), extra)


def taken(sets: Sets, texts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Return the members of the sets of `texts`, one set after the other, and which of `texts` each belongs to."""
    where = spread(sets.starts, texts)
    return np.repeat(np.arange(len(texts)), np.diff(sets.starts)[texts]), sets.values[where]


def spread(starts: NDArray[np.int64], texts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the positions `starts[t]` to `starts[t + 1]` of every one of `texts`, one after the other."""
    sizes = np.diff(starts)[texts]
    ends = np.cumsum(sizes)
    return np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - sizes - starts[:-1][texts], sizes)
