"""Search: for each job those that rank highest, in time that grows with the jobs and not with their square."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from pipeline.ranking.spaces import Dense, unit

Ints = npt.NDArray[np.int64]

_ROUNDS = 5  # of the power method: halves need not be cut exactly across
_ROWS = 1_024  # cells whose likeness to all is worked out together
_NOISE = 1e-12  # length of a line along which nothing lies apart


@dataclass(frozen=True)
class Cells:
    """Rows by cell, an inverted file as in faiss' IVF: the rows of a cell share one search.

    Attributes:
        of: cell of each row.
        inside: rows of each cell, ascending.
        near: of each cell the cells to be searched for its rows, its own among them.
    """

    of: Ints
    inside: list[Ints]
    near: Ints

    def searched(self, cell: int) -> Ints:
        """Return the rows to be searched for those of a cell, ascending; they are among them."""
        return np.sort(np.concatenate([self.inside[other] for other in self.near[cell]]))


def cells(positions: Dense, member: Ints, most: int, probes: int) -> Cells:
    """Return the cells of rows: their groups, those of more than `most` rows halved until none is larger.

    So a search costs the same however many rows there are; groups grow with them.

    Args:
        positions: rows x dimensions.
        member: group of each row.
        most: rows of a cell.
        probes: cells searched, the nearest by the cosine of their centres.
    """
    of = _parted(positions, member, most)
    inside = by_number(of)
    sums = np.zeros((len(inside), positions.shape[1]), dtype=np.float32)
    np.add.at(sums, of, positions)
    centre = unit(sums)
    return Cells(of, inside, _nearest(centre, probes))


def _nearest(centre: Dense, most: int) -> Ints:
    """Return the `most` cells nearest to each, some cells at a time: the likeness of all would grow with their square."""
    parts = [np.empty((0, min(most, len(centre))), np.int64)]
    for begin in range(0, len(centre), _ROWS):
        rows = centre[begin : begin + _ROWS]
        likeness = np.round(rows @ centre.T, 6)
        own = np.arange(len(rows))
        likeness[own, begin + own] = np.inf  # a centre without a direction is nearest to nothing, not even to itself
        parts.append(largest(likeness, most))
    return np.concatenate(parts)


def _parted(positions: Dense, member: Ints, most: int) -> Ints:
    """Return the number of each row's cell, those of a group one after the other."""
    found = np.empty(len(member), dtype=np.int64)
    waiting, number = [rows for rows in reversed(by_number(member)) if len(rows)], 0
    while waiting:
        rows = waiting.pop()
        if len(rows) > most:
            waiting += _halves(positions, rows)
        else:
            found[rows], number = number, number + 1
    return found


def _halves(positions: Dense, rows: Ints) -> tuple[Ints, Ints]:
    """Return the rows in two halves, along the line on which they lie farthest apart (their first principal component)."""
    centred = positions[rows].astype(np.float64)
    centred -= centred.mean(axis=0)
    line = centred[np.argmax(np.round((centred**2).sum(axis=1), 9))]
    for _ in range(_ROUNDS):
        line = centred.T @ (centred @ line)
        line /= max(np.linalg.norm(line), _NOISE)
    order = np.lexsort((rows, np.round(centred @ line, 6)))
    return np.sort(rows[order[: len(rows) // 2]]), np.sort(rows[order[len(rows) // 2 :]])


def by_number(member: Ints) -> list[Ints]:
    """Return the rows of each number from 0 on, ascending."""
    order = np.argsort(member, kind="stable")
    numbers = int(member[order[-1]]) + 1 if len(member) else 0
    starts = np.searchsorted(member[order], np.arange(numbers + 1))
    return [order[first:last] for first, last in pairwise(starts.tolist())]


def largest(likeness: Dense, most: int) -> Ints:
    """Return the columns of the `most` largest values of each row, not sorted."""
    if likeness.shape[1] <= most:
        return np.broadcast_to(np.arange(likeness.shape[1]), likeness.shape).copy()
    return np.argpartition(likeness, -most, axis=1)[:, -most:]
