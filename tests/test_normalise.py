"""Normalise: a row a listing, cut anywhere; ids that depend on the board's own id before anything else."""

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contracts import contract
from pipeline.ingest import Feed, read
from pipeline.inspect_feeds import understood
from pipeline.plan import Night
from pipeline.settings import IngestSettings, NormaliseSettings, Settings
from pipeline.stages.normalise import normalise

NIGHT = Night(date(2025, 3, 10))
RAW = contract("raw_listings").schema


def raw(**given_fields: Any) -> dict[str, Any]:
    row = {field.name: None for field in RAW}
    row |= {
        "feed": "a",
        "file": "a.csv",
        "position": 1,
        "listing_key": "k",
        "format": "test",
        "source": "board",
        "is_snippet": False,
    }
    row |= {"title": "Bridge Inspector", "company": "Halden Works", "location": "Utrecht, UT, NL"}
    return row | given_fields


def run(rows: list[dict[str, Any]], night: Night = NIGHT) -> list[dict[str, Any]]:
    table = pa.Table.from_pylist(rows, schema=RAW)
    made: list[dict[str, Any]] = understood(table, night, Settings()).to_pylist()
    return made


def one(**fields: Any) -> dict[str, Any]:
    return run([raw(**fields)])[0]


LISTINGS = st.builds(
    raw,
    listing_key=st.sampled_from("abcdefgh"),
    position=st.integers(1, 10_000),
    source=st.sampled_from(["board", "other"]),
    source_id=st.sampled_from([None, "1", "2", " 3 "]),
    title=st.sampled_from([None, "", "Bridge Inspector", "Senior Bridge Inspector (m/w/d)", "Data &amp; Rivers Analyst II", "\u200b"]),
    company=st.sampled_from([None, "Halden Works", "HALDEN WORKS B.V.", "Confidential", "{"]),
    location=st.sampled_from([None, "Utrecht, UT, NL", "CA", "Remote", "San Jose, CA / Austin, TX"]),
    url=st.sampled_from([None, "https://board.example/job/1?utm_source=x", "javascript:alert(1)", "x"]),
    description=st.sampled_from([None, "", "<p>We look after <b>bridges</b>.</p>", "Our client needs rivers. Pay range: $20 - $30 per hour.", "x" * 300 + "..."]),
    description_format=st.sampled_from([None, "html", "markdown", "text"]),
    date_posted=st.sampled_from([None, "2025-03-01", "3 days ago", "Mar", "04/05/2024"]),
    pay=st.sampled_from([None, "$60,000 - $50,000 a year", "competitive"]),
    remote=st.sampled_from([None, "True", "False", "Hybrid"]),
)  # fmt: skip


@given(st.lists(LISTINGS, max_size=6), st.integers(0, 6))
@settings(max_examples=40, deadline=None)
def test_the_grain_is_rows(rows: list[dict[str, Any]], at: int) -> None:
    table = pa.Table.from_pylist(rows, schema=RAW)
    whole = normalise({"raw_listings": table}, NIGHT, NormaliseSettings())
    parts = [normalise({"raw_listings": t}, NIGHT, NormaliseSettings()) for t in (table.slice(0, at), table.slice(at))]
    for name in whole:
        assert pa.concat_tables([part[name] for part in parts]).equals(whole[name])
    assert [r["listing_key"] for r in whole["normalised"].to_pylist()] == [r["listing_key"] for r in rows]


def test_a_source_id_comes_first_and_the_text_never_counts() -> None:
    ids = [
        one(source_id="7", **fields)["posting_id"]
        for fields in ({}, {"title": "Other"}, {"url": "https://b.example/job/9"}, {"description": "x"})
    ]
    assert len(set(ids)) == 1
    assert one(source_id="7")["id_basis"] == "source id"
    assert one(source_id="7", source="other")["posting_id"] != ids[0]
    assert one(source_id="7", feed="z", file="z.csv", position=99)["posting_id"] == ids[0]


def test_without_an_id_the_canonical_address_counts() -> None:
    a, b = (
        one(apply_url="https://halden.example/job/1?utm_source=a", title="A"),
        one(apply_url="http://HALDEN.example/job/1/#x", title="B"),
    )
    assert a["posting_id"] == b["posting_id"]
    assert a["id_basis"] == "apply url"
    assert one(url="https://halden.example/job/1")["posting_id"] == a["posting_id"]
    assert one(url="https://halden.example/careers")["id_basis"] == "title, employer and place"


