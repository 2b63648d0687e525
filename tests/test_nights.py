"""Nights in order through the one code path: what lives, what is held back, what comes back, and under which ids."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benchmarks.faults_world import ad as row
from benchmarks.faults_world import write
from pipeline import run as engine
from pipeline.errors import UsageError
from pipeline.ingest import Feed
from pipeline.settings import RunSettings, Settings
from pipeline.store import Home, Run

DAY = date(2026, 3, 2)
ONE = replace(Settings(), run=RunSettings(workers=1))


def deliver(folder: Path, feed: str, rows: Iterable[dict[str, str]], **said: Any) -> Feed:
    path = folder / f"{feed}.csv"
    write(path, list(rows))
    return Feed(name=feed, path=str(path), **said)


def night(home: Home, n: int, *feeds: Feed, settings: Settings = ONE, audited: bool = False, **how: Any) -> Run:
    """Do a night; its gates, half of a small night's time, only where they are asked about."""
    run = engine.begin(home, DAY + timedelta(days=n), feeds, settings, **how)
    assert run is not None
    engine.run_night(run, check=None if audited else lambda run, gate: None)
    return run


def ask(home: Home, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home.path / "related_jobs.duckdb"), read_only=True) as con:
        return con.execute(query).fetchall()


def jobs(home: Home) -> dict[str, str]:
    """Return the job of each board's id."""
    return dict(ask(home, "SELECT source_id, job_id FROM mart.postings JOIN mart.job_postings USING (posting_id)"))


