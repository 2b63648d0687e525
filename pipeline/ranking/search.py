"""Search: for each job those that lie nearest, in time that grows with the jobs and not with their square."""

import numpy as np
import numpy.typing as npt

from pipeline.ranking.centres import nearest
from pipeline.ranking.spaces import Dense

Ints = npt.NDArray[np.int64]

_BLOCK = 1_024  # jobs searched for at once: 1,024 x 20,000 cosines are 80 MB


def neighbours(positions: Dense, centre: Dense, most: int, probes: int, exact_up_to: int) -> Ints:
    """Return the `most` nearest rows of each row by dot product, itself left out: rows x most, -1 where there are fewer.

    Up to `exact_up_to` rows all are searched. Beyond, the rows of the `probes` centres nearest to the row's own
    (an inverted file, as in faiss' IVF): every row of a centre shares one matrix product.
    """
    rows = np.arange(len(positions))
    if len(positions) <= exact_up_to or len(centre) <= probes:
        groups = [(block, rows) for block in np.array_split(rows, max(1, -(-len(rows) // _BLOCK)))]
    else:
        groups = _probed(positions, centre, probes)
    found = np.full((len(positions), most), -1, dtype=np.int64)
    for asked, searched in groups:
        for block in np.array_split(asked, max(1, -(-len(asked) // _BLOCK))):
            likeness = np.round(positions[block] @ positions[searched].T, 5)
            itself = np.searchsorted(searched, block)
            likeness[np.arange(len(block)), itself] = -2
            best = _largest(likeness, most)
            chosen = np.take_along_axis(likeness, best, axis=1) > -2
            found[block, : best.shape[1]] = np.where(chosen, searched[best], -1)
    return found


def _probed(positions: Dense, centre: Dense, probes: int) -> list[tuple[Ints, Ints]]:
    member, _ = nearest(positions, centre)
    order = np.argsort(member, kind="stable")
    starts = np.searchsorted(member[order], np.arange(len(centre) + 1))
    inside = [order[starts[i] : starts[i + 1]] for i in range(len(centre))]
    near = _largest(np.round(centre @ centre.T, 6), probes)
    return [
        (inside[i], np.sort(np.concatenate([inside[j] for j in near[i]]))) for i in range(len(centre)) if len(inside[i])
    ]


def _largest(likeness: Dense, most: int) -> Ints:
    """Return the columns of the `most` largest values of each row, not sorted."""
    if likeness.shape[1] <= most:
        return np.broadcast_to(np.arange(likeness.shape[1]), likeness.shape).copy()
    return np.argpartition(likeness, -most, axis=1)[:, -most:]
