"""Where feeds come from: archives, standard input, URLs, Arrow; and the keys of feeds.toml."""

import gzip
import json
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline.errors import InputError, UsageError
from pipeline.ingest import Feed, fingerprint, load_feeds, read
from pipeline.plan import Night
from pipeline.settings import IngestSettings

NIGHT = Night(date(2031, 3, 4))
Rows = list[dict[str, Any]]


def run(path: Path | str, **feed: Any) -> tuple[Rows, Rows]:
    listings: Rows = []
    rejects: Rows = []
    for some, others in read(Feed("case", str(path), **feed), NIGHT, IngestSettings()):
        listings += some.to_pylist()
        rejects += others.to_pylist()
    return listings, rejects


def ndjson(*titles: str) -> bytes:
    return b"".join(json.dumps({"title": t, "company": "Co", "description": "d"}).encode() + b"\n" for t in titles)


XML = "<source>{}</source>".format(
    "".join(
        f"<job><title>X{n}</title><url>https://b.example/{n}</url><dateposted>2031-01-01</dateposted></job>"
        for n in range(3)
    )
).encode()


def test_a_zip_stands_for_its_members(tmp_path: Path) -> None:
    path = tmp_path / "night.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("b/two.ndjson", ndjson("C"))
        archive.writestr("a.xml", XML)
        archive.writestr("one.ndjson.gz", gzip.compress(ndjson("D")))
        archive.writestr("__MACOSX/._a.xml", b"junk")
        archive.writestr("b/.hidden", b"junk")
        archive.writestr("readme.txt", b"Delivered every night.")
    listings, rejects = run(path)
    assert [(r["file"], r["title"]) for r in listings] == [
        ("night.zip/a.xml", "X0"), ("night.zip/a.xml", "X1"), ("night.zip/a.xml", "X2"),
        ("night.zip/b/two.ndjson", "C"), ("night.zip/one.ndjson.gz", "D"),
    ]  # fmt: skip
    assert [(r["file"], r["reason"]) for r in rejects] == [("night.zip/readme.txt", "unreadable file")]


@pytest.mark.parametrize("rows", [50, 50_000])
def test_a_member_with_a_wrong_checksum_is_said(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "night.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.ndjson", ndjson(*(f"T{n}" for n in range(rows))))
    path.write_bytes(path.read_bytes().replace(b'"T7"', b'"U7"'))
    if rows == 50:  # all of it is in the piece that can't be trusted
        with pytest.raises(InputError, match="Bad CRC-32"):
            run(path)
        return
    listings, rejects = run(path)
    assert "file broken off" in [r["reason"] for r in rejects]
    assert any("CRC" in r["detail"] for r in rejects)
    assert 40_000 < len(listings) < 50_000


def test_a_torn_zip_and_a_locked_one_are_errors(tmp_path: Path) -> None:
    path = tmp_path / "night.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.ndjson", ndjson("A"))
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    with pytest.raises(InputError, match="end is missing or broken"):
        run(path)
    locked = bytearray(whole)
    locked[whole.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(locked))
    with pytest.raises(InputError, match=r"member 'a\.ndjson' is encrypted"):
        run(path)


def test_arrow_files_and_streams(tmp_path: Path) -> None:
    table = pa.Table.from_pylist([{"title": f"A{n}", "company": "Co", "where": {"city": "Ghent"}} for n in range(5)])
    for name, writer in (("file.arrow", pa.ipc.new_file), ("stream.arrow", pa.ipc.new_stream)):
        path = tmp_path / name
        with pa.OSFile(str(path), "wb") as sink, writer(sink, table.schema) as out:
            out.write_table(table, max_chunksize=2)
        listings, rejects = run(
            path, mapping={"columns": {"title": "title", "company": "company", "city": "where.city"}}
        )
        assert [(r["position"], r["title"], r["city"]) for r in listings] == [
            (n + 1, f"A{n}", "Ghent") for n in range(5)
        ]
        assert rejects == []
    broken = tmp_path / "broken.arrow"
    broken.write_bytes((tmp_path / "file.arrow").read_bytes()[:200])
    with pytest.raises(InputError, match="Arrow file that is broken"):
        run(broken)