def test_a_carried_posting_is_in_its_job_and_its_box_like_any_other(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    both = [row(n) for n in range(8)], [row(0, "other"), row(1, "other")]
    night(home, 0, deliver(tmp_path, "full", both[0], grace=1), deliver(tmp_path, "more", both[1]))
    before, boxes = jobs(home), ask(home, "SELECT job_id, rank, related_job_id FROM mart.related_jobs ORDER BY ALL")
    assert before["board-0Le"] == before["other-0Le"]
    feeds = deliver(tmp_path, "full", both[0][2:], grace=1), deliver(tmp_path, "more", both[1])
    night(home, 1, *feeds)
    assert jobs(home) == before
    assert ask(home, "SELECT job_id, rank, related_job_id FROM mart.related_jobs ORDER BY ALL") == boxes
    assert ask(home, "SELECT count(*) FROM mart.listings") == [(8,)]
    assert ask(home, "SELECT count(*) FROM mart.gone_postings") == [(0,)]
    night(home, 2, *feeds)
    left = ask(home, "SELECT why, count(*) FROM mart.posting_states WHERE state = 'closed' GROUP BY 1")
    assert left == [("missing from its feeds", 2)]
    assert ask(home, "SELECT count(*) FROM mart.gone_postings") == [(2,)]
    # The canonical may have closed: the next member stands for the job, under the same id.
    assert jobs(home) == {
        source_id: job for source_id, job in before.items() if source_id not in ("board-0Le", "board-1Le")
    }


def test_a_canonical_that_closes_hands_over_and_a_job_that_returns_has_its_id(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    several = [row(0), row(0, "other"), row(0, "third")]
    others = [row(n) for n in range(1, 8)]
    night(home, 0, deliver(tmp_path, "f", several + others))
    before = jobs(home)
    (canonical,) = ask(
        home,
        f"SELECT source_id FROM mart.jobs JOIN mart.postings ON posting_id = canonical_posting_id WHERE job_id = '{before['board-0Le']}'",
    )
    without = [r for r in several if r["source_id"] != canonical[0]]
    night(home, 1, deliver(tmp_path, "f", without + others))
    assert {jobs(home)[r["source_id"]] for r in without} == {before["board-0Le"]}
    night(home, 2, deliver(tmp_path, "f", others))
    assert before["board-0Le"] not in jobs(home).values()
    assert ask(home, "SELECT job_id, became FROM mart.gone_jobs") == [(before["board-0Le"], None)]
    night(home, 3, deliver(tmp_path, "f", without + others))
    assert {jobs(home)[r["source_id"]] for r in without} == {before["board-0Le"]}
    assert ask(home, "SELECT count(*) FROM mart.gone_jobs") == [(0,)]
    assert ask(home, "SELECT count(*), min(returned_on) FROM mart.posting_states WHERE returns > 0") == [
        (2, DAY + timedelta(days=3))
    ]


KINDS = {
    "posting": "SELECT posting_id, content_id FROM mart.postings",
    "job": "SELECT job_id, job_id FROM mart.jobs",
    "family": "SELECT family_id, family_id FROM mart.variant_families",
    "cluster": "SELECT cluster_id, cluster_id FROM mart.clusters",
    "posting of job": "SELECT posting_id, job_id FROM mart.job_postings",
    "job of family": "SELECT job_id, family_id FROM mart.family_jobs",
    "job of cluster": "SELECT job_id, cluster_id FROM mart.jobs",
    "related list": "SELECT job_id, list(related_job_id ORDER BY rank) FROM mart.related_jobs GROUP BY 1",
}


def marts(home: Home) -> dict[str, dict[str, Any]]:
    return {kind: dict(ask(home, query)) for kind, query in KINDS.items()}


def replay(before: dict[str, dict[str, Any]], gone: set[str], home: Home) -> dict[str, dict[str, Any]]:
    """Return yesterday's marts with tonight's changes applied, one after the other."""
    found = {kind: dict(rows) for kind, rows in before.items()}
    contents = dict(ask(home, "SELECT posting_id, content_id FROM mart.postings"))
    for kind, one, event, old, new, cards in ask(
        home, "SELECT kind, id, event, old_id, new_id, cards FROM mart.changes"
    ):
        if event == "removed":
            del found[kind][one]
        elif event == "added":
            assert one not in found[kind]
            found[kind][one] = cards if kind == "related list" else contents[one] if kind == "posting" else new
        elif event == "changed":
            assert one in found[kind]
            found[kind][one] = cards if kind == "related list" else new
        else:
            assert old in before[kind] or old in gone  # it says where members went; added and removed move the ids
    return found


def test_yesterdays_marts_and_the_changes_are_tonights(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    found: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
    gone: set[str] = set()
    rows = [row(n) for n in range(9)] + [row(n, "other", "Utrecht") for n in range(3)]
    for n, delivered in enumerate((rows[:10], [*rows[2:], row(3, edition="We moved.")], rows)):
        night(home, n, deliver(tmp_path, "f", delivered))
        found = replay(found, gone, home)
        assert found == marts(home)
        gone |= {one for (one,) in ask(home, "SELECT job_id FROM mart.gone_jobs")}
    told = set(ask(home, "SELECT kind, event, why FROM mart.changes"))
    assert ("posting", "added", "returned") in told
    assert {event for kind, event, _ in told if kind == "job"} >= {"changed", "merged"}
    days = ask(home, "SELECT DISTINCT run_date, since FROM mart.changes")
    assert days == [(DAY + timedelta(days=2), DAY + timedelta(days=1))]


def test_a_crawl_that_broke_off_is_held_back_told_and_let_through_by_name(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    rows = [row(n) for n in range(10)]
    night(home, 0, deliver(tmp_path, "f", rows))
    before = jobs(home)
    broken = deliver(tmp_path, "f", rows[:2])
    run = night(home, 1, broken)
    assert jobs(home) == before
    (remark,) = run.store.manifest["remarks"]
    assert remark["state"] == "held back" and "2 different postings of 10 expected" in remark["says"]
    assert "--accept-shrink f" in remark["says"]
    assert "Held back: feed f brought" in (home.path / "report.html").read_text()
    assert engine.begin(home, DAY + timedelta(days=1), [broken], ONE) is None
    with pytest.raises(UsageError, match="no such feed; there are f"):
        engine.begin(home, DAY + timedelta(days=1), [broken], ONE, accept_shrink=["nobody"])
    night(home, 1, broken, accept_shrink=["f"])  # needs no --force: it says what is to be done anew
    assert len(jobs(home)) == 2
    assert engine.begin(home, DAY + timedelta(days=1), [broken], ONE) is None
    assert engine.begin(home, DAY + timedelta(days=1), [broken], ONE, accept_shrink=["f"]) is None


def test_what_was_said_about_a_feed_stays_said_where_the_run_broke_off(tmp_path: Path) -> None:
    home, day = Home(tmp_path / "home"), DAY + timedelta(days=1)
    night(home, 0, deliver(tmp_path, "f", [row(n) for n in range(10)]))
    broken = deliver(tmp_path, "f", [row(n) for n in range(2)])
    run = engine.begin(home, day, [broken], ONE, accept_shrink=["f"])
    assert run is not None
    for name in ("ingest", "normalise", "days", "deliveries"):
        engine.run_stage(run, name, "f" if name == "ingest" else None)
    again = engine.begin(home, day, [broken], ONE)
    assert again is not None and again.store.marker("deliveries")
    assert again.store.manifest["accept_shrink"] == ["f"]


def test_texts_of_carried_postings_survive_a_redone_date_and_gone_runs(tmp_path: Path) -> None:
    """Yesterday's texts stand in yesterday's snapshot, whatever became of its run's folder."""
    home = Home(tmp_path / "home")
    rows = [row(n) for n in range(8)]
    full = deliver(tmp_path, "f", rows, grace=9)
    night(home, 0, full)
    less = deliver(tmp_path, "f", rows[2:], grace=9)
    night(home, 1, less)
    home.run(DAY).clear()
    home.run(DAY + timedelta(days=1)).clear()
    engine.begin(home, DAY + timedelta(days=1), [less], ONE, force=True)  # broken off at once: its folder is empty now
    night(home, 2, less)
    assert len(jobs(home)) == 8
    texts = home.run(DAY + timedelta(days=2)).read("bodies")
    assert texts.num_rows == 8


def test_a_delta_of_what_changed_gives_the_night_that_everything_gives(tmp_path: Path) -> None:
    """Law 2 over a feed: what did not come is linked, grouped, clustered and shown as if it had come."""
    rows = [row(n) for n in range(9)] + [row(n, "other") for n in range(4)]
    changed = [row(2, edition="We moved to a new house."), row(9), row(5, "other", "Utrecht")]
    now = [r for r in rows if r["source_id"] != changed[0]["source_id"]] + changed
    found = []
    for kind, second in (("whole", now), ("delta", changed)):
        (tmp_path / kind).mkdir()
        home = Home(tmp_path / kind / "home")
        night(home, 0, deliver(tmp_path / kind, "f", rows, delta=kind == "delta"))
        night(home, 1, deliver(tmp_path / kind, "f", second, delta=kind == "delta"))
        tables = (
            "jobs",
            "job_postings",
            "variant_families",
            "clusters",
            "related_jobs",
            "duplicates",
            "changes",
            "gone_jobs",
        )
        found.append({t: ask(home, f"SELECT * FROM mart.{t} ORDER BY ALL") for t in tables})
        found[-1]["postings"] = ask(home, "SELECT * EXCLUDE (last_seen) FROM mart.postings ORDER BY ALL")
    assert found[0] == found[1]


def test_a_feed_that_ended_must_be_one_that_did_not_come(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    rows = [row(n) for n in range(8)]
    f, g = deliver(tmp_path, "f", rows), deliver(tmp_path, "g", [row(9)])
    night(home, 0, f, g)
    with pytest.raises(UsageError, match="a feed of this run"):
        engine.begin(home, DAY + timedelta(days=1), [f, g], ONE, end_feeds=["g"])
    with pytest.raises(UsageError, match="feeds that did not come: g"):
        night(home, 1, f, end_feeds=["h"])
    night(home, 1, f, end_feeds=["g"])
    assert "board-9Le" not in jobs(home)
