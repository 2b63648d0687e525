"""MinHash sketches of sampled shingles: texts that say nearly the same share bands of them (Broder 1997)."""

import numpy as np
from numpy.typing import NDArray

from pipeline.linking.roads import Ints, Keys, mixed

ROWS = 4
"""Least values of a band: two texts share a band with their resemblance to the power of it."""
BANDS = 16
"""Bands of a sketch: of two texts that resemble by .8 one in ten thousand shares none, by .65 one in twenty."""
_SHIFT = np.uint64(32)


def sketches(owner: Ints, values: Keys, texts: int) -> NDArray[np.uint32]:
    """Return BANDS x ROWS least values of each text's shingles, each under a hash of its own.

    Args:
        owner: text of each sampled shingle, in order.
        values: the shingles, as well mixed fingerprints.
        texts: number of texts; one without shingles has zeros.
    """
    found = np.zeros((texts, BANDS * ROWS), dtype=np.uint32)
    if not len(owner):
        return found
    begins = np.flatnonzero(np.concatenate(([True], np.diff(owner) != 0)))
    multipliers = np.random.default_rng(1).integers(1, 1 << 62, BANDS * ROWS, dtype=np.uint64) * np.uint64(
        2
    ) + np.uint64(1)
    for column, multiplier in enumerate(multipliers):
        found[owner[begins], column] = np.minimum.reduceat((values * multiplier) >> _SHIFT, begins)
    return found


def bands(sketch: NDArray[np.uint32]) -> tuple[Ints, Keys]:
    """Return owner and key of each band of each text, texts without shingles left out."""
    known = np.flatnonzero(sketch.any(axis=1))
    wide = sketch[known].astype(np.uint64)
    keys = [
        mixed(np.full(len(known), band + 1, np.uint64), *wide[:, band * ROWS : (band + 1) * ROWS].T)
        for band in range(BANDS)
    ]
    return np.tile(known, BANDS), np.concatenate(keys)


def agreement(sketch: NDArray[np.uint32], left: Ints, right: Ints, chunk: int = 200_000) -> NDArray[np.float64]:
    """Return the share of least values each pair agrees in: an estimate of the texts' resemblance."""
    found = np.zeros(len(left))
    for begin in range(0, len(left), chunk):
        some = slice(begin, begin + chunk)
        found[some] = (sketch[left[some]] == sketch[right[some]]).mean(axis=1)
    return found
