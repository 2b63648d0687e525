"""Vectors come out of their table in the order of the jobs, in whatever batches and order they lie."""

import numpy as np
import pyarrow as pa
import pytest

from pipeline.contracts import contract
from pipeline.ranking.vectors import Vectors

JOBS = pa.table({"job_id": [f"j{n}" for n in range(40)]})
WIDTH = 12


def _drawn(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a dense and a sparse channel, as matrices with a row a job."""
    draw = np.random.default_rng(seed)
    terms = draw.random((40, WIDTH)).astype(np.float32) * (draw.random((40, WIDTH)) < 0.4)
    return draw.random((40, 3)).astype(np.float32), terms.astype(np.float32)


def _table(channels: tuple[np.ndarray, np.ndarray], order: np.ndarray, rows: int) -> pa.Table:
    """Return the vectors in an order, in batches of `rows`; some are of jobs nobody asks for."""
    dense, terms = channels
    found = []
    for n in [*order.tolist(), *range(40, 43)]:
        row = terms[n % 40]
        found.append({"job_id": f"j{n}", "channel": "meaning", "term_ids": None, "weights": dense[n % 40].tolist()})
        told = {"term_ids": np.flatnonzero(row).tolist(), "weights": row[row > 0].tolist()}
        found.append({"job_id": f"j{n}", "channel": "body", **told})
    whole = pa.Table.from_pylist(found, contract("vectors").schema)
    return pa.Table.from_batches(whole.to_batches(max_chunksize=rows))


@pytest.mark.parametrize("rows", [1, 7, 1000])
@pytest.mark.parametrize("seed", [1, 2])
def test_vectors_stand_in_the_order_of_the_jobs(seed: int, rows: int) -> None:
    dense, terms = _drawn(seed)
    for order in (np.arange(40), np.random.default_rng(seed).permutation(40)):
        found = Vectors(_table((dense, terms), order, rows), JOBS)
        assert found.channels == ["body", "meaning"]
        assert (found.dense("meaning") == dense).all()
        matrix = found.sparse("body", WIDTH)
        assert (matrix.toarray() == terms).all()
        assert all(
            np.all(np.diff(matrix.indices[a:b]) > 0) for a, b in zip(matrix.indptr, matrix.indptr[1:], strict=False)
        )


def test_a_job_without_vectors_has_none_and_moves_nobody() -> None:
    dense, terms = _drawn(3)
    there = np.delete(np.arange(40), [0, 17, 39])
    found = Vectors(_table((dense, terms), there, 5), JOBS)
    for made, wanted in ((found.dense("meaning"), dense), (found.sparse("body", WIDTH).toarray(), terms)):
        assert (made[there] == wanted[there]).all() and not made[[0, 17, 39]].any()
    assert found.dense("topics").shape == (40, 1)


def test_vectors_of_another_fit_are_told() -> None:
    with pytest.raises(ValueError, match=r"where there are 3: vectors of another fit"):
        Vectors(_table(_drawn(4), np.arange(40), 9), JOBS).sparse("body", 3)
