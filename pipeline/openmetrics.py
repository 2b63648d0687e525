"""HOME/metrics.prom: the last run and the newest snapshot in OpenMetrics text, for Prometheus's textfile collector."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import duckdb

from pipeline import resources
from pipeline.contracts import opened
from pipeline.plan import PLAN
from pipeline.store import Home, Run, write_text

FILE = "metrics.prom"
Labels = dict[str, str]


@dataclass(frozen=True)
class Family:
    """One metric family: a gauge, its meaning, and its samples."""

    name: str
    says: str
    samples: tuple[tuple[Labels, float], ...]


def write(run: Run) -> None:
    """Write HOME/metrics.prom, whole or not at all: what became of `run`, and what the snapshot that readers see says.

    The text is OpenMetrics without timestamps (the textfile collector takes none) and ends with # EOF.
    """
    families = [*_of_run(run), *_of_snapshot(run.home)]
    write_text(run.home.path / FILE, "".join(map(render, families)) + "# EOF\n")


def render(family: Family) -> str:
    """Return a family as text; label values are escaped."""
    lines = [f"# TYPE {family.name} gauge", f"# HELP {family.name} {_escape(family.says)}"]
    for labels, value in family.samples:
        told = ",".join(f'{name}="{_escape(text)}"' for name, text in labels.items())
        lines.append(f"{family.name}{{{told}}} {value!r}" if told else f"{family.name} {value!r}")
    return "\n".join(lines) + "\n"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _of_run(run: Run) -> Iterator[Family]:
    manifest = run.store.manifest
    done = manifest.get("state") == "published"
    ended = manifest.get("ended_at")
    yield _one("related_jobs_last_run_success", "1 where the last run was published, 0 where it failed", float(done))
    changed = float(not run.store.unchanged)
    yield _one("related_jobs_last_run_changed", "0 where nothing changed, so that the snapshot stays", changed)
    yield _one(
        "related_jobs_last_run_date_seconds", "Run date of the last run, Unix time", _seconds(run.night.run_date)
    )
    if ended:
        yield _one(
            "related_jobs_last_run_end_seconds", "When it ended, Unix time", datetime.fromisoformat(ended).timestamp()
        )
    held = [r for r in manifest.get("remarks", []) if r["state"] == "held back"]
    yield _one("related_jobs_feeds_held_back", "Feeds of the last run that were held back", float(len(held)))
    markers = {m.stem: run.store.marker(m.stem) or {} for m in sorted((run.store.path / "done").glob("*.json"))}
    for name, key, scale, says in (
        ("related_jobs_stage_seconds", "seconds", 1.0, "Seconds of each stage of the last run"),
        ("related_jobs_stage_peak_bytes", "peak_mb", 1024.0**2, "Peak memory of each stage of the last run"),
    ):
        values: dict[str, float] = {}
        for marker in markers.values():
            was = values.get(marker["stage"], 0.0)
            values[marker["stage"]] = was + marker[key] * scale if key == "seconds" else max(was, marker[key] * scale)
        yield Family(name, says, tuple(({"stage": s.name}, values[s.name]) for s in PLAN if s.name in values))


def _of_snapshot(home: Home) -> Iterator[Family]:
    current = home.current()
    if current is None:
        return
    yield _one(
        "related_jobs_snapshot_date_seconds",
        "Run date of the snapshot readers see, Unix time",
        _seconds(current.run_date),
    )
    yield _one(
        "related_jobs_snapshot_stands_for_seconds",
        "Newest night it stands for: its own, or a later one in which nothing changed, Unix time",
        _seconds(home.stands_for(current)),
    )
    with suppress(duckdb.CatalogException), opened(current.database) as con:
        yield from _health(con.sql(resources.sql("publish/health")).to_arrow_table().to_pylist())


def _health(rows: list[dict[str, Any]]) -> Iterator[Family]:
    """Return the figures of a snapshot; one that an older version published has none."""
    yield _figures("related_jobs_figure", "Figures of that snapshot (mart.run_metrics)", rows, "value")
    banded = [r for r in rows if r["low"] is not None]
    yield _figures("related_jobs_figure_low", "Lower end of the band of the nights before", banded, "low")
    yield _figures("related_jobs_figure_high", "Upper end of the band of the nights before", banded, "high")


def _figures(name: str, says: str, rows: Iterable[dict[str, Any]], column: str) -> Family:
    return Family(
        name, says, tuple(({"metric": r["metric"], "dimension": r["dimension"]}, float(r[column])) for r in rows)
    )


def _one(name: str, says: str, value: float) -> Family:
    return Family(name, says, (({}, value),))


def _seconds(day: date) -> float:
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()
