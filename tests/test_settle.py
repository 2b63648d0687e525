"""Settling: one posting an id, whatever the order and the split of the feeds; every listing accounted for, once."""

import random
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from pipeline import resources
from pipeline.contracts import conform, connect, contract
from pipeline.plan import Night, stage
from pipeline.settings import DaysSettings, DeliveriesSettings, NormaliseSettings, SettleSettings
from pipeline.stages.days import days
from pipeline.stages.normalise import normalise

NIGHT = date(2025, 3, 10)
LONG = "We look after bridges and rivers. " * 8
Tables = dict[str, pa.Table]


def raw(**given: Any) -> dict[str, Any]:
    """Return a raw listing, everything unsaid empty."""
    row = {field.name: None for field in contract("raw_listings").schema}
    row |= {"feed": "a", "file": "a.csv", "position": 1, "format": "test", "source": "board", "is_snippet": False}
    row |= {"listing_key": f"{given.get('feed')} {given.get('position')}"}
    row |= {"title": "Bridge Inspector", "company": "Halden Works", "location": "Utrecht, UT, NL", "description": LONG}
    return row | given


def settle(
    rows: list[dict[str, Any]],
    yesterday: Tables | None = None,
    rejects: list[dict[str, Any]] | None = None,
    day: date = NIGHT,
    feeds: Mapping[str, Mapping[str, Any]] | None = None,
    **settings: Any,
) -> Tables:
    """Return what the SQL of deliveries and settle makes of raw listings, as the engine runs it: in the order of the plan's writes.

    `feeds` says of a feed what differs from a full one without grace; `comes` False and `ended` stand for one that does not come.
    """
    table = pa.Table.from_pylist(rows, schema=contract("raw_listings").schema)
    made = normalise({"raw_listings": table}, Night(day), NormaliseSettings())
    known = {"run_date": day, **asdict(DeliveriesSettings()), **asdict(SettleSettings()), **settings}
    made |= days({"raw_listings": table, "normalised": made["normalised"]}, Night(day), DaysSettings())
    given = {
        "raw_listings": table,
        "raw_rejects": pa.Table.from_pylist(rejects or [], schema=contract("raw_rejects").schema),
        "run_feeds": run_feeds({row["feed"] for row in rows} | {row["feed"] for row in rejects or []}, feeds or {}),
        **made,
        **_yesterday(yesterday or {}),
    }
    found: Tables = {}
    with connect() as con:
        for name, rows_given in given.items():
            con.register(name, rows_given)
        for name in ("deliveries", *stage("settle").writes):
            query = resources.sql(f"transforms/{name}")
            rows_found = con.sql(query, params=resources.params(query, known)).to_arrow_table()
            found[name] = conform(rows_found, contract(name))
            con.register(name, found[name])
    before = (yesterday or {}).get("history", contract("deliveries").empty())
    return found | {"history": pa.concat_tables([before, found["deliveries"]])}


def _yesterday(tables: Tables) -> Tables:
    given = {
        f"yesterday_{name}": tables.get(name, contract(name).empty()) for name in ("postings", "sightings", "bodies")
    }
    states = tables.get("posting_states", contract("posting_states").empty())
    states = states.append_column("job_id", pa.nulls(states.num_rows, pa.string()))
    history = tables.get("history", contract("deliveries").empty())
    return given | {"yesterday_posting_states": states, "yesterday_deliveries": history}


def run_feeds(names: set[str], said: Mapping[str, Mapping[str, Any]]) -> pa.Table:
    """Return the feeds of the run as stage deliveries registers them."""
    plain = {"delivery": "full", "grace": 0, "accept": False, "comes": True, "ended": False}
    rows = [{"feed": name, **plain, **said.get(name, {})} for name in sorted(names | said.keys())]
    return pa.Table.from_pylist(rows).cast(
        pa.schema([("feed", pa.string()), ("delivery", pa.string()), ("grace", pa.int32()), ("accept", pa.bool_()),
                   ("comes", pa.bool_()), ("ended", pa.bool_())])
    ) if rows else pa.table({"feed": pa.array([], pa.string()), "delivery": pa.array([], pa.string()), "grace": pa.array([], pa.int32()),
                             "accept": pa.array([], pa.bool_()), "comes": pa.array([], pa.bool_()), "ended": pa.array([], pa.bool_())})  # fmt: skip


def only(tables: Mapping[str, pa.Table]) -> dict[str, Any]:
    assert tables["postings"].num_rows == 1
    row: dict[str, Any] = tables["postings"].to_pylist()[0]
    return row


def test_the_fullest_record_wins_and_the_others_stay_as_versions() -> None:
    rows = [
        raw(source_id="7", position=1, description="Short."),
        raw(source_id="7", position=2),
        raw(source_id="7", position=3, employment_type="Full-time"),
        raw(source_id="7", position=4),
    ]
    tables = settle(rows)
    posting = only(tables)
    assert posting["employment_type"] == "full_time"
    assert posting["versions"] == 3
    assert {(x["position"], x["version"]) for x in tables["listings"].to_pylist()} == {(1, 3), (2, 2), (3, 1), (4, 2)}
    assert tables["bodies"].num_rows == 2
    assert len({x["posting_id"] for x in tables["listings"].to_pylist()}) == 1


