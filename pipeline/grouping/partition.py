"""Cut what hangs together into groups in which every member agrees with one of them, as much agreement kept as can be.

Correlation clustering under a star constraint: the sum of weights within groups is maximised (agreement counts for,
disagreement against), where a group needs a hub, one of its best members that holds a direct link with every other,
and must not hold a forbidden pair. Greedy additive edge contraction (Keuper et al. 2015), then single moves, by turns
until neither gains. Weights are integers, so sums do not depend on their order; ties go to the smaller position.
"""

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

UNIT = 1_000_000  # weight of certain agreement

Pair = tuple[int, int, int]
"""Two positions and the weight of their belonging together."""


@dataclass
class Group:
    """Members, those of them that may stand for it (hubs), and the best quality among them."""

    members: set[int]
    hubs: set[int]
    quality: int


@dataclass
class Partition:
    """Groups of positions 0..size-1, changed in place.

    Attributes:
        links: positions each position holds a direct link with.
        weight: weight of each judged pair, by position, both ways.
        forbidden: positions each must never share a group with.
        quality: of each position; none may stand for a better one.
        group: number of the group of each position.
        groups: groups by number.
    """

    links: list[set[int]]
    weight: list[dict[int, int]]
    forbidden: list[set[int]]
    quality: Sequence[int]
    group: list[int] = field(init=False)
    groups: dict[int, Group] = field(init=False)

    def __post_init__(self) -> None:
        """Make each position a group of its own."""
        self.group = list(range(len(self.links)))
        self.groups = {i: self.alone(i) for i in self.group}

    def alone(self, i: int) -> Group:
        """Return a group of one position."""
        return Group({i}, {i}, self.quality[i])

    def union_hubs(self, one: Group, two: Group) -> set[int]:
        """Return which members may stand for two groups as one; none where a pair across is forbidden."""
        hubs = {h for h in one.hubs if two.members <= self.links[h]}
        hubs |= {h for h in two.hubs if one.members <= self.links[h]}
        quality = max(one.quality, two.quality)
        hubs = {h for h in hubs if self.quality[h] == quality}
        return hubs if hubs and not self.forbids(one, two) else set()

    def forbids(self, one: Group, two: Group) -> bool:
        """Return whether a pair across both groups is forbidden."""
        few, many = sorted((one.members, two.members), key=len)
        return any(not self.forbidden[i].isdisjoint(many) for i in few if self.forbidden[i])

    def hubs_without(self, i: int) -> set[int]:
        """Return which members may stand for the group of position i, were it not in it."""
        group = self.groups[self.group[i]]
        rest = group.members - {i}
        quality = max((self.quality[k] for k in rest), default=0)
        maybe = rest if quality < group.quality else rest - self.links[i] - group.hubs
        fit = {h for h in maybe if self.quality[h] == quality and len(self.links[h]) >= len(rest) - 1}
        return {h for h in fit if rest - {h} <= self.links[h]} | (group.hubs & rest)

    def between(self, i: int) -> dict[int, int]:
        """Return the summed weight of position i with each group it was judged with."""
        sums: dict[int, int] = {}
        for other, weight in self.weight[i].items():
            where = self.group[other]
            sums[where] = sums.get(where, 0) + weight
        return sums

    def join(self, keep: int, gone: int, hubs: set[int]) -> None:
        """Move all members of group `gone` to `keep`; `hubs` are those of both as one."""
        group, other = self.groups[keep], self.groups.pop(gone)
        for i in other.members:
            self.group[i] = keep
        group.members |= other.members
        group.hubs = hubs
        group.quality = max(group.quality, other.quality)

    def leave(self, i: int, number: int) -> None:
        """Make position i a group of its own, called `number`."""
        here = self.groups[self.group[i]]
        here.hubs = self.hubs_without(i)
        here.members.discard(i)
        here.quality = max((self.quality[k] for k in here.members), default=0)
        if not here.members:
            del self.groups[self.group[i]]
        self.groups[number] = self.alone(i)
        self.group[i] = number


