"""The real feeds: every record is accounted for, ids hold over versions and nights."""

import csv
import gzip
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.ingest import feed_from_path, read
from pipeline.ingest.addresses import listing_id
from pipeline.plan import Night
from pipeline.settings import IngestSettings

pytestmark = pytest.mark.real
csv.field_size_limit(2**31 - 1)


@cache
def run(path: Path) -> tuple[pa.Table, pa.Table]:
    night = Night(date(2026, 11, 22))
    batches = list(read(feed_from_path(str(path)), night, IngestSettings()))
    return pa.concat_tables([a for a, _ in batches]), pa.concat_tables([b for _, b in batches])


@pytest.mark.parametrize(
    ("name", "rows", "reader"),
    [
        ("seed/talent_com_page.txt", 19, "talent_page"),
        ("seed/tiktok_bytedance.csv", 229, "postings"),
        ("linkedin_us_2024/scraped.parquet", 37_842, "linkedin"),
        ("bench/postings.parquet", 37_294, "postings"),
        ("bench/more_postings.parquet", 23_906, "postings"),
        ("nightly/older_columns/2023-12-04.csv.gz", 903, "jobspy"),
        ("nightly/broken_off", 325, "jobspy"),
    ],
)
def test_every_record_is_a_listing(shared_data: Path, name: str, rows: int, reader: str) -> None:
    listings, rejects = run(shared_data / name)
    assert (listings.num_rows, rejects.num_rows) == (rows, 0)
    assert set(listings["format"].to_pylist()) == {reader}
    assert len(set(zip(listings["file"].to_pylist(), listings["position"].to_pylist(), strict=True))) == rows


def test_the_nights_agree_with_a_plain_reading(shared_data: Path) -> None:
    nights = sorted((shared_data / "nightly").glob("2024-*.csv.gz"))
    assert len(nights) == 27
    for night in nights[::3]:
        with gzip.open(night, "rt", encoding="utf-8", newline="") as stream:
            plain = list(csv.DictReader(stream))
        listings, rejects = run(night)
        assert rejects.num_rows == 0
        for ours, theirs in (
            ("title", "title"),
            ("source_id", "id"),
            ("source", "site"),
            ("description", "description"),
        ):
            assert listings[ours].to_pylist() == [row[theirs] or None for row in plain]
        assert listings["source_id"].to_pylist() == [listing_id(url) for url in listings["url"].to_pylist()]


def test_ids_are_the_same_with_and_without_a_prefix_and_an_id_column(shared_data: Path) -> None:
    for name in ("broken_off", "older_columns"):
        listings, _ = run(shared_data / "nightly" / name)
        assert listings["source_id"].null_count == 0
        assert listings["source_id"].to_pylist() == [listing_id(url) for url in listings["url"].to_pylist()]


def test_linkedin_ids_are_those_of_the_addresses(shared_data: Path) -> None:
    listings, _ = run(shared_data / "linkedin_us_2024" / "scraped.parquet")
    ids = listings["source_id"].to_pylist()
    assert len(set(ids)) == 31_869
    assert ids == [listing_id(url) for url in listings["url"].to_pylist()]


def test_the_seed_page(shared_data: Path) -> None:
    listings = run(shared_data / "seed" / "talent_com_page.txt")[0].to_pylist()
    assert Counter(row["company"] for row in listings) == {
        "TikTok": 8, "VirtualVocations": 7, "ByteDance": 1, "Pinterest": 1, "Meltwater": 1, "Medium": 1,
    }  # fmt: skip
    assert Counter(row["is_snippet"] for row in listings) == {True: 18, False: 1}
    assert Counter(row["employment_type"] for row in listings) == {"full_time": 18, "permanent": 1}
    assert Counter(row["date_posted"] for row in listings) == {"30+ days ago": 17, "last_updated_variable_days": 2}
    assert Counter(row["city"] for row in listings)["San Jose"] == 9
    assert all(row["promoted"] for row in listings[1:])
    assert all(row["description"].endswith("...") for row in listings[1:])


def test_other_files_are_refused_in_one_line(shared_data: Path) -> None:
    from pipeline.errors import InputError

    for name in ("titles/talentclef_en_queries.tsv", "bench/duplicate_pairs.csv", "README.md"):
        with pytest.raises(InputError, match="no reader fits") as raised:
            run(shared_data / name)
        assert "\n" not in str(raised.value)
