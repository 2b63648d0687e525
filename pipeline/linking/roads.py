"""Roads of blocking: from keys to pairs, never quadratic. A block too large is split by a further key, then walked as a line."""

from dataclasses import dataclass, field
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from pipeline.compiled import compiled

Ints = NDArray[np.int64]
Keys = NDArray[np.uint64]

_MULTIPLY = np.uint64(0x9E3779B97F4A7C15)
NO_KEY = np.uint64(0)
"""Key of a posting that does not take this road."""


@dataclass
class Walk:
    """What one road found, and what it had to do about large blocks.

    Attributes:
        left: positions of the first postings of the pairs, each smaller than its `right`.
        blocks: blocks of two postings or more at the first key.
        largest: postings of the largest of them.
        split: blocks that were too large and were split by a further key.
        walked: postings in blocks that no key could split: paired with their next neighbours and the first of the block only.
    """

    name: str
    left: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    right: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    blocks: int = 0
    largest: int = 0
    split: int = 0
    walked: int = 0


def mixed(*keys: Keys) -> Keys:
    """Return one key of several; NO_KEY where the first is."""
    result = keys[0].copy()
    for key in keys[1:]:
        result = (result ^ (result >> np.uint64(29))) * _MULTIPLY + key
    return np.where(keys[0] == NO_KEY, NO_KEY, np.maximum(result, np.uint64(1)))


def walk(name: str, members: Ints, levels: list[Keys], limit: int, neighbours: int) -> Walk:
    """Return the pairs of postings that share a key.

    Args:
        name: name of the road.
        members: position of the posting behind each row; the order of rows is the order blocks are walked in.
        levels: keys of the rows; a block of more than `limit` rows is split by the next, finer one.
        limit: postings a block may have for all of its pairs to be taken.
        neighbours: in a block that is too large each posting is paired with the first, and where no finer key is left with
            so many that follow it; 0: with none.
    """
    found = Walk(name)
    rows = np.arange(len(members))
    pairs = []
    for depth, keys in enumerate(levels):
        rows = rows[keys[rows] != NO_KEY]
        rows = rows[np.argsort(keys[rows], kind="stable")]
        edges = _edges(keys[rows])
        sizes = np.diff(edges)
        if depth == 0:
            found.blocks, found.largest = int((sizes > 1).sum()), int(np.max(sizes, initial=0))
        too_large = sizes > limit
        fits = np.repeat((sizes > 1) & ~too_large, sizes)
        pairs.append(_within(rows[fits], keys, limit))
        rows = rows[np.repeat(too_large, sizes)]
        if depth + 1 < len(levels):
            found.split += int(too_large.sum())
        if neighbours:
            pairs.append(_to_first(rows, keys))
    found.walked = len(rows)
    if neighbours:
        pairs.append(_within(rows, levels[-1], neighbours + 1))
    left, right = (members[np.concatenate(side)] for side in zip(*pairs, strict=True))
    found.left, found.right = unique_pairs(left, right)
    return found


