"""The run's report: one self-contained HTML page, everything from a feed escaped."""

from pathlib import Path
from typing import Any

import duckdb

from pipeline import audit, resources
from pipeline.store import Run, Snapshot, write_json

_TABLES = ("funnel", "duplicates", "largest_jobs", "largest_families", "clusters", "rejects", "boxes")


def render(run: Run, database: Path) -> str:
    """Return the report on `database` and on the run that made it, as HTML without a request to anywhere."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("pipeline", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    manifest = run.store.manifest
    with duckdb.connect(str(database), read_only=True) as con:
        tables = {name: _rows(con, name, run) for name in _TABLES}
    return environment.get_template("report.html.j2").render(
        run_date=run.night.run_date.isoformat(),
        manifest=manifest,
        stages=_stages(run),
        audit=audit.results(run),
        **tables,
    )


def report(run: Run) -> None:
    """Write the run's own record: runs/<run_date>/report.html, with every stage, and counts.json."""
    snapshot = Snapshot(run.home.path / "snapshots" / str(run.store.manifest["snapshot"]))
    text = render(run, snapshot.database)
    path = run.store.path / "report.html"
    temporary = path.with_suffix(".tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
    write_json(run.store.path / "counts.json", run.store.manifest["counts"])


def _rows(con: duckdb.DuckDBPyConnection, name: str, run: Run) -> list[dict[str, Any]]:
    query = resources.sql(f"report/{name}")
    params = {"boxes": run.settings.report.boxes} if "$boxes" in query else {}
    return list(con.sql(query, params=params).to_arrow_table().to_pylist())


def _stages(run: Run) -> list[dict[str, Any]]:
    done = sorted((run.store.path / "done").glob("*.json"))
    records = [m for m in (run.store.marker(p.stem) for p in done) if m]
    order = {name: number for number, name in enumerate(_order())}
    return sorted(records, key=lambda r: order[r["stage"]])


def _order() -> list[str]:
    from pipeline.plan import PLAN

    return [s.name for s in PLAN]
