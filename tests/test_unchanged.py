"""Nights in which nothing changed: the snapshot stays, and the nights after are those that would have followed a rebuild."""

import csv
import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks.faults_world import ad
from pipeline import doctor, history, plan, publish, unchanged
from pipeline import run as engine
from pipeline.errors import RelatedJobsError
from pipeline.ingest import Feed
from pipeline.settings import PublishSettings, RelateSettings, RunSettings, Settings, SettleSettings, UnchangedSettings
from pipeline.store import Home, Run, RunStore

DAY = date(2026, 3, 2)
ONE = replace(Settings(), run=RunSettings(workers=1))
ROWS = [ad(n) for n in range(8)] + [ad(n, "other", "Utrecht") for n in range(3)]


def deliver(folder: Path, rows: Iterable[dict[str, str]], name: str = "f", **said: Any) -> Feed:
    rows, path = list(rows), folder / f"{name}.csv"
    columns = list(dict.fromkeys(key for row in [ad(0), *rows] for key in row))
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, columns)
        writer.writeheader()
        writer.writerows(rows)
    return Feed(name=name, path=str(path), **said)


def night(home: Home, n: int, *feeds: Feed, settings: Settings = ONE, **how: Any) -> Run:
    run = engine.begin(home, DAY + timedelta(days=n), feeds, settings, **how)
    assert run is not None
    engine.run_night(run, check=lambda run, gate: None)
    return run


