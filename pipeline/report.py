"""The run's report: one self-contained HTML page with plots; everything from a feed is escaped."""

import json
from pathlib import Path
from typing import Any

import duckdb

from pipeline import audit, openmetrics, resources
from pipeline.contracts import opened
from pipeline.shards import without_markup
from pipeline.store import Run, Snapshot, write_json

_TABLES = (
    "figures", "deliveries", "lives", "funnel", "duplicates", "job_samples", "family_samples", "map", "scores", "probabilities",
    "rejects", "boxes", "trends", "health", "health_tonight",
)  # fmt: skip


def render(run: Run, database: Path) -> str:
    """Return the report on `database` and on the run that made it, as HTML without a request to anywhere."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    from pipeline import report_plots

    environment = Environment(
        loader=PackageLoader("pipeline", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    with opened(database) as con:
        tables = {name: _rows(con, name, run) for name in _TABLES}
    stages = _stages(run)
    return environment.get_template("report.html.j2").render(
        run_date=run.night.run_date.isoformat(),
        manifest=run.store.manifest,
        unchanged=run.store.unchanged,
        stages=stages,
        audit=audit.results(run.store),
        plots=without_markup(json.dumps(_plots(run, tables, stages), default=str)),
        plotly=report_plots.script(),
        **tables,
    )


def report(run: Run) -> None:
    """Write the run's own record: runs/<run_date>/report.html, with every stage, counts.json, and HOME/metrics.prom."""
    snapshot = Snapshot(run.home.path / "snapshots" / str(run.store.manifest["snapshot"]))
    text = render(run, snapshot.database)
    path = run.store.path / "report.html"
    temporary = path.with_suffix(".tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
    write_json(run.store.path / "counts.json", run.store.manifest["counts"])
    openmetrics.write(run)


def _plots(run: Run, tables: dict[str, list[dict[str, Any]]], stages: list[dict[str, Any]]) -> dict[str, Any]:
    from pipeline import report_plots as plots

    by_source: dict[str, dict[str, Any]] = {}
    for row in tables["duplicates"]:
        told = by_source.setdefault(
            row["source"], {"source": row["source"], "repost": 0, "relocation": 0, "variant": 0}
        )
        told[row["kind"]] += row["postings"]
    reasons: dict[str, int] = {}
    for row in tables["rejects"]:
        reasons[row["reason"]] = reasons.get(row["reason"], 0) + row["listings"]
    rejects = [{"reason": r, "listings": n} for r, n in sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))]
    return {
        "funnel": plots.funnel(tables["funnel"]),
        "duplicates": plots.bars(
            list(by_source.values())[:20], "source", ("repost", "relocation", "variant"), horizontal=True
        ),
        "clusters": plots.clusters(tables["map"]),
        "scores": plots.bars(tables["scores"], "score", ("first", "others")),
        "probabilities": plots.bars(tables["probabilities"], "probability", ("repost", "relocation", "variant")),
        "rejects": plots.bars(rejects, "reason", ("listings",), horizontal=True),
        "seconds": plots.bars(stages, "stage", ("seconds",), horizontal=True, unit="seconds"),
        "memory": plots.bars(stages, "stage", ("peak_mb",), horizontal=True, unit="MB"),
        "trends": plots.trends(tables["trends"]),
        "health": plots.trends(tables["health"]),
    }


def _rows(con: duckdb.DuckDBPyConnection, name: str, run: Run) -> list[dict[str, Any]]:
    query = resources.sql(f"report/{name}")
    params = {"boxes": run.settings.report.boxes} if "$boxes" in query else {}
    return list(con.sql(query, params=params).to_arrow_table().to_pylist())


def _stages(run: Run) -> list[dict[str, Any]]:
    """Return what each stage recorded, in the order of the plan; the feeds of one stage added up."""
    from pipeline.plan import PLAN

    told: dict[str, dict[str, Any]] = {}
    for path in sorted((run.store.path / "done").glob("*.json")):
        record = run.store.marker(path.stem)
        if record and record["stage"] in told:
            known = told[record["stage"]]
            known["rows_in"] += record["rows_in"]
            known["rows_out"] = {t: n + record["rows_out"].get(t, 0) for t, n in known["rows_out"].items()}
            known["seconds"] = round(known["seconds"] + record["seconds"], 3)
            known["peak_mb"] = max(known["peak_mb"], record["peak_mb"])
        elif record:
            told[record["stage"]] = dict(record)
    return [told[stage.name] for stage in PLAN if stage.name in told]
