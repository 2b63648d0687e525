"""Seconds and memory of a night by size, and whether its search finds the exact neighbours: python -m benchmarks.scale --help.

    python -m benchmarks.scale --sizes 10000,100000               # full nights
    python -m benchmarks.scale --sizes 100000 --changed 1,3,10,50 # and what a night costs of which so much changed
    python -m benchmarks.scale --home DIR --one relate            # one stage of a night that is there (--keep DIR), again

The corpus is made of the real feed beside the checkout (benchmarks/scale_corpus.py), or, where there is none, by the
shipped generator. Each night and each corpus is made by a process of its own, so that memory is its own too.
"""

import argparse
import math
import os
import resource
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks import scale_corpus, scale_figures
from pipeline import run as engine
from pipeline import sample
from pipeline.auditor import beside
from pipeline.ingest import Feed, load_feeds
from pipeline.settings import load
from pipeline.store import Home

ROOT = Path(__file__).resolve().parent.parent
DAY = date(2024, 6, 10)
REAL = (
    Path(os.environ.get("RELATED_JOBS_SHARED_DATA", ROOT.parent / "shared" / "data"))
    / "linkedin_us_2024"
    / "scraped.parquet"
)


def main() -> None:
    """Print Markdown tables: the corpora beside the real feed, each stage by size, the search, changed nights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="10000,100000", help="listings, with commas")
    parser.add_argument(
        "--changed", default="", help="percent of the listings that change before a second night, with commas"
    )
    parser.add_argument(
        "--characters", type=int, default=2_500, help="of a text on average; 0 leaves them as long as they are"
    )
    parser.add_argument(
        "--queries", type=int, default=scale_figures.QUERIES, help="jobs whose exact neighbours are found"
    )
    parser.add_argument("--real", action="store_true", help="a night over linkedin_us_2024 itself, too")
    parser.add_argument("--settings", type=Path, help="TOML of settings")
    parser.add_argument("--keep", type=Path, help="folder for corpora and homes; taken away at the end where not given")
    parser.add_argument("--home", type=Path, help="a home that --keep left, for --one")
    parser.add_argument("--one", help="run this stage of --home again, alone")
    asked = parser.parse_args()
    if asked.one:
        return _table(("stage", "rows in", "seconds", "peak MB"), [_apart(_one, asked.home, asked.one, asked.settings)])
    with tempfile.TemporaryDirectory(prefix="related-jobs-scale-") as folder:
        _bench(asked, asked.keep or Path(folder))
    return None


def _bench(asked: argparse.Namespace, folder: Path) -> None:
    sizes = [int(s) for s in asked.sizes.split(",") if s]
    shares = [float(s) / 100 for s in asked.changed.split(",") if s]
    feeds = _feeds(sizes, shares, asked.characters, folder)
    if asked.real and REAL.is_file():
        feeds["real"] = [Feed("real", str(REAL))]
    nights = {}
    for name, found in feeds.items():
        if "+" in name:
            continue
        nights[name] = _apart(_night, folder / f"home-{name}", found, DAY, asked.settings, asked.queries)
        _night_table(name, nights[name])
    plain = {int(n): told for n, told in nights.items() if n.isdigit()}
    _growth(plain)
    _search(nights)
    rows = []
    for size in sizes:
        for share in shares:
            home = folder / f"home-{size}"
            day = DAY + timedelta(days=1 + shares.index(share))
            rows.append(_changed(home, size, share, feeds[f"{size}+{share}"], day, plain[size], asked))
    if rows:
        _table(("listings", "changed", "full, s", "night, s", "share", "rows understood anew", "peak MB"), rows)


def _feeds(sizes: list[int], shares: list[float], characters: int, folder: Path) -> dict[str, list[Feed]]:
    """Make the corpora and print what they are like; return the feeds of each size, and those of the nights after."""
    if not REAL.is_file():
        print(
            f"The real feed is not here ({REAL}): corpora are made by the shipped generator, which is less like the world.\n"
        )
        return {str(n): _apart(_sample, n, folder / f"sample-{n}") for n in sizes}
    rows, made = _apart(_corpora, sizes, shares, characters, folder)
    _table(scale_figures.CORPUS_COLUMNS, rows)
    return {name: [Feed("scale", str(path), format="linkedin", source="linkedin")] for name, path in made.items()}


def _sample(listings: int, folder: Path) -> list[Feed]:
    sample.write(folder, listings, 1, run_date=DAY)
    return list(load_feeds(folder / "feeds.toml"))


def _corpora(sizes: list[int], shares: list[float], characters: int, folder: Path) -> tuple[list[Any], dict[str, Path]]:
    rows = [scale_figures.corpus("linkedin_us_2024", [REAL])]
    source, made = scale_corpus.read(REAL, characters or None), {}
    for size in sizes:
        path = made[str(size)] = folder / f"corpus-{size}"
        if not path.is_dir():
            scale_corpus.write(source, size, path)
        rows.append(scale_figures.corpus(f"made, {size:,}", sorted(path.glob("*.parquet"))))
        for share in shares:
            after = made[f"{size}+{share}"] = folder / f"corpus-{size}-{share}"
            if not after.is_dir():
                scale_corpus.changed(source, path, after, share)
    return rows, made


def _night(home: Path, feeds: list[Feed], day: date, settings: Path | None, queries: int) -> dict[str, Any]:
    """Return the records of a night, its counts, the CPU seconds it took and the recall of its search."""
    run = engine.begin(Home(home), day, feeds, load(settings))
    if run is None:
        raise SystemExit(f"{home} has a night of {day} already: name a fresh folder")
    with beside(run.settings.run.workers) as check:
        began = time.perf_counter()
        engine.run_night(run, check=check)
        seconds = time.perf_counter() - began
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    told = {
        "records": engine.records(run),
        "seconds": seconds,
        "counts": run.store.manifest["counts"],
        "cpu": sum(u.ru_utime + u.ru_stime for u in used),
    }
    return told | ({"recall": scale_figures.recall(run, queries)} if queries else {})


def _changed(
    home: Path, size: int, share: float, feeds: list[Feed], day: date, full: dict[str, Any], asked: argparse.Namespace
) -> tuple[Any, ...]:
    told = _apart(_night, home, feeds, day, asked.settings, 0)
    before, now = _seconds(full), _seconds(told)
    normalised = next(r for r in told["records"] if r.stage == "normalise")
    anew = normalised.rows_out["normalised"] - normalised.taken_over  # of several with one content the first
    return (
        f"{size:,}",
        f"{share:.0%}",
        f"{before:.0f}",
        f"{now:.0f}",
        f"{now / before:.0%}",
        f"{anew:,}",
        f"{_peak(told):,.0f}",
    )


def _one(home: Path, stage: str, settings: Path | None) -> tuple[Any, ...]:
    """Do a stage of the newest night of a home again."""
    store = Home(home).runs()[-1]
    run = engine.open_run(Home(home), date.fromisoformat(store.path.name))
    if settings is not None:
        run = replace(run, settings=load(settings))
    run.store.unmark(stage)
    with beside(run.settings.run.workers) as check:
        told = engine.run_stage(run, stage, check=check)
    return told.stage, f"{told.rows_in:,}", f"{told.seconds:.1f}", f"{told.peak_mb:,.0f}"


def _night_table(name: str, told: dict[str, Any]) -> None:
    print(f"\n{int(name):,} listings" if name.isdigit() else "\nlinkedin_us_2024 itself")
    if "recall" in told:
        weighed, ranked = told["recall"]
        print(f"recall@10 of the exact neighbours: {weighed:.3f} weighed, {ranked:.3f} ranked")
    listings = told["records"][0].rows_in
    rows = [
        (r.stage, f"{r.rows_in:,}", ", ".join(f"{t} {n:,}" for t, n in r.rows_out.items()), f"{r.seconds:.1f}", f"{r.peak_mb:,.0f}")
        for r in told["records"]
    ]  # fmt: skip
    seconds = _seconds(told)
    rows.append(
        (
            "all",
            f"{listings / seconds:,.0f} a second",
            f"CPU {told['cpu']:.0f} s",
            f"{seconds:.1f}",
            f"{_peak(told):,.0f}",
        )
    )
    _table(("stage", "rows in", "rows out", "seconds", "peak MB"), rows)


def _growth(nights: dict[int, dict[str, Any]]) -> None:
    """Print the exponent e of seconds ~ listings^e, by stage, between the smallest and the largest night."""
    if len(nights) < 2:
        return
    small, large = min(nights), max(nights)
    times = [{r.stage: r.seconds for r in nights[n]["records"]} | {"all": _seconds(nights[n])} for n in (small, large)]
    rows = [
        (stage, f"{times[0][stage]:.1f}", f"{times[1][stage]:.1f}", f"{_exponent(times[0][stage], times[1][stage], large / small)}")
        for stage in times[0]
    ]  # fmt: skip
    print()
    _table(("stage", f"{small:,}, s", f"{large:,}, s", "growth exponent"), rows)


def _exponent(small: float, large: float, ratio: float) -> str:
    return f"{math.log(large / small) / math.log(ratio):.2f}" if small > 0.5 else "too short to tell"


def _search(nights: dict[str, dict[str, Any]]) -> None:
    rows = []
    for name, told in nights.items():
        out = {t: n for r in told["records"] for t, n in r.rows_out.items()}
        postings, jobs = out["postings"], out["jobs"]
        found = [f"{v:.3f}" for v in told["recall"]] if "recall" in told else ["", ""]
        rows.append((
            f"{int(name):,}" if name.isdigit() else name, f"{postings:,}", f"{jobs:,}", f"{out['candidates']:,}",
            f"{out['candidates'] / max(postings, 1):.1f}", f"{out['links']:,}", *found,
        ))  # fmt: skip
    print()
    _table(
        ("listings", "postings", "jobs", "candidate pairs", "a posting", "links", "recall@10 weighed", "recall@10 ranked"), rows
    )  # fmt: skip


def _seconds(told: dict[str, Any]) -> float:
    """Return the seconds by the clock: less than those of the stages, of which one may be worked on beside others."""
    return float(told["seconds"])


def _peak(told: dict[str, Any]) -> float:
    return max(float(r.peak_mb) for r in told["records"])


def _apart(function: Callable[..., Any], *given: Any) -> Any:
    """Return what the function makes of what is given, in a process of its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(function, *given).result()


def _table(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    columns = tuple(columns)
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    for row in rows:
        print(f"| {' | '.join(map(str, row))} |", flush=True)


if __name__ == "__main__":
    main()