def test_of_equals_the_newest_wins() -> None:
    posting = only(
        settle(
            [
                raw(source_id="7", position=1, date_posted="2025-03-01"),
                raw(source_id="7", position=2, date_posted="2025-03-05"),
            ]
        )
    )
    assert posting["posted_on"] == date(2025, 3, 5)
    assert posting["versions"] == 1


def test_every_listing_and_reject_is_accounted_for_once() -> None:
    rows = [raw(source_id=str(i % 4), position=i + 1, description=LONG + str(i % 6)) for i in range(40)]
    rows += [
        raw(position=41, title=None),
        raw(position=42, title="  ", source_id="x"),
        raw(position=43, company=None, location=None),
    ]
    broken = [
        {
            "feed": "a",
            "file": "a.csv",
            "position": 44,
            "reason": "torn record",
            "detail": "it ends here",
            "excerpt": "x" * 500,
        }
    ]
    tables = settle(rows, rejects=broken)
    listings = tables["listings"].to_pylist()
    assert sorted(x["position"] for x in listings) == list(range(1, 45))
    assert sum(x["posting_id"] is not None for x in listings) == 40
    reasons = {x["position"]: x["reject_reason"] for x in listings if x["reject_reason"]}
    assert reasons == {41: "no title", 42: "no title", 43: "nothing to tell it by", 44: "torn record"}
    rejects = {x["position"]: x for x in tables["rejects"].to_pylist()}
    assert rejects.keys() == reasons.keys()
    assert rejects[41]["excerpt"].startswith("board | Halden Works")
    assert all(len(x["excerpt"]) <= 500 and x["detail"] for x in rejects.values())
    said = {x["body_id"] for x in listings if x["body_id"]}
    assert said == set(tables["bodies"].column("body_id").to_pylist())


def test_every_posting_shows_version_one_of_its_listings() -> None:
    rows = [
        raw(source_id=str(i % 5), position=i + 1, description=LONG * (1 + i % 3), company=f"Halden {i % 2}")
        for i in range(30)
    ]
    tables = settle(rows)
    shown = {p["posting_id"]: p["content_id"] for p in tables["postings"].to_pylist()}
    for listing in tables["listings"].to_pylist():
        assert (listing["version"] == 1) == (shown[listing["posting_id"]] == listing["content_id"])
    versions = {p["posting_id"]: p["versions"] for p in tables["postings"].to_pylist()}
    assert all(x["version"] <= versions[x["posting_id"]] for x in tables["listings"].to_pylist())


@pytest.mark.parametrize("seed", range(4))
def test_neither_order_nor_split_of_the_feeds_changes_a_posting(seed: int) -> None:
    chance = random.Random(seed)
    rows = [
        raw(
            source_id=str(chance.randrange(6)),
            position=i + 1,
            description=LONG * chance.randint(1, 2) + str(chance.randrange(3)),
            date_posted=chance.choice([None, "2025-03-01", "2025-03-02", "3 days ago"]),
            url=chance.choice([None, "https://board.example/job/1", "https://board.example/job/2"]),
            promoted=chance.choice([None, True]),
        )
        for i in range(30)
    ]
    first = settle(rows)
    other = [
        {**row, "feed": chance.choice("ab"), "file": chance.choice(["x.csv", "y.csv"]), "position": 100 - i}
        for i, row in enumerate(rows)
    ]
    chance.shuffle(other)
    second = settle(other)
    assert first["postings"].drop_columns(["feed"]).to_pylist() == second["postings"].drop_columns(["feed"]).to_pylist()
    assert first["bodies"].sort_by("body_id").equals(second["bodies"].sort_by("body_id"))
    counted = [
        sorted((x["posting_id"], x["version"], x["content_id"]) for x in t["listings"].to_pylist())
        for t in (first, second)
    ]
    assert counted[0] == counted[1]


def test_a_relative_age_is_resolved_when_first_seen() -> None:
    first = settle([raw(source_id="7", date_posted="3 days ago")])
    assert only(first)["posted_on"] == date(2025, 3, 7)
    later = settle(
        [raw(source_id="7", date_posted="5 days ago"), raw(source_id="8", date_posted="Today", position=2)],
        first,
        day=date(2025, 3, 11),
    )
    posted = {p["source_id"]: (p["posted_on"], p["first_seen"], p["last_seen"]) for p in later["postings"].to_pylist()}
    assert posted["7"] == (date(2025, 3, 7), NIGHT, date(2025, 3, 11))
    assert posted["8"] == (date(2025, 3, 11), date(2025, 3, 11), date(2025, 3, 11))


def test_an_unchanged_ad_keeps_its_content_id_while_its_age_counts_on() -> None:
    days = [settle([raw(source_id="7", date_posted=f"{n} days ago")], day=date(2025, 3, 10 + n)) for n in range(1, 4)]
    assert len({only(day)["content_id"] for day in days}) == 1


def test_a_stated_date_that_changes_is_taken() -> None:
    first = settle([raw(source_id="7", date_posted="2025-03-01")])
    later = settle([raw(source_id="7", date_posted="2025-03-09")], first, day=date(2025, 3, 11))
    assert only(later)["posted_on"] == date(2025, 3, 9)
    assert only(later)["first_seen"] == NIGHT


def test_nothing_in_nothing_out() -> None:
    assert all(table.num_rows == 0 for table in settle([]).values())
