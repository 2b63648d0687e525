"""Search: for each job those that rank highest, in time that grows with the jobs and not with their square."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline.ranking.spaces import Dense, unit

Ints = npt.NDArray[np.int64]

_ROUNDS = 5  # of the power method: halves need not be cut exactly across
_NOISE = 1e-12  # length of a line along which nothing lies apart


@dataclass(frozen=True)
class Cells:
    """Rows by cell, an inverted file as in faiss' IVF: the rows of a cell share one search.

    Attributes:
        of: cell of each row.
        inside: rows of each cell, ascending.
        near: of each cell the cells to be searched for its rows, its own among them.
        beside: cells x cells, whether the second is searched for the first.
    """

    of: Ints
    inside: list[Ints]
    near: Ints
    beside: npt.NDArray[np.bool_]

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
    likeness = np.round(centre @ centre.T, 6)
    np.fill_diagonal(likeness, np.inf)  # a centre without a direction is nearest to nothing, not even to itself
    near = largest(likeness, probes)
    beside = np.zeros(likeness.shape, dtype=bool)
    beside[np.arange(len(near))[:, None], near] = True
    return Cells(of, inside, near, beside)


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


def within(vectors: sparse.csr_matrix, often: Ints, budget: int) -> sparse.csr_matrix:
    """Return rows with those of their terms alone that tell most for what they cost, as many as the budget allows.

    A term costs as many products as rows have it, and tells of likeness by its weight squared; so what a row's search
    costs does not grow with the rows that are searched. One term is left to every row.

    Args:
        vectors: rows x terms.
        often: rows that have each term, of those that are searched.
        budget: products a row.
    """
    lengths = np.diff(vectors.indptr)
    rows = np.repeat(np.arange(len(lengths)), lengths)
    cost = often[vectors.indices].astype(np.float64)
    order = np.lexsort(
        (vectors.indices, -np.round(vectors.data.astype(np.float64) ** 2 / np.maximum(cost, 1), 15), rows)
    )
    spent = np.cumsum(cost[order]) - cost[order]
    before = np.repeat(spent[np.minimum(vectors.indptr[:-1], max(len(spent) - 1, 0))], lengths) if len(spent) else spent
    kept = np.sort(order[spent - before + np.where(spent > before, cost[order], 0) <= budget])
    indptr = np.concatenate(([0], np.cumsum(np.bincount(rows[kept], minlength=len(lengths)))))
    return sparse.csr_matrix((vectors.data[kept], vectors.indices[kept], indptr), shape=vectors.shape)


def nearest_sparse(asking: sparse.csr_matrix, asked: sparse.csr_matrix, most: int) -> tuple[Ints, Ints]:
    """Return pairs of each row of `asking` with the `most` columns of `asked` that share most with it.

    Args:
        asking: rows x terms.
        asked: terms x all rows, the transposed of what is looked at.
        most: of each.
    """
    from sparse_dot_topn import sp_matmul_topn

    found = sp_matmul_topn(asking, asked, top_n=most, sort=True, n_threads=1).tocoo()
    return found.row.astype(np.int64), found.col.astype(np.int64)


def products(asked: sparse.csr_matrix, asking: sparse.csr_matrix) -> Dense:
    """Return the dot products of sparse rows, asking x asked, each summed in the order of its terms."""
    return np.asarray((asking @ asked.T.tocsr()).toarray(), dtype=np.float32)


def largest(likeness: Dense, most: int) -> Ints:
    """Return the columns of the `most` largest values of each row, not sorted."""
    if likeness.shape[1] <= most:
        return np.broadcast_to(np.arange(likeness.shape[1]), likeness.shape).copy()
    return np.argpartition(likeness, -most, axis=1)[:, -most:]
