"""What tests of engines share: nights on an engine, and tables compared as law 1 says."""

import json
import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from pipeline import plan
from pipeline import run as engine
from pipeline.ingest import Feed
from pipeline.settings import RunSettings, Settings
from pipeline.store import Home, Run

DAY = date(2026, 3, 2)
SPARK = RunSettings(engine="spark", master="local[2]")
JOINED = replace(SPARK, broadcast_mb=0)
"""Spark with every table that may be joined to the pieces, and not read whole by each worker."""
CUT = tuple(s for s in plan.PLAN if s.grain == "rows")
PLACE = {"file", "position"}
"""Columns that say where in which file a row stood: no law holds for them where files are other ones."""


def resolved(how: RunSettings, rows: int = 4_000) -> Settings:
    """Return settings of an engine with pieces of so many rows; pairs come in pieces of ten times as many."""
    settings = replace(Settings(), run=replace(how, batch_rows=rows))
    return replace(settings, link=replace(settings.link, batch_rows=10 * rows))


def in_pieces(how: RunSettings, stage: plan.Stage, size: int) -> Settings:
    """Return settings of an engine with pieces of so many rows for one stage."""
    settings = replace(Settings(), run=replace(how, batch_rows=size))
    own = getattr(settings, stage.name)
    return replace(settings, **{stage.name: replace(own, batch_rows=size)} if hasattr(own, "batch_rows") else {})


def night(home: Home, feeds: Iterable[Feed], settings: Settings, day: date = DAY) -> Run:
    """Return a finished night."""
    run = engine.begin(home, day, feeds, settings)
    assert run is not None
    engine.run_night(run)
    return run


def again(run: Run, how: RunSettings, pieces: int, home: Path) -> Run:
    """Return a copy of a night whose stages of grain rows were done anew, on another engine, in so many pieces."""
    shutil.copytree(run.home.path, home, symlinks=True)
    store = Home(home).run(run.night.run_date)
    copy = replace(run, home=Home(home), store=store)
    for stage in CUT:
        size = -(-store.count(stage.reads[0]) // pieces)
        store.unmark(stage.name)
        _leave_what_a_killed_one_leaves(store.path / "spark" / stage.name)
        for table in stage.writes:
            store.drop(table)
        engine.run_stage(replace(copy, settings=in_pieces(how, stage, size)), stage.name)
    return copy


def _leave_what_a_killed_one_leaves(folder: Path) -> None:
    (folder / "postings" / "piece=0").mkdir(parents=True)
    (folder / "postings" / "piece=0" / "part.parquet").write_bytes(b"PAR1 cut off")


def tables(run: Run, names: Iterable[str] | None = None) -> dict[str, list[str]]:
    """Return rows of the run's tables as sorted texts, floats rounded to 1e-6; all of its tables where none is named."""
    every = dict.fromkeys(t for s in plan.PLAN for t in s.writes if t != "fits")
    return {name: _rows(run, name) for name in names or every}


def _rows(run: Run, name: str) -> list[str]:
    rows = run.store.read(name).to_pylist()
    return sorted(json.dumps({k: _plain(v) for k, v in row.items() if k not in PLACE}, default=str) for row in rows)


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, list):
        return [_plain(v) for v in value]
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items()}
    return value


def assert_same(found: dict[str, list[str]], wanted: dict[str, list[str]]) -> None:
    """Raise where a table differs, with the first rows that do."""
    assert found.keys() == wanted.keys()
    for name, rows in wanted.items():
        extra, missing = sorted(set(found[name]) - set(rows)), sorted(set(rows) - set(found[name]))
        assert (extra[:2], missing[:2], len(found[name])) == ([], [], len(rows)), name
