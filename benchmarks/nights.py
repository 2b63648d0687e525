"""Several nights in order, one run each: python -m benchmarks.nights FOLDER [--grace N] [--home DIR] [--again] [--full]; a file is a full delivery.

With --full no night takes over what an earlier one worked out. Seconds are of the clock, and of the processors (user and system, workers too).
Files are named by their date, or taken as nights in a row by the order of their names. What came, closed, changed, was merged or split is counted from
mart.changes and mart.posting_states; every night yesterday's ids with the changes applied are compared with what was published.
"""

import argparse
import re
import resource
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from pipeline import plan
from pipeline import run as engine
from pipeline.ingest import Feed
from pipeline.settings import Settings
from pipeline.store import Home, Run

FIRST = date(2024, 6, 1)  # of files without a date
KINDS = {
    "posting": "SELECT posting_id, posting_id FROM mart.postings",
    "job": "SELECT job_id, job_id FROM mart.jobs",
    "family": "SELECT family_id, family_id FROM mart.variant_families",
    "cluster": "SELECT cluster_id, cluster_id FROM mart.clusters",
    "posting of job": "SELECT posting_id, job_id FROM mart.job_postings",
    "job of cluster": "SELECT job_id, cluster_id FROM mart.jobs",
}
Ids = dict[str, dict[str, str]]
COLUMNS = (
    "night", "listings", "open", "new", "back", "closed", "changed", "jobs", "jobs new", "jobs ended", "merged", "split",
    "job ids kept", "clusters kept", "boxes changed", "families", "drift", "held back", "taken over", "seconds", "CPU s",
)  # fmt: skip


def main() -> None:
    """Run a night for each file of the folder, in order, and print a Markdown table of what lived on."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--grace", type=int, default=0, help="full deliveries a posting may be missing from")
    arguments.add_argument("--home", type=Path, help="keep the home here")
    arguments.add_argument("--full", action="store_true", help="take nothing over from earlier nights")
    arguments.add_argument("--again", action="store_true", help="deliver the first file once more at the end")
    asked = arguments.parse_args()
    files = sorted(p for p in asked.folder.iterdir() if re.match(r"\d", p.name) and p.is_file())
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
    with tempfile.TemporaryDirectory(prefix="related-jobs-nights-") as folder:
        home = Home(asked.home.absolute() if asked.home else Path(folder))
        before: Ids = {kind: {} for kind in KINDS}
        for number, file in enumerate([*files, *files[: int(asked.again)]]):
            day = file.name[:10] if re.match(r"\d{4}-\d\d-\d\d", file.name) else str(FIRST + timedelta(days=number))
            before = _night(home, date.fromisoformat(day), file, asked, before)


def _night(home: Home, day: date, file: Path, asked: argparse.Namespace, before: Ids) -> Ids:
    started, used = time.perf_counter(), _processors()
    run = engine.begin(
        home, day, [Feed(name="nightly", path=str(file), grace=asked.grace)], Settings(), full=asked.full
    )
    if run is None:
        raise SystemExit(f"{file.name}: this night is in {home.path} already; name a fresh --home")
    engine.run_night(run)
    seconds, used = time.perf_counter() - started, _processors() - used
    if run.store.unchanged:
        print(f"| {day} | {run.store.unchanged} |{' |' * (len(COLUMNS) - 4)} {seconds:.1f} | {used:.1f} |", flush=True)
        return before
    with duckdb.connect(str(home.path / "related_jobs.duckdb"), read_only=True) as con:
        now = {kind: dict(con.execute(query).fetchall()) for kind, query in KINDS.items()}
        changes = con.execute("SELECT kind, id, event, new_id FROM mart.changes").fetchall()
        counted = dict(con.execute("SELECT kind || ' ' || event, count(*) FROM mart.changes GROUP BY 1").fetchall())
        life = con.execute(
            "SELECT count(*) FILTER (WHERE first_seen = $day), count(*) FILTER (WHERE returned_on = $day), "
            "count(*) FILTER (WHERE closed_on = $day) FROM mart.posting_states",
            {"day": day},
        ).fetchall()[0]
        drift = con.execute(
            "SELECT count(*) FROM mart.run_metrics WHERE run_date = $day AND (value < low OR value > high)",
            {"day": day},
        ).fetchall()[0][0]
    _compare(before, changes, now, day)
    c = run.store.manifest["counts"]
    held = [r["feed"] for r in run.store.manifest.get("remarks", []) if r["state"] == "held back"]
    row = (
        day, c["listings"], c["postings"], *life, counted.get("posting changed", 0), c["jobs"], counted.get("job added", 0),
        counted.get("job removed", 0), counted.get("job merged", 0), counted.get("job split", 0),
        _share(before["posting of job"], now["posting of job"]), _share(before["job of cluster"], now["job of cluster"]),
        counted.get("related list changed", 0), c["families"], drift, "yes" if held else "", _taken(run), f"{seconds:.1f}", f"{used:.1f}",
    )  # fmt: skip
    print(f"| {' | '.join(map(str, row))} |", flush=True)
    return now


def _processors() -> float:
    """Return the CPU seconds of this process and of the workers that ended so far."""
    kinds = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in kinds)


def _taken(run: Run) -> str:
    """Return the share of listings, texts, pairs and jobs that were taken over from an earlier night."""
    kept = [r for r in engine.records(run) if plan.stage(r.stage).kept or plan.stage(r.stage).told_by]
    return f"{sum(r.taken_over for r in kept) / max(sum(r.rows_in for r in kept), 1):.0%}"


def _compare(before: Ids, changes: list[tuple[Any, ...]], now: Ids, day: date) -> None:
    """Stop where yesterday's ids with the changes applied are not tonight's."""
    for kind, was in before.items():
        found = dict(was)
        for changed, one, event, new in changes:
            if changed == kind and event == "removed":
                del found[one]
            elif changed == kind and (event == "added" or (event == "changed" and " of " in kind)):
                found[one] = new
        if found != now[kind]:
            raise SystemExit(f"{day}: {kind}: yesterday and mart.changes do not give what was published")


def _share(before: dict[str, str], now: dict[str, str]) -> str:
    """Return how many of those that were there before and still are belong to the same as before."""
    stay = before.keys() & now.keys()
    return f"{sum(before[i] == now[i] for i in stay) / len(stay):.1%}" if stay else ""


if __name__ == "__main__":
    main()
