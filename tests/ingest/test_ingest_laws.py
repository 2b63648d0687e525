"""Laws of the readers: what is whole comes back as it was, what is damaged costs only itself, no line is lost."""

import csv
import io
import json
import os
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.ingest import Feed, read
from pipeline.ingest.files import FeedFile
from pipeline.ingest.model import Listing, Record, Reject
from pipeline.ingest.registry import sniffed
from pipeline.plan import Night
from pipeline.settings import IngestSettings

NIGHT = Night(date(2031, 3, 4))
LIMITS = IngestSettings(max_record_bytes=20_000, max_record_lines=200)
COLUMNS = ["source_id", "title", "company", "url", "description"]
MORE = os.environ.get("RELATED_JOBS_FUZZ")  # examples a test of a longer search
quick = settings(
    max_examples=int(MORE or 40), derandomize=not MORE, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


def items(path: Path, data: bytes) -> list[Listing | Reject]:
    path.write_bytes(data)
    feed = Feed("law", str(path))
    head, reader = sniffed(feed, FeedFile(path, path.name), LIMITS)
    return list(reader.read(head, feed, LIMITS))


words = st.text(st.sampled_from("abc ,;\"'\n\r\tÄß日•\u2028\x00|{}[]"), max_size=30)
rows = st.lists(
    st.tuples(words, words.map(lambda w: f"T{w}"), words, st.just("https://b.example/1"), words),
    min_size=1,
    max_size=12,
)


def as_csv(table: list[tuple[str, ...]], delimiter: str = ",", end: str = "\n") -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow(COLUMNS)
    writer.writerows(table)
    return out.getvalue()


@quick
@given(
    table=rows,
    delimiter=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_csv_that_a_writer_wrote_comes_back_as_it_was(
    folder: Path, table: list[tuple[str, ...]], delimiter: str, end: str, encoding: str
) -> None:
    if end == "\n":  # the writer leaves a lone return without quotes then
        table = [tuple(v.replace("\r", "") for v in row) for row in table]
    text = as_csv(table, delimiter, end)
    got = items(folder / "whole.csv", text.encode(encoding))
    assert all(isinstance(item, Listing) for item in got), got
    clean = [tuple(v.replace("\x00", "") if v.replace("\x00", "").strip() else None for v in row) for row in table]
    assert [tuple(item.fields.get(name) for name in COLUMNS) for item in got if isinstance(item, Listing)] == clean


@pytest.mark.parametrize("style", ["plain", "text begins on a new line", "commas", "one line"])
@pytest.mark.parametrize(
    "damaged", [[0], [1], [57], [98], [99], [3, 4], [3, 5, 7], [0, 1, 2], [97, 98, 99], list(range(20, 60))]
)
def test_a_quote_that_is_never_closed_costs_its_record_only(folder: Path, style: str, damaged: list[int]) -> None:
    body = {
        "plain": "Some work.\nAnd more of it.\n\nThe end",
        "text begins on a new line": "\nSome work.\n- first, second\nThe end",
        "commas": "One, two, three, four\nfive, six, seven, eight, nine, ten\na, b, c, https://b.example/2, d",
        "one line": "Some work, and more",
    }[style]
    lines = [f'{n},T{n},Co,https://b.example/{n},"{body} {n}"' for n in range(100)]
    for n in damaged:
        lines[n] = lines[n][:-1]
    got = items(folder / "open.csv", ("\n".join([",".join(COLUMNS), *lines]) + "\n").encode())
    listings = {item.fields["source_id"]: item for item in got if isinstance(item, Listing)}
    assert set(listings) == {str(n) for n in range(100) if n not in damaged}
    assert all(item.fields["description"] == (f"{body} {n}") for n, item in listings.items())
    rejects = [item for item in got if isinstance(item, Reject)]
    height = body.count("\n") + 1
    lost = [line for r in rejects for line in range(r.position, r.position + r.lines)]
    assert lost == [2 + n * height + k for n in damaged for k in range(height)]


@quick
@given(data=st.data())
def test_every_line_of_a_damaged_csv_is_accounted_for(folder: Path, data: st.DataObject) -> None:
    table = [(str(n), f"T{n}", "Co", "https://b.example/1", 'Some, work\nand "more" of it') for n in range(8)]
    text = bytearray(as_csv(table).encode())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(70, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 2))] = data.draw(
            st.sampled_from([b'"', b",", b"\n", b"", b"\xff", b"\r", b'""', b"x" * 300])
        )
    got = items(folder / "damaged.csv", bytes(text))
    end = b"\n"
    physical = bytes(text).split(end)
    blank = {n for n, line in enumerate(physical, 1) if not line.strip(b" \t\r\x0b\x0c\x1c\x1d\x1e\x1f")}
    covered = [n for item in got for n in range(item.position, item.position + item.lines)]
    assert len(covered) == len(set(covered))
    wanted = set(range(2, len(physical) + 1)) - blank
    assert wanted <= set(covered) <= set(range(2, len(physical) + 1))


@quick
@given(
    st.lists(
        st.one_of(
            st.dictionaries(st.sampled_from(["title", "company", "description", "x"]), words),
            words,
            st.integers(),
            st.none(),
        ),
        min_size=1,
        max_size=9,
    ),
    st.binary(max_size=20),
)
def test_every_line_of_ndjson_is_one_listing_or_one_reject(folder: Path, values: list[object], tail: bytes) -> None:
    first = {"title": "T", "company": "Co", "description": "d"}
    records = [
        json.dumps(v).encode() for v in [first, first, first, first, first, first, first, first, first, first, *values]
    ]
    data = b"\n".join([*records, tail.replace(b"\x00", b"")])
    got = items(folder / "lines.ndjson", data)
    physical = [n for n, line in enumerate(data.split(b"\n"), 1) if not line.decode("latin-1").isspace() and line]
    assert [item.position for item in got] == physical


