"""Chance that falls alike on every machine: made of `Random.random()` alone, whose sequence Python promises to keep."""

import hashlib
import random
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """A named stream of chance: the same parts of the name, the same throws."""

    def __init__(self, *name: object) -> None:
        self._throw = random.Random(":".join(str(part) for part in name)).random

    def chance(self, share: float) -> bool:
        """Return True in `share` of the throws."""
        return self._throw() < share

    def below(self, n: int) -> int:
        """Return a whole number from 0 to n - 1."""
        return int(self._throw() * n)

    def between(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return low + int(self._throw() * (high - low + 1))

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of `choices`."""
        return choices[int(self._throw() * len(choices))]

    def weighted(self, choices: Sequence[T], weights: Sequence[float]) -> T:
        """Return one of `choices`, each as often as its weight says."""
        steps = list(accumulate(weights))
        return choices[bisect_right(steps, self._throw() * steps[-1], hi=len(steps) - 1)]

    def sample(self, choices: Sequence[T], k: int) -> list[T]:
        """Return `k` different places of `choices` in random order, all of them where there are fewer."""
        pool = list(choices)
        for i in range(min(k, len(pool))):
            j = i + int(self._throw() * (len(pool) - i))
            pool[i], pool[j] = pool[j], pool[i]
        return pool[:k]

    def rank(self, n: int, flatness: float) -> int:
        """Return a rank from 0 to n - 1 under a Zipf-like law: share of rank r is about 1 / (r + flatness)."""
        rank: float = flatness * ((1 + n / flatness) ** self._throw() - 1)
        return min(int(rank), n - 1)


def digest(*parts: object, size: int = 8) -> str:
    """Return 2 * `size` hex digits that are a function of `parts`."""
    joined = "\x1f".join(str(part) for part in parts)
    return hashlib.blake2b(joined.encode("utf-8"), digest_size=size).hexdigest()
