"""What an earlier night worked out is taken over by key: tonight's tables are those of a night that knows nothing."""

import json
import random
from dataclasses import replace
from datetime import date
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from pipeline import kept, plan
from pipeline import run as engine
from pipeline.ingest import Feed
from pipeline.settings import NormaliseSettings, RunSettings, Settings
from pipeline.store import Home, Run

DAYS = (date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4))
PIECES = replace(Settings(), run=RunSettings(workers=1, batch_rows=7))
KEPT = [s for s in plan.PLAN if s.kept or s.told_by]


def listing(number: int, **others: Any) -> dict[str, Any]:
    return {
        "posting_id": f"n{number}", "title": f"Keeper of {number} looms", "company": f"Mill {number % 5}", "location": "Leeds, UK",
        "date_posted": "3 days ago", "url": f"https://mill.example/{number}",
        "description": f"You look after {number} looms and the {number % 7} boilers beside them. " * 6, **others,
    }  # fmt: skip


WORLDS = (
    [listing(n) for n in range(40)],
    # one edited, one with another day only, three gone, four new, one text under a second id
    [listing(3, title="Painter of 3 boats"), listing(4, date_posted="2026-03-01")]
    + [listing(n) for n in range(5, 44)]
    + [{**listing(5), "posting_id": "again"}],
    [listing(n) for n in range(40)],
)


def night(home: Home, day: date, rows: list[dict[str, Any]], settings: Settings = PIECES) -> Run:
    """Do the stages up to `days`: what comes after hangs on yesterday's snapshot too."""
    path = home.path / f"feed-{day}.ndjson"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n")
    run = engine.begin(home, day, [Feed("feed", str(path), source="board")], settings)
    assert run is not None
    for name in ("ingest", "normalise", "days"):
        engine.run_stage(run, name, "feed" if name == "ingest" else None)
    return run


STAGES = [s.name for s in plan.PLAN if s.grain != "feeds"]
STAGES = STAGES[: STAGES.index("relate") + 1]


def whole_night(home: Home, day: date, rows: list[dict[str, Any]], fits: Path | None = None, full: bool = False) -> Run:
    """Do all stages up to the boxes, without gates; with the fits of another home, where they are given."""
    if fits is not None:
        copytree(fits, home.path / "fits")
    path = home.path / f"feed-{day}.ndjson"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n")
    run = engine.begin(home, day, [Feed("feed", str(path), source="board")], PIECES, full=full)
    assert run is not None
    engine.run_stage(run, "ingest", "feed")
    for name in STAGES:
        engine.run_stage(run, name, check=lambda run, gate: None)
    return run


def next_world(
    rng: random.Random, rows: list[dict[str, Any]], gone: list[dict[str, Any]], first: int
) -> list[dict[str, Any]]:
    """Return what a night later stands there: some went, some came back, some are new, and of some anything changed."""
    left = [row for row in rows if rng.random() > 0.1]
    back = [row for row in gone if rng.random() < 0.4]
    gone[:] = [row for row in [*gone, *rows] if row not in left and row not in back]
    changes: list[dict[str, Any]] = [
        {"title": "Painter of 3 boats"}, {"location": "York, UK"}, {"company": "Mill 0"}, {"date_posted": "2026-02-01"},
        {"description": "Paint every boat red and green, row it to the shop and sell it there for us. " * 9},
        {"description": "You look after 5 looms and the 5 boilers beside them. " * 7}, {"title": "Senior Keeper of 4 looms"},
    ]  # fmt: skip
    changed = [{**row, **rng.choice(changes)} if rng.random() < 0.15 else row for row in [*left, *back]]
    new = [listing(n, date_posted="2026-02-20") for n in range(first, first + 4)]
    # Copies of others: a merge, which a night later may be split again; a fuller text may become the canonical.
    copies = [
        {
            **row,
            "posting_id": f"{row['posting_id']}-{first}",
            "description": row["description"] + "Apply today." * rng.randrange(3),
        }
        for row in rng.sample(changed, 4)
    ]
    made = [*changed, *new, *copies]
    rng.shuffle(made)
    return made


