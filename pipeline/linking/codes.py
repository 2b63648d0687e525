"""Columns of postings as numbers: fingerprints of texts, positions, days."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.linking.roads import NO_KEY, Ints, Keys
from pipeline.text.employers import employer_key
from pipeline.text.tokens import fingerprint

Floats = NDArray[np.float64]
UNKNOWN = -1.0
"""Value of a measure where one side does not tell."""


def whole(column: pa.Array | pa.ChunkedArray) -> Any:
    """Return the column as one array."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def keys(column: pa.Array | pa.ChunkedArray) -> Keys:
    """Return a fingerprint of each text; 0 where it is NULL or empty."""
    encoded = pc.dictionary_encode(whole(column))
    codes = np.array([fingerprint(v) if v else 0 for v in encoded.dictionary.to_pylist()] + [0], dtype=np.uint64)
    return codes[
        np.asarray(pc.fill_null(encoded.indices, len(codes) - 1).to_numpy(zero_copy_only=False), dtype=np.int64)
    ]


def distinct(column: pa.Array | pa.ChunkedArray, change: Any) -> Any:
    """Return a text column with `change` applied to every distinct value."""
    encoded = pc.dictionary_encode(whole(column))
    return pa.array([change(v) for v in encoded.dictionary.to_pylist()], pa.string()).take(encoded.indices)


def grouped(employers: pa.Array | pa.ChunkedArray, groups: tuple[tuple[str, ...], ...]) -> Any:
    """Return employer keys with those of one group replaced by the group's first; NULL where no employer is named."""
    first = {key: group[0] for group in groups for key in group}
    return distinct(employers, lambda key: first.get(key, key) or None)


def speaking(rows: pa.Table, groups: tuple[tuple[str, ...], ...]) -> Keys:
    """Return the key of each posting's employer group, 0 where none is named; the text's own word counts before the header's."""
    told = distinct(rows.column("text_employer"), lambda name: employer_key(name) or None)
    return keys(grouped(pc.coalesce(told, whole(rows.column("employer_key"))), groups))


def positions(ids: pa.Array | pa.ChunkedArray, known: pa.Array) -> Ints:
    """Return where each of `ids` stands in `known`; -1 where it does not."""
    found = pc.fill_null(pc.index_in(whole(ids), value_set=known), -1)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=np.int64)


def days(column: pa.Array | pa.ChunkedArray) -> NDArray[np.float64]:
    """Return days since 1970; NaN where not known."""
    number = whole(column).cast(pa.int32()).cast(pa.float64())
    return np.asarray(pc.fill_null(number, float("nan")).to_numpy(zero_copy_only=False), dtype=np.float64)


def flags(column: pa.Array | pa.ChunkedArray) -> NDArray[np.bool_]:
    """Return a boolean column; False where NULL."""
    return np.asarray(pc.fill_null(whole(column), False).to_numpy(zero_copy_only=False), dtype=np.bool_)


def numbers(column: pa.Array | pa.ChunkedArray) -> NDArray[np.float64]:
    """Return a numeric column as float; NaN where NULL."""
    filled = pc.fill_null(whole(column).cast(pa.float64()), float("nan"))
    return np.asarray(filled.to_numpy(zero_copy_only=False), dtype=np.float64)


def both_agree(column: pa.Array | pa.ChunkedArray, a: Ints, b: Ints) -> Floats:
    """Return 1 where both have the same, 0 where another, UNKNOWN where one has nothing."""
    key = keys(column)
    return np.where((key[a] == NO_KEY) | (key[b] == NO_KEY), UNKNOWN, (key[a] == key[b]) * 1.0)
