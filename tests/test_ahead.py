"""A stage begun ahead: the same tables, records in the order of the plan, failures that are told, nights that go on."""

import shutil
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline import fits, plan, sample
from pipeline import run as engine
from pipeline.errors import RelatedJobsError
from pipeline.ingest import Feed, load_feeds
from pipeline.plan import Stage
from pipeline.run import StageRecord
from pipeline.settings import RunSettings, Settings
from pipeline.store import Home, Run, read_json
from pipeline.workers import workers

DAY, NEXT = date(2026, 3, 2), date(2026, 3, 3)
ONE = replace(Settings(), run=RunSettings(workers=1))
TWO = replace(Settings(), run=RunSettings(workers=2, batch_rows=25))
"""Pieces so small that workers are at hand."""


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Feed, ...]:
    folder = tmp_path_factory.mktemp("sample")
    sample.write(folder, 70, 5, run_date=DAY)
    return load_feeds(folder / "feeds.toml")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, feeds: tuple[Feed, ...]) -> Run:
    """A night of one worker: one stage after the other."""
    run = begun(Home(tmp_path_factory.mktemp("alone")), DAY, feeds, ONE)
    engine.run_night(run, check=lambda run, gate: None)
    return run


def begun(home: Home, day: date, feeds: tuple[Feed, ...], settings: Settings = TWO, **how: bool) -> Run:
    run = engine.begin(home, day, feeds, settings, **how)
    assert run is not None
    return run


@pytest.mark.parametrize(
    ("done", "before", "kept"), [("block", False, True), ("phrases", True, True), ("phrases", False, False)]
)
def test_a_new_fit_asked_for_late_begins_the_night_anew(
    tmp_path: Path, feeds: tuple[Feed, ...], done: str, before: bool, kept: bool
) -> None:
    """Once `phrases` has taken the fit at hand, what was worked out since hangs on it."""
    begun(Home(tmp_path), DAY, feeds, refit=before).store.mark_done(done, {})
    again = begun(Home(tmp_path), DAY, feeds, refit=True)
    assert (again.store.marker(done) is not None) == kept


def fitted(run: Run) -> dict[str, pa.Table]:
    return {name: run.store.read(name) for name in (*plan.FIT_TABLES, "first_links", "job_clusters", "related_jobs")}


def same(one: dict[str, pa.Table], other: dict[str, pa.Table]) -> bool:
    def rows(table: pa.Table) -> list[str]:
        return sorted(map(repr, table.to_pylist()))

    return all(rows(one[name]) == rows(other[name]) for name in one)


def after(name: str, what: Callable[[], object]) -> Callable[[Stage, StageRecord | None], None]:
    """Return a listener that calls `what` when the stage called `name` is done."""
    return lambda stage, record: what() and None if stage.name == name and record else None


def test_a_fit_is_made_while_pairs_are_compared_and_told_of_in_its_turn(
    alone: Run, feeds: tuple[Feed, ...], tmp_path: Path
) -> None:
    run, heard = begun(Home(tmp_path / "home"), DAY, feeds), list[str]()

    def hear(stage: Stage, record: StageRecord | None) -> None:
        heard.extend([stage.name] if record else [])
        until = time.monotonic() + 120
        while stage.name == "group" and record and run.store.marker("fit") is None:  # which nobody else would make
            assert time.monotonic() < until
            time.sleep(0.05)

    engine.run_night(run, hear, check=lambda run, gate: None)
    assert heard == [stage.name for stage in plan.PLAN]
    assert same(fitted(run), fitted(alone))
    run.store.update_manifest(unchanged_since=str(DAY))  # of such a night nothing more is wanted
    with workers(2) as pool:
        pool.submit(int).result()
        before = dict[str, Future[StageRecord]]()
        engine._begin_ahead(run, plan.stage("unchanged"), pool, before)
        assert pool.at_hand and not before
    for how, chosen in ({}, alone.store.read("fits").column("fit_id")[0].as_py()), ({"refit": True}, None):
        again = begun(run.home, DAY, feeds, ONE, force=True, full=True, **how)
        for stage in plan.towards("phrases"):
            for feed in [f.name for f in feeds] if stage.grain == "feeds" else [None]:
                engine.run_stage(again, stage.name, feed)
        assert read_json(again.store.path / fits.CHOSEN) == {"fit_at_hand": chosen}
        assert again.store.read("fit_phrases") == alone.store.read("fit_phrases")


def test_a_fit_that_fails_while_pairs_are_compared_fails_the_night_and_the_next_try_ends_as_if_nothing_had_happened(
    alone: Run, feeds: tuple[Feed, ...], tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    run, no_room = begun(home, DAY, feeds), home.path / "fits"
    spoil = after("phrases", lambda: no_room.write_text("a file where the folder of fits should be"))
    with pytest.raises(OSError, match="fits"):
        engine.run_night(run, spoil, check=lambda run, gate: None)
    assert run.store.manifest["state"] == "failed" and str(no_room) in run.store.manifest["error"]
    assert run.store.marker("fit") is None and run.store.marker("shingles") and home.current() is None
    no_room.unlink()
    again = begun(home, DAY, feeds)
    engine.run_night(again, check=lambda run, gate: None)
    assert same(fitted(again), fitted(alone))


def test_a_fit_goes_by_what_was_chosen_when_its_phrases_were(
    alone: Run, feeds: tuple[Feed, ...], tmp_path: Path
) -> None:
    shutil.copytree(alone.home.path, tmp_path / "home", symlinks=True)
    home = Home(tmp_path / "home")
    (at_hand,) = (home.path / "fits").iterdir()
    run = begun(home, NEXT, feeds, full=True)
    with pytest.raises(RelatedJobsError, match=f"fit {at_hand.name}, whose phrases .* is gone.*--force"):
        engine.run_night(run, after("phrases", lambda: at_hand.rename(tmp_path / "away")), check=lambda run, gate: None)
    assert f"fit {at_hand.name}" in run.store.manifest["error"]
    (tmp_path / "away").rename(at_hand)
    shutil.copytree(at_hand, home.path / "fits" / "f-younger")  # what another night made meanwhile
    made = home.fit("f-younger").read("fits").to_pylist()[0] | {"fit_id": "f-younger", "fitted_on": NEXT}
    home.fit("f-younger").write("fits", pa.Table.from_pylist([made]))
    assert fits.usable(run) == home.fit("f-younger")
    again = begun(home, NEXT, feeds, full=True)
    engine.run_stage(again, "fit")
    assert again.store.read("fits").select(["fit_id", "is_new"]).to_pylist() == [
        {"fit_id": at_hand.name, "is_new": False}
    ]
