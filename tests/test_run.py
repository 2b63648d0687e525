"""One night through the one code path: law 1, law 3, law 5, resuming, doing nothing, redoing, older dates, broken feeds."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipeline import audit, plan, publish, sample
from pipeline import run as engine
from pipeline.errors import AuditError, InputError, UsageError
from pipeline.ingest import Feed, feeds_from_paths, load_feeds
from pipeline.settings import RunSettings, Settings, override
from pipeline.store import Home, Run

DAY = date(2026, 3, 2)
NEXT = date(2026, 3, 3)
ONE = replace(Settings(), run=RunSettings(workers=1))
CLOCK = {"run_records", "fits"}  # run_records tell the hour, fits whether they were new


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Feed, ...]:
    folder = tmp_path_factory.mktemp("sample")
    sample.write(folder, 300, 7, run_date=DAY)
    return load_feeds(folder / "feeds.toml")


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory, feeds: tuple[Feed, ...]) -> Run:
    return do(Home(tmp_path_factory.mktemp("home")), DAY, feeds)


@pytest.fixture
def home(night: Run, tmp_path: Path) -> Iterator[Home]:
    """A copy of the finished night's home, free to be spoiled."""
    shutil.copytree(night.home.path, tmp_path / "home", symlinks=True)
    yield Home(tmp_path / "home")


def do(home: Home, day: date, feeds: tuple[Feed, ...], settings: Settings = ONE, **how: bool) -> Run:
    run = engine.begin(home, day, feeds, settings, **how)
    assert run is not None
    engine.run_night(run)
    return run


def marts(database: Path) -> dict[str, list[str]]:
    """Return the rows of every mart as sorted texts, floats rounded to 1e-6."""
    with duckdb.connect(str(database), read_only=True) as con:
        return {
            m: sorted(json.dumps(rounded(row), default=str) for row in con.table(f"mart.{m}").fetchall())
            for m in publish.MARTS
            if m not in CLOCK
        }


def rounded(value: object) -> object:
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, list | tuple):
        return [rounded(v) for v in value]
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return value


def database(home: Home) -> Path:
    return home.path / "related_jobs.duckdb"


def test_every_listing_ends_as_a_posting_or_a_reject(night: Run) -> None:
    records = night.store.count("raw_listings") + night.store.count("raw_rejects")
    listings = night.store.read("listings").to_pylist()
    assert len(listings) == records
    assert (
        len({(r["feed"], r["file"], r["position"], r["posting_id"], r["reject_reason"]) for r in listings}) == records
    )
    assert {r["posting_id"] for r in listings} - {None} == set(
        night.store.read("postings").column("posting_id").to_pylist()
    )


def test_readers_find_database_feed_and_report_of_one_run(night: Run) -> None:
    home = night.home
    assert database(home).is_file() and (home.path / "report.html").is_file()
    manifest = json.loads((home.path / "feed" / "manifest.json").read_text())
    with duckdb.connect(str(database(home)), read_only=True) as con:
        jobs = [r[0] for r in con.execute("SELECT job_id FROM mart.jobs").fetchall()]
        assert con.execute("SELECT max(run_date) FROM mart.runs").fetchone() == (DAY,)
        assert con.execute("SELECT count(*) FROM mart.boxes").fetchone() != (0,)
    shards = [
        json.loads((home.path / "feed" / "shards" / f"{p or 'all'}-{d}.json").read_text())
        for p, d in manifest["shards"].items()
    ]
    assert manifest["run_date"] == DAY.isoformat()
    assert sorted(j for s in shards for j in s.get("jobs", {})) == sorted(jobs)
    assert f"run {DAY}" in (home.path / "report.html").read_text()


def test_published_tables_and_columns_are_commented(night: Run) -> None:
    with duckdb.connect(str(database(night.home)), read_only=True) as con:
        bare = con.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'mart' AND comment IS NULL UNION ALL "
            "SELECT table_name || '.' || column_name FROM duckdb_columns() WHERE schema_name = 'mart' AND comment IS NULL "
            "AND table_name NOT IN ('runs', 'boxes')"
        ).fetchall()
    assert bare == []


