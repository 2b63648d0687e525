"""Texts as fingerprints: words, 3-word shingles and sentences of many texts at once, with Arrow and numpy.

Everything here is a function of the text alone, so it is the same in every batch, process and version.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.text.tokens import fingerprint

SHINGLE = 3
"""Words of a shingle."""

_BREAK = "\x01"
_MULTIPLY = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)


@dataclass(frozen=True)
class Words:
    """Words of n texts, one after the other.

    Attributes:
        ids: fingerprint of each word, in order.
        starts: n + 1 offsets into `ids`.
        sentence: for each word, the running number of its sentence over all texts.
    """

    ids: NDArray[np.uint64]
    starts: NDArray[np.int64]
    sentence: NDArray[np.int64]


@dataclass(frozen=True)
class Sets:
    """One sorted set of fingerprints a text: `values[starts[i]:starts[i + 1]]`, each with `first`, where it first stands."""

    values: NDArray[np.uint64]
    starts: NDArray[np.int64]
    first: NDArray[np.int64]


def cut(texts: pa.Array | pa.ChunkedArray) -> Words:
    """Return the words of `texts`: runs of letters and digits, folded; C++ and C# stay whole.

    A sentence ends at a line, a list mark, or at one of .!?…; before a space or a capital (boards lose the space).
    """
    marked = pc.replace_substring_regex(texts, r"[.!?…;]+(?:\s|$)|[\n•·▪●]+", f" {_BREAK} ")
    marked = pc.replace_substring_regex(marked, r"(\p{Ll}|\))[.!?:]+(\p{Lu})", rf"\1 {_BREAK} \2")
    plain = pc.utf8_lower(marked)
    if not pc.all(pc.string_is_ascii(plain)).as_py():
        plain = pc.replace_substring_regex(pc.utf8_normalize(plain, form="NFKD"), r"\p{M}+", "")
    plain = pc.utf8_trim_whitespace(pc.replace_substring_regex(plain, rf"[^\pL\pN+#{_BREAK}]+", " "))
    parts = pc.split_pattern(plain, " ")
    if isinstance(parts, pa.ChunkedArray):
        parts = parts.combine_chunks()
    encoded = pc.dictionary_encode(parts.flatten())
    vocabulary = np.fromiter(
        map(fingerprint, encoded.dictionary.to_pylist()), dtype=np.uint64, count=len(encoded.dictionary)
    )
    codes = encoded.indices.to_numpy()
    offsets = parts.offsets.to_numpy().astype(np.int64)
    text_of = np.repeat(np.arange(len(parts)), np.diff(offsets))
    ids = vocabulary[codes] if len(vocabulary) else np.empty(0, np.uint64)
    is_break = ids == np.uint64(fingerprint(_BREAK))
    keep = ~(is_break | (ids == np.uint64(fingerprint(""))))
    new_text = np.zeros(len(ids), bool)
    new_text[offsets[:-1][np.diff(offsets) > 0]] = True
    sentence = np.cumsum(is_break | new_text)
    counts = np.bincount(text_of[keep], minlength=len(parts))
    return Words(ids[keep], np.concatenate(([0], np.cumsum(counts))).astype(np.int64), sentence[keep])


def shingles(words: Words) -> Sets:
    """Return the 3-word shingles of each text; a shorter text is one shingle, an empty one has none."""
    lengths = np.diff(words.starts)
    padded = np.concatenate((words.ids, np.zeros(SHINGLE, np.uint64)))
    n = len(words.ids)
    hashes = np.zeros(n, np.uint64)
    text_of = np.repeat(np.arange(len(lengths)), lengths)
    left = words.starts[1:][text_of] - np.arange(n)  # words from here to the end of the text
    for step in range(SHINGLE):
        inside = left > step
        hashes = np.where(inside, hashes * _MULTIPLY + padded[step : step + n], hashes)
    keep = (left >= SHINGLE) | ((np.arange(n) == words.starts[:-1][text_of]) & (lengths[text_of] < SHINGLE))
    hashes = _mixed(hashes)
    return _unique_sets(hashes[keep], text_of[keep], np.flatnonzero(keep), len(lengths))


def bag(words: Words) -> Sets:
    """Return the distinct words of each text; `first` is how often each stands in it."""
    lengths = np.diff(words.starts)
    text_of = np.repeat(np.arange(len(lengths)), lengths)
    order = np.lexsort((words.ids, text_of))
    ids, text_of = words.ids[order], text_of[order]
    new = np.flatnonzero(_changes(ids) | _changes(text_of))
    starts = np.concatenate(([0], np.cumsum(np.bincount(text_of[new], minlength=len(lengths))))).astype(np.int64)
    return Sets(ids[new], starts, np.diff(np.append(new, len(ids))))


def taken(sets: Sets, texts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
    """Return the members of the sets of `texts`, one set after the other, and which of `texts` each belongs to."""
    where = spread(sets.starts, texts)
    return np.repeat(np.arange(len(texts)), np.diff(sets.starts)[texts]), sets.values[where]


def spread(starts: NDArray[np.int64], texts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the positions `starts[t]` to `starts[t + 1]` of every one of `texts`, one after the other."""
    sizes = np.diff(starts)[texts]
    ends = np.cumsum(sizes)
    return np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - sizes - starts[:-1][texts], sizes)


def sentences(words: Words) -> Sets:
    """Return the sentences of each text, as fingerprints of their words; `first` is the running number of the sentence."""
    if not len(words.ids):
        return Sets(np.empty(0, np.uint64), np.zeros(len(words.starts), np.int64), np.empty(0, np.int64))
    begins = np.flatnonzero(np.concatenate(([True], np.diff(words.sentence) > 0)))
    position = np.arange(len(words.ids)) - np.repeat(begins, np.diff(np.concatenate((begins, [len(words.ids)]))))
    powers = np.power(_MULTIPLY, np.arange(int(position.max()) + 1, dtype=np.uint64))
    hashes = _mixed(np.add.reduceat(words.ids * powers[position], begins))
    text_of = np.searchsorted(words.starts, begins, side="right") - 1
    return _unique_sets(hashes, text_of, words.sentence[begins], len(words.starts) - 1)


def _mixed(hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return `hashes` with their bits mixed, so that the smallest of them are a fair sample (splitmix64)."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * _MIX
    return hashes ^ (hashes >> np.uint64(31))


def _unique_sets(values: NDArray[np.uint64], text_of: NDArray[np.int64], first: NDArray[np.int64], count: int) -> Sets:
    order = np.lexsort((values, text_of))
    values, text_of, first = values[order], text_of[order], first[order]
    new = _changes(values) | _changes(text_of)
    starts = np.concatenate(([0], np.cumsum(np.bincount(text_of[new], minlength=count)))).astype(np.int64)
    return Sets(values[new], starts, first[new])


def _changes(ordered: NDArray[np.uint64] | NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return where a value differs from the one before it; the first does."""
    return np.concatenate((np.ones(min(len(ordered), 1), bool), ordered[1:] != ordered[:-1]))
