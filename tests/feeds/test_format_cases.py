"""A case folder a format: input.* written by us after its specification, and what comes of it (expected.json).

RELATED_JOBS_WRITE_CASES=1 writes expected.json anew; read its diff before you keep it.
"""

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline.ingest import Feed, read
from pipeline.ingest.registry import READERS
from pipeline.inspect_feeds import understood
from pipeline.plan import Night
from pipeline.settings import IngestSettings, Settings

CASES = Path(__file__).parent / "cases"
NIGHT = Night(date(2031, 3, 4))
RAW = ("feed", "file", "format", "listing_key", "is_snippet")  # not told of a raw listing
POSTING = (
    "title", "employer", "place", "city", "region", "country", "remote", "employment_type", "level", "level_told",
    "pay_min", "pay_max", "pay_currency", "pay_period", "pay_yearly_max", "pay_predicted", "posted_on",
    "posted_relative", "valid_through", "requisition_id", "source", "source_id", "apply_url", "language", "is_snippet",
    "flags", "reject_reason",
)  # fmt: skip


def outcome(folder: Path) -> dict[str, Any]:
    path, mapping = next(folder.glob("input.*")), folder / "mapping.toml"
    listings, rejects, postings, readers = [], [], [], set()
    for some, others in read(
        Feed("case", str(path), mapping=mapping if mapping.is_file() else None), NIGHT, IngestSettings()
    ):
        listings += [{k: v for k, v in row.items() if v is not None and k not in RAW} for row in some.to_pylist()]
        readers |= set(some["format"].to_pylist())
        rejects += [{k: row[k] for k in ("position", "reason", "detail")} for row in others.to_pylist()]
        made: pa.Table = understood(some, NIGHT, Settings())
        for row in made.to_pylist():
            told = {k: row[k] for k in POSTING if row[k] not in (None, [], False)}
            postings.append({k: v.isoformat() if isinstance(v, date) else v for k, v in told.items()})
    return {"reader": sorted(readers), "listings": listings, "rejects": rejects, "postings": postings}


@pytest.mark.parametrize("case", sorted(p.name for p in CASES.iterdir() if p.is_dir()))
def test_case(case: str) -> None:
    folder = CASES / case
    expected = folder / "expected.json"
    found = outcome(folder)
    if os.environ.get("RELATED_JOBS_WRITE_CASES"):
        expected.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert found == json.loads(expected.read_text(encoding="utf-8"))


def test_every_format_has_a_case() -> None:
    read_by = {json.loads(p.read_text(encoding="utf-8"))["reader"][0] for p in CASES.glob("*/expected.json")}
    elsewhere = {"talent_page", "linkedin", "postings"}  # tests/ingest
    assert set(READERS) == read_by | elsewhere


def test_one_ad_in_two_formats_is_one_posting(tmp_path: Path) -> None:
    """The id of a Greenhouse post is the same from its board and from an aggregator's RSS."""
    post = {
        "id": 7001234, "internal_job_id": 1, "title": "Head of Blending", "absolute_url": "https://boards.greenhouse.io/stavehoop/jobs/7001234",
        "location": {"name": "Glasgow"}, "content": "x",
    }  # fmt: skip
    (tmp_path / "board.json").write_text(json.dumps({"jobs": [post]}), encoding="utf-8")
    ids = []
    for path in (tmp_path / "board.json", CASES / "rss" / "input.xml"):
        [(some, _)] = read(Feed("case", str(path)), NIGHT, IngestSettings())
        made = understood(some, NIGHT, Settings()).to_pylist()
        ids.append({row["posting_id"] for row in made if row["source"] == "greenhouse"})
    assert ids[0] == ids[1]
    assert len(ids[0]) == 1
