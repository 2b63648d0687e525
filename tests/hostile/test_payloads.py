"""Nothing a feed says becomes markup, an address that runs, a path, a formula or SQL in anything a night leaves behind."""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hostile_feed import OTHERS, night, rows
from selectolax.lexbor import LexborHTMLParser
from typer.testing import CliRunner

from pipeline import publish
from pipeline.ask import ask
from pipeline.cli import app
from pipeline.errors import UsageError
from pipeline.evaluate.cells import guarded
from pipeline.ingest import Feed
from pipeline.store import Home

OURS = ("http://", "https://")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return night(tmp_path_factory.mktemp("hostile"))


def markup_is_ours(page: str) -> None:
    """No element, attribute or address of the page comes from an ad."""
    tree = LexborHTMLParser(page)
    assert not [
        n for tag in ("iframe", "object", "embed", "base", "svg[onload]", "img[onerror]") for n in tree.css(tag)
    ]
    for node in tree.css("*"):
        for name, value in node.attributes.items():
            assert not name.startswith("on"), (node.tag, name, value)
            if name in ("href", "src", "action"):
                assert not re.match(r"\s*(?:java\s*script|data:text|vbscript|file):?", value or "", re.IGNORECASE), (
                    value
                )
    for script in tree.css("script"):
        assert not (script.text() or "").strip().startswith("alert(")


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from strings(key)
            yield from strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)
    elif isinstance(value, str):
        yield value


def test_every_listing_is_there(home: Home) -> None:
    with duckdb.connect(str(home.path / "related_jobs.duckdb"), read_only=True) as con:
        counted = con.execute(
            "SELECT count(*), count(posting_id), count(*) FILTER (WHERE reject_reason IS NOT NULL) FROM mart.listings"
        ).fetchone()
        assert counted is not None and counted[0] == len(rows()) == counted[1] + counted[2]
        assert set(publish.MARTS) <= {
            t for (t,) in con.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'mart'").fetchall()
        }


def test_addresses_are_of_the_web_or_dropped_and_said(home: Home) -> None:
    with duckdb.connect(str(home.path / "related_jobs.duckdb"), read_only=True) as con:
        found = con.execute("SELECT url, apply_url, flags, source_id FROM mart.postings").fetchall()
    assert all(address is None or address.startswith(OURS) for row in found for address in row[:2])
    assert not any(mark in (address or "") for row in found for address in row[:2] for mark in '"<>`{}\\ \n')
    flagged = {row[3] for row in found if "unsafe address" in row[2]}
    assert {"u0", "u1", "u2", "u3", "u4", "u5", "u6"} <= flagged


def test_the_report_holds_no_markup_of_ads(home: Home) -> None:
    markup_is_ours((home.path / "report.html").read_text(encoding="utf-8"))


def test_the_feed_is_json_with_addresses_of_the_web(home: Home) -> None:
    files = list((home.path / "feed").resolve().rglob("*.json"))
    assert files
    for path in files:
        text = path.read_text(encoding="utf-8")
        assert "<" not in text
        for one in strings(json.loads(text)):
            assert not re.match(r"\s*(?:java\s*script|data|vbscript|file):", one, re.IGNORECASE), one
        assert path.resolve().is_relative_to((home.path / "feed").resolve().parent.parent)


def test_rendered_boxes_hold_no_markup_of_ads(home: Home) -> None:
    with duckdb.connect(str(home.path / "related_jobs.duckdb"), read_only=True) as con:
        jobs = [j for (j,) in con.execute("SELECT job_id FROM mart.jobs ORDER BY job_id LIMIT 25").fetchall()]
    for job in jobs:
        done = CliRunner().invoke(app, ["render", job, "--home", str(home.path)])
        assert done.exit_code == 0, done.output
        markup_is_ours(done.output)


def test_a_terminal_shows_texts_as_they_are(home: Home) -> None:
    done = CliRunner().invoke(app, ["show", "[bold red]x[/] Cook", "--home", str(home.path)])
    assert done.exit_code in (0, 2), done.output
    assert "\x1b]" not in done.output and "\u202e" not in done.output


def test_nothing_was_written_beside_home(home: Home) -> None:
    beside = {p.name for p in home.path.parent.iterdir()}
    assert beside == {"home", "evil.ndjson"}
    assert not Path("/tmp/pwned").exists()


def test_cells_of_a_spreadsheet_are_guarded(tmp_path: Path) -> None:
    path = tmp_path / "cells.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([[guarded(text)] for text in (*OTHERS, "plain", -5)])
    with path.open(newline="", encoding="utf-8") as file:
        read_back = [row[0] for row in csv.reader(file)]
    assert not [cell for cell in read_back[:-1] if cell.startswith(("=", "+", "-", "@"))]
    assert read_back[-2:] == ["plain", "-5"]


@pytest.mark.parametrize("name", ["../evil", "a/b", "", "a" * 65, "A B", "..", "x\n"])
def test_a_feeds_name_is_no_path(name: str) -> None:
    with pytest.raises(UsageError):
        Feed(name, "x.csv")


REACHING = (
    "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM read_text('/etc/passwd')", "INSTALL httpfs", "LOAD httpfs", "ATTACH ':memory:' AS other; COPY (SELECT 1) TO '/tmp/pwned'",
    "SET enable_external_access = true", "SET lock_configuration = false", "COPY mart.jobs TO '/tmp/pwned'", "DELETE FROM mart.jobs", "EXPORT DATABASE '/tmp/pwned'",
    "SELECT * FROM 'https://evil.example/x.parquet'", "SELECT getenv('HOME')",
)  # fmt: skip


@pytest.mark.parametrize("query", REACHING)
def test_a_query_reaches_the_snapshot_and_nothing_else(home: Home, query: str) -> None:
    """Both as `related-jobs sql` opens it and as docs/how-to/query.md shows."""
    database = home.path / "related_jobs.duckdb"
    with pytest.raises(UsageError):
        ask(database, query, {}, 10)
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "query.md").read_text(encoding="utf-8")
    shown = page.split("```python")[1].split("```")[0].replace("related-jobs-home/related_jobs.duckdb", str(database))
    known: dict[str, Any] = {}
    exec(shown, known)
    with known["con"] as con, pytest.raises(duckdb.Error):
        con.execute(query)
    assert not Path("/tmp/pwned").exists()
