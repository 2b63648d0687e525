"""What people use after a night: preview, server-rendered boxes, examples in SQL, Parquet, doctor, report; two nights of a sample."""

import json
import re
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.dataset as ds
import pytest
from typer.testing import CliRunner

from pipeline import contracts, doctor, publish, report, resources, sample
from pipeline import run as engine
from pipeline.cli import app
from pipeline.errors import UsageError
from pipeline.export import export
from pipeline.ingest import load_feeds
from pipeline.preview.server import open_server
from pipeline.settings import PublishSettings, RunSettings, Settings
from pipeline.store import Home

DAYS = (date(2026, 3, 1), date(2026, 3, 2))
SETTINGS = replace(Settings(), run=RunSettings(workers=1), publish=PublishSettings(body_characters=400))
EXAMPLES = sorted((resources.folder("sql") / "examples").glob("*.sql"))
EMPTY_ON_A_SMALL_SAMPLE = {
    "jobs_never_shown",
    "odd_postings",
    "jobs_without_related_jobs",
    "new_jobs_tonight",
    "links_to_look_at",
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("two")
    sample.write(folder / "sample", 160, 5, nights=2, run_date=DAYS[1])
    home = Home(folder / "home")
    for day in DAYS:
        run = engine.begin(home, day, load_feeds(folder / "sample" / str(day) / "feeds.toml"), SETTINGS)
        assert run is not None
        engine.run_night(run)
    return home


@pytest.fixture(scope="module")
def server(home: Home) -> Iterator[str]:
    made = open_server(home, "127.0.0.1", 0)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{made.server_address[1]}"
    made.shutdown()
    made.server_close()


@pytest.fixture(scope="module")
def busiest(home: Home) -> dict[str, Any]:
    """The job with most postings, and a board's id of it."""
    with duckdb.connect(str(home.path / "related_jobs.duckdb"), read_only=True) as con:
        row = con.execute(
            "SELECT j.job_id, j.title, p.source_id FROM mart.jobs AS j JOIN mart.job_postings USING (job_id) "
            "JOIN mart.postings AS p USING (posting_id) WHERE p.source_id IS NOT NULL ORDER BY j.postings DESC, j.job_id, p.source_id LIMIT 1"
        ).fetchone()
    assert row
    return {"job_id": row[0], "title": row[1], "source_id": row[2]}


def get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=60) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()


def call(home: Home, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*words, "--home", str(home.path)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.output


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.stem)
def test_examples_answer_over_the_sample(home: Home, busiest: dict[str, Any], path: Path) -> None:
    query = path.read_text()
    assert query.startswith("-- "), "an example begins with the question it answers"
    with duckdb.connect(str(home.path / "related_jobs.duckdb"), read_only=True) as con:
        rows = con.execute(query, {k: v for k, v in busiest.items() if f"${k}" in query}).fetchall()
    assert rows or path.stem in EMPTY_ON_A_SMALL_SAMPLE


def test_there_are_twenty_examples_and_what_changed_adds_up(home: Home) -> None:
    assert len(EXAMPLES) >= 20
    with duckdb.connect(str(home.path / "related_jobs.duckdb"), read_only=True) as con:
        changed = dict(con.execute(resources.sql("examples/what_changed_since_yesterday")).fetchall())
        tonight = con.execute("SELECT count(*) FROM mart.postings").fetchall()[0][0]
    with duckdb.connect(str(home.snapshots()[0].database), read_only=True) as con:
        before = con.execute("SELECT count(*) FROM mart.postings").fetchall()[0][0]
    assert before + changed["postings that are new"] - changed["postings that are gone"] == tonight
    assert changed["postings that are gone"] > 0


def test_jobs_that_ended_have_a_tombstone_in_the_feed(home: Home) -> None:
    from pipeline.feed_reader import lookup

    with duckdb.connect(str(home.path / "related_jobs.duckdb"), read_only=True) as con:
        gone = con.execute("SELECT g.job_id, source_id FROM mart.gone_jobs AS g JOIN mart.gone_postings AS p USING (job_id) "
                           "WHERE became IS NULL AND source_id IS NOT NULL AND source_id NOT IN "
                           "(SELECT source_id FROM mart.postings WHERE source_id IS NOT NULL)").fetchall()  # fmt: skip
    assert gone
    for job_id, source_id in gone:
        box = lookup(home.path / "feed", job_id)
        assert box.kind in ("gone", "newest") and box.cards
        assert lookup(home.path / "feed", source_id).cards == box.cards


