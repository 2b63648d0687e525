"""What an earlier night worked out is taken over by key: tonight's tables are those of a night that knows nothing."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline import kept, plan
from pipeline import run as engine
from pipeline.ingest import Feed
from pipeline.settings import NormaliseSettings, RunSettings, Settings
from pipeline.store import Home, Run

DAYS = (date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 4))
PIECES = replace(Settings(), run=RunSettings(workers=1, batch_rows=7))
KEPT = [s for s in plan.PLAN if s.kept]


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
        assert stage.kept in contract(table).schema.names
