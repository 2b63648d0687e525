"""Levels as numbers: how far apart two jobs are in rank."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

RANKS = {
    "intern": 0.0,
    "graduate": 1.0,
    "junior": 1.5,
    "mid": 2.5,
    "senior": 3.5,
    "staff": 4.0,
    "lead": 4.0,
    "principal": 4.5,
    "manager": 4.5,
    "director": 6.0,
    "executive": 7.0,
}
UNSTATED = 2.5  # a title that states no level is read as the middle


def ranks(levels: Sequence[str | None]) -> npt.NDArray[np.float64]:
    """Return the rank of each level, that of the middle where none is stated."""
    return np.array([RANKS.get(level or "", UNSTATED) for level in levels])


def stated(levels: Sequence[str | None]) -> npt.NDArray[np.float64]:
    """Return the rank of each level, NaN where none is stated."""
    return np.array([RANKS.get(level or "", np.nan) for level in levels])


def distance(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return how far two ranks are apart: 0 the same, 1 three steps or more."""
    return np.minimum(np.abs(a - b) / 3.0, 1.0)
