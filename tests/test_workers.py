"""The processes that work on pieces."""

import os

from pipeline.workers import let_rest, workers


def test_workers_that_rest_come_up_again() -> None:
    let_rest()
    with workers(1) as pool:
        first = pool.submit(os.getpid).result()
        let_rest()
        assert not pool.at_hand and pool.submit(os.getpid).result() != first
