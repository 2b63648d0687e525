"""Distance between places."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_EARTH_KM = 6_371.0


def kilometres(latitude: Floats, longitude: Floats, a: npt.NDArray[np.int64], b: npt.NDArray[np.int64]) -> Floats:
    """Return the great-circle distance in km of places `a` and `b`, pair by pair; NaN where one is unknown."""
    one, other = np.radians(latitude[a]), np.radians(latitude[b])
    apart = np.radians(longitude[a]) - np.radians(longitude[b])
    half = np.sin((one - other) / 2) ** 2 + np.cos(one) * np.cos(other) * np.sin(apart / 2) ** 2
    return np.asarray(2 * _EARTH_KM * np.arcsin(np.sqrt(np.minimum(half, 1))))
