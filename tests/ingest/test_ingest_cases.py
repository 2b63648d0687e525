"""Cases as folders (input.*, mapping.toml, feed.toml, expected.json), and inputs made here (packed, Parquet)."""

import gzip
import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.contracts import contract
from pipeline.errors import InputError, RelatedJobsError
from pipeline.ingest import Feed, read
from pipeline.plan import Night
from pipeline.settings import IngestSettings

CASES = Path(__file__).parent / "cases"
NIGHT = Night(date(2031, 3, 4))
Rows = list[dict[str, Any]]


def run(path: Path, settings: IngestSettings | None = None, **feed: Any) -> tuple[Rows, Rows]:
    listings: Rows = []
    rejects: Rows = []
    for some, others in read(Feed("case", str(path), **feed), NIGHT, settings or IngestSettings()):
        assert some.schema.equals(contract("raw_listings").schema)
        assert others.schema.equals(contract("raw_rejects").schema)
        listings += some.to_pylist()
        rejects += others.to_pylist()
    return listings, rejects


def told(listing: dict[str, Any]) -> dict[str, Any]:
    """What a listing says: no NULLs, no file, is_snippet only where it is."""
    return {
        k: v
        for k, v in listing.items()
        if v is not None and k not in ("feed", "file", "listing_key") and (k, v) != ("is_snippet", False)
    }


@pytest.mark.parametrize("case", sorted(p.name for p in CASES.iterdir() if p.is_dir()))
def test_case(case: str) -> None:
    folder = CASES / case
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    mapping = folder / "mapping.toml"
    feed = folder / "feed.toml"
    known = tomllib.loads(feed.read_text(encoding="utf-8")) if feed.is_file() else {}
    path = next(folder.glob("input.*"))
    if "error" in expected:
        with pytest.raises(RelatedJobsError) as raised:
            run(path, mapping=mapping if mapping.is_file() else None, **known)
        assert type(raised.value).__name__ == expected["error"]
        message = str(raised.value)
        assert "\n" not in message
        for text in expected["says"]:
            assert text in message
        return
    listings, rejects = run(path, mapping=mapping if mapping.is_file() else None, **known)
    assert [told(listing) for listing in listings] == expected["listings"]
    assert [{k: r[k] for k in ("position", "reason", "excerpt")} for r in rejects] == expected["rejects"]
    assert {row["file"] for row in listings + rejects} <= {path.name}


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"feed case: .*nowhere\.csv does not exist") as raised:
        run(tmp_path / "nowhere.csv")
    assert raised.value.exit_code == 3


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no file"):
        run(tmp_path)


ROWS = [
    {"source": "b", "source_id": str(n), "title": f"Title {n}", "company": "Co", "description": "word " * (n % 90)}
    for n in range(3000)
]


def ndjson(rows: Rows) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_packed_file_that_breaks_off_keeps_what_came(tmp_path: Path, share: float) -> None:
    whole = gzip.compress(ndjson(ROWS))
    path = tmp_path / "feed.ndjson.gz"
    path.write_bytes(whole[: int(len(whole) * share)])
    listings, rejects = run(path)
    assert 0 < len(listings) < len(ROWS)
    assert [row["title"] for row in listings] == [row["title"] for row in ROWS[: len(listings)]]
    assert rejects[-1]["reason"] == "file broken off"
    assert [r["reason"] for r in rejects[:-1]] in ([], ["torn record"])


