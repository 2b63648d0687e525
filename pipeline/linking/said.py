"""The texts of some postings as words, and as sets of shingles: what two share is told by these before anything dearer."""

from dataclasses import dataclass, replace
from secrets import randbits
from threading import local

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.compiled import compiled
from pipeline.linking.codes import positions, whole
from pipeline.linking.overlap import Floats
from pipeline.linking.phrases import Commonness
from pipeline.linking.roads import Ints, Keys
from pipeline.text import signatures
from pipeline.text.signatures import Cutter, Words

Codes = NDArray[np.int32]

_KNOWN = 1 << 18  # parts a cutter may know; one that knows more is let go of: at a million listings there are millions

_DRAWN = np.uint64(randbits(64) | 1)  # anew in each process: no feed can be made whose shingles fall into one slot

_of_thread = local()  # its cutter: the pieces of a night have most of their words in common


@dataclass(frozen=True)
class Said:
    """Texts of postings. A text that several postings have stands there once; the last one is empty.

    Attributes:
        text: number of each posting's text.
        words: the words of each text, in order, under the numbers that `cutter` gives.
        cutter: cut them; strings that are compared with texts are cut by it too.
    """

    text: Ints
    words: Words
    cutter: Cutter

    def of(self, postings: Ints) -> "Said":
        """Return the texts of some of the postings, in the order of these."""
        kept, text = np.unique(self.text[postings], return_inverse=True)
        words = self.words
        if len(kept) == len(words.starts) - 1:
            return replace(self, text=text)
        starts = np.concatenate(([0], np.cumsum(np.diff(words.starts)[kept]))).astype(np.int64)
        return replace(
            self, text=text, words=Words(words.codes[signatures.spread(words.starts, kept)], starts, words.names)
        )


def said(rows: pa.Table, bodies: pa.Table) -> Said:
    """Return the texts of the postings `rows`, of which `bodies` has those there are; what has none says nothing."""
    cutter: Cutter | None = getattr(_of_thread, "cutter", None)
    if cutter is None or len(cutter) > _KNOWN:
        cutter = _of_thread.cutter = Cutter()
    text = positions(rows.column("body_id"), whole(bodies.column("body_id")))
    text[text < 0] = len(bodies)
    return Said(text, cutter.cut(pa.chunked_array([*bodies.column("text").chunks, pa.array([""])])), cutter)


@dataclass(frozen=True)
class Shingles:
    """The distinct shingles of n texts, as they first come: those of text i are `ids[starts[i]:starts[i + 1]]`.

    Attributes:
        ids: fingerprints.
        starts: where each text begins, and the end.
        phrases: of each its place among the common phrases; behind them where it is none.
    """

    ids: Keys
    starts: Ints
    phrases: Codes

    @property
    def sizes(self) -> Floats:
        """Return how many shingles each text has."""
        return np.diff(self.starts).astype(np.float64)

    def total(self, weights: Floats) -> Floats:
        """Return the sum of `weights` (one a common phrase, and one behind them) over each text."""
        found = np.zeros(len(self.starts) - 1)
        _add_up(self.phrases, self.starts, weights, found)
        return found

    def shared(self, weights: Floats, left: Ints, right: Ints) -> Floats:
        """Return how many shingles each pair of texts shares, and sums of `weights` over them, one row each.

        Args:
            weights: one row a weight, as in total().
            left: first text of each pair; pairs of one left text are best together.
            right: second text of each pair; the order of its shingles is the order of the sums.
        """
        slots = 2 * _room(self.starts)
        found = np.zeros((len(left), 1 + len(weights)))
        table, marks = np.empty(slots, np.uint64), np.full(slots, -1, np.int64)
        _share(
            self.ids,
            self.starts,
            self.phrases,
            np.ascontiguousarray(weights.T),
            left,
            right,
            _DRAWN,
            table,
            marks,
            found,
        )
        return np.ascontiguousarray(found.T)


def shingles(words: Words, common: Commonness) -> Shingles:
    """Return the distinct shingles of each text, each with its place among the phrases of `common`."""
    hashes, starts = signatures.all_shingles(words)
    slots = 2 * _room(starts)
    table, marks = np.empty(slots, np.uint64), np.full(slots, -1, np.int64)
    ends = np.zeros(len(starts), np.int64)
    _distinct(hashes, starts, _DRAWN, table, marks, ends)
    ids = hashes[: ends[-1]]
    return Shingles(ids, ends, common.places(ids))


def _room(starts: Ints) -> int:
    """Return the power of two in which the longest text has room."""
    return 1 << int(np.diff(starts).max(initial=1)).bit_length()


@compiled
def _slot(table: Keys, marks: Ints, drawn: np.uint64, mask: np.uint64, mark: int, key: np.uint64) -> int:
    """Return the slot where a key stands that `mark` put there, or the free one where it would."""
    slot = ((key * drawn) >> np.uint64(32)) & mask
    while marks[slot] == mark and table[slot] != key:
        slot = (slot + np.uint64(1)) & mask
    return int(slot)


@compiled
def _mask(size: int) -> np.uint64:
    """Return the mask of a table that is at most half full with so many."""
    slots = 2
    while slots < 2 * size:
        slots *= 2
    return np.uint64(slots - 1)


@compiled
def _distinct(hashes: Keys, starts: Ints, drawn: np.uint64, table: Keys, marks: Ints, ends: Ints) -> None:
    """Put the distinct hashes of each text one after the other at the front of `hashes`, and write where they end."""
    at = 0
    for text in range(len(starts) - 1):
        mask = _mask(starts[text + 1] - starts[text])
        for where in range(starts[text], starts[text + 1]):
            slot = _slot(table, marks, drawn, mask, text, hashes[where])
            if marks[slot] != text:
                table[slot], marks[slot] = hashes[where], text
                hashes[at] = hashes[where]
                at += 1
        ends[text + 1] = at


@compiled
def _share(
    ids: Keys, starts: Ints, phrases: Codes, weights: Floats, left: Ints, right: Ints,
    drawn: np.uint64, table: Keys, marks: Ints, found: Floats,
) -> None:  # fmt: skip
    """Add to `found`, one row a pair, what Shingles.shared() returns."""
    last, mark, mask = -1, -1, np.uint64(0)
    for pair in range(len(left)):
        if left[pair] != last:
            last, mark = left[pair], pair
            mask = _mask(starts[last + 1] - starts[last])
            for member in range(starts[last], starts[last + 1]):
                slot = _slot(table, marks, drawn, mask, mark, ids[member])
                table[slot], marks[slot] = ids[member], mark
        for member in range(starts[right[pair]], starts[right[pair] + 1]):
            if marks[_slot(table, marks, drawn, mask, mark, ids[member])] == mark:
                found[pair, 0] += 1.0
                for weight in range(weights.shape[1]):
                    found[pair, weight + 1] += weights[phrases[member], weight]


@compiled
def _add_up(phrases: Codes, starts: Ints, weights: Floats, found: Floats) -> None:
    for text in range(len(found)):
        for member in range(starts[text], starts[text + 1]):
            found[text] += weights[phrases[member]]
