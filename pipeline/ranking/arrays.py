"""Arrow lists to arrays and back: how vectors and spaces stand in tables."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from pipeline.ranking.spaces import Dense


def dense_list(vectors: Dense) -> pa.Array:
    """Return rows of `vectors` as lists of FLOAT."""
    offsets = np.arange(len(vectors) + 1, dtype=np.int32) * vectors.shape[1]
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(vectors.astype(np.float32).ravel()))


def sparse_lists(matrix: sparse.csr_matrix) -> tuple[pa.Array, pa.Array]:
    """Return the column numbers and the values of each row, as lists."""
    offsets = pa.array(matrix.indptr.astype(np.int32))
    columns = pa.ListArray.from_arrays(offsets, pa.array(matrix.indices.astype(np.int32)))
    return columns, pa.ListArray.from_arrays(offsets, pa.array(matrix.data.astype(np.float32)))


def to_dense(lists: pa.ChunkedArray, width: int | None = None) -> Dense:
    """Return lists of one length as a matrix; no lists give a matrix without rows, `width` wide (1 where not given)."""
    values = (
        np.asarray(pc.list_flatten(lists).combine_chunks(), dtype=np.float32) if len(lists) else np.zeros(0, np.float32)
    )
    return values.reshape(len(lists), -1) if len(lists) else np.zeros((0, width or 1), dtype=np.float32)


def to_sparse(columns: pa.ChunkedArray, values: pa.ChunkedArray, width: int) -> sparse.csr_matrix:
    """Return lists of column numbers and values as a matrix of `width` columns.

    Raises:
        ValueError: a number is not below `width`, or there are more values than 32 bits count: compiled loops check nothing.
    """
    indptr = np.concatenate([[0], np.cumsum(np.asarray(pc.list_value_length(columns), dtype=np.int64))])
    flat = [
        np.asarray(pc.list_flatten(part).combine_chunks()) if len(part) else np.zeros(0) for part in (columns, values)
    ]
    if indptr[-1] > np.iinfo(np.int32).max:
        raise ValueError(
            f"{indptr[-1]:,} values in one matrix: more than 32 bits count; keep fewer terms (vectorise.body_terms)"
        )
    ids = flat[0].astype(np.int32, copy=False)
    lowest, highest = int(np.min(ids, initial=0)), int(np.max(ids, initial=0))
    if lowest < 0 or highest >= max(1, width):
        raise ValueError(f"terms {lowest} to {highest} where there are {width}: vectors of another fit")
    matrix: sparse.csr_matrix = sparse.csr_matrix(
        (flat[1].astype(np.float32, copy=False), ids, indptr.astype(np.int32)),
        shape=(len(columns), max(1, width)),
    )
    matrix.has_sorted_indices = True
    return matrix


def keep_strongest(matrix: sparse.csr_matrix, most: int) -> sparse.csr_matrix:
    """Return `matrix` (rows of unit length, columns ascending) with at most `most` entries a row, the largest, ties by column."""
    lengths = np.diff(matrix.indptr)
    if not lengths.size or lengths.max() <= most:
        return matrix
    rows = np.repeat(np.arange(matrix.shape[0]), lengths)
    # One stable sort of one number takes a fifth of the time of three keys; no weight is above 1.
    order = np.argsort(2.0 * rows - np.round(matrix.data.astype(np.float64), 9), kind="stable")
    rank = np.arange(matrix.nnz) - np.repeat(matrix.indptr[:-1], lengths)
    chosen = np.sort(order[rank < most])
    indptr = np.concatenate([[0], np.cumsum(np.minimum(lengths, most))])
    return sparse.csr_matrix((matrix.data[chosen], matrix.indices[chosen], indptr), shape=matrix.shape)


def strings(column: pa.ChunkedArray) -> list[str]:
    """Return a text column as a list, '' where it is NULL."""
    return [value or "" for value in column.to_pylist()]
