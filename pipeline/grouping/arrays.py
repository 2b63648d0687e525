"""Arrow columns as numpy arrays over positions; postings are positions in the order of their ids: ties break by id."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def in_order(table: pa.Table, *columns: str) -> pa.Table:
    """Return `table` sorted by `columns`: what is computed from it no longer depends on the order rows came in."""
    return table.take(pc.sort_indices(table, sort_keys=[(c, "ascending") for c in columns]))


def whole(column: Any) -> Any:
    """Return a column as one Arrow array."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def numbers(column: Any, null: int) -> Ints:
    """Return an integer, date or flag column as int64, `null` where it is NULL."""
    if pa.types.is_date32(column.type):
        column = column.cast(pa.int32())
    filled = pc.fill_null(column.cast(pa.int64()), null)
    return np.asarray(whole(filled).to_numpy(zero_copy_only=False), dtype=np.int64)


def positions(names: Any, among: Any) -> Ints:
    """Return the position of each of `names` in `among`, -1 where it is not there."""
    return numbers(pc.index_in(names, value_set=whole(among)), -1)


def tally(labels: Ints) -> int:
    """Return how many labels 0.. there are, -1 standing for none."""
    return int(np.max(labels)) + 1 if len(labels) else 0


def ranks(*keys: Ints) -> Ints:
    """Return the rank of each position by the last key, then the one before it, ..., as numpy.lexsort has it."""
    order = np.lexsort(keys)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank


def floats(column: Any) -> Floats:
    """Return a column without NULLs as float64."""
    return np.asarray(whole(column).to_numpy(zero_copy_only=False), dtype=np.float64)


def flags(column: Any) -> Bools:
    """Return a boolean column, NULL as false."""
    return numbers(column, 0).astype(np.bool_)


def codes(column: Any) -> Ints:
    """Return a text column as codes in the order of the values; -1 where it is NULL or empty."""
    encoded = pc.dictionary_encode(whole(column))
    values = np.asarray(encoded.dictionary.to_numpy(zero_copy_only=False), dtype=object)
    order = np.argsort(values.astype(str), kind="stable") if len(values) else np.zeros(0, dtype=np.int64)
    rank = np.empty(len(values) + 1, dtype=np.int64)
    rank[order] = np.arange(len(values))
    rank[-1] = -1
    empty = np.flatnonzero(values == "")
    rank[empty] = -1
    return rank[numbers(encoded.indices, -1)]