def test_a_packed_csv_that_breaks_off_keeps_what_came(tmp_path: Path) -> None:
    text = "title,company,description\n" + "".join(f'T{n},Co,"line {n}\nmore, {n * n}"\n' for n in range(5000))
    whole = gzip.compress(text.encode())
    path = tmp_path / "feed.csv.gz"
    path.write_bytes(whole[: len(whole) // 2])
    listings, rejects = run(path)
    assert [row["title"] for row in listings] == [f"T{n}" for n in range(len(listings))]
    assert len(listings) > 1000
    assert rejects[-1]["reason"] == "file broken off"
    assert rejects[-1]["position"] >= listings[-1]["position"]


def test_garbage_that_claims_to_be_packed_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "feed.csv.gz"
    path.write_bytes(b"\x1f\x8bnonsense")
    with pytest.raises(InputError, match="can't be unpacked"):
        run(path)


def test_zstd_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "feed.ndjson.zst"
    path.write_bytes(pa.compress(ndjson(ROWS[:10]), "zstd", asbytes=True))
    assert len(run(path)[0]) == 10


def test_parquet_with_a_mapping_and_nested_columns(tmp_path: Path) -> None:
    path = tmp_path / "feed.parquet"
    rows = [
        {"id": 1, "job": {"name": "Glazier", "pay": [10.5, 12.0]}, "on": date(2031, 1, 2), "tags": ["a", None, "b"]},
        {"id": 2, "job": {"name": "Tiler", "pay": []}, "on": None, "tags": None},
        {"id": 3, "job": None, "on": None, "tags": None},
    ]
    pq.write_table(pa.Table.from_pylist(rows), path)
    columns = {
        "source_id": "id", "title": "job.name", "pay_min": "job.pay.0?", "date_posted": "on", "employment_type": "tags",
    }  # fmt: skip
    listings, rejects = run(path, mapping={"source": "glass board", "columns": columns})
    assert [told(row) for row in listings] == [
        {
            "position": 1, "format": "mapped", "source": "glass board", "source_id": "1", "title": "Glazier",
            "pay_min": "10.5", "date_posted": "2031-01-02", "employment_type": "a, b",
        },
        {"position": 2, "format": "mapped", "source": "glass board", "source_id": "2", "title": "Tiler"},
    ]  # fmt: skip
    assert [(r["position"], r["reason"]) for r in rejects] == [(3, "empty record")]
    with pytest.raises(InputError, match=r'title = "job.title".*there are id, job, job.name, job.pay, on, tags'):
        run(path, mapping={"columns": {"title": "job.title"}})


def test_linkedin_columns(tmp_path: Path) -> None:
    path = tmp_path / "any_name.parquet"
    row = {
        "job_id": "4000000007", "title": "Cooper", "company": "Cask & Co", "location": "Elgin",
        "posted_date": "2031-01-01", "worktype": "On-site", "salary": "", "job_link": "https://www.linkedin.com/jobs/view/cooper-4000000007?x=1",
        "job_description": "\nBarrels.", "applicants": "25", "seniority": "Entry level", "employment_type": "Full-time",
        "job_function": "Production", "industries": "Beverages", "commit_date": "2031-02-02",
    }  # fmt: skip
    pq.write_table(pa.Table.from_pylist([row]), path)
    listings, _ = run(path)
    assert told(listings[0]) == {
        "position": 1, "format": "linkedin", "source": "linkedin", "source_id": "4000000007", "title": "Cooper",
        "company": "Cask & Co", "location": "Elgin", "date_posted": "2031-01-01", "remote": "On-site",
        "url": row["job_link"], "description": "\nBarrels.", "description_format": "text", "level": "Entry level",
        "employment_type": "Full-time", "job_function": "Production", "industry": "Beverages",
    }  # fmt: skip


def test_a_torn_parquet_file_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "feed.parquet"
    pq.write_table(pa.Table.from_pylist(ROWS), path)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(InputError, match="Parquet file whose end is missing"):
        run(path)


def test_a_folder_is_read_in_order_of_names_and_a_bad_file_costs_only_itself(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2.ndjson").write_bytes(ndjson(ROWS[2:4]))
    (tmp_path / "a.csv").write_text("title,company,description\nOne,Co,text\n", encoding="utf-8")
    (tmp_path / "c.csv").write_text("", encoding="utf-8")
    (tmp_path / "readme.md").write_text("Files of a board.\n", encoding="utf-8")
    (tmp_path / ".hidden.csv").write_text("junk", encoding="utf-8")
    (tmp_path / "d.csv").write_text("Stelle,Firma\nKoch,Topf\n", encoding="utf-8")
    (tmp_path / "d.csv.mapping.toml").write_text('[columns]\ntitle = "Stelle"\ncompany = "Firma"\n', encoding="utf-8")
    listings, rejects = run(tmp_path)
    assert [(row["file"], row["title"]) for row in listings] == [
        ("a.csv", "One"), ("b/2.ndjson", "Title 2"), ("b/2.ndjson", "Title 3"), ("d.csv", "Koch"),
    ]  # fmt: skip
    assert [(r["file"], r["position"], r["reason"]) for r in rejects] == [
        ("c.csv", 0, "unreadable file"), ("readme.md", 0, "unreadable file"),
    ]  # fmt: skip


def test_a_glob_is_a_feed_and_the_run_date_is_filled_in(tmp_path: Path) -> None:
    for day, title in (("2031-03-03", "Old"), ("2031-03-04", "New")):
        (tmp_path / day).mkdir()
        (tmp_path / day / "x.csv").write_text(f"title,company,description\n{title},Co,text\n", encoding="utf-8")
    assert [(r["file"], r["title"]) for r in run(tmp_path / "*" / "*.csv")[0]] == [
        ("2031-03-03/x.csv", "Old"), ("2031-03-04/x.csv", "New"),
    ]  # fmt: skip
    assert [r["title"] for r in run(tmp_path / "{run_date}" / "x.csv")[0]] == ["New"]


def test_batches_are_as_long_as_the_settings_say(tmp_path: Path) -> None:
    path = tmp_path / "feed.ndjson"
    path.write_bytes(ndjson(ROWS))
    feed = Feed("case", str(path))
    sizes = [a.num_rows + b.num_rows for a, b in read(feed, NIGHT, IngestSettings(batch_rows=700))]
    assert sizes == [700, 700, 700, 700, 200]
    sizes = [a.num_rows for a, _ in read(feed, NIGHT, IngestSettings(batch_bytes=50_000))]
    assert len(sizes) > 5
    assert sum(sizes) == len(ROWS)


def test_a_record_that_is_too_long_is_a_reject_and_the_next_is_read(tmp_path: Path) -> None:
    path = tmp_path / "feed.ndjson"
    long = {"title": "Long", "company": "Co", "description": "x" * 600_000}
    path.write_bytes(ndjson([ROWS[1], long, ROWS[2]]))
    listings, rejects = run(path, IngestSettings(max_record_bytes=1000))
    assert [row["title"] for row in listings] == ["Title 1", "Title 2"]
    assert [(r["position"], r["reason"], len(r["excerpt"])) for r in rejects] == [(2, "record too long", 500)]
    path = tmp_path / "feed.csv"
    path.write_text(f"title,company,description\nA,Co,a\nLong,Co,{'x' * 600_000}\nB,Co,b\n", encoding="utf-8")
    listings, rejects = run(path, IngestSettings(max_record_bytes=1000))
    assert [(row["position"], row["title"]) for row in listings] == [(2, "A"), (4, "B")]
    assert [(r["position"], r["reason"]) for r in rejects] == [(3, "record too long")]
