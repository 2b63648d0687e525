"""Search: for each job those that lie nearest, in time that grows with the jobs and not with their square."""

import os
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline.ranking.centres import nearest
from pipeline.ranking.spaces import Dense

Ints = npt.NDArray[np.int64]

_BLOCK = 1_024  # jobs searched for at once: 1,024 x 20,000 cosines are 80 MB


def groups(work: Dense, centre: Dense, probes: int) -> Iterator[tuple[Ints, Ints]]:
    """Yield the rows of each centre and the rows to search for them, those of the `probes` nearest centres; ascending.

    An inverted file, as in faiss' IVF: all rows of a centre share one search.

    Args:
        work: rows x dimensions, by which rows belong to centres.
        centre: centres x dimensions.
        probes: centres searched.
    """
    member, _ = nearest(work, centre)
    order = np.argsort(member, kind="stable")
    starts = np.searchsorted(member[order], np.arange(len(centre) + 1))
    inside = [order[starts[i] : starts[i + 1]] for i in range(len(centre))]
    near = _largest(np.round(centre @ centre.T, 6), probes)
    for i, members in enumerate(inside):
        if len(members):
            yield members, np.sort(np.concatenate([inside[j] for j in near[i]]))


def nearest_dense(asking: Dense, asked: Dense, members: Ints, searched: Ints, most: int) -> tuple[Ints, Ints]:
    """Return pairs of each member with the `most` of `searched` of the largest dot product, itself left out.

    Args:
        asking: rows x dimensions, what a row looks for.
        asked: rows x dimensions, what it is looked for by.
        members: rows that look.
        searched: rows looked at, ascending, the members among them.
        most: of each.
    """
    against = asked[searched].T
    pairs = []
    for block in np.array_split(members, -(-len(members) // _BLOCK)):
        likeness = np.round(asking[block] @ against, 5)
        likeness[np.arange(len(block)), np.searchsorted(searched, block)] = -np.inf
        best = _largest(likeness, most)
        chosen = np.isfinite(np.take_along_axis(likeness, best, axis=1))
        pairs.append((np.repeat(block, best.shape[1])[chosen.ravel()], searched[best][chosen]))
    return np.concatenate([a for a, _ in pairs]), np.concatenate([b for _, b in pairs])


def nearest_sparse(vectors: sparse.csr_matrix, members: Ints, searched: Ints, most: int) -> tuple[Ints, Ints]:
    """Return pairs of each member with the `most` of `searched` that share most with it, itself left out."""
    from sparse_dot_topn import sp_matmul_topn

    asked = vectors[searched].T.tocsr()
    found = sp_matmul_topn(vectors[members], asked, top_n=most + 1, sort=True, n_threads=os.cpu_count() or 1).tocoo()
    a, b = members[found.row], searched[found.col]
    return a[a != b], b[a != b]


def _largest(likeness: Dense, most: int) -> Ints:
    """Return the columns of the `most` largest values of each row, not sorted."""
    if likeness.shape[1] <= most:
        return np.broadcast_to(np.arange(likeness.shape[1]), likeness.shape).copy()
    return np.argpartition(likeness, -most, axis=1)[:, -most:]
