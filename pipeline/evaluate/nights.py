"""The real stages over a file of postings, in a home of their own that is thrown away."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pyarrow as pa

from pipeline import plan
from pipeline.ingest.feeds import Feed
from pipeline.run import begin, run_stage
from pipeline.settings import Settings
from pipeline.store import Home, Run

RUN_DATE = date(2026, 1, 1)
"""The date is of no matter: what is scored does not depend on it."""


@contextmanager
def night_over(postings: Path, *until: str, settings: Settings | None = None) -> Iterator[Run]:
    """Yield a run in which the stages called `until` and those they need were done; its tables go when the block ends.

    Args:
        postings: a table with the columns posting_id, title, company, location, date_posted, description, url.
        until: names of stages.
        settings: the defaults where none are given.
    """
    with tempfile.TemporaryDirectory(prefix="related-jobs-evaluate-") as folder:
        feed = Feed(name="postings", path=str(postings), source="evaluation")
        run = begin(Home(Path(folder)), RUN_DATE, [feed], settings or Settings())
        assert run is not None  # the home is new
        for stage in plan.towards(*until):
            run_stage(run, stage.name, feed.name if stage.grain == "feeds" else None)
        yield run


def ids_of(run: Run) -> dict[str, str]:
    """Return the posting id of each id in the file; listings that became rejects are missing."""
    postings: pa.Table = run.store.read("postings")
    return dict(zip(postings.column("source_id").to_pylist(), postings.column("posting_id").to_pylist(), strict=True))
