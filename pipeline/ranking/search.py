"""Search: for each job those that lie nearest, in time that grows with the jobs and not with their square."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from pipeline.ranking.centres import nearest
from pipeline.ranking.spaces import Dense

Ints = npt.NDArray[np.int64]

_BLOCK = 1_024  # jobs searched for at once: 1,024 x 20,000 cosines are 80 MB


def neighbours(asking: Dense, asked: Dense, work: Dense, centre: Dense, most: int, probes: int) -> Ints:
    """Return for each row the `most` others of the largest dot product, itself left out; -1 where there are fewer.

    Only the rows of the `probes` centres nearest to the row's own are searched (an inverted file, as in faiss' IVF), so
    that the time grows with the rows and not with their square; all rows of a centre share one matrix product.

    Args:
        asking: rows x dimensions, what a row looks for.
        asked: rows x dimensions, what it is looked for by.
        work: rows x other dimensions, by which rows belong to centres.
        centre: centres x those dimensions.
        most: rows returned at most.
        probes: centres searched for each row.
    """
    found = np.full((len(asking), most), -1, dtype=np.int64)
    for members, searched in _groups(work, centre, probes):
        against = asked[searched].T
        for block in np.array_split(members, -(-len(members) // _BLOCK)):
            likeness = np.round(asking[block] @ against, 5)
            itself = np.searchsorted(searched, block)
            likeness[np.arange(len(block)), itself] = -2
            best = _largest(likeness, most)
            chosen = np.take_along_axis(likeness, best, axis=1) > -2
            found[block, : best.shape[1]] = np.where(chosen, searched[best], -1)
    return found


def _groups(work: Dense, centre: Dense, probes: int) -> Iterator[tuple[Ints, Ints]]:
    """Yield the rows of each centre and the rows to search for them, both ascending."""
    member, _ = nearest(work, centre)
    order = np.argsort(member, kind="stable")
    starts = np.searchsorted(member[order], np.arange(len(centre) + 1))
    inside = [order[starts[i] : starts[i + 1]] for i in range(len(centre))]
    near = _largest(np.round(centre @ centre.T, 6), probes)
    for i, members in enumerate(inside):
        if len(members):
            yield members, np.sort(np.concatenate([inside[j] for j in near[i]]))


def _largest(likeness: Dense, most: int) -> Ints:
    """Return the columns of the `most` largest values of each row, not sorted."""
    if likeness.shape[1] <= most:
        return np.broadcast_to(np.arange(likeness.shape[1]), likeness.shape).copy()
    return np.argpartition(likeness, -most, axis=1)[:, -most:]
