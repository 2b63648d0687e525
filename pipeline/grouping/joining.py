"""Same-ad links to groups of postings: easy components at once as arrays, the others cut one by one."""

from dataclasses import dataclass, fields

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pipeline.grouping.arrays import Bools, Ints, tally
from pipeline.grouping.partition import Partition, build, cut

FORBIDDEN, NO_HUB, OUTWEIGHED, STOCK = 0, 1, 2, 3
"""Why a same-ad link does not join: a guard forbids a pair across, no posting agrees with all, more speaks against it, or it
rests on a text that many employers use."""


@dataclass(frozen=True)
class Pairs:
    """Judged pairs over positions.

    Attributes:
        left: smaller position; right: larger position.
        same: linked as the same ad; else judged not to be.
        forbidden: must not be in one group.
        weight: weight for (same) or against, in units of partition.UNIT, not negative.
    """

    left: Ints
    right: Ints
    same: Bools
    forbidden: Bools
    weight: Ints

    def where(self, rows: Bools | Ints) -> "Pairs":
        """Return some of the pairs."""
        return Pairs(*(getattr(self, f.name)[rows] for f in fields(self)))


@dataclass(frozen=True)
class Groups:
    """Groups of positions.

    Attributes:
        label: group of each position, numbered in the order of their first members.
        count: number of groups.
        cut_rows: rows of the same-ad pairs that do not join, ascending.
        reasons: why each does not: FORBIDDEN, NO_HUB, OUTWEIGHED or STOCK.
    """

    label: Ints
    count: int
    cut_rows: Ints
    reasons: Ints


def components(left: Ints, right: Ints, size: int) -> Ints:
    """Return the connected component of each position 0..size-1."""
    ones = np.ones(len(left), dtype=np.int8)
    _, label = connected_components(coo_array((ones, (left, right)), shape=(size, size)), directed=False)
    return np.asarray(label, dtype=np.int64)


def join(pairs: Pairs, component: Ints, quality: Ints) -> Groups:
    """Return groups in each of which one member at least holds a same-ad link with every other.

    Args:
        pairs: all judged pairs; those between components do not matter.
        component: connected component of each position over the same-ad pairs.
        quality: of each position; the member that holds a link with all is one of the best of its group.
    """
    hard = _hard(pairs, component, quality)
    members = np.flatnonzero(hard[component])
    members = members[np.argsort(component[members], kind="stable")]
    inside = component[pairs.left] == component[pairs.right]
    rows = np.flatnonzero(inside & hard[component[pairs.left]])
    rows = rows[np.argsort(component[pairs.left[rows]], kind="stable")]
    label = component.copy()
    cuts: list[tuple[int, int]] = []
    names = np.flatnonzero(hard)
    at = zip(_starts(component[members], names), _starts(component[pairs.left[rows]], names), strict=True)
    fresh = len(hard)
    for mine, some in ((members[m], rows[r]) for m, r in at):
        own = pairs.where(some)
        left, right = np.searchsorted(mine, own.left), np.searchsorted(mine, own.right)
        partition = _cut_one(own, left.tolist(), right.tolist(), quality[mine].tolist())
        label[mine] = fresh + np.asarray(partition.group)
        fresh += 2 * len(mine)
        split = np.flatnonzero(own.same & (label[own.left] != label[own.right]))
        cuts += [(int(some[k]), _reason(partition, int(left[k]), int(right[k]))) for k in split]
    label, count = _renumber(label)
    found = np.asarray(sorted(cuts), dtype=np.int64).reshape(-1, 2)
    return Groups(label, count, found[:, 0], found[:, 1])


def _hard(pairs: Pairs, component: Ints, quality: Ints) -> Bools:
    """Return which components must be looked at: without a hub, or with pairs judged not to be the same ad."""
    count = tally(component)
    best = np.zeros(count, dtype=np.int64)
    np.maximum.at(best, component, quality)
    agrees = linked_with_all(pairs.left[pairs.same], pairs.right[pairs.same], component)
    hubs = np.bincount(component[agrees & (quality == best[component])], minlength=count)
    inside = component[pairs.left] == component[pairs.right]
    against = np.bincount(component[pairs.left[inside & ~pairs.same]], minlength=count)
    return np.asarray((hubs == 0) | (against > 0))


def linked_with_all(left: Ints, right: Ints, label: Ints) -> Bools:
    """Return which positions are linked with every other member of their group.

    Args:
        left: one side of the linked pairs, each once.
        right: the other side.
        label: group of each position, -1 for none.
    """
    inner = (label[left] == label[right]) & (label[left] >= 0)
    degree = np.bincount(np.concatenate([left[inner], right[inner]]), minlength=len(label))
    grouped = label >= 0
    sizes = np.append(np.bincount(label[grouped], minlength=tally(label)), 0)
    return np.asarray(grouped & (degree == sizes[label] - 1))


def _starts(sorted_names: Ints, names: Ints) -> list[slice]:
    """Return where each of `names` stands in `sorted_names`, as slices."""
    begin, end = np.searchsorted(sorted_names, names, "left"), np.searchsorted(sorted_names, names, "right")
    return [slice(b, e) for b, e in zip(begin.tolist(), end.tolist(), strict=True)]


def _cut_one(own: Pairs, left: list[int], right: list[int], quality: list[int]) -> Partition:
    """Return one component cut into groups."""
    rows = list(zip(left, right, own.weight.tolist(), own.same.tolist(), own.forbidden.tolist(), strict=True))
    partition = build(
        quality,
        linked=[(i, j, w) for i, j, w, same, _ in rows if same],
        against=[(i, j, w) for i, j, w, same, _ in rows if not same],
        never=[(i, j) for i, j, _, _, never in rows if never],
    )
    cut(partition)
    return partition


def _reason(partition: Partition, i: int, j: int) -> int:
    """Return why the groups of two linked positions are not one group."""
    one, two = partition.groups[partition.group[i]], partition.groups[partition.group[j]]
    if partition.forbids(one, two):
        return FORBIDDEN
    return OUTWEIGHED if partition.union_hubs(one, two) else NO_HUB


def _renumber(label: Ints) -> tuple[Ints, int]:
    """Return labels numbered in the order of their first positions, and how many there are."""
    _, first, dense = np.unique(label, return_index=True, return_inverse=True)
    order = np.empty(len(first), dtype=np.int64)
    order[np.argsort(first, kind="stable")] = np.arange(len(first))
    return order[dense], len(first)


def heads(eligible: Bools, label: Ints, rank: Ints) -> Ints:
    """Return the position that stands for each group: of the eligible ones that of the smallest rank (the eldest).

    Args:
        eligible: one in each group at least.
        label: group of each position, numbered from 0, -1 for none.
        rank: of each position, a permutation.
    """
    order = np.flatnonzero(eligible)
    order = order[np.argsort(rank[order], kind="stable")]
    found, first = np.unique(label[order], return_index=True)
    if len(found) != tally(label):
        raise AssertionError("a group without a member that agrees with all others")
    return np.asarray(order[first], dtype=np.int64)