def test_a_page_of_every_kind_opens(server: str, busiest: dict[str, Any]) -> None:
    for path in ("/", "/?q=nurse", f"/job/{busiest['job_id']}", f"/job/{busiest['source_id']}?lang=de", "/report.html"):
        status, headers, body = get(server + path)
        assert status == 200 and headers["Content-Type"] == "text/html; charset=utf-8", path
        assert ("default-src 'self'" in headers.get("Content-Security-Policy", "")) == (path != "/report.html")
        assert b"<title>" in body
    status, _, body = get(f"{server}/job/{busiest['job_id']}")
    text = body.decode()
    assert (
        busiest["title"].replace("&", "&amp;") in text and "Behind the cards" in text and "postings of this job" in text
    )
    other = re.search(r"/why\?a=\w+&amp;b=(\w+)", text)
    assert other
    status, _, body = get(f"{server}/why?a={busiest['job_id']}&b={other[1]}")
    assert status == 200 and b"Cosine by channel" in body and b"in the box of A" in body


def test_search_finds_by_every_word_and_says_when_there_is_none(server: str, busiest: dict[str, Any]) -> None:
    words = " ".join(re.findall(r"\w+", busiest["title"])[:3]).upper().replace(" ", "+")
    assert busiest["job_id"] in get(f"{server}/?q={words}")[2].decode()
    assert "No job has all of these words" in get(f"{server}/?q=zzzzz+qqqqq")[2].decode()
    assert "<script>alert" not in get(f"{server}/?q=%3Cscript%3Ealert(1)%3C/script%3E")[2].decode()


def test_what_is_not_there_says_so(server: str) -> None:
    status, _, body = get(f"{server}/job/nobody")
    assert status == 404 and b"No job has the id nobody" in body and b"Newest jobs" in body
    assert get(f"{server}/nowhere")[0] == 404
    for path in (
        "/feed/../snapshot.json",
        "/feed/%2e%2e/snapshot.json",
        "/feed/none.json",
        "/feed/",
        "/feed/../../../runs",
    ):
        assert get(server + path)[0] == 404, path


def test_the_feed_is_served_as_a_web_server_should(server: str, home: Home) -> None:
    status, headers, body = get(f"{server}/feed/manifest.json", **{"Accept-Encoding": "gzip"})
    assert status == 200 and headers["Cache-Control"] == "no-cache" and headers["Content-Encoding"] == "gzip"
    assert get(f"{server}/feed/manifest.json", **{"If-None-Match": headers["ETag"]})[0] == 304
    manifest = json.loads((home.path / "feed" / "manifest.json").read_text())
    prefix, digest = next(iter(manifest["shards"].items()))
    status, headers, body = get(f"{server}/feed/shards/{prefix or 'all'}-{digest}.json")
    assert status == 200 and "immutable" in headers["Cache-Control"] and json.loads(body)["jobs"]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")


def test_render_gives_real_links_by_any_id_and_title(home: Home, busiest: dict[str, Any]) -> None:
    printed = {
        key: call(home, "render", busiest[key], "--href", "/jobs/{id}", "--params", "pos={rank}", "--limit", "4")[1]
        for key in busiest
    }
    parser = _Links()
    parser.feed(printed["job_id"])
    top = [a for a in parser.links if a.endswith(("pos=1", "pos=2", "pos=3", "pos=4"))]
    assert len(dict.fromkeys(a.split("pos=")[1] for a in top)) == 4 and all(
        re.match(r"/jobs/j[0-9a-f]{16}\?pos=", a) for a in top
    )
    assert "nav" in parser.open and "h2" in parser.open
    assert printed["title"] == printed["job_id"]
    page = call(home, "render", busiest["job_id"], "--page", "--lang", "fr")[1]
    assert page.startswith("<!doctype html>") and "Offres similaires" in page and 'lang="fr"' in page
    told = json.loads(call(home, "render", "nobody", "--json")[1])
    assert told["kind"] == "newest" and told["cards"]


