"""The weightiest entries of the rows of a matrix."""

import numpy as np
from scipy import sparse

from pipeline.compiled import compiled
from pipeline.ranking.kernels import Ids, Real, Weights, fixed

_DIGITS = 1e9  # of weights by which entries are told apart: what a sum of squares may be off by is less
_ALL_BELOW = 1 << 62


def keep_strongest(matrix: sparse.csr_matrix, most: int) -> sparse.csr_matrix:
    """Return `matrix` (columns ascending) with at most `most` entries a row, the largest, ties by column."""
    lengths = np.diff(matrix.indptr)
    if not lengths.size or lengths.max() <= most:
        return matrix
    indptr = np.concatenate([[0], np.cumsum(np.minimum(lengths, most), dtype=np.int64)])
    columns, values = np.empty(indptr[-1], np.int32), np.empty(indptr[-1], np.float32)
    starts, places = (fixed(part.astype(np.int32, copy=False)) for part in (matrix.indptr, matrix.indices))
    _keep(starts, places, fixed(matrix.data.astype(np.float32, copy=False)), most, columns, values)
    return sparse.csr_matrix((values, columns, indptr.astype(np.int32)), shape=matrix.shape)


@compiled
def _keep(starts: Ids, columns: Ids, values: Weights, most: int, to_columns: Ids, to_values: Weights) -> None:
    """Put the `most` largest entries of each row into the last two, as they stand."""
    to = 0
    for row in range(len(starts) - 1):
        first, last = starts[row], starts[row + 1]
        above, room = -1, 0  # all entries of a short row are above it
        if last - first > most:
            ranks = np.empty(last - first, np.int64)
            for at in range(first, last):
                ranks[at - first] = _rank(values[at])
            above, room = _ALL_BELOW, most
            if most > 0:
                above = int(np.partition(ranks, last - first - most)[last - first - most])
            for rank in ranks:
                room -= rank > above
        for at in range(first, last):
            rank = _rank(values[at])
            if rank < above or (rank == above and room == 0):
                continue
            room -= rank == above
            to_columns[to], to_values[to] = columns[at], values[at]
            to += 1


@compiled
def _rank(value: Real) -> int:
    return int(np.rint(np.float64(value) * _DIGITS))