def test_standard_input_is_a_feed() -> None:
    code = (
        "from datetime import date; from pipeline.ingest import feed_from_path, read, fingerprint; from pipeline.plan import Night\n"
        "from pipeline.settings import IngestSettings\n"
        "feed = feed_from_path('-'); fingerprint(feed)\n"
        "[(a, _)] = list(read(feed, Night(date(2031, 3, 4)), IngestSettings()))\n"
        "print(feed.name, a['title'].to_pylist(), set(a['file'].to_pylist()))"
    )
    done = subprocess.run([sys.executable, "-c", code], input=gzip.compress(XML), capture_output=True, check=True)
    assert done.stdout.decode().strip() == "stdin ['X0', 'X1', 'X2'] {'stdin'}"


def test_a_url_is_a_feed() -> None:
    fsspec = pytest.importorskip("fsspec", reason="the remote extra is not installed")
    system = fsspec.filesystem("memory")
    system.pipe("/jobs/2031-03-04/b.ndjson", ndjson("B"))
    system.pipe("/jobs/2031-03-04/a.xml.gz", gzip.compress(XML))
    whole = "memory://jobs/{run_date}"
    assert [r["title"] for r in run(whole)[0]] == ["X0", "X1", "X2", "B"]
    assert [r["file"] for r in run("memory://jobs/2031-03-04/*.ndjson")[0]] == ["b.ndjson"]
    assert [r["file"] for r in run("memory://jobs/2031-03-04/b.ndjson")[0]] == ["b.ndjson"]
    before = fingerprint(Feed("case", whole), NIGHT)
    system.pipe("/jobs/2031-03-04/b.ndjson", ndjson("C"))
    assert fingerprint(Feed("case", whole), NIGHT) != before
    with pytest.raises(InputError, match="does not exist"):
        run("memory://jobs/nowhere.xml")
    with pytest.raises(UsageError, match="nosuch"):
        run("nosuch://jobs/a.xml")


@pytest.mark.parametrize(
    "path", ["https://user:s3cret@feeds.example/jobs.xml", "ftp://s3cret@feeds.example/{run_date}.xml"]
)
def test_a_url_with_a_secret_is_refused_without_repeating_it(path: str) -> None:
    with pytest.raises(UsageError, match="password") as told:
        Feed("case", path)
    assert "s3cret" not in str(told.value)
    Feed("case", "https://feeds.example/jobs@home.xml?mail=a@b.example")


def test_feeds_toml_says_delivery_trust_grace_and_employer(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_bytes(b'{"title": "A", "company": null, "description": "d"}\n')
    listed = tmp_path / "feeds.toml"
    listed.write_text(
        '[[feed]]\nname = "a"\npath = "a.ndjson"\ndelivery = "delta"\ntrust = "employer"\ngrace = 2\nemployer = "Acme"\n'
        '[[feed]]\nname = "b"\npath = "s3://bucket/{run_date}/b.xml.gz"\n',
        encoding="utf-8",
    )
    a, b = load_feeds(listed)
    assert (a.delta, a.trust, a.grace, a.employer) == (True, "employer", 2, "Acme")
    assert (b.delta, b.trust, b.grace, b.path) == (False, None, 0, "s3://bucket/{run_date}/b.xml.gz")
    [(listings, _)] = read(a, NIGHT, IngestSettings())
    assert listings.select(["company", "trust"]).to_pylist() == [{"company": "Acme", "trust": "employer"}]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('trust = "me"', "one of employer, board, aggregator, reseller is wanted"),
        ("grace = -1", "0 or more"),
        ("grace = true", "int is wanted"),
        ('delivery = "part"', "full or delta is wanted"),
        ('delivery = "full"\ndelta = true', "full or delta is wanted, and once"),
    ],
)
def test_wrong_keys_are_one_line(tmp_path: Path, line: str, says: str) -> None:
    listed = tmp_path / "feeds.toml"
    listed.write_text(f'[[feed]]\nname = "a"\npath = "a"\n{line}\n', encoding="utf-8")
    with pytest.raises(UsageError, match=says) as raised:
        load_feeds(listed)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.xml", "<source><publisher>P</publisher></source>"),
        ("a.json", '{"jobs": [], "meta": {"total": 0}}'),
        ("b.json", "[]"),
        ("r.xml", '<rss version="2.0"><channel><title>T</title></channel></rss>'),
    ],
)
def test_a_feed_without_a_record_is_fine_as_a_delta_only(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    assert run(path, delta=True) == ([], [])
    with pytest.raises(InputError, match="there is no record in it"):
        run(path)
