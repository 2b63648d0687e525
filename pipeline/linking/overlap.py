"""What two texts share, for many pairs at once: each text's members are marked once, its partners' looked up in the marks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.compiled import compiled
from pipeline.linking.roads import Ints

Floats = NDArray[np.float64]
Codes = NDArray[np.int32]

_NONE = np.empty(0)


@dataclass(frozen=True)
class Sets:
    """Sets of n texts over small numbers: members of text i are `columns[starts[i]:starts[i + 1]]`, none of them twice."""

    columns: Codes
    starts: Ints
    width: int

    def total(self, weights: Floats, marks: Floats | None = None) -> Floats:
        """Return the sum of `weights` (one a column) over each text, times `marks` (one a member; 1 without)."""
        found = np.zeros(len(self.starts) - 1)
        _add_up(self.columns, self.starts, weights, _NONE if marks is None else marks, found)
        return found


def shared(sets: Sets, weights: Floats, left: Ints, right: Ints, marks: Floats | None = None) -> Floats:
    """Return sums over what both texts of each pair have, one row a weight; a pair's hang on its own members alone.

    Args:
        sets: members of the texts.
        weights: of each column of `sets`, one row a weight.
        left: first text of each pair; pairs of one left text are best together.
        right: second text of each pair.
        marks: of each member in its text, by which weights are multiplied on both sides; 1 where they are not given.
    """
    marks = _NONE if marks is None else marks
    by_column = np.ascontiguousarray(weights.T)
    found, board = np.zeros((len(left), len(weights))), np.full(sets.width, -1, np.int64)
    _shared(sets.columns, sets.starts, by_column, left, right, marks, board, found)
    return np.ascontiguousarray(found.T)


@compiled
def _shared(
    columns: Codes, starts: Ints, weights: Floats, left: Ints, right: Ints, marks: Floats, board: Ints, found: Floats
) -> None:
    """Add to `found`, one row a pair, what shared() returns; `board` tells where the left text has a column, -1: it has not."""
    last = -1
    for pair in range(len(left)):
        if left[pair] != last:
            if last >= 0:
                for member in range(starts[last], starts[last + 1]):
                    board[columns[member]] = -1
            last = left[pair]
            for member in range(starts[last], starts[last + 1]):
                board[columns[member]] = member
        for member in range(starts[right[pair]], starts[right[pair] + 1]):
            column = columns[member]
            if board[column] >= 0:
                mark = marks[board[column]] * marks[member] if len(marks) else 1.0
                for weight in range(weights.shape[1]):
                    found[pair, weight] += mark * weights[column, weight]


@compiled
def _add_up(columns: Codes, starts: Ints, weights: Floats, marks: Floats, found: Floats) -> None:
    for text in range(len(found)):
        for member in range(starts[text], starts[text + 1]):
            found[text] += weights[columns[member]] * (marks[member] if len(marks) else 1.0)
