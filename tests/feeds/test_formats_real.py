"""Real samples of every format: each record is a posting, or a reject whose reason makes sense."""

import json
import re
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline.errors import InputError
from pipeline.ingest import feed_from_path, read
from pipeline.inspect_feeds import understood
from pipeline.plan import Night
from pipeline.settings import IngestSettings, Settings

pytestmark = pytest.mark.real
NIGHT = Night(date(2026, 11, 22))
FILES = {
    "ats/adzuna.json": ("adzuna", 10), "ats/arbeitnow.json": ("arbeitnow", 100), "ats/ashby_a.json": ("ashby", 2),
    "ats/ashby_b.json": ("ashby", 2), "ats/greenhouse_a.json": ("greenhouse", 2), "ats/greenhouse_b.json": ("greenhouse", 2),
    "ats/greenhouse_c.json": ("greenhouse", 2), "ats/lever_a.json": ("lever", 2), "ats/lever_b.json": ("lever", 2),
    "ats/lever_c.json": ("lever", 2), "ats/recruitee.json": ("recruitee", 2), "ats/smartrecruiters.json": ("smartrecruiters", 2),
    "ats/teamtailor.json": ("teamtailor", 2), "ats/themuse.json": ("themuse", 20), "ats/workable.json": ("workable", 3),
    "xml/rss_a.xml": ("rss", 833), "xml/rss_b.xml": ("rss", 184), "xml/small_board.xml": ("jobs_xml", 55),
}  # fmt: skip


@cache
def run(path: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Raw listings, postings and rejects of a file."""
    batches = list(read(feed_from_path(str(path)), NIGHT, IngestSettings()))
    raw = pa.concat_tables([a for a, _ in batches])
    made = understood(raw, NIGHT, Settings())
    return raw.to_pylist(), made.to_pylist(), pa.concat_tables([b for _, b in batches]).to_pylist()


@pytest.mark.parametrize("name", FILES)
def test_every_record_is_a_posting(shared_data: Path, name: str) -> None:
    raw, made, rejects = run(shared_data / "formats" / name)
    reader, count = FILES[name]
    assert {row["format"] for row in raw} == {reader}
    assert rejects == []
    assert [row["reject_reason"] for row in made] == [None] * count
    assert all(row["source_id"] or row["url"] for row in made)


def test_no_record_is_left_out(shared_data: Path) -> None:
    for name, mark in (("rss_a.xml", "<item>"), ("rss_b.xml", "<item>"), ("small_board.xml", "<job>")):
        path = shared_data / "formats" / "xml" / name
        assert len(run(path)[0]) == path.read_text(encoding="utf-8").count(mark)
    for path in sorted((shared_data / "formats" / "ats").glob("*.json")):
        value = json.loads(path.read_text(encoding="utf-8"))
        lists = (
            [value]
            if isinstance(value, list)
            else [v for v in value.values() if isinstance(v, list) and v and isinstance(v[0], dict)]
        )
        if path.name != "workday.json":
            assert len(run(path)[0]) == max(map(len, lists))


def test_json_ld(shared_data: Path) -> None:
    files = sorted((shared_data / "formats" / "json_ld").glob("*.json"))
    rows = [row for path in files for row in run(path)[1]]
    assert len(rows) == sum(
        len(re.findall(r'"@type"\s*:\s*"JobPosting"', p.read_text(encoding="utf-8"))) for p in files
    )
    assert all(row["reject_reason"] is None and row["employer"] and row["country"] and row["posted_on"] for row in rows)


def test_fields_are_understood(shared_data: Path) -> None:
    made = {name: run(shared_data / "formats" / name)[1] for name in FILES}
    assert all(
        row["employer"] for name, rows in made.items() for row in rows if "workable" not in name and "xml" not in name
    )
    rss = made["xml/rss_a.xml"] + made["xml/rss_b.xml"]
    assert all(row["employer"] and row["posted_on"] and row["source"] != "unknown" for row in rss)
    assert not any(" — " in row["title"] and row["title"].endswith(row["employer"]) for row in rss)
    assert sum(row["country"] is not None for row in rss) > 0.8 * len(rss)
    assert all(row["requisition_id"] for name, rows in made.items() for row in rows if "greenhouse" in name)
    lever = made["ats/lever_b.json"][0]
    assert (lever["pay_min"], lever["pay_max"], lever["pay_currency"], lever["pay_period"]) == (
        150_000,
        180_000,
        "USD",
        "year",
    )


def test_the_introduction_of_a_greenhouse_board_is_no_text_of_its_ads(shared_data: Path) -> None:
    raw = run(shared_data / "formats" / "ats" / "greenhouse_a.json")[0]
    whole = json.loads((shared_data / "formats" / "ats" / "greenhouse_a.json").read_text(encoding="utf-8"))["jobs"]
    assert all("content-intro" in job["content"] for job in whole)
    assert not any("content-intro" in row["description"] or "content-conclusion" in row["description"] for row in raw)
    assert any("content-pay-transparency" in row["description"] for row in raw)


def test_what_is_no_feed_is_refused_in_one_line(shared_data: Path) -> None:
    """It is a company's profile, not a list of jobs."""
    with pytest.raises(InputError, match="no reader fits") as raised:
        run(shared_data / "formats" / "ats" / "workday.json")
    assert "\n" not in str(raised.value)
