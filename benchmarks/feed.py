"""Seconds, bytes and requests of the feed of so many jobs: `python -m benchmarks.feed 100000 1000000`."""

import sys
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

from benchmarks.feed_world import build
from pipeline import feed
from pipeline.measure import Meter
from pipeline.settings import PublishSettings


def main(*sizes: int) -> None:
    """Print one line a size: a first night, and a night after it with the same boxes."""
    print(
        "| jobs | seconds | of CPU | seconds, nothing changed | peak MB | shards | MB gzipped | largest KB | manifest KB gzipped |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for jobs in sizes:
        with tempfile.TemporaryDirectory() as folder:
            _one(Path(folder), jobs)


def _one(folder: Path, jobs: int) -> None:
    database = build(folder / "world.duckdb", jobs)
    meter, started, worked = Meter(), time.perf_counter(), time.process_time()
    settings = replace(PublishSettings(), feed_grace_days=1)
    feed.write(database, folder / "first", date(2026, 11, 21), settings)
    seconds, cpu, peak = time.perf_counter() - started, time.process_time() - worked, meter.peak_mb
    started = time.perf_counter()
    feed.write(database, folder / "second", date(2026, 11, 22), settings, (folder / "first",))
    again = time.perf_counter() - started
    sizes = [p.stat().st_size for p in (folder / "first" / "shards").glob("*.gz")]
    manifest = (folder / "first" / "manifest.json.gz").stat().st_size
    print(
        f"| {jobs:,} | {seconds:.1f} | {cpu:.1f} | {again:.1f} | {peak:,.0f} | {len(sizes):,} | {sum(sizes) / 1e6:,.0f} "
        f"| {max(sizes) / 1e3:.1f} | {manifest / 1e3:.1f} |",
        flush=True,
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:] or ["100000"]))
