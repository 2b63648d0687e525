"""Laws of the formats: whatever the bytes, tables or one clear error; what is damaged costs only itself; memory stays."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import RelatedJobsError
from pipeline.ingest import Feed, read
from pipeline.ingest.files import files_of
from pipeline.ingest.model import Listing, Reject
from pipeline.ingest.registry import sniffed
from pipeline.plan import Night
from pipeline.settings import IngestSettings

CASES = Path(__file__).parent / "cases"
NIGHT = Night(date(2031, 3, 4))
LIMITS = IngestSettings(max_record_bytes=50_000, max_record_lines=200)
MORE = os.environ.get("RELATED_JOBS_FUZZ")  # examples a test of a longer search
quick = settings(
    max_examples=int(MORE or 25), derandomize=not MORE, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def items(path: Path, data: bytes) -> list[Listing | Reject]:
    path.write_bytes(data)
    feed = Feed("law", str(path))
    head, reader = sniffed(feed, files_of(feed)[0], LIMITS)
    return list(reader.read(head, feed, LIMITS))


def ends_in_tables_or_one_line(path: Path) -> None:
    try:
        for listings, rejects in read(Feed("law", str(path)), NIGHT, LIMITS):
            assert listings.num_rows + rejects.num_rows > 0
            positions = listings["position"].to_pylist()
            assert len(set(positions)) == len(positions), "the key of raw_listings"
    except RelatedJobsError as error:
        assert "\n" not in str(error)


@pytest.mark.parametrize("case", sorted(p.name for p in CASES.iterdir() if not (p / "mapping.toml").exists()))
@quick
@given(data=st.data())
def test_a_format_with_damage_ends_in_tables_or_one_clear_error(folder: Path, case: str, data: st.DataObject) -> None:
    """The fuzz target of each reader: its case, cut and mutated."""
    source = next((CASES / case).glob("input.*"))
    text = bytearray(source.read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(text)))
        junk = st.sampled_from(
            [
                b"<",
                b">",
                b"</job>",
                b"<job>",
                b"<![CDATA[",
                b"]]>",
                b'"',
                b"{",
                b"}",
                b"]",
                b",",
                b"\\",
                b"&",
                b"\x00",
                b"\xff",
                b"\n",
                b"<!--",
                b"null",
            ]
        )
        text[at : at + data.draw(st.integers(0, 30))] = data.draw(st.one_of(junk, st.binary(max_size=6)))
    cut = data.draw(st.integers(0, len(text)))
    path = folder / source.name
    path.write_bytes(bytes(text if data.draw(st.booleans()) else text[:cut]))
    ends_in_tables_or_one_line(path)


words = st.text(st.sampled_from("abc ,;\"'\n\t<>&Äß日•{}[]/\\"), max_size=40)
vacancies = st.lists(st.tuples(words.map(lambda w: f"T{w}."), words), min_size=1, max_size=15)


@quick
@given(rows=vacancies, cdata=st.booleans(), indent=st.sampled_from(["", "\n  "]))
def test_xml_that_a_writer_wrote_comes_back_as_it_was(
    folder: Path, rows: list[tuple[str, str]], cdata: bool, indent: str
) -> None:
    def put(text: str) -> str:
        return f"<![CDATA[{text}]]>" if cdata and "]]>" not in text else escape(text)

    records = (
        f"<job>{indent}<title>{put(title)}</title>{indent}<url>https://b.example/{n}</url><dateposted>2031-01-01</dateposted>"
        f"<referencenumber>{n}</referencenumber><description>{put(text)}</description></job>"
        for n, (title, text) in enumerate(rows)
    )
    whole = f"<?xml version='1.0'?><source>{indent.join(records)}</source>"
    got = items(folder / "whole.xml", whole.encode())
    assert all(isinstance(item, Listing) for item in got), got
    said = [(item.fields["title"], item.fields.get("description")) for item in got if isinstance(item, Listing)]
    assert said == [(title.strip(), text.strip() or None) for title, text in rows]


@quick
@given(rows=vacancies, envelope=st.booleans(), indent=st.sampled_from([None, 1]), ascii_only=st.booleans())
def test_json_that_a_writer_wrote_comes_back_as_it_was(
    folder: Path, rows: list[tuple[str, str]], envelope: bool, indent: int | None, ascii_only: bool
) -> None:
    jobs = [
        {"id": n, "text": t, "hostedUrl": f"https://b.example/{n}", "categories": {}, "description": d}
        for n, (t, d) in enumerate(rows)
    ]
    value = {"meta": {"total": len(jobs), "more": [1, {"a": []}]}, "jobs": jobs, "tail": None} if envelope else jobs
    got = items(folder / "whole.json", json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode())
    assert all(isinstance(item, Listing) for item in got), got
    assert [i.fields["title"] for i in got if isinstance(i, Listing)] == [title for title, _ in rows]


@pytest.mark.parametrize("damaged", [[0], [7], [19], [3, 4], [0, 1, 2], [5, 9, 13]])
@pytest.mark.parametrize("wound", ["unclosed", "not well-formed", "CDATA"])
def test_a_broken_record_of_xml_costs_only_itself(folder: Path, damaged: list[int], wound: str) -> None:
    def record(n: int) -> str:
        text = f"<job><title>T{n}</title><url>https://b.example/{n}</url><dateposted>2031-01-01</dateposted><description><![CDATA[<p>x</p>]]></description></job>"
        if n not in damaged:
            return text
        return {
            "unclosed": text.replace("</job>", ""), "not well-formed": text.replace("</title>", "</tilte>"),
            "CDATA": text.replace("]]>", ""),
        }[wound]  # fmt: skip

    got = items(folder / "wound.xml", f"<source>{''.join(map(record, range(20)))}</source>".encode())
    kept = [item.fields["title"] for item in got if isinstance(item, Listing)]
    assert len([item for item in got if isinstance(item, Reject)]) >= 1
    lost = {f"T{n}" for n in range(20)} - set(kept)
    assert lost == {f"T{n}" for n in damaged}


@pytest.mark.parametrize("damaged", [[1], [18], [7, 8], [2, 9, 15]])
@pytest.mark.parametrize("wound", ["comma", "quote", "brace"])
def test_a_broken_record_of_json_costs_only_itself(folder: Path, damaged: list[int], wound: str) -> None:
    def record(n: int) -> str:
        text = json.dumps(
            {
                "id": n,
                "text": f"T{n}",
                "hostedUrl": f"https://b.example/{n}",
                "categories": {"team": "x"},
                "description": "word " * 30,
            }
        )
        if n not in damaged:
            return text
        return {"comma": text.replace('", "', '" "', 1), "quote": text.replace('"T', "T", 1), "brace": text[:-1]}[wound]

    got = items(folder / "wound.json", ("[" + ",\n".join(map(record, range(20))) + "]").encode())
    kept = [item.fields["title"] for item in got if isinstance(item, Listing)]
    assert kept == [f"T{n}" for n in range(20) if n not in damaged]
    assert all(isinstance(item, Listing) or item.reason in ("not JSON", "torn record") for item in got)


@pytest.mark.parametrize("kind", ["xml", "json"])
def test_a_record_that_never_ends_is_let_go(folder: Path, kind: str) -> None:
    """The rest of the file is looked through for the next record without being kept."""
    limits = IngestSettings(max_record_bytes=300_000)
    one = {"id": 1, "text": "T1", "hostedUrl": "https://b.example/1", "categories": {}}
    path = folder / f"endless.{kind}"
    junk = "x" * 2_000_000
    if kind == "xml":
        job = "<job><title>T1</title><url>https://b.example/1</url><dateposted>2031-01-01</dateposted></job>"
        path.write_text(f"<source>{job}<job><title><![CDATA[{junk}</title></job>{job}</source>", encoding="utf-8")
    else:
        path.write_text(f'[{json.dumps(one)}, {{"id": "{junk}, {json.dumps(one)}]', encoding="utf-8")
    feed = Feed("law", str(path))
    head, reader = sniffed(feed, files_of(feed)[0], limits)
    got = list(reader.read(head, feed, limits))
    assert [item.fields["title"] for item in got if isinstance(item, Listing)] == ["T1", "T1"]
    assert len([item for item in got if isinstance(item, Reject)]) == 1


READ = """
import re, sys
from datetime import date
from pipeline.ingest import Feed, read
from pipeline.plan import Night
from pipeline.settings import IngestSettings
rows = sum(a.num_rows for a, _ in read(Feed("big", sys.argv[1]), Night(date(2031, 3, 4)), IngestSettings()))
print(rows, int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("kind", ["xml", "ndjson", "json"])
def test_memory_does_not_grow_with_the_file(tmp_path: Path, kind: str) -> None:
    """A longer file takes hardly more; `python -m benchmarks.feeds --big` reads a whole GB."""
    text = "long nights and short days on the quay " * 100

    def write(rows: int) -> Path:
        path = tmp_path / f"{rows}.{kind}"
        with path.open("w", encoding="utf-8") as out:
            out.write({"xml": "<source>", "json": '{"jobs": [', "ndjson": ""}[kind])
            for n in range(rows):
                if kind == "xml":
                    out.write(
                        f"<job><title>T{n}</title><url>https://b.example/{n}</url><dateposted>2031-01-01</dateposted><description>{text}</description></job>"
                    )
                else:
                    row = {"title": f"T{n}", "url": f"https://b.example/{n}", "company": "Co", "description": text}
                    out.write(("," if n and kind == "json" else "") + json.dumps(row) + "\n")
            out.write({"xml": "</source>", "json": "]}", "ndjson": ""}[kind])
        return path

    def peak(path: Path, rows: int) -> int:
        done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True)
        read_rows, megabytes = map(int, done.stdout.split())
        assert read_rows == rows
        return megabytes

    assert write(16_000).stat().st_size > 60_000_000
    small, large = peak(write(5_000), 5_000), peak(tmp_path / f"16000.{kind}", 16_000)
    assert large < small + 40, (small, large)  # the file is 42 MB longer, a tree of it would be ten times that
    assert large < 300
