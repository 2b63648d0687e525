"""What two texts share, for many pairs at once: each text's members are marked once, its partners' looked up in the marks."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pipeline.linking.roads import Ints
from pipeline.text.signatures import Sets, spread

Floats = NDArray[np.float64]

_MEMBERS = 1_000_000  # looked up at once: 8 MB an array stay in the cache, whatever the number of pairs


@dataclass(frozen=True)
class Weighed:
    """Sets of n texts over small column numbers: members of text i are `columns[starts[i]:starts[i + 1]]`."""

    columns: Ints
    starts: Ints
    width: int

    def total(self, weights: Floats) -> Floats:
        """Return the sum of `weights` (one a member) over each text."""
        return _sums(weights, self.starts)

    def repeated(self, texts: Ints) -> tuple["Weighed", Ints]:
        """Return the sets of `texts`, which may come more than once, and where each of their members stands here."""
        where = spread(self.starts, texts)
        starts = np.concatenate(([0], np.cumsum(np.diff(self.starts)[texts]))).astype(np.int64)
        return Weighed(self.columns[where], starts, self.width), where


def weighed(sets: Sets) -> tuple[Weighed, NDArray[np.uint64]]:
    """Return `sets` over small column numbers, and the fingerprint of each column."""
    values, columns = np.unique(sets.values, return_inverse=True)
    return Weighed(columns.astype(np.int64), sets.starts, len(values)), values


def shared(sets: Weighed, marks: Floats, weights: Sequence[Floats], left: Ints, right: Ints) -> list[Floats]:
    """Return, for each of `weights`, its sum over what both texts of a pair have, times the mark it has in the left text.

    Args:
        sets: members of the texts.
        marks: mark of each member in its text, above 0.
        weights: of each member in its text.
        left: first text of each pair; pairs of one left text stand together.
        right: second text of each pair.
    """
    found = [np.zeros(len(left)) for _ in weights]
    if not len(left):
        return found
    board = np.zeros(sets.width)
    begins = np.flatnonzero(np.diff(left, prepend=-1))
    sizes = np.concatenate(([0], np.cumsum(np.diff(sets.starts)[right])))
    marks_at = np.arange(0, sizes[-1] + _MEMBERS, _MEMBERS)
    cuts = np.unique(np.append(begins[np.searchsorted(sizes[begins], marks_at).clip(max=len(begins) - 1)], len(left)))
    for begin, end in pairwise(cuts.tolist()):
        hit, where, offsets = _marked(sets, marks, left[begin:end], right[begin:end], board)
        for sums, weight in zip(found, weights, strict=True):
            sums[begin:end] = per_pair(hit * weight[where], offsets)
    return found


def _marked(sets: Weighed, marks: Floats, left: Ints, right: Ints, board: Floats) -> tuple[Floats, Ints, Ints]:
    """Return, for every member of each pair's right text, the mark it has in the left text (0: it is not there).

    Returns:
        The marks; the position of each member in `sets`; n + 1 offsets of the pairs into both.
    """
    where = spread(sets.starts, right)
    offsets = np.concatenate(([0], np.cumsum(np.diff(sets.starts)[right]))).astype(np.int64)
    looked_up = sets.columns[where]
    found = np.zeros(len(where))
    begins = np.flatnonzero(np.diff(left, prepend=-1))
    for begin, end in zip(begins, np.append(begins[1:], len(left)), strict=True):
        text = left[begin]
        mine = slice(sets.starts[text], sets.starts[text + 1])
        board[sets.columns[mine]] = marks[mine]
        some = slice(offsets[begin], offsets[end])
        found[some] = board[looked_up[some]]
        board[sets.columns[mine]] = 0.0
    return found, where, offsets


def per_pair(values: Floats, offsets: Ints) -> Floats:
    """Return the sum of `values` over each pair."""
    return _sums(values, offsets)


def _sums(values: Floats, starts: Ints) -> Floats:
    """Return sums over segments, each computed from its own members alone: the same in every batch."""
    result = np.zeros(len(starts) - 1)
    filled = np.flatnonzero(np.diff(starts) > 0)
    if len(filled):
        result[filled] = np.add.reduceat(values, starts[:-1][filled])
    return result


def look_up(keys: Ints, values: Floats, wanted: Ints) -> Floats:
    """Return the value of each of `wanted` in the sorted `keys`, 0 where it is not there."""
    if not len(keys):
        return np.zeros(len(wanted))
    at = np.searchsorted(keys, wanted).clip(max=len(keys) - 1)
    return np.where(keys[at] == wanted, values[at], 0.0)
