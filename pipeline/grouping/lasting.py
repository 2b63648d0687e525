"""Ids that last: a group of today takes the id of yesterday's group that most lives on in it; what moved is told."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.grouping.arrays import Ints
from pipeline.text.tokens import short_id


@dataclass(frozen=True)
class Move:
    """Members that went from one id to another: event is 'merged' where old_id is gone, 'split' where it lives on."""

    event: str
    old_id: str
    new_id: str
    members: int


@dataclass(frozen=True)
class Yesterday:
    """Yesterday's groups, as far as they live on.

    Attributes:
        ids: ids of all of yesterday's groups, sorted.
        old: group of each member that lives on, as position in ids.
        new: its group today.
        heads: today's group of the member that stood for each of `ids`; -1 where it is gone.
    """

    ids: list[str]
    old: Ints
    new: Ints
    heads: Ints


def lasting(prefix: str, yesterday: Yesterday, canonical: Sequence[str]) -> tuple[list[str], list[Move]]:
    """Return the id of each of today's groups, and the merges and splits since yesterday.

    Pairs of an old and a new group are matched one to one, those that share most members first; ties go to the pair
    that keeps yesterday's canonical, then to the smaller old id, then to the smaller canonical id. So an id follows the
    larger part of what lives on, whatever else came or went. A group without a match gets an id made from its
    canonical member's, and never one that names another group, today's or yesterday's.

    Args:
        prefix: letter of the ids.
        yesterday: its groups.
        canonical: id of the member that stands for each of today's groups.
    """
    pairs, shared = np.unique(np.stack([yesterday.old, yesterday.new], axis=1), axis=0, return_counts=True)
    apart = yesterday.heads[pairs[:, 0]] != pairs[:, 1]
    heir = np.asarray([canonical[i] for i in pairs[:, 1].tolist()], dtype=str)
    ids: list[str | None] = [None] * len(canonical)
    living: set[int] = set()
    for was, now in pairs[np.lexsort((heir, pairs[:, 0], apart, -shared))].tolist():
        if was not in living and ids[now] is None:
            living.add(was)
            ids[now] = yesterday.ids[was]
    named = _mint(prefix, ids, canonical, set(yesterday.ids))
    moves = [
        Move("split" if was in living else "merged", yesterday.ids[was], named[now], count)
        for (was, now), count in zip(pairs.tolist(), shared.tolist(), strict=True)
        if named[now] != yesterday.ids[was]
    ]
    return named, sorted(moves, key=lambda m: (m.old_id, m.new_id))


def _mint(prefix: str, ids: Sequence[str | None], canonical: Sequence[str], taken: set[str]) -> list[str]:
    """Return `ids` with every None replaced by an id that is not taken, made from the canonical member's."""
    named = [one or "" for one in ids]
    for head, i in sorted((canonical[i], i) for i, one in enumerate(ids) if one is None):
        name, number = short_id(prefix, head), 2
        while name in taken:
            name, number = short_id(prefix, head, str(number)), number + 1
        taken.add(name)
        named[i] = name
    return named