def test_export_writes_what_the_tables_hold(home: Home, tmp_path: Path) -> None:
    done = export(home.snapshots(), tmp_path)
    assert {w.table for w in done} == set(publish.MARTS)
    for name in ("jobs", "related_jobs"):
        table = ds.dataset(tmp_path / name, partitioning="hive").to_table()
        expected = sum(s.table(name).num_rows for s in home.snapshots())
        assert table.num_rows == expected and table.column_names[:-1] == contracts.contract(name, "mart").schema.names
        assert {str(d) for d in table.column("run_date").to_pylist()} == {str(d) for d in DAYS}
    code, printed = call(home, "export", "--out", str(tmp_path / "one"), "--table", "jobs", "--json")
    assert code == 0 and [w["table"] for w in json.loads(printed)] == ["jobs"]
    with pytest.raises(UsageError, match="no table nothing"):
        export(home.snapshots(), tmp_path, ("nothing",))


def test_doctor_finds_what_is_wrong(home: Home, tmp_path: Path) -> None:
    found = {f.what: f for f in doctor.examine(home)}
    assert found["packages"].state == "fine", found["packages"].says
    assert found["feed"].state == "fine" and found["lock"].state == "fine" and found["runs"].state == "fine"
    assert (
        found["snapshot"].state == "warning" and "days old" in found["snapshot"].says
    )  # the sample's night is long ago
    with home.lock("a night"):
        assert next(f for f in doctor.examine(home) if f.what == "lock").state == "warning"
    bad = Home(tmp_path / "bad")
    bad.path.mkdir()
    (bad.path / "settings.toml").write_text("[relate]\nlimt = 3\n")
    (bad.path / "feeds.toml").write_text('[[feed]]\nname = "a"\npath = "/nowhere/*.csv"\n')
    bad.run(DAYS[0]).update_manifest(run_date=str(DAYS[0]), state="failed", error="the feed is torn")
    code, printed = call(bad, "doctor", "--json")
    told = {f["what"]: f for f in json.loads(printed)}
    assert code == 1 and told["settings"]["state"] == "wrong" and "limt" in told["settings"]["says"]
    assert (
        told["runs"]["state"] == "wrong"
        and "the feed is torn" in told["runs"]["says"]
        and told["feeds"]["state"] == "warning"
    )
    assert call(bad, "doctor")[0] == 1


def test_json_is_json_where_it_is_asked_for(home: Home, busiest: dict[str, Any]) -> None:
    for words in (("show", busiest["job_id"]), ("render", busiest["job_id"]), ("doctor",)):
        json.loads(call(home, *words, "--json")[1])
    assert json.loads(CliRunner().invoke(app, ["plan", "--json"]).output)[0]["name"] == "ingest"


def test_the_report_asks_nothing_of_the_network_and_tells_both_nights(home: Home) -> None:
    page = (home.path / "runs" / str(DAYS[1]) / "report.html").read_text()
    own = page[: page.index("<script>/**")] + page[page.rindex("<script>") :]
    assert not re.findall(r'(?:src|href)="(?!#|data:)[^"]*"', own) and "@import" not in own and "url(" not in own
    plots = json.loads(re.search(r'id="plots">(.*?)</script>', page, re.S)[1])  # type: ignore[index]
    assert all(plots[name]["data"] for name in plots)
    assert plots["funnel"]["data"][0]["x"][0] == engine.open_run(home, DAYS[1]).store.manifest["counts"]["listings"]
    assert len(plots["clusters"]["data"][0]["x"]) > 5
    nights = {d for t in plots["trends"]["data"] for d in t["x"]}
    assert nights == {str(d) for d in DAYS}
    assert plots["seconds"]["data"][0]["y"][-1] == "publish"
    for word in ("From listings to jobs", "Audit", "Rejects", "Largest variant families"):
        assert word in own


def test_the_report_is_the_same_made_twice(home: Home) -> None:
    run = engine.open_run(home, DAYS[1])
    database = home.snapshots()[-1].database
    assert report.render(run, database) == report.render(run, database)


def test_help_is_quick() -> None:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import pipeline.cli"], capture_output=True, text=True, check=True
    )
    heavy = {"pandas", "duckdb", "pyarrow", "sklearn", "jinja2", "plotly", "numpy", "great_expectations"}
    assert not heavy & {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
