"""How often two words stand near each other, counted by one compiled walk over the texts of each word."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from pipeline.compiled import compiled

Ids = NDArray[np.int32]
Ints = NDArray[np.int64]


def together(ids: Ids, starts: Ints, size: int, window: int) -> sparse.csr_matrix:
    """Return how often two words of one text stand at most `window` apart: words x words, symmetric, columns ascending.

    Args:
        ids: word of each place, text after text, below `size`; -1 for a word that counts as none.
        starts: where each text begins, and the end of the last one.
        size: words there are.
        window: places to each side.
    """
    ids = np.ascontiguousarray(ids, dtype=np.int32)
    if np.max(ids, initial=-1) >= size or (len(starts) and (starts[0] != 0 or starts[-1] != len(ids))):
        raise ValueError(
            f"words up to {np.max(ids)} of {size}, in texts from {starts[0]} to {starts[-1]} of {len(ids)}"
        )
    last = np.repeat(starts[1:], np.diff(starts)).astype(np.int64)  # of each place the end of its text
    known = np.flatnonzero(ids >= 0)
    places = known[np.argsort(ids[known], kind="stable")]
    heads = np.concatenate(([0], np.cumsum(np.bincount(ids[known], minlength=size)))).astype(np.int64)
    sizes = np.zeros(size + 1, dtype=np.int64)
    _walk(ids, last, places, heads, window, sizes, np.empty(0, dtype=np.int32), np.empty(0))
    ends = np.cumsum(sizes)
    columns, counts = np.empty(ends[-1], dtype=np.int32), np.empty(ends[-1])
    _walk(ids, last, places, heads, window, ends, columns, counts)
    after: sparse.csr_matrix = sparse.csr_matrix((counts, columns, ends), shape=(size, size))
    before = after.T.tocsr()  # whose columns ascend, for csr and csc are made of each other by counting
    return sparse.csr_matrix(before + before.T.tocsr())


@compiled
def _walk(
    ids: Ids, last: Ints, places: Ints, heads: Ints, window: int, ends: Ints, columns: Ids, counts: NDArray[np.float64]
) -> None:
    """Count, for each word, the words that follow it near by.

    Where there is no room in `columns` only how many they are is written to `ends[word + 1]`; else the words, in the order
    in which they are met, and their counts, from `ends[word]` on.
    """
    size = len(heads) - 1
    seen = np.zeros(size, dtype=np.int64)
    met = np.empty(size, dtype=np.int32)
    for word in range(size):
        several = 0
        for at in range(heads[word], heads[word + 1]):
            place = places[at]
            for near in range(place + 1, min(place + window + 1, last[place])):
                other = ids[near]
                if other >= 0:
                    if seen[other] == 0:
                        met[several] = other
                        several += 1
                    seen[other] += 1
        for i in range(several):
            if len(columns):
                columns[ends[word] + i] = met[i]
                counts[ends[word] + i] = seen[met[i]]
            seen[met[i]] = 0
        if not len(columns):
            ends[word + 1] = several
