"""Files made to harm: each is read in a process of its own, within bounds of time and memory, and ends in tables or one line."""

import gzip
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

MEMORY_MB = (
    600  # of the process, libraries and models included (450 with them read and nothing else; a bomb is gigabytes)
)
SECONDS = 120  # a busy machine's; each takes a few
READ = """
import json, re, sys
from datetime import date
from pipeline.errors import RelatedJobsError
from pipeline.ingest import Feed, read
from pipeline.inspect_feeds import understood
from pipeline.plan import Night
from pipeline.settings import IngestSettings, Settings
told = {"listings": [], "reasons": [], "error": None}
night = Night(date(2031, 3, 4))
try:
    for listings, rejects in read(Feed("attack", sys.argv[1]), night, IngestSettings()):
        told["listings"] += understood(listings, night, Settings()).select(["title", "posted_on", "pay_min", "reject_reason", "flags"]).to_pylist()
        told["reasons"] += rejects["reason"].to_pylist()
        told["details"] = rejects["detail"].to_pylist()[:3]
except RelatedJobsError as error:
    told["error"] = str(error)
told["mb"] = int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024
print(json.dumps(told, default=str))
"""
JOB = "<job><title>Cook {n}</title><url>https://b.example/{n}</url><company>Inn</company><date>2031-01-0{n}</date><description>Cook for forty guests.</description></job>"
GOOD = {
    "title": "Cook",
    "company": "Inn",
    "location": "Rome",
    "url": "https://b.example/1",
    "description": "Cook for forty guests.",
}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def attack(path: Path, megabytes: int = MEMORY_MB) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["mb"] < megabytes, told["mb"]
    assert told["error"] is None or "\n" not in told["error"]
    return told


def titles(told: dict[str, Any]) -> list[str]:
    return [row["title"] for row in told["listings"] if row["reject_reason"] is None]


def lines(path: Path, *rows: object) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    return path


def test_entities_of_xml_are_neither_grown_nor_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("KEEP ME HERE")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    path = tmp_path / "laughs.xml"
    path.write_text(
        f'<?xml version="1.0"?><!DOCTYPE source [<!ENTITY l0 "ha">{laughs}<!ENTITY x SYSTEM "file://{secret}">'
        f'<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd">%p;]><source>{JOB.format(n=1)}'
        f"<job><title>&l11; &x;</title><url>https://b.example/2</url><description>&x;</description></job>{JOB.format(n=3)}</source>"
    )
    told = attack(path)
    assert {"Cook 1", "Cook 3"} <= set(titles(told))
    assert "KEEP ME" not in json.dumps(told) and "haha" not in json.dumps(told)


@pytest.mark.slow
@pytest.mark.parametrize("filling", [b" ", b"<job><title>Cook</title>" + b"x" * 2000, b'{"title": "x"},\n', b"\x00"])
def test_a_gzip_bomb_is_let_go(tmp_path: Path, filling: bytes) -> None:
    path = tmp_path / "bomb.xml.gz"
    head = b"<source>" + JOB.format(n=1).encode()
    with gzip.open(path, "wb", 9) as out:
        out.write(head)
        block = filling * (1_000_000 // len(filling))
        for _ in range(400):
            out.write(block)
    assert path.stat().st_size < 6_000_000
    told = attack(path)
    if filling == b"\x00":  # looks like UTF-16
        assert told["error"]
    else:
        assert titles(told) == ["Cook 1"]
        assert "file broken off" in told["reasons"]


@pytest.mark.slow
def test_a_bomb_in_a_zip_is_let_go_and_its_neighbour_is_read(tmp_path: Path) -> None:
    path = tmp_path / "feeds.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.ndjson", json.dumps(GOOD) + "\n")
        with archive.open("b.ndjson", "w", force_zip64=True) as member:
            member.write(json.dumps(GOOD | {"url": "https://b.example/2", "title": "Baker"}).encode() + b"\n")
            for _ in range(400):
                member.write(b" " * 1_000_000)
    told = attack(path)
    assert titles(told) == ["Cook", "Baker"]


