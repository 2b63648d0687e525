"""Pairs that links call for: every posting of a component of same-ad links with those that could stand for it."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pipeline.linking.codes import flags, numbers, positions, whole
from pipeline.linking.roads import Ints, unique_pairs
from pipeline.sets import without

ROAD = "group hub"


def missing(links: pa.Table, candidates: pa.Table, postings: pa.Table, hubs: int) -> tuple[pa.Array, Ints, Ints]:
    """Return the pairs of hubs with members of their component that no road compared.

    A group stands or falls with one posting that agrees with all others; where blocking did not compare them, it falls
    for nothing. The hubs of a component are chosen as a group's would be: the whole text before the beginning, then the
    one with most links to postings that no hub chosen before has, then the fuller, then the smaller id.

    Args:
        links: posting_id_a, posting_id_b, kind.
        candidates: pairs that were compared.
        postings: posting_id, is_snippet, body_length, at least of the linked ones.
        hubs: hubs of a component.

    Returns:
        Ids of the linked postings, in order, and both ends of the pairs as positions among them.
    """
    same = links.filter(pc.not_equal(links.column("kind"), "variant"))
    chunks = [*same.column("posting_id_a").chunks, *same.column("posting_id_b").chunks]
    ids = pc.unique(pa.chunked_array(chunks, type=pa.string()))
    ids = ids.take(pc.sort_indices(ids))
    left, right = (positions(same.column(n), ids) for n in ("posting_id_a", "posting_id_b"))
    size = len(ids)
    graph = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(size, size))
    component = connected_components(graph, directed=False)[1].astype(np.int64) if size else np.empty(0, np.int64)
    rows = postings.take(pa.array(positions(ids, whole(postings.column("posting_id")))))
    worth = (~flags(rows.column("is_snippet"))).astype(np.int64)
    length = np.nan_to_num(numbers(rows.column("body_length"))).astype(np.int64)
    ends = _to_hubs(left, right, component, worth, length, hubs)
    known = [positions(candidates.column(n), ids) for n in ("posting_id_a", "posting_id_b")]
    both = (known[0] >= 0) & (known[1] >= 0)
    key = without(ends[0] * size + ends[1], known[0][both] * size + known[1][both])
    return ids, key // max(size, 1), key % max(size, 1)


def _to_hubs(left: Ints, right: Ints, component: Ints, worth: Ints, length: Ints, hubs: int) -> tuple[Ints, Ints]:
    """Return the pairs of each component's hubs with all of its members, in components that links leave incomplete."""
    sizes = np.bincount(component)
    open_ = np.bincount(component[left], minlength=len(sizes)) < sizes * (sizes - 1) // 2
    from_, to = np.concatenate((left, right)), np.concatenate((right, left))
    free = open_[component]
    number = np.arange(len(component))
    pairs: list[tuple[Ints, Ints]] = [(np.empty(0, np.int64), np.empty(0, np.int64))]
    for _ in range(hubs):
        gain = free + np.bincount(from_[free[to]], minlength=len(component))
        order = np.lexsort((number, -length, -gain, -worth, component))
        first = order[np.flatnonzero(np.diff(component[order], prepend=-1))]
        first = first[open_[component[first]] & (gain[first] > 0)]
        if not len(first):
            break
        hub = np.full(len(sizes), -1, dtype=np.int64)
        hub[component[first]] = first
        mine = np.flatnonzero(hub[component] >= 0)
        pairs.append((hub[component[mine]], mine))
        is_hub = np.zeros(len(component), bool)
        is_hub[first] = True
        free &= ~is_hub
        free[to[is_hub[from_]]] = False
        open_ &= np.bincount(component[free], minlength=len(sizes)) > 0
    return unique_pairs(*(np.concatenate(side) for side in zip(*pairs, strict=True)))
