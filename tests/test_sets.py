"""Sets by sorting are NumPy's."""

import numpy as np
import pytest

from pipeline.sets import among, distinct, without


@pytest.mark.parametrize("size", [0, 1, 2, 50, 5_000])
@pytest.mark.parametrize("kind", [np.int64, np.uint64])
def test_sets_are_those_of_numpy(size: int, kind: type) -> None:
    draw = np.random.default_rng(size)
    values, others = (draw.integers(0, size + 1, size).astype(kind) for _ in range(2))
    assert distinct(values).tolist() == np.unique(values).tolist()
    assert without(values, others).tolist() == np.setdiff1d(values, others).tolist()
    assert among(values, np.sort(others)).tolist() == np.isin(values, others).tolist()
    assert without(values, others[:0]).tolist() == np.unique(values).tolist()