def test_every_gate_left_its_results(night: Run) -> None:
    assert {r["gate"] for r in audit.results(night.store)} == {s.gate for s in plan.PLAN if s.gate}


def test_same_date_same_feeds_does_nothing(home: Home, feeds: tuple[Feed, ...]) -> None:
    before = sorted((p.name, p.stat().st_mtime_ns) for p in home.path.rglob("*"))
    assert engine.begin(home, DAY, feeds, ONE) is None
    assert sorted((p.name, p.stat().st_mtime_ns) for p in home.path.rglob("*")) == before


def test_same_date_other_feeds_is_an_error_without_force(home: Home, feeds: tuple[Feed, ...]) -> None:
    with pytest.raises(UsageError, match=r"other feeds \(different: talent\).*--force"):
        engine.begin(home, DAY, [f for f in feeds if f.name != "talent"], ONE)
    with pytest.raises(UsageError, match="other settings"):
        engine.begin(home, DAY, feeds, override({"relate": {"limit": 4}}, "test"))


def test_law_1_redone_shuffled_split_and_with_two_workers_the_tables_are_the_same(
    home: Home, feeds: tuple[Feed, ...], tmp_path: Path
) -> None:
    before = marts(database(home))
    two = replace(ONE, run=RunSettings(workers=2, batch_rows=97))
    do(home, DAY, tuple(reversed(feeds)), two, force=True)
    assert len(home.snapshots()) == 2
    assert marts(database(home)) == before


def test_next_night_keeps_ids_and_first_dates(home: Home, feeds: tuple[Feed, ...]) -> None:
    before = marts(database(home))
    do(home, NEXT, feeds)
    after = marts(database(home))
    for mart in ("jobs", "job_postings", "duplicates", "clusters"):  # boxes know what is fresh
        assert after[mart] == before[mart], mart
    with duckdb.connect(str(database(home)), read_only=True) as con:
        assert con.execute("SELECT DISTINCT first_seen, last_seen FROM mart.postings").fetchall() == [(DAY, NEXT)]
        assert con.execute("SELECT count(*) FROM mart.runs").fetchone() == (2,)


def test_older_date_is_kept_aside_and_a_redone_one_marks_later_ones_stale(home: Home, feeds: tuple[Feed, ...]) -> None:
    do(home, date(2026, 3, 1), feeds)
    current = home.current()
    assert current is not None and current.run_date == DAY
    assert home.run(DAY).manifest["stale"] is True
    assert engine.begin(home, DAY, feeds, ONE) is not None  # a stale run is redone without --force


def test_a_night_whose_feed_is_missing_is_a_failed_night(home: Home, feeds: tuple[Feed, ...]) -> None:
    """It never began, and yet whoever looks for it in the morning finds it where failed nights are."""
    from pipeline import doctor

    missing = (*feeds, Feed("late", str(home.path / "not-yet.csv")))
    with pytest.raises(InputError):
        engine.begin(home, NEXT, missing, ONE)
    assert home.run(NEXT).manifest["state"] == "failed" and "not-yet.csv" in home.run(NEXT).manifest["error"]
    assert "related_jobs_last_run_success 0.0" in (home.path / "metrics.prom").read_text()
    assert [f.state for f in doctor.examine(home) if f.what == "runs" and "not-yet.csv" in f.says] == ["wrong"]
    shutil.copy(feeds[0].path, home.path / "not-yet.csv")
    assert engine.begin(home, NEXT, missing, ONE) is not None
    with pytest.raises(InputError):
        engine.begin(home, DAY, (Feed("late", str(home.path / "never.csv")),), ONE)
    assert home.run(DAY).manifest["state"] == "published" and not home.run(DAY).manifest["error"]


