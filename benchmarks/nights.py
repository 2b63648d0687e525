"""Several nights in order, one run each: python -m benchmarks.nights FOLDER [--home DIR]; files are named by their date."""

import argparse
import re
import tempfile
import time
from datetime import date
from pathlib import Path

import pyarrow as pa

from pipeline import run as engine
from pipeline.ingest import feeds_from_paths
from pipeline.settings import Settings
from pipeline.store import Home, Snapshot


def main() -> None:
    """Run a night for each file of the folder, in order, and print a Markdown table of what lived on."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--home", type=Path, help="keep the home here")
    asked = arguments.parse_args()
    files = sorted(p for p in asked.folder.iterdir() if re.match(r"\d{4}-\d\d-\d\d", p.name))
    print(
        "| night | listings | postings | new | gone | jobs | job ids kept | clusters kept | families | rejects | seconds |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="related-jobs-nights-") as folder:
        home = Home(asked.home.absolute() if asked.home else Path(folder))
        before: dict[str, pa.Table] = {}
        for file in files:
            before = _night(home, file, before)


def _night(home: Home, file: Path, before: dict[str, pa.Table]) -> dict[str, pa.Table]:
    started = time.perf_counter()
    run = engine.begin(home, date.fromisoformat(file.name[:10]), feeds_from_paths([str(file)]), Settings())
    if run is None:
        raise SystemExit(f"{file.name}: this night is in {home.path} already; name a fresh --home")
    engine.run_night(run)
    seconds = time.perf_counter() - started
    manifest = run.store.manifest
    snapshot = Snapshot(home.path / "snapshots" / manifest["snapshot"])
    now = {name: snapshot.table(name) for name in ("postings", "job_postings", "jobs")}
    ids, jobs, clusters = _ids(now), _pairs(now["job_postings"], "posting_id", "job_id"), _of_postings(now)
    if before:
        old, old_jobs, old_clusters = (
            _ids(before),
            _pairs(before["job_postings"], "posting_id", "job_id"),
            _of_postings(before),
        )
        stay = ids & old
        kept = f"{_share(stay, jobs, old_jobs)} | {_share(stay, clusters, old_clusters)}"
        moved = f"{len(ids - old)} | {len(old - ids)}"
    else:
        kept, moved = " | ", f"{len(ids)} | 0"
    c = manifest["counts"]
    new, gone = moved.split(" | ")
    print(
        f"| {file.name[:10]} | {c['listings']} | {c['postings']} | {new} | {gone} | {c['jobs']} | {kept} "
        f"| {c['families']} | {c['rejects']} | {seconds:.1f} |",
        flush=True,
    )
    return now


def _ids(tables: dict[str, pa.Table]) -> set[str]:
    return set(tables["postings"].column("posting_id").to_pylist())


def _pairs(table: pa.Table, key: str, value: str) -> dict[str, str]:
    return dict(zip(table.column(key).to_pylist(), table.column(value).to_pylist(), strict=True))


def _of_postings(tables: dict[str, pa.Table]) -> dict[str, str]:
    cluster = _pairs(tables["jobs"], "job_id", "cluster_id")
    return {p: cluster[j] for p, j in _pairs(tables["job_postings"], "posting_id", "job_id").items()}


def _share(stay: set[str], now: dict[str, str], old: dict[str, str]) -> str:
    return f"{sum(now[p] == old[p] for p in stay) / max(len(stay), 1):.1%}"


if __name__ == "__main__":
    main()