def unique_pairs(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """Return the pairs once each, the smaller position first, without pairs of one posting with itself, in order."""
    left, right = np.minimum(left, right), np.maximum(left, right)
    apart = left != right
    size = int(np.max(right, initial=0)) + 1
    key, _ = _tallied(left[apart] * size + right[apart])
    return key // size, key % size


def _edges(ordered: Keys | Ints) -> Ints:
    """Return where each run of equal keys begins, and the end."""
    if not len(ordered):
        return np.zeros(1, np.int64)
    return np.concatenate(([0], np.flatnonzero(np.diff(ordered)) + 1, [len(ordered)])).astype(np.int64)


def _within(rows: Ints, keys: Keys, reach: int) -> tuple[Ints, Ints]:
    """Return all pairs of rows of one key no farther apart than `reach` - 1, rows given in order of their keys."""
    left, right = _near(keys[rows], reach)
    return rows[left], rows[right]


def _near(ordered: Keys, reach: int) -> tuple[Ints, Ints]:
    """Return the places of all pairs of equal keys no farther apart than `reach` - 1."""
    left, right = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    at = np.arange(len(ordered))
    for step in range(1, min(reach, len(ordered))):
        at = at[: np.searchsorted(at, len(ordered) - step)]
        at = at[ordered[at + step] == ordered[at]]  # what is one key so far apart is one nearer by
        if not len(at):
            break
        left.append(at)
        right.append(at + step)
    return np.concatenate(left), np.concatenate(right)


def _to_first(rows: Ints, keys: Keys) -> tuple[Ints, Ints]:
    """Return pairs of every row with the first row of its key."""
    edges = _edges(keys[rows])
    first = np.repeat(rows[edges[:-1]], np.diff(edges))
    return first, rows


def windows(name: str, members: Ints, keys: Keys, reach: int) -> Walk:
    """Return each posting's pairs with the `reach` next ones of its key, in the order of the rows (sorted neighbourhood)."""
    found = Walk(name)
    rows = np.flatnonzero(keys != NO_KEY)
    rows = rows[np.argsort(keys[rows], kind="stable")]
    sizes = np.diff(_edges(keys[rows]))
    found.blocks, found.largest = int((sizes > 1).sum()), int(np.max(sizes, initial=0))
    left, right = _within(rows, keys, reach + 1)
    found.left, found.right = unique_pairs(members[left], members[right])
    return found


def shared(
    name: str, members: Ints, keys: Keys, finer: list[Keys], limit: int, chunk: int = 1_000_000
) -> tuple[Walk, NDArray[np.float64]]:
    """Return the pairs of postings that share a key, and how many keys each pair shares.

    As walk(), for postings that have many keys each. A key of more than `limit` postings is split by the finer keys; one
    that stays too large after the last is left out and counted in `walked`: what every posting says tells no two apart.

    Args:
        name: name of the road.
        members: position of the posting behind each row.
        keys: of the rows.
        finer: of the postings, by which a key is split, one after the other.
        limit: postings that may share a key.
        chunk: rows handled at once, which bounds memory.
    """
    found = Walk(name)
    size = int(np.max(members, initial=0)) + 1
    tallies: list[tuple[Ints, Ints]] = []
    for depth in range(len(finer) + 1):
        if depth:
            keys = mixed(keys, finer[depth - 1][members])
        order = np.argsort(keys)
        members, keys = members[order], keys[order]
        edges = _edges(keys)
        sizes = np.diff(edges)
        if depth == 0:
            found.blocks, found.largest = int((sizes > 1).sum()), int(np.max(sizes, initial=0))
        too_large = sizes > limit
        fits = np.repeat((sizes > 1) & ~too_large, sizes)
        some, of = keys[fits], members[fits]
        cuts = _edges(some)
        marks = np.searchsorted(cuts, np.arange(0, len(some) + chunk, chunk)).clip(max=len(cuts) - 1)
        for begin, end in zip(cuts[marks[:-1]].tolist(), cuts[marks[1:]].tolist(), strict=True):
            left, right = (of[begin:end][side] for side in _near(some[begin:end], limit))
            key = np.minimum(left, right) * size + np.maximum(left, right)
            tallies.append(_tallied(key[left != right]))
            # Large ones with large ones only: as many times as there are powers of two, not as there are chunks.
            while len(tallies) > 1 and len(tallies[-1][0]) > len(tallies[-2][0]) // 2:
                tallies.append(_merged(tallies.pop(), tallies.pop()))
        rest = np.repeat(too_large, sizes)
        members, keys = members[rest], keys[rest]
        if depth < len(finer):
            found.split += int(too_large.sum())
    found.walked = len(members)
    none = np.empty(0, np.int64)
    pairs, counts = reduce(_merged, reversed(tallies), (none, none))
    found.left, found.right = pairs // size, pairs % size
    return found, counts.astype(np.float64)


def _tallied(values: Ints) -> tuple[Ints, Ints]:
    """Return the distinct values, ascending, and how often each is there."""
    ordered = np.sort(values)
    edges = _edges(ordered)
    return ordered[edges[:-1]], np.diff(edges)


def _merged(one: tuple[Ints, Ints], other: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """Return the tally of all that two tallies count."""
    size = len(one[0]) + len(other[0]) - _both(one[0], other[0])
    found = np.empty(size, np.int64), np.empty(size, np.int64)
    _merge(*one, *other, *found)
    return found


@compiled
def _both(values: Ints, others: Ints) -> int:
    """Return how many values two runs have in common, each of which ascends."""
    at, place, count = 0, 0, 0
    while at < len(values) and place < len(others):
        one, other = values[at], others[place]
        count += one == other
        at += one <= other
        place += other <= one
    return count


@compiled
def _merge(values: Ints, counts: Ints, others: Ints, other_counts: Ints, to_values: Ints, to_counts: Ints) -> None:
    """Put the values of two runs, each of which ascends, into a third, and the sum of the counts of each.

    Sorting and summing runs together by numpy took four times as long: a seventh of blocking a million listings.
    """
    at, place = 0, 0
    for to in range(len(to_values)):
        if place == len(others) or (at < len(values) and values[at] <= others[place]):
            to_values[to], to_counts[to] = values[at], counts[at]
            if place < len(others) and others[place] == values[at]:
                to_counts[to] += other_counts[place]
                place += 1
            at += 1
        else:
            to_values[to], to_counts[to] = others[place], other_counts[place]
            place += 1


def strongest(left: Ints, right: Ints, strength: NDArray[np.float64], each: int) -> NDArray[np.bool_]:
    """Return which pairs are among the `each` strongest of one of their two postings; ties break by position."""
    side, other = np.concatenate((left, right)), np.concatenate((right, left))
    order = np.lexsort((other, -np.tile(strength, 2), side))
    edges = _edges(side[order].astype(np.uint64))
    rank = np.arange(len(order)) - np.repeat(edges[:-1], np.diff(edges))
    keep = np.zeros(len(left), bool)
    keep[order[rank < each] % max(len(left), 1)] = True
    return keep


def star(label: Ints, rank: Ints, least: int) -> tuple[Ints, Ints]:
    """Return pairs of every posting with the best ranked one of its component, for components of `least` postings or more."""
    order = np.lexsort((rank, label))
    edges = _edges(label[order].astype(np.uint64))
    sizes = np.diff(edges)
    head = np.repeat(order[edges[:-1]], sizes)
    large = np.repeat(sizes >= least, sizes)
    return unique_pairs(head[large], order[large])