def told(home: Home, n: int, *feeds: Feed, settings: Settings = ONE, **how: Any) -> list[str]:
    """Do a night up to stage `unchanged` and return what it says has changed."""
    run = engine.begin(home, DAY + timedelta(days=n), feeds, settings, **how)
    assert run is not None
    for stage in plan.PLAN[: [s.name for s in plan.PLAN].index(plan.UNCHANGED) + 1]:
        for feed in [f.name for f in feeds] if stage.grain == "feeds" else [None]:
            engine.run_stage(run, stage.name, feed, check=lambda run, gate: None)
    return list(run.store.manifest["changed"])


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one night over ROWS."""
    folder = tmp_path_factory.mktemp("first")
    night(Home(folder / "home"), 0, deliver(folder, ROWS))
    return folder / "home"


@pytest.fixture
def home(first: Path, tmp_path: Path) -> Home:
    """A copy of it, free to be spoiled."""
    return Home(Path(shutil.copytree(first, tmp_path / "home", symlinks=True)))


def marts(home: Home) -> dict[str, list[tuple[Any, ...]]]:
    """Return all marts, but for the hour at which a run began."""
    with duckdb.connect(str(home.path / "related_jobs.duckdb"), read_only=True) as con:
        told = {mart: con.table(f"mart.{mart}") for mart in publish.MARTS}
        told["run_records"] = con.sql("SELECT * EXCLUDE (started_at) FROM mart.run_records")
        return {mart: sorted(rows.fetchall(), key=repr) for mart, rows in told.items()}


def current(home: Home) -> str:
    now = home.current()
    assert now is not None
    return now.path.name


def test_the_snapshot_stays_and_the_run_keeps_its_record_only(home: Home, tmp_path: Path) -> None:
    before = sorted((p, p.stat().st_mtime_ns) for p in (home.path / "snapshots").rglob("*"))
    run = night(home, 1, deliver(tmp_path, reversed(ROWS)))  # the same listings in another order
    assert sorted((p, p.stat().st_mtime_ns) for p in (home.path / "snapshots").rglob("*")) == before
    manifest = run.store.manifest
    assert (manifest["state"], manifest["snapshot"], manifest["unchanged_since"]) == ("published", f"{DAY}.1", str(DAY))
    assert manifest["counts"] == home.run(DAY).manifest["counts"]
    assert [p.name for p in run.store.path.iterdir() if any(p.glob("*.parquet"))] == ["record"]
    assert {r.stage for r in engine.records(run)} >= {"ingest", "settle", "unchanged", "report"}
    assert not {r.stage for r in engine.records(run)} & {"fit", "block", "relate", "audit", "publish"}
    assert engine.begin(home, DAY + timedelta(days=1), [deliver(tmp_path, reversed(ROWS))], ONE) is None
    said = f"nothing changed since {DAY}: the snapshot of that night stays"
    assert run.store.unchanged == said
    assert said.capitalize() in (run.store.path / "report.html").read_text()
    assert any(said in f.says for f in doctor.examine(home) if f.what == "runs")
    assert "related_jobs_last_run_changed 0.0" in (home.path / "metrics.prom").read_text()
    assert [k.stands_for for k in history.kept(home)] == [str(DAY + timedelta(days=1))]


def test_the_command_line_says_so_in_its_last_line(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from pipeline.commands.night import run

    feed, settings = deliver(tmp_path, ROWS), tmp_path / "settings.toml"
    settings.write_text("[run]\nworkers = 1\n")
    run(feed=[feed.path], run_date=str(DAY + timedelta(days=1)), home=home.path, settings=settings)
    said = capsys.readouterr().out.splitlines()
    assert said[-1] == f"nothing changed since {DAY}: the snapshot of that night stays"
    assert said[-2].endswith(f"/snapshots/{DAY}.1")
    assert not any(line.startswith(("  fit", "  publish")) for line in said)


# The third night misses a listing, which a night of grace carries; the fourth closes it; in the last it comes back.
LIFE = [ROWS, ROWS[::-1], ROWS[1:], ROWS[1:], ROWS[1:], ROWS]


def test_a_night_of_change_after_unchanged_ones_has_the_marts_of_one_after_rebuilds(tmp_path: Path) -> None:
    homes = Home(tmp_path / "lazy"), Home(tmp_path / "rebuilt")
    stayed = []
    for n, rows in enumerate(LIFE):
        feed = deliver(tmp_path, rows, grace=1)
        runs = [night(home, n, feed, full=n > 0 and home is homes[1]) for home in homes]
        assert not runs[1].store.unchanged
        stayed.append(bool(runs[0].store.unchanged))
        if not stayed[-1]:
            assert marts(homes[0]) == marts(homes[1]), n
    assert stayed == [False, True, False, False, True, False]
    assert len(homes[0].snapshots()) == stayed.count(False)


def test_what_a_night_is_made_by_publishes_where_it_changed(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed = deliver(tmp_path, ROWS)
    assert told(home, 1, feed, settings=replace(ONE, relate=RelateSettings(limit=4))) == ["other settings"]
    never = replace(ONE, unchanged=UnchangedSettings(stays=False))
    assert told(home, 1, feed, settings=never) == ["every night publishes ([unchanged] stays = false)"]
    assert told(home, 1, feed, full=True) == ["--full was asked for"]
    assert told(home, 2, feed, refit=True) == ["--refit was asked for"]
    assert told(home, 7, feed) == ["a new fit is due"]
    with monkeypatch.context() as other:
        other.setattr(unchanged, "_code", lambda: "another version")
        assert told(home, 3, feed) == ["other code"]
    (home.path / "overrides.csv").write_text("posting_id_a,posting_id_b,decision,reason,author,date\n")
    assert told(home, 4, feed) == ["other overrides"]
    (home.path / "overrides.csv").unlink()
    shutil.rmtree(home.run(DAY).path / "vectors")
    assert told(home, 5, feed) == [f"the tables of {DAY} are gone"]


def test_what_the_date_alone_brings_is_a_change(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    # A deadline that passes, an ad that is fresh no longer, a day that no feed could know before.
    dated = [{"valid_through": "2026-03-03"}, {"date_posted": "2026-02-25"}, {"date_posted": "2026-03-08"}]
    feed = deliver(tmp_path, [*({**ad(n, "dated"), **more} for n, more in enumerate(dated, 4)), *ROWS[:4]])
    night(home, 0, feed)
    found = [told(home, n, feed) for n in range(1, 5)]
    assert [changes[:1] for changes in found] == [[], ["postings: 1"], ["postings: 1"], ["postings: 2"]]
    assert [changes[-1] for changes in found[1:]] == ["lives of postings: 1", *["jobs that are no longer fresh: 1"] * 2]


def test_what_is_gone_or_forgotten_is_a_change(home: Home, tmp_path: Path) -> None:
    few = replace(ONE, publish=PublishSettings(gone_days=2), settle=SettleSettings(remember_days=4))
    feed = deliver(tmp_path, ROWS[1:])
    night(home, 1, feed, settings=few)
    found = [told(home, n, feed, settings=few) for n in range(2, 6)]
    assert not found[0] and found[1] == found[2] and "lives of postings: 1" in found[3]
    assert "gone jobs or postings whose time is over" in found[1][0]


def test_records_beyond_the_setting_are_removed_and_nobody_needs_them(tmp_path: Path) -> None:
    few = replace(ONE, run=RunSettings(workers=1, keep_snapshots=1))
    home, feed = Home(tmp_path / "home"), deliver(tmp_path, ROWS)
    night(home, 0, feed, settings=few)
    assert [told(home, n, feed, settings=few) for n in (1, 2)] == [[], []]
    days = [DAY + timedelta(days=n) for n in (1, 2)]
    assert [home.run(day).record("sightings").is_file() for day in days] == [False, True]
    assert not told(home, 2, feed, settings=few, force=True)
    assert home.run(days[1]).manifest["yesterday_record"] is None


def test_feeds_that_say_nothing_change_nothing(tmp_path: Path) -> None:
    """A delta without rows, a feed that did not come: what they brought before stays as it was, and is told."""
    home = Home(tmp_path / "home")
    full, delta = deliver(tmp_path, ROWS[:6]), deliver(tmp_path, [ad(9, "third")], "d", delta=True)
    more = deliver(tmp_path, [ad(8, "fourth")], "more")
    night(home, 0, full, delta, more)
    run = night(home, 1, full, deliver(tmp_path, [], "d", delta=True))
    assert run.store.unchanged
    assert [r["state"] for r in run.store.manifest["remarks"]] == ["did not come"]
    night(home, 2, full, deliver(tmp_path, [], "d", delta=True), full=True)
    seen = {row[1]: row[3] for row in marts(home)["sightings"]}
    assert seen == {"f": DAY + timedelta(days=2), "d": DAY, "more": DAY}


def test_a_date_between_and_a_rollback(home: Home, tmp_path: Path) -> None:
    feed = deliver(tmp_path, ROWS)
    night(home, 3, feed)
    # A date between: kept aside, since readers see a night that is newer; that one is stale.
    between = night(home, 2, deliver(tmp_path, ROWS[1:]))
    assert not between.store.unchanged and current(home) == f"{DAY}.1"
    assert home.run(DAY + timedelta(days=3)).manifest["stale"]
    night(home, 4, deliver(tmp_path, ROWS[1:]))
    assert current(home) == f"{DAY + timedelta(days=4)}.1"
    # Back to the night that changed nothing: its snapshot, and what it knows of it.
    assert history.rollback(home, str(DAY + timedelta(days=3))).path.name == f"{DAY}.1"
    run = night(home, 5, deliver(tmp_path, ROWS))
    assert run.store.unchanged and run.store.manifest["yesterday_record"] == str(DAY + timedelta(days=3))


@pytest.mark.parametrize("step", ["record", "tables"])
def test_broken_off_it_ends_the_same(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    feed = deliver(tmp_path, ROWS)
    with monkeypatch.context() as broken:
        name = {"record": "_drop_tables", "tables": "_done"}[step]
        if step == "record":
            broken.setattr(unchanged, name, lambda store: 1 / 0)
        else:
            broken.setattr(
                RunStore, "mark_done", lambda store, stage, record: 1 / 0 if stage == "unchanged" else record
            )
        with pytest.raises((ZeroDivisionError, RelatedJobsError)):
            night(home, 1, feed)
    run = night(home, 1, feed)
    assert run.store.unchanged and run.store.marker("report")
    assert [p.name for p in run.store.path.iterdir() if any(p.glob("*.parquet"))] == ["record"]