def test_without_both_title_employer_and_place_count() -> None:
    a, b = one(), one(title=" Bridge  inspector", company="HALDEN WORKS B.V.")
    assert a["posting_id"] == b["posting_id"]
    assert a["id_basis"] == "title, employer and place"
    assert one(location="Delft, ZH, NL")["posting_id"] != a["posting_id"]
    assert one(description="Another text")["posting_id"] == a["posting_id"]


def test_fields_of_a_place_make_the_same_id_as_one_string() -> None:
    whole = one(location="San Jose, CA, United States")
    split = one(location=None, city="San Jose", region="CA", country="United States")
    assert whole["posting_id"] == split["posting_id"]


def test_rejects_say_why() -> None:
    row = one(title="nan")
    assert (row["reject_reason"], row["posting_id"], row["content_id"], row["body_id"]) == (
        "no title",
        None,
        None,
        None,
    )
    assert one(company=None, location=None)["reject_reason"] == "nothing to tell it by"
    assert one(company="Confidential", location=None)["reject_reason"] == "nothing to tell it by"
    assert one(company=None, location=None, source_id="7")["reject_reason"] is None


def test_content_changes_with_what_the_ad_says_and_with_nothing_else() -> None:
    base = one(source_id="7", description="We look after bridges.")
    for fields in (
        {"date_posted": "1 day ago"},
        {"position": 9},
        {"url": "https://b.example/job/1"},
        {"source": "other"},
        {"promoted": True},
    ):
        assert (
            one(**{"source_id": "7", "description": "We look after bridges."} | fields)["content_id"]
            == base["content_id"]
        )
    for fields in (
        {"title": "River Inspector"},
        {"description": "We look after rivers."},
        {"pay": "$20 an hour"},
        {"location": "Delft, ZH, NL"},
    ):
        assert (
            one(**{"source_id": "7", "description": "We look after bridges."} | fields)["content_id"]
            != base["content_id"]
        )


def test_markup_does_not_matter_for_the_body() -> None:
    texts = [("<p>We look after bridges.</p><ul><li>And rivers</li></ul>", "html"), ("We look after bridges.\n\n* And rivers", "markdown"),
             ("We look after bridges.\n• And rivers", "text"), ("We look after bridges.And rivers\n#LI-AB1", None)]  # fmt: skip
    assert len({one(description=d, description_format=f)["body_id"] for d, f in texts}) == 1


def test_ages_count_from_the_crawl_where_it_is_told() -> None:
    assert one(date_posted="3 days ago")["posted_on"] == date(2025, 3, 7)
    row = one(date_posted="3 days ago", crawled_on="2025-03-08T04:00:00")
    assert (row["posted_on"], row["posted_relative"], row["posted_raw"]) == (date(2025, 3, 5), True, "3 days ago")


def test_what_is_odd_is_flagged() -> None:
    row = one(
        date_posted="Mar",
        url="javascript:alert(1)",
        pay="$60,000 - $50,000 a year",
        location="Oakland, CA / Austin, TX",
    )
    assert row["flags"] == ["pay ends swapped", "posting date not understood", "several places", "unsafe address"]
    assert (row["url"], row["apply_url"], row["posted_on"], row["pay_min"]) == (None, None, None, 50_000)


def test_the_ad_under_a_wrong_employer_is_kept_and_flagged() -> None:
    row = one(
        company="Quarry Hill",
        description="Northwind Robotics (NWR) is revolutionizing how bridges are built.We are the leading...",
    )
    assert row["flags"] == ["employer contradicts text"]
    assert (row["employer"], row["text_employer"]) == ("Quarry Hill", "Northwind Robotics")


def test_language_is_the_text_s_not_the_feed_s() -> None:
    dutch = "Wij zorgen voor bruggen en rivieren, en jij schrijft verslagen voor de mensen die er wonen."
    assert one(description=dutch, language="en")["language"] == "nl"


def test_snippets() -> None:
    assert one(is_snippet=True, description="Short")["is_snippet"]
    assert one(description="We look after bridges. " * 8 + "and riv...")["is_snippet"]
    assert not one(description="We look after bridges. " * 8)["is_snippet"]