def test_names_and_links_do_not_climb_out(tmp_path: Path) -> None:
    outside = lines(tmp_path / "outside.ndjson", GOOD | {"title": "Secret Cook"})
    folder = tmp_path / "feed"
    folder.mkdir()
    lines(folder / "a.ndjson", GOOD)
    (folder / "b.ndjson").symlink_to(outside)
    (folder / "c.ndjson").symlink_to(folder / "a.ndjson")
    (folder / "loop").symlink_to(folder)
    with zipfile.ZipFile(folder / "slip.zip", "w") as archive:
        archive.writestr(
            "../../slipped.ndjson", json.dumps(GOOD | {"url": "https://b.example/9", "title": "Slipped Cook"})
        )
    told = attack(folder)
    assert sorted(titles(told)) == ["Cook", "Cook", "Slipped Cook"]
    assert told["reasons"] == ["unreadable file"] and "leads out of" in told["details"][0]
    assert not (tmp_path.parent / "slipped.ndjson").exists()


def long_line(path: Path, kind: str) -> Path:
    with path.open("w", encoding="utf-8") as out:
        out.write(
            {
                "csv": "title,company,url,description\n",
                "ndjson": json.dumps(GOOD) + "\n",
                "json": "[",
                "xml": "<source>",
            }[kind]
        )
        if kind == "csv":
            out.write('Cook,Inn,https://b.example/1,"Cook for forty."\n')
        if kind == "xml":
            out.write(JOB.format(n=1))
        if kind == "json":
            out.write(json.dumps(GOOD) + ",")
        out.write(
            {
                "csv": "Baker,Inn,https://b.example/2,",
                "ndjson": '{"title": "',
                "json": '{"title": "',
                "xml": "<job><title>",
            }[kind]
        )
        for _ in range(100):
            out.write("x" * 1_000_000)
        last = {"csv": "\nBaker,Inn,https://b.example/3,Bake.\n", "ndjson": '"}\n' + json.dumps(GOOD | {"title": "Baker", "url": "https://b.example/3"}) + "\n",
                "json": '"},' + json.dumps(GOOD | {"title": "Baker", "url": "https://b.example/3"}) + "]", "xml": f"</title></job>{JOB.format(n=3)}</source>"}  # fmt: skip
        out.write(last[kind])
    return path


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "ndjson", "json", "xml"])
def test_a_line_of_100_mb_costs_only_itself(tmp_path: Path, kind: str) -> None:
    told = attack(long_line(tmp_path / f"long.{kind}", kind))
    assert [t.split()[0] for t in titles(told)] in (["Cook", "Baker"], ["Cook", "Cook"])
    assert told["reasons"]


def _write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
    return path


def test_deep_json_is_a_reject(tmp_path: Path) -> None:
    deep = '{"a":' * 200_000 + "1" + "}" * 200_000 + "\n" + "[" * 500_000
    text = "\n".join((json.dumps(GOOD), deep, json.dumps(GOOD | {"url": "https://b.example/2"})))
    told = attack(_write(tmp_path / "deep.ndjson", text + "\n"))
    assert len(titles(told)) == 2 and len(told["reasons"]) == 2


def test_deep_json_as_one_document(tmp_path: Path) -> None:
    text = (
        "["
        + json.dumps(GOOD)
        + ","
        + '{"title":' * 100_000
        + "1"
        + "}" * 100_000
        + ","
        + json.dumps(GOOD | {"url": "https://b.example/2"})
        + "]"
    )
    told = attack(_write(tmp_path / "deep.json", text))
    assert len(titles(told)) == 2