@pytest.mark.parametrize("seed", [1, 2])
def test_law_2_nights_in_a_row_have_the_tables_of_nights_from_scratch(tmp_path: Path, seed: int) -> None:
    rng, home, gone = random.Random(seed), Home(tmp_path / "home"), list[dict[str, Any]]()
    rows = [listing(n, date_posted="2026-02-20") for n in range(40)]
    rows += [{**row, "posting_id": f"{row['posting_id']}-bath", "location": "Bath, UK"} for row in rows[::3]]
    for number in range(3):
        day = date(2026, 3, 2 + number)
        after = whole_night(home, day, rows)
        alone = whole_night(Home(tmp_path / f"alone{number}"), day, rows, home.path / "fits")
        for table in (
            "candidates",
            "first_links",
            "links",
            "jobs",
            "job_postings",
            "vectors",
            "job_clusters",
            "related_jobs",
        ):
            assert _sorted(after, table) == _sorted(alone, table), table
        taken = {r.stage: r.taken_over for r in engine.records(after)}
        assert not {r.stage: r.taken_over for r in engine.records(alone) if r.taken_over}
        if number:
            assert 0 < taken["link"] < after.store.count("candidates")
            assert 0 < taken["vectorise"] < after.store.count("jobs")
        rows = next_world(rng, rows, gone, 100 * (number + 1))


def _sorted(run: Run, table: str) -> list[str]:
    return sorted(json.dumps(row, default=str, sort_keys=True) for row in run.store.read(table).to_pylist())


def test_where_nothing_changed_nothing_is_compared_again(tmp_path: Path) -> None:
    home = Home(tmp_path)
    rows = [listing(n, date_posted="2026-02-01") for n in range(12)]
    runs = [whole_night(home, day, rows, full=day == DAYS[2]) for day in DAYS]
    assert _sorted(runs[0], "first_links") == _sorted(runs[1], "first_links")
    assert _sorted(runs[0], "vectors") == _sorted(runs[1], "vectors")
    records = {r.stage: r for r in engine.records(runs[1])}
    for name in ("normalise", "link", "vectorise"):
        assert records[name].taken_over == records[name].rows_in > 0
    assert not any(r.taken_over for r in engine.records(runs[2]))


def tables(run: Run) -> dict[str, list[dict[str, Any]]]:
    names = ("normalised", "normalised_bodies", "listing_days")
    return {
        name: sorted(
            ({k: v for k, v in row.items() if k != "file"} for row in run.store.read(name).to_pylist()),
            key=lambda row: json.dumps(row, default=str, sort_keys=True),
        )
        for name in names
    }


def test_a_night_after_others_has_the_tables_of_a_night_alone(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    for number, (day, rows) in enumerate(zip(DAYS, WORLDS, strict=True)):
        after, alone = night(home, day, rows), night(Home(tmp_path / f"alone{number}"), day, rows)
        assert tables(after) == tables(alone)
        record = next(r for r in engine.records(after) if r.stage == "normalise")
        assert record.taken_over == (0, 36, 36)[number]


def test_other_settings_take_nothing_over(tmp_path: Path) -> None:
    home = Home(tmp_path)
    night(home, DAYS[0], WORLDS[0])
    other = replace(PIECES, normalise=NormaliseSettings(default_country="NL"))
    run = night(home, DAYS[1], WORLDS[0], other)
    assert [r.taken_over for r in engine.records(run) if r.stage == "normalise"] == [0]


def test_other_code_takes_nothing_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path)
    night(home, DAYS[0], WORLDS[0])
    monkeypatch.setattr(kept, "_code", lambda: "another version")
    run = night(home, DAYS[1], WORLDS[0])
    assert [r.taken_over for r in engine.records(run) if r.stage == "normalise"] == [0]


@pytest.mark.parametrize("stage", KEPT, ids=lambda s: s.name)
def test_the_key_stands_where_it_must(stage: plan.Stage) -> None:
    from pipeline.contracts import contract

    for table in (stage.reads[0], *stage.writes):
        assert {stage.kept, *stage.told_by} - {None} <= set(contract(table).schema.names)