@pytest.mark.real
def test_a_real_page(shared_data: Path) -> None:
    page = shared_data / "seed" / "talent_com_page.txt"
    parts = list(read(Feed(name="page", path=str(page)), NIGHT, IngestSettings()))
    rows = [r for listings, _ in parts for r in understood(listings, NIGHT, Settings()).to_pylist()]
    assert len(rows) == 19
    assert not any(r["reject_reason"] for r in rows)
    assert len({r["posting_id"] for r in rows}) == 19
    assert [(r["employer_key"], r["text_employer"]) for r in rows if "employer contradicts text" in r["flags"]] == [
        ("medium", "Orbital Sidekick")
    ]
    assert sum("posted for another employer" in r["flags"] for r in rows) == 7
    assert {r["employer_key"] for r in rows if r["city"] == "San Jose"} == {"tiktok", "bytedance"}
    assert all(r["country"] == "US" and r["region"] == "CA" and r["latitude"] for r in rows)
    assert rows[0]["provenance"] == ["#J-18808-Ljbffr"]
    assert (rows[0]["pay_min"], rows[0]["pay_max"], rows[0]["pay_period"]) == (118_657, 187_200, "year")


@pytest.mark.real
def test_a_real_slice(shared_data: Path) -> None:
    source = pq.read_table(shared_data / "linkedin_us_2024" / "scraped.parquet").slice(0, 600)
    names = {"source_id": "job_id", "title": "title", "company": "company", "location": "location", "date_posted": "posted_date",
             "url": "job_link", "description": "job_description", "remote": "worktype"}  # fmt: skip
    columns = {ours: source.column(theirs).to_pylist() for ours, theirs in names.items()}
    rows = run([raw(position=i + 1, **{k: v[i] for k, v in columns.items()}) for i in range(source.num_rows)])
    share = {
        name: sum(r[name] is not None for r in rows) / len(rows)
        for name in ("country", "region", "latitude", "language", "posted_on", "employer_key")
    }
    assert min(share[n] for n in ("country", "language", "posted_on", "employer_key")) > 0.99
    assert share["region"] > 0.97 and share["latitude"] > 0.7
    contradicted = sum("employer contradicts text" in r["flags"] for r in rows) / len(rows)
    assert contradicted < 0.005


def test_fields_keep_their_raw_value_beside() -> None:
    row = one(
        employment_type="Vollzeit, unbefristet", level="Berufserfahren", pay_min="41", pay_max="38", pay_currency="EUR",
        pay_period="hour", pay_predicted=True, trust="reseller",
    )  # fmt: skip
    assert (row["employment_type"], row["employment_type_raw"]) == ("full_time", "Vollzeit, unbefristet")
    assert (row["level"], row["level_told"], row["level_raw"]) == (None, "mid", "Berufserfahren")
    assert (row["pay_min"], row["pay_max"], row["pay_raw"]) == (38.0, 41.0, "41 - 38")
    assert (row["pay_yearly_min"], row["pay_yearly_max"]) == (79_040.0, 85_280.0)
    assert row["pay_predicted"] is True
    assert row["trust"] == "reseller"
    assert "pay ends swapped" in row["flags"]


def test_pay_of_the_text_is_stated_and_no_pay_is_neither() -> None:
    text = "You inspect bridges. The pay range for this position is $60,000 - $70,000 per year."
    assert one(description=text, pay_predicted=True)["pay_predicted"] is False
    assert one(pay_predicted=True)["pay_predicted"] is None


def test_a_workday_address_tells_the_requisition() -> None:
    url = "https://gannet.wd3.myworkdayjobs.com/en-US/Careers/job/Oslo/Planner_JR100200-1"
    assert one(url=url)["requisition_id"] == "JR100200"
    assert one(url=url, requisition_id="R-77")["requisition_id"] == "R-77"


def test_employer_that_only_the_title_names() -> None:
    row = one(title="Line Cook @ Copperline Grill", company=None)
    assert (row["title"], row["title_core"], row["employer_key"]) == ("Line Cook", "line cook", "copperline grill")
    named = one(title="Line Cook @ Copperline Grill")
    assert (named["employer_key"], named["title"]) == ("halden works", "Line Cook @ Copperline Grill")
