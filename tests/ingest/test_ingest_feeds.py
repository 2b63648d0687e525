"""Feeds: names, feeds.toml, fingerprints, addresses."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import InputError, UsageError
from pipeline.ingest import Feed, feed_from_path, feeds_from_paths, fingerprint, load_feeds
from pipeline.ingest.addresses import board, listing_id
from pipeline.plan import Night


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("data/talent_com_page.txt", "talent_com_page"),
        ("data/Acme Board.2031-03-04.csv.gz", "acme-board"),
        ("nightly/2031-03-04.csv.gz", "nightly"),
        ("nightly/2031-03-05.csv.gz", "nightly"),
        ("nightly/*.csv", "nightly"),
        ("boards/jobs_20310304*.ndjson", "jobs"),
        ("boards/{run_date}/full.parquet", "full"),
        ("../../Élan & Söhne/./", "lan-s-hne"),
        ("/", "feed"),
        ("x/" + "long" * 50 + ".csv", ("long" * 50)[:64]),
    ],
)
def test_a_path_names_its_feed(path: str, name: str) -> None:
    assert feed_from_path(path).name == name


def test_two_feeds_never_share_a_name_and_order_does_not_name_them() -> None:
    paths = ["b/jobs.csv", "a/jobs.csv", "a/jobs.csv", "c/jobs.ndjson"]
    assert [(f.path, f.name) for f in feeds_from_paths(paths)] == [
        ("b/jobs.csv", "jobs-2"), ("a/jobs.csv", "jobs"), ("c/jobs.ndjson", "jobs-3"),
    ]  # fmt: skip
    assert {(f.path, f.name) for f in feeds_from_paths(paths)} == {
        (f.path, f.name) for f in feeds_from_paths(paths[::-1])
    }


@pytest.mark.parametrize("name", ["../up", "a/b", "", ".", "Name", "x" * 65, "a b", "-a"])
def test_a_name_can_not_climb_out_of_home(name: str) -> None:
    with pytest.raises(UsageError, match="a-z 0-9"):
        Feed(name, "x.csv")


def test_feeds_toml(tmp_path: Path) -> None:
    listed = tmp_path / "feeds.toml"
    listed.write_text(
        """
        [[feed]]
        name = "acme"
        path = "in/{run_date}/*.csv"
        mapping = "acme.toml"
        delta = true
        [[feed]]
        name = "other"
        path = "/data/other.ndjson"
        format = "ndjson"
        source = "other board"
        mapping = { columns = { title = "t" } }
        """,
        encoding="utf-8",
    )
    acme, other = load_feeds(listed)
    assert acme == Feed("acme", str(tmp_path / "in/{run_date}/*.csv"), mapping=tmp_path / "acme.toml", delta=True)
    assert other == Feed("other", "/data/other.ndjson", "ndjson", {"columns": {"title": "t"}}, "other board")
    assert acme.on(date(2031, 3, 4)).path.endswith("in/2031-03-04/*.csv")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "nothing"),
        ("x = ", "not valid TOML"),
        ("[feed]\nname = 'a'", "[[feed]] tables"),
        ("[[feed]]\nname = 'a'", "feed 1 has no 'path'"),
        ("[[feed]]\npath = 'a'", "feed 1 has no 'name'"),
        ("[[feed]]\nname = 'a'\npath = 'b'\ntrsut = 1", "has no 'trsut'; it may have name, path, format"),
        ("[[feed]]\nname = 'a'\npath = 'b'\ndelta = 'yes'", "delta = 'yes': bool is wanted"),
        ("[[feed]]\nname = '../a'\npath = 'b'", "a-z 0-9"),
        ("[[feed]]\nname = 'a'\npath = 'b'\n[[feed]]\nname = 'a'\npath = 'c'", "two feeds are called 'a'"),
    ],
)
def test_feeds_toml_says_what_is_wrong(tmp_path: Path, text: str, says: str) -> None:
    listed = tmp_path / "feeds.toml"
    listed.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as raised:
        load_feeds(listed)
    assert says in str(raised.value)
    assert str(listed) in str(raised.value)


def test_feeds_toml_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        load_feeds(tmp_path / "feeds.toml")


def test_a_fingerprint_is_of_content_and_reading(tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    path.write_text("title,company,description\na,b,c\n", encoding="utf-8")
    feed = feed_from_path(str(path))
    first = fingerprint(feed)
    path.touch()
    assert fingerprint(feed) == first
    assert fingerprint(feed_from_path(str(tmp_path))) == first  # the same files under the same names
    mapping = tmp_path / "jobs.csv.mapping.toml"
    mapping.write_text('[columns]\ntitle = "title"\n', encoding="utf-8")
    with_mapping = fingerprint(feed)
    assert with_mapping != first
    mapping.unlink()
    path.write_text("title,company,description\na,b,d\n", encoding="utf-8")
    assert fingerprint(feed) not in (first, with_mapping)
    with pytest.raises(InputError, match="does not exist"):
        fingerprint(feed_from_path(str(tmp_path / "gone.csv")))


def test_a_fingerprint_fills_in_the_run_date(tmp_path: Path) -> None:
    (tmp_path / "2031-03-04.csv").write_text("x", encoding="utf-8")
    assert fingerprint(Feed("a", str(tmp_path / "{run_date}.csv")), Night(date(2031, 3, 4)))
    with pytest.raises(InputError, match="run date"):
        fingerprint(Feed("a", str(tmp_path / "{run_date}.csv")))


@pytest.mark.parametrize(
    ("url", "name", "number"),
    [
        ("https://nl.indeed.com/viewjob?jk=00aa11bb22cc33dd&from=x", "indeed", "00aa11bb22cc33dd"),
        ("https://www.linkedin.com/jobs/view/4000000001", "linkedin", "4000000001"),
        ("https://uk.linkedin.com/jobs/view/cooper-2-at-cask-4000000002?position=3", "linkedin", "4000000002"),
        ("https://www.glassdoor.co.uk/job-listing/j?jl=1009", "glassdoor", "1009"),
        ("https://boards.acme.com.au/1", "acme", None),
        ("https://acme.io", "acme", None),
        ("http://localhost/1", "localhost", None),
        ("http://10.0.0.1/1", "10.0.0.1", None),
        ("http://[::1/1", None, None),
        ('{"url": "https://a.example"}', None, None),
        ("not an address", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_what_an_address_tells(url: str | None, name: str | None, number: str | None) -> None:
    assert (board(url), listing_id(url)) == (name, number)
