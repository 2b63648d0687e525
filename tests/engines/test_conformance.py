"""Every engine makes the same tables: planted worlds, real postings, shuffled rows, 1, 2 and 5 pieces (laws 1 and 6)."""

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from engines_world import CUT, DAY, JOINED, SPARK, again, assert_same, night, resolved, tables

from pipeline import run as engine
from pipeline import sample
from pipeline.ingest import Feed, load_feeds
from pipeline.settings import RunSettings
from pipeline.store import Home, Run

REAL_ROWS = 5_000
ONE = RunSettings(workers=1)
TWO = RunSettings(workers=2)
MADE = [t for s in CUT for t in s.writes]


@pytest.fixture(scope="module")
def feeds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Feed, ...]:
    folder = tmp_path_factory.mktemp("sample")
    sample.write(folder, 400, 7, run_date=DAY)
    return load_feeds(folder / "feeds.toml")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory, feeds: tuple[Feed, ...]) -> Run:
    """A night over the shipped sample on the local engine with one worker."""
    return night(Home(tmp_path_factory.mktemp("planted")), feeds, resolved(ONE))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Run:
    """A night over real postings."""
    folder = tmp_path_factory.mktemp("real")
    scraped = pq.read_table(shared_data / "linkedin_us_2024" / "scraped.parquet").slice(0, REAL_ROWS)
    pq.write_table(scraped, folder / "scraped.parquet")
    return night(Home(folder / "home"), [Feed("real", str(folder / "scraped.parquet"))], resolved(TWO))


@pytest.mark.parametrize(
    ("how", "pieces"),
    [
        *(pytest.param(ONE, n, id=f"local-1-in-{n}") for n in (1, 2, 5)),
        pytest.param(TWO, 5, id="local-2-in-5"),
        *(pytest.param(SPARK, n, id=f"spark-in-{n}", marks=pytest.mark.spark) for n in (1, 2, 5)),
        pytest.param(JOINED, 5, id="spark-joined-in-5", marks=pytest.mark.spark),
    ],
)
def test_pieces_of_a_planted_world(planted: Run, how: RunSettings, pieces: int, tmp_path: Path) -> None:
    found = again(planted, how, pieces, tmp_path / "home")
    assert_same(tables(found, MADE), tables(planted, MADE))
    assert [len(found.store.parts(s.writes[0])) for s in CUT] == [pieces] * len(CUT)


@pytest.mark.spark
@pytest.mark.real
def test_pieces_of_real_postings(real: Run, tmp_path: Path) -> None:
    found = again(real, JOINED, 5, tmp_path / "home")
    assert_same(tables(found, MADE), tables(real, MADE))


@pytest.mark.spark
def test_two_nights_of_shuffled_feeds(planted: Run, feeds: tuple[Feed, ...], tmp_path: Path) -> None:
    """The second night takes over what the first one understood, and has more to understand."""
    mixed, settings = [shuffled(f, tmp_path) for f in feeds], resolved(SPARK, 80)
    home, tomorrow = Home(tmp_path / "home"), DAY + timedelta(days=1)
    first = night(home, mixed[:-2], settings)
    assert_same(tables(first), tables(night(Home(tmp_path / "alone"), feeds[:-2], resolved(ONE))))
    second = night(home, mixed, settings, tomorrow)
    record = next(r for r in engine.records(second) if r.stage == "normalise")
    assert 0 < record.taken_over < record.rows_in
    names = ("normalised", "normalised_bodies")
    assert_same(tables(second, names), tables(planted, names))


def shuffled(feed: Feed, folder: Path) -> Feed:
    """Return a feed with its records in another order, where it is of lines or rows."""
    rng, path = random.Random(3), Path(feed.path)
    other = folder / path.name
    if path.suffix == ".parquet":
        rows = pq.read_table(path)
        pq.write_table(rows.take(pa.array(rng.sample(range(rows.num_rows), rows.num_rows))), other)
    elif path.suffix == ".ndjson":
        lines = path.read_text().splitlines(keepends=True)
        other.write_text("".join(rng.sample(lines, len(lines))))
    else:
        return feed
    return replace(feed, path=str(other))
