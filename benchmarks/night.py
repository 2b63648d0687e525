"""Seconds and peak memory of each stage of one night: python -m benchmarks.night FEED... (the sample where none is given)."""

import argparse
import tempfile
import time
from datetime import date
from pathlib import Path

from pipeline import run as engine
from pipeline import sample
from pipeline.auditor import beside
from pipeline.ingest import feeds_from_paths, load_feeds
from pipeline.settings import Settings
from pipeline.store import Home

DAY = date(2026, 11, 22)


def main() -> None:
    """Run one night in a home of its own and print a Markdown table of its stages."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("feeds", nargs="*", help="files, folders or globs")
    arguments.add_argument("--rows", type=int, default=20_000, help="listings of the sample, where no feed is given")
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="related-jobs-bench-") as folder:
        feeds = feeds_from_paths(asked.feeds)
        if not feeds:
            sample.write(Path(folder) / "sample", asked.rows, 1, run_date=DAY)
            feeds = load_feeds(Path(folder) / "sample" / "feeds.toml")
        run = engine.begin(Home(Path(folder) / "home"), DAY, feeds, Settings())
        assert run is not None
        with beside(run.settings.run.workers) as check:
            began = time.perf_counter()
            engine.run_night(run, check=check)
            seconds = time.perf_counter() - began
        print("| stage | rows in | rows out | seconds | peak MB |\n|---|---|---|---|---|")
        records = engine.records(run)
        for r in records:
            out = ", ".join(f"{name} {rows:,}" for name, rows in r.rows_out.items())
            print(f"| {r.stage} | {r.rows_in:,} | {out} | {r.seconds:.1f} | {r.peak_mb:.0f} |")
        print(f"| all | | | {seconds:.1f} | {max(r.peak_mb for r in records):.0f} |")


if __name__ == "__main__":
    main()