@pytest.mark.slow
def test_deep_markup_in_a_text_is_text(tmp_path: Path) -> None:
    told = attack(
        lines(
            tmp_path / "markup.ndjson",
            GOOD,
            GOOD
            | {
                "url": "https://b.example/0",
                "description": "<div>" * 300_000 + "Cook for forty guests." + "</div>" * 300_000,
            },
            GOOD | {"url": "https://b.example/2", "description": "[" * 500_000 + "x" + "](" * 500_000},
            GOOD | {"url": "https://b.example/3", "description": "**a" * 300_000},
            GOOD | {"url": "https://b.example/4", "description": "&amp;" * 500_000},
            GOOD | {"url": "https://b.example/5", "description": "a." * 1_000_000, "title": "Cook" + " (x)" * 100_000},
            GOOD
            | {
                "url": "https://b.example/6",
                "company": "Inn " * 200_000,
                "location": "Rome, " * 200_000,
                "pay": "$1" * 200_000,
            },
        ),
        megabytes=1000,  # seven records of up to 3 MB at once
    )
    assert len(told["listings"]) == 7


@pytest.mark.slow
def test_a_header_of_a_million_columns(tmp_path: Path) -> None:
    text = (
        "title,company,url,description,"
        + ",".join(f"c{n}" for n in range(300_000))
        + "\nCook,Inn,https://b.example/1,Cook for forty."
        + "," * 300_000
        + "\n"
    )
    told = attack(_write(tmp_path / "wide.csv", text))
    assert titles(told) == ["Cook"] or told["error"]


CASES: dict[str, tuple[Callable[[Path], Path], int]] = {
    "numbers": (
        lambda p: _write(
            p / "numbers.ndjson",
            "\n".join(
                json.dumps(GOOD | {"url": f"https://b.example/{n}"})[:-1] + f', "pay_min": {value}, "date_posted": {value}}}'
                for n, value in enumerate(("1e400", "-1e400", "NaN", "Infinity", "1e-400", "9" * 5000, "-0", "0." + "1" * 5000, "2147483648", "18446744073709551616"))
            ),
        ),
        10,
    ),
    "days": (
        lambda p: lines(
            p / "days.ndjson",
            *(
                GOOD | {"url": f"https://b.example/{n}", "date_posted": day, "valid_through": day}
                for n, day in enumerate(("0000-01-01", "0001-01-01", "9999-12-31", "99999-01-01", "-0044-03-15", "2031-13-45", "253402300800", "-62135596801", "1e18"))
            ),
        ),
        9,
    ),
    "surrogates and NULs": (
        lambda p: _write(
            p / "letters.ndjson",
            '{"title": "Cook \\ud800", "company": "In\\u0000n", "location": "Rome", "url": "https://b.example/1", "description": "\\udfff x \\u0000 y"}\n'
            '{"title": "Cook \\u202e\\u2066", "company": "Inn\\ufeff", "location": "Rome", "url": "https://b.example/2", "description": "\\uffff"}\n',
        ),
        2,
    ),
    "wrong encoding": (lambda p: _write(p / "latin.csv", "title,company,url,description\nK\xf6chin,Caf\xe9,https://b.example/1,Cuisine fran\xe7aise\n".encode("latin-1")), 1),
    "UTF-16 with a mark": (lambda p: _write(p / "wide.csv", "title,company,url,description\nCook,Inn,https://b.example/1,Cook for forty\n".encode("utf-16")), 1),
    "two marks": (lambda p: _write(p / "marks.csv", b"\xef\xbb\xbf\xef\xbb\xbftitle,company,url,description\nCook,Inn,https://b.example/1,Cook for forty\n"), 1),
    "one id, other contents": (lambda p: lines(p / "twice.ndjson", *(GOOD | {"source_id": "7", "title": f"Cook {n}"} for n in range(5))), 5),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_odd_values_become_postings_or_rejects(tmp_path: Path, case: str) -> None:
    make, rows = CASES[case]
    told = attack(make(tmp_path))
    assert told["error"] is None
    assert len(told["listings"]) + len(told["reasons"]) == rows
    for row in told["listings"]:
        assert row["posted_on"] is None or "2000-01-01" <= row["posted_on"] <= "2041-12-31"


def test_a_pipe_or_a_device_is_no_feed(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ndjson")
    assert "pipe.ndjson" in (attack(tmp_path / "pipe.ndjson")["error"] or "")
    lines(tmp_path / "a.ndjson", GOOD)
    assert titles(attack(tmp_path)) == ["Cook"]