@quick
@given(
    st.binary(max_size=3000),
    st.sampled_from(["x.csv", "x.ndjson", "x.txt", "x.parquet", "x.csv.gz"]),
    st.sampled_from(
        [
            b"",
            b"\x1f\x8b\x08\x00",
            b"PAR1",
            b"\xff\xfe",
            b"Talent.com\n",
            b"title,company,url\n",
            b'{"title":1,"company":2,"url":3}\n',
            b"\x28\xb5\x2f\xfd",
        ]
    ),
)
def test_any_bytes_end_in_tables_or_one_clear_error(folder: Path, data: bytes, name: str, magic: bytes) -> None:
    path = folder / name
    path.write_bytes(magic + data)
    try:
        for listings, rejects in read(Feed("law", str(path)), NIGHT, LIMITS):
            assert listings.num_rows + rejects.num_rows > 0
    except InputError as error:
        assert str(path) in str(error)
        assert len(str(error).splitlines()) == 1


def page(cards: list[tuple[str, str, str, bool, bool, bool]], labels: dict[str, str]) -> str:
    """A Talent.com page; each card: title, employer, place, and whether it has a type, a snippet, and an age."""
    title, employer, place, *_ = cards[0]
    out = ["Talent.com", title, f"{title}{employer} • {place}", title, "", title, "", f"{employer}\u00a0•\u00a0{place}"]
    out += [
        labels["age"],
        labels["kind"],
        f"  • {labels['full']}",
        labels["description"],
        "",
        title,
        "",
        "The work.",
        "",
    ]
    out += [labels["alert"], "", f"{title} • {place}", "", labels["related"]]
    for title, employer, place, kind, snippet, age in cards[1:]:
        out += [title, "", f"    {title}", "", f"    {employer}\u00a0•\u00a0{place}"]
        out += [f"    {labels['full']}"] * kind
        out += [f"    Long days, short nights and a view • over the harbour{labels['more']}"] * snippet
        out += [f"    {labels['updated']}\u00a0•\u00a0{labels['promoted']}"] * age
    return "\n".join(out) + "\n"


UNTRANSLATED = {
    "age": "job_description.job_card.30_days_ago", "kind": "serp_jobs.job_preview.job_type",
    "full": "serp_jobs.job_card.full_time", "description": "job_description.job_card.job_description",
    "alert": "serp_jobs.job_alerts.create_a_job", "related": "Job_description.internal_linking.related_jobs",
    "more": "...serp_jobs.internal_linking.show_more", "updated": "serp_jobs.last_updated.last_updated_30",
    "promoted": "serp_jobs.job_card.promoted",
}  # fmt: skip
ENGLISH = {
    "age": "30+ days ago", "kind": "Job type", "full": "Full-time", "description": "Job description",
    "alert": "Create a job alert for this search", "related": "Related jobs", "more": "...Show more",
    "updated": "Last updated: 30+ days ago", "promoted": "Promoted",
}  # fmt: skip
names = st.text(st.sampled_from("abcdefgh XYZ&().,-/éß0123"), min_size=3, max_size=40).map(
    lambda s: "Q" + " ".join(s.split())
)
places = st.sampled_from(["San Jose, CA, United States", "Wick, CAI, United Kingdom", "Hamburg, Germany", "Remote"])


@quick
@given(
    cards=st.lists(
        st.tuples(names, names, places, st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=9
    ),
    labels=st.sampled_from([UNTRANSLATED, ENGLISH]),
)
def test_a_talent_page_gives_every_card_whoever_is_on_it(
    folder: Path, cards: list[tuple[str, str, str, bool, bool, bool]], labels: dict[str, str]
) -> None:
    got = items(folder / "page.txt", page(cards, labels).encode())
    assert all(isinstance(item, Listing) for item in got)
    fields = [item.fields for item in got if isinstance(item, Listing)]
    assert [(f["title"], f["company"], f["location"]) for f in fields] == [card[:3] for card in cards]
    assert [bool(f["is_snippet"]) for f in fields] == [False] + [True] * (len(cards) - 1)
    for f, (_, _, _, kind, snippet, age) in zip(fields[1:], cards[1:], strict=True):
        if snippet:
            assert f["description"] == "Long days, short nights and a view • over the harbour..."
        if kind and (snippet or age or labels is UNTRANSLATED):
            assert f["employment_type"] == labels["full"].rpartition(".")[2]
        assert f.get("date_posted") == ("30+ days ago" if age else None)
        assert f["promoted"] is age


@quick
@given(data=st.data())
def test_a_mutated_talent_page_never_crashes(folder: Path, data: st.DataObject) -> None:
    cards = [(f"Title {n}", "Employer", "Wick, CAI, United Kingdom", True, True, True) for n in range(5)]
    text = bytearray(page(cards, UNTRANSLATED).encode())
    for _ in range(data.draw(st.integers(1, 20))):
        at = data.draw(st.integers(0, len(text)))
        text[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=5))
    try:
        got = items(folder / "page.txt", bytes(text))
    except InputError:
        return
    positions = [item.position for item in got if isinstance(item, Listing)]
    assert positions == sorted(set(positions))


def test_records_of_a_container_are_records() -> None:
    assert Record(1, {}).lines == Reject(1, "r", "d").lines == Listing(1, {}).lines == 1
