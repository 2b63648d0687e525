"""Which posting of a group stands for it: the employer's own before an aggregator's, the fuller, older, then the id."""

import heapq

import numpy as np

from pipeline.grouping.arrays import Bools, Ints, tally

NEVER = np.iinfo(np.int32).max  # a posting without a date is newer than all others


def aggregators(left: Ints, right: Ints, employers: int, at_least: int) -> Bools:
    """Return which employers repost others' ads: the fewest employers that explain the links between employers.

    Greedy vertex cover of the graph of employers whose ads are the same: the employer with the most partners is marked
    and taken out, until none is left with `at_least` partners. An employer whose ads five boards copy has five partners
    too, but loses them when the boards, which have more, are marked.

    Args:
        left: employer code of one side of each same-ad link; -1 where none is named.
        right: employer code of the other side.
        employers: number of codes.
        at_least: partners that make an aggregator.
    """
    marked = np.zeros(employers, dtype=np.bool_)
    other = (left != right) & (left >= 0) & (right >= 0)
    pairs = np.unique(np.sort(np.stack([left[other], right[other]], axis=1), axis=1), axis=0)
    partners: dict[int, set[int]] = {}
    for a, b in pairs.tolist():
        partners.setdefault(a, set()).add(b)
        partners.setdefault(b, set()).add(a)
    heap = [(-len(others), code) for code, others in partners.items()]
    heapq.heapify(heap)
    while heap and -heap[0][0] >= at_least:
        size, code = heapq.heappop(heap)
        if marked[code] or -size != len(partners[code]):
            continue
        marked[code] = True
        for partner in partners[code]:
            partners[partner].discard(code)
            heapq.heappush(heap, (-len(partners[partner]), partner))
    return marked


def preferred(eligible: Bools, label: Ints, own: Bools, snippet: Bools, length: Ints, step: float) -> Bools:
    """Return which eligible postings are as good as any to stand for their group, but for their age.

    Own ads before others', whole texts before snippets, then those about as long as the longest: not shorter than by
    the factor `step`.

    Args:
        eligible: one posting of each group at least.
        label: group of each posting, numbered from 0.
        own: the employer's own.
        snippet: only the beginning of the text is known.
        length: of the text, characters.
        step: lengths within this factor are about equal.
    """
    quality = 2 * own.astype(np.int64) + ~snippet
    best = eligible & (quality == _most(quality, eligible, label))
    return np.asarray(best & (length * step >= _most(length, best, label)))


def _most(values: Ints, rows: Bools, label: Ints) -> Ints:
    """Return for each position the largest value among the marked rows of its group."""
    most = np.zeros(tally(label), dtype=np.int64)
    np.maximum.at(most, label[rows], values[rows])
    return most[label]
