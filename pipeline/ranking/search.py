"""Search: for each job those that rank highest, in time that grows with the jobs and not with their square."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline.ranking.spaces import Dense

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Groups:
    """Rows by group, an inverted file as in faiss' IVF: the rows of a group share one search.

    Attributes:
        inside: rows of each group, ascending.
        near: of each group the groups to be searched for its rows.
    """

    inside: list[Ints]
    near: Ints

    def searched(self, group: int) -> Ints:
        """Return the rows to be searched for those of a group, ascending; they are among them."""
        return np.sort(np.concatenate([self.inside[other] for other in self.near[group]]))


def groups(member: Ints, centre: Dense, probes: int) -> Groups:
    """Return the groups of rows.

    Args:
        member: group of each row.
        centre: of each group, groups x dimensions.
        probes: groups searched, the nearest by the cosine of their centres.
    """
    order = np.argsort(member, kind="stable")
    starts = np.searchsorted(member[order], np.arange(len(centre) + 1))
    inside = [order[starts[i] : starts[i + 1]] for i in range(len(centre))]
    likeness = np.round(centre @ centre.T, 6)
    np.fill_diagonal(likeness, np.inf)  # an empty group's centre is nearest to nothing, not even to itself
    return Groups(inside, largest(likeness, probes))


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
