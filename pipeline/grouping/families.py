"""Variant links to families: the job with most variants stands in the middle, and every member holds a link with it."""

import heapq

import numpy as np

from pipeline.grouping.arrays import Floats, Ints
from pipeline.sets import distinct


def families(left: Ints, right: Ints, evidence: Floats, age: Ints) -> Ints:
    """Return the centre of each job's family as a position, -1 for a job without a family.

    The job with most links to jobs not yet taken becomes a centre and takes them; then the next. A job that several
    centres could take goes to the one it is closest to; a centre that is left alone so has no family.

    Args:
        left: one job of each pair that shares a template, pairs unique, no job with itself; positions 0..len(age)-1.
        right: the other.
        evidence: of each pair, higher is closer.
        age: rank of each job by age and id, a permutation: ties go to the older.
    """
    size = len(age)
    from_, to = np.concatenate([left, right]), np.concatenate([right, left])
    order = np.lexsort((to, from_))
    starts = np.searchsorted(from_[order], np.arange(size + 1)).tolist()
    is_centre = _centres(starts, to[order].tolist(), age.tolist())
    reach = np.flatnonzero(is_centre[to] & ~is_centre[from_])
    reach = reach[np.lexsort((age[to[reach]], -np.concatenate([evidence, evidence])[reach], from_[reach]))]
    member, first = np.unique(from_[reach], return_index=True)
    centre = np.full(size, -1, dtype=np.int64)
    centre[member] = to[reach[first]]
    chosen = distinct(centre[member])
    centre[chosen] = chosen
    return centre


def _centres(starts: list[int], near: list[int], age: list[int]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which jobs are centres: all others that hold a link hold one with a centre, chosen greedily.

    `near[starts[i]:starts[i + 1]]` are the jobs that job i is linked with.
    """
    size = len(age)
    free = [starts[i] < starts[i + 1] for i in range(size)]
    left = [starts[i + 1] - starts[i] for i in range(size)]
    heap = [(-n, age[i], i) for i, n in enumerate(left) if n]
    heapq.heapify(heap)
    is_centre = np.zeros(size, dtype=np.bool_)
    while heap:
        n, _, i = heapq.heappop(heap)
        if not free[i] or -n != left[i]:
            continue
        is_centre[i] = True
        for taken in [i, *(j for j in near[starts[i] : starts[i + 1]] if free[j])]:
            free[taken] = False
            for j in near[starts[taken] : starts[taken + 1]]:
                left[j] -= 1
                if free[j] and left[j]:
                    heapq.heappush(heap, (-left[j], age[j], j))
    return is_centre