def build(
    quality: Sequence[int], linked: Iterable[Pair], against: Iterable[Pair], never: Iterable[tuple[int, int]]
) -> Partition:
    """Return positions 0..len(quality)-1, each a group of its own.

    Args:
        quality: of each position; a group is held together by one of its best.
        linked: pairs with a direct link, and the weight for.
        against: pairs judged and not linked, and the weight against, as a positive number.
        never: pairs that must not share a group.
    """
    links: list[set[int]] = [set() for _ in quality]
    weight: list[dict[int, int]] = [{} for _ in quality]
    forbidden: list[set[int]] = [set() for _ in quality]
    for i, j, w in linked:
        links[i].add(j)
        links[j].add(i)
        weight[i][j] = weight[j][i] = w
    for i, j, w in against:
        weight[i][j] = weight[j][i] = -w
    for i, j in never:
        forbidden[i].add(j)
        forbidden[j].add(i)
    return Partition(links, weight, forbidden, quality)


def cut(partition: Partition) -> None:
    """Group the positions, so that no join of two groups and no move of one position keeps more agreement."""
    changed = True
    while changed:
        changed = contract(partition)
        changed = move(partition) or changed


def contract(partition: Partition) -> bool:
    """Join the two groups with the largest weight between them, again and again while it is positive; return if any."""
    between: dict[int, dict[int, int]] = {g: {} for g in partition.groups}
    for i, g in enumerate(partition.group):
        for h, w in partition.between(i).items():
            if h != g:
                between[g][h] = between[g].get(h, 0) + w
    refused: dict[int, set[int]] = {g: set() for g in partition.groups}
    heap = [(-w, g, h) for g, others in between.items() for h, w in others.items() if w > 0 and g < h]
    heapq.heapify(heap)
    changed = False
    while heap:
        minus, g, h = heapq.heappop(heap)
        if between.get(g, {}).get(h) != -minus:
            continue  # one of them is gone, or the weight has changed since
        one, two = partition.groups[g], partition.groups[h]
        hubs = partition.union_hubs(one, two)
        if not hubs:
            refused[g].add(h)
            refused[h].add(g)
            continue
        keep, gone = (g, h) if len(one.members) >= len(two.members) else (h, g)
        partition.join(keep, gone, hubs)
        _absorb(between, refused, heap, keep, gone)
        changed = True
    return changed


def _absorb(
    between: dict[int, dict[int, int]], refused: dict[int, set[int]], heap: list[Pair], keep: int, gone: int
) -> None:
    """Add the weights of `gone` to those of `keep`, and queue what may be joined now."""
    mine = between[keep]
    del mine[gone]
    again = refused.pop(gone) | refused[keep]  # among more members there may be a hub now
    refused[keep] = set()
    for other, w in between.pop(gone).items():
        if other != keep:
            del between[other][gone]
            mine[other] = between[other][keep] = mine.get(other, 0) + w
            again.add(other)
    for other in again:
        w = mine.get(other, 0)
        if w > 0:
            heapq.heappush(heap, (-w, min(keep, other), max(keep, other)))


def move(partition: Partition) -> bool:
    """Move single positions to where they agree more, while it gains; return if any moved."""
    changed, gains = False, True
    while gains:
        gains = False
        for i in range(len(partition.group)):
            gains = _move_one(partition, i) or gains
        changed = changed or gains
    return changed


def _move_one(partition: Partition, i: int) -> bool:
    """Move position i to the group where it agrees most, or to one of its own; return whether it moved."""
    here = partition.group[i]
    sums = partition.between(i)
    stay = sums.pop(here, 0)
    choices = [(-w, g) for g, w in sums.items() if w > max(stay, 0)]
    if stay < 0:
        choices.append((0, -1))
    if not choices or (len(partition.groups[here].members) > 1 and not partition.hubs_without(i)):
        return False
    for _, g in sorted(choices):
        hubs = partition.union_hubs(partition.alone(i), partition.groups[g]) if g >= 0 else {i}
        if hubs:
            number = _free(partition, i)
            partition.leave(i, number)
            if g >= 0:
                partition.join(g, number, hubs)
            return True
    return False


def _free(partition: Partition, i: int) -> int:
    """Return a group number that is not in use: i, or the first beyond all positions."""
    number = i
    while number in partition.groups:
        number = max(number + 1, len(partition.group))
    return number
