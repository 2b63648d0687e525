"""The one ranking: a weighted sum of a pair's channels, its weights in a file a person can read."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline.ranking.kernels import rows_of, sparse_dots
from pipeline.ranking.spaces import Dense

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_DENSE_PAIRS = 1_000  # pairs multiplied at once: their gathered rows stay in the cache (50,000 took six times as long)


@dataclass(frozen=True)
class Ranker:
    """Intercept and weight of each channel; `titles` weighs the channels by which titles alone are compared."""

    intercept: float
    weights: Mapping[str, float]
    titles: Mapping[str, float] = field(default_factory=dict)

    def part(self, channels: Mapping[str, Floats], names: Iterable[str]) -> Floats:
        """Return what the channels of these names add to the score of each pair."""
        total = np.zeros(len(next(iter(channels.values()))))
        for name in sorted(self.weights.keys() & set(names)):
            total += self.weights[name] * channels[name]
        return total

    def score(self, channels: Mapping[str, Floats]) -> Floats:
        """Return the score of each pair, in [0, 1], rounded to 6 digits so that equals are equal everywhere."""
        total = np.full(len(next(iter(channels.values()))), self.intercept)
        for name, weight in self.weights.items():
            total += weight * channels[name]
        return np.asarray(np.round(np.clip(total, 0, 1), 6))


@cache
def shipped() -> Ranker:
    """Return the ranking that ships with the project, pipeline/models/related.toml."""
    given = tomllib.loads((files("pipeline") / "models" / "related.toml").read_text(encoding="utf-8"))
    weights, titles = ({k: float(v) for k, v in given[name].items()} for name in ("weights", "titles"))
    return Ranker(float(given["intercept"]), weights, titles)


def cosines(vectors: sparse.csr_matrix | Dense, a: Ints, b: Ints) -> Floats:
    """Return the dot product of rows `a` and `b` of unit vectors, pair by pair."""
    if isinstance(vectors, np.ndarray):
        return across(vectors, vectors, a, b)
    return sparse_dots(rows_of(vectors), vectors.shape[1], np.ascontiguousarray(a), np.ascontiguousarray(b))


def across(vectors: Dense, others: Dense, a: Ints, b: Ints) -> Floats:
    """Return the dot product of rows `a` of `vectors` and `b` of `others`, pair by pair."""
    found = np.zeros(len(a))
    for start in range(0, len(a), _DENSE_PAIRS):
        left, right = vectors[a[start : start + _DENSE_PAIRS]], others[b[start : start + _DENSE_PAIRS]]
        found[start : start + _DENSE_PAIRS] = np.einsum("ij,ij->i", left, right)
    return found
