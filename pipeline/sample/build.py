"""Writes a sample: feed files, feeds.toml, and the truth about every listing."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.sample.banks import bank
from pipeline.sample.dice import Dice
from pipeline.sample.dirt import soiled
from pipeline.sample.feeds import Feed
from pipeline.sample.jobspy import JobSpyFeed
from pipeline.sample.linkedin import LinkedInFeed
from pipeline.sample.listings import Listing, spoken
from pipeline.sample.nights import delivery
from pipeline.sample.openroster import OpenRosterFeed
from pipeline.sample.page import PageFeed
from pipeline.sample.page_listings import PAGE_ROWS, page_listings
from pipeline.sample.plants import World
from pipeline.sample.truth import Truth

RUN_DATE = date(2026, 11, 20)
SHUFFLE = 4_096
"""Listings held back to mix the order; it bounds the memory."""

FILES: dict[str, tuple[str, Callable[[Path, date], Feed]]] = {
    "jobspy": ("jobspy.csv.gz", JobSpyFeed),
    "linkedin": ("linkedin.parquet", LinkedInFeed),
    "openroster": ("openroster.ndjson", OpenRosterFeed),
    "talent": ("talent_page.txt", PageFeed),
}


@dataclass(frozen=True)
class SampleReport:
    """What was written.

    Attributes:
        folders: one a night, oldest first; each holds feeds.toml, feeds/ and truth/.
        listings: listings of all nights; rejects: how many of them must become rejects.
        by_feed, by_kind: listings by feed and by kind of plant.
    """

    folders: tuple[Path, ...]
    listings: int
    rejects: int
    by_feed: dict[str, int]
    by_kind: dict[str, int]


def write(out: Path, rows: int = 2_000, seed: int = 7, nights: int = 1, run_date: date = RUN_DATE) -> SampleReport:
    """Write `nights` deliveries of about `rows` listings (the first of exactly that many), return what was written.

    The same arguments give the same records on every machine and Python: texts byte by byte, compressed files as far
    as the libraries that compress are the same.

    Args:
        out: folder of the delivery, made where it is missing; with more than one night, the nights' folders are in it.
        rows: listings of the first night, the page's included.
        seed: name of the world.
        nights: deliveries.
        run_date: day of the last delivery; the others are of the days before.

    Raises:
        UsageError: too few rows or nights.
    """
    if rows < PAGE_ROWS + 1 or nights < 1:
        raise UsageError(
            f"sample: --rows {rows} --nights {nights}: at least {PAGE_ROWS + 1} rows and 1 night are needed"
        )
    world = World(seed, employers=max(40, rows // 9))
    first = run_date - timedelta(days=nights - 1)
    counts: Counter[tuple[str, str]] = Counter()
    folders, rejects = [], 0
    for night in range(nights):
        day = first + timedelta(days=night)
        folder = out / day.isoformat() if nights > 1 else out
        for listing in _write_night(folder, world, rows - PAGE_ROWS, night, first):
            counts[listing.feed, listing.kind] += 1
            rejects += bool(listing.reject)
        folders.append(folder)
    return SampleReport(
        folders=tuple(folders),
        listings=counts.total(),
        rejects=rejects,
        by_feed=_sums((feed, n) for (feed, _), n in counts.items()),
        by_kind=_sums((kind, n) for (_, kind), n in counts.items()),
    )


def _sums(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for name, n in pairs:
        sums[name] += n
    return dict(sorted(sums.items()))


def _write_night(folder: Path, world: World, rows: int, night: int, first: date) -> Iterator[Listing]:
    """Write one delivery, yielding each listing once it is written."""
    for part in ("feeds", "truth"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    day = first + timedelta(days=night)
    feeds: dict[str, Feed] = {name: make(folder / "feeds" / file, day) for name, (file, make) in FILES.items()}
    truth = Truth(folder / "truth" / "listings.parquet", day)
    mixed = _mixed(Dice(world.seed, "order", night), delivery(world, rows, night))
    for listing in page_listings(world.seed):  # the page stays as it is, night after night
        listing = replace(listing, change="same" if night else "new")
        _add(listing, feeds, truth, first)
        yield listing
    for listing in mixed:
        done = soiled(Dice(world.seed, "dirt", listing.number), replace(listing, document=spoken(listing)))
        _add(done, feeds, truth, first)
        yield done
    for feed in feeds.values():
        feed.close()
    truth.close()
    texts = bank("feeds")
    (folder / "feeds.toml").write_text(texts["feeds"], encoding="utf-8", newline="\n")
    (folder / "feeds" / "openroster.ndjson.mapping.toml").write_text(
        texts["openroster"], encoding="utf-8", newline="\n"
    )


def _add(listing: Listing, feeds: dict[str, Feed], truth: Truth, first: date) -> None:
    posted = first - timedelta(days=listing.days)
    position = feeds[listing.feed].add(listing, posted)
    truth.add(listing, position, FILES[listing.feed][0], posted)


def _mixed(dice: Dice, stream: Iterator[Listing]) -> Iterator[Listing]:
    """Yield the stream in another order, holding at most SHUFFLE listings back."""
    held: list[Listing] = []
    for listing in stream:
        if len(held) < SHUFFLE:
            held.append(listing)
            continue
        i = dice.below(SHUFFLE)
        held[i], listing = listing, held[i]
        yield listing
    yield from dice.sample(held, len(held))