def test_broken_off_run_goes_on_where_it_stopped(
    home: Home, feeds: tuple[Feed, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = marts(database(home))
    run = engine.begin(home, NEXT, feeds, ONE)
    assert run is not None
    for stage in plan.PLAN[: [s.name for s in plan.PLAN].index("relate")]:
        for feed in [f.name for f in feeds] if stage.grain == "feeds" else [None]:
            engine.run_stage(run, stage.name, feed)
    again = engine.begin(home, NEXT, feeds, ONE)
    assert again is not None
    heard: list[tuple[str, bool]] = []
    engine.run_night(again, lambda stage, record: heard.append((stage.name, record.reused)) if record else None)
    assert [name for name, reused in heard if not reused] == ["relate", "audit", "publish", "report"]
    assert marts(database(home))["jobs"] == before["jobs"]


@pytest.mark.parametrize(
    ("step", "moved"), [("publish", False), ("moved", True)], ids=["before the move", "between move and flip"]
)
def test_publishing_broken_off_ends_the_same(home: Home, feeds: tuple[Feed, ...], step: str, moved: bool) -> None:
    run = engine.begin(home, NEXT, feeds, ONE)
    assert run is not None
    for stage in plan.PLAN[:-2]:
        for feed in [f.name for f in feeds] if stage.grain == "feeds" else [None]:
            engine.run_stage(run, stage.name, feed)
    run.store.update_manifest(publishing=f"{NEXT}.1")
    if moved:
        (run.store.path / "snapshot").rename(home.path / "snapshots" / f"{NEXT}.1")
    current = home.current()
    assert current is not None and current.run_date == DAY
    engine.run_night(run)
    current = home.current()
    assert current is not None and current.path.name == f"{NEXT}.1"
    assert (current.path / "report.html").is_file() or moved


def test_failed_audit_changes_nothing_readers_see(
    home: Home, feeds: tuple[Feed, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (home.path / "current").readlink(), marts(database(home))
    feed = tmp_path / "bad.csv"
    feed.write_text(
        "source,title,company,location,description\n" + "board,,Acme,Rome,words\n" * 9 + "board,Cook,Acme,Rome,Cook.\n"
    )
    run = engine.begin(home, NEXT, feeds_from_paths([str(feed)]), ONE)
    assert run is not None
    with pytest.raises(AuditError) as caught:
        engine.run_night(run)
    told = str(caught.value)
    assert (
        "nothing was published" in told and "at most half of the listings are rejects" in told and "what to do" in told
    )
    assert ((home.path / "current").readlink(), marts(database(home))) == before
    assert home.run(NEXT).manifest["state"] == "failed"


@pytest.mark.parametrize("content", [None, ""], ids=["missing", "empty"])
def test_unreadable_feed_is_told_and_changes_nothing(home: Home, tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "feed.csv"
    if content is not None:
        path.write_text(content)
    before = (home.path / "current").readlink()
    with pytest.raises(InputError, match=str(path)):
        do(home, NEXT, feeds_from_paths([str(path)]))
    assert (home.path / "current").readlink() == before


def test_snapshots_beyond_the_setting_are_retired(home: Home, feeds: tuple[Feed, ...]) -> None:
    few = replace(ONE, run=RunSettings(workers=1, keep_snapshots=1))
    for _ in range(3):
        do(home, DAY, feeds, few, force=True)
    assert [s.path.name for s in home.snapshots()] == [f"{DAY}.3", f"{DAY}.4"]


def test_one_posting_alone_is_published_with_an_empty_box(tmp_path: Path) -> None:
    feed = tmp_path / "one.csv"
    feed.write_text("source,title,company,location,description\nboard,Cook,Acme,Rome,Cook for forty guests a night.\n")
    run = do(Home(tmp_path / "home"), DAY, feeds_from_paths([str(feed)]))
    assert publish.counts(database(run.home))["jobs"] == 1
    assert run.store.read("related_jobs").num_rows == 0


def test_posting_text_stays_text(tmp_path: Path) -> None:
    """What a feed says is never markup in the report or the JSON feed."""
    evil = "<script>alert(1)</script> Cook"
    feed = tmp_path / "evil.ndjson"
    rows = [{"source": "b", "source_id": str(n), "title": f"{evil} {n}", "company": "</script><b>Acme", "location": "Rome",
             "description": "Cook for forty guests."} for n in range(3)]  # fmt: skip
    feed.write_text("".join(json.dumps(r) + "\n" for r in rows))
    run = do(Home(tmp_path / "home"), DAY, feeds_from_paths([str(feed)]))
    page = (run.home.path / "report.html").read_text()
    assert "<script>alert" not in page and "</script><b>" not in page
    assert all("<" not in p.read_text() for p in (run.home.path / "feed").resolve().rglob("*.json"))
