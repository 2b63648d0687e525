"""Arrow lists to arrays and back: how vectors and spaces stand in tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from pipeline.ranking.spaces import Dense


@dataclass(frozen=True)
class Strings(Sequence[str]):
    """Texts as two arrays, which processes can share; a list of a million of them takes ten times the memory in each."""

    starts: npt.NDArray[np.int64]
    letters: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> "Strings":
        """Return a text column, '' where it is NULL."""
        whole = pc.fill_null(column, "").cast(pa.large_string()).combine_chunks()
        if isinstance(whole, pa.ChunkedArray):  # of a column without rows
            whole = pa.array([], pa.large_string())
        _, starts, letters = whole.buffers()
        starts = np.frombuffer(starts, np.int64, len(whole) + 1, whole.offset * 8) if starts else np.zeros(1, np.int64)
        return cls(starts, np.frombuffer(letters or b"", np.uint8))

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.starts) - 1

    @overload
    def __getitem__(self, at: int) -> str: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...

    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        """Return one text, or some."""
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        if not 0 <= at < len(self):
            raise IndexError(at)
        return self.letters[self.starts[at] : self.starts[at + 1]].tobytes().decode()

    def take(self, at: npt.NDArray[np.int64]) -> pa.Array:
        """Return some texts as an Arrow column."""
        buffers = [None, pa.py_buffer(self.starts), pa.py_buffer(self.letters)]
        return pa.Array.from_buffers(pa.large_string(), len(self), buffers).take(pa.array(at)).cast(pa.string())


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
        ValueError: a number is not below `width`, or there are more values than 32 bits count.
    """
    starts = countable(np.asarray(pc.list_value_length(columns), dtype=np.int64))
    flat = [
        np.asarray(pc.list_flatten(part).combine_chunks()) if len(part) else np.zeros(0) for part in (columns, values)
    ]
    return to_matrix(flat[0].astype(np.int32, copy=False), flat[1].astype(np.float32, copy=False), starts, width)


def countable(lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return where rows of these lengths begin in a matrix, and the end.

    Raises:
        ValueError: there are more values than 32 bits count.
    """
    starts = np.concatenate(([0], np.cumsum(lengths)))
    if starts[-1] > np.iinfo(np.int32).max:
        raise ValueError(
            f"{starts[-1]:,} values in one matrix: more than 32 bits count; keep fewer terms (vectorise.body_terms)"
        )
    return starts


def to_matrix(
    columns: npt.NDArray[np.int32], values: npt.NDArray[np.float32], starts: npt.NDArray[np.int64], width: int
) -> sparse.csr_matrix:
    """Return the values of rows, which are countable(), as a matrix of `width` columns.

    Raises:
        ValueError: a number of a column is not below `width`: compiled loops check nothing.
    """
    lowest, highest = int(np.min(columns, initial=0)), int(np.max(columns, initial=0))
    if lowest < 0 or highest >= max(1, width):
        raise ValueError(f"terms {lowest} to {highest} where there are {width}: vectors of another fit")
    matrix: sparse.csr_matrix = sparse.csr_matrix(
        (values, columns, starts.astype(np.int32)), shape=(len(starts) - 1, max(1, width))
    )
    matrix.has_sorted_indices = True
    return matrix


def strings(column: pa.ChunkedArray) -> list[str]:
    """Return a text column as a list, '' where it is NULL."""
    return [value or "" for value in column.to_pylist()]
