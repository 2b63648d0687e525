"""Life of a posting over nights: against a dull oracle, then through the real SQL, then through whole nights."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_settle import NIGHT, Tables, raw, settle

from pipeline.text.tokens import short_id

IDS = tuple("abcdefg")


def day(n: int) -> date:
    return NIGHT + timedelta(days=n)


def listings(feed: str, ids: str, **said: Any) -> list[dict[str, Any]]:
    return [
        raw(feed=feed, file=f"{feed}.csv", position=n, source_id=one, title=f"Inspector {one}", **said)
        for n, one in enumerate(ids, 1)
    ]


def nights(*deliveries: Mapping[str, str], **said: Mapping[str, Any]) -> list[Tables]:
    """Return the tables of nights in order; each delivery says which ids each feed brings, `said` what a feed is."""
    found: list[Tables] = []
    for n, delivered in enumerate(deliveries):
        rows = [row for feed, ids in delivered.items() for row in listings(feed, ids)]
        feeds = {feed: {**said.get(feed, {})} for feed in delivered}
        found.append(settle(rows, found[-1] if found else None, day=day(n), feeds=feeds))
    return found


def opened(tables: Tables) -> str:
    return "".join(sorted(x for x in tables["postings"].column("source_id").to_pylist()))


def states(tables: Tables) -> dict[str, dict[str, Any]]:
    names = {posting_id(x): x for x in IDS}
    return {names[row["posting_id"]]: row for row in tables["posting_states"].to_pylist()}


def posting_id(source_id: str) -> str:
    return str(settle(listings("f", source_id))["postings"].column("posting_id")[0])


def feed_states(tables: Tables) -> dict[str, str]:
    return {row["feed"]: row["state"] for row in tables["deliveries"].to_pylist()}


@dataclass
class Oracle:
    """What should be open, a night at a time, by counting on fingers: feeds are full or delta, with a grace; no bands."""

    kinds: dict[str, tuple[str, int]]
    missed: dict[tuple[str, str], int] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)
    returns: dict[str, int] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)

    def night(self, n: int, delivered: Mapping[str, str]) -> None:
        for (one, feed), count in list(self.missed.items()):
            if feed in delivered and one not in delivered[feed] and self.kinds[feed][0] == "full":
                self.missed[one, feed] = count + 1
                if count + 1 > self.kinds[feed][1]:
                    del self.missed[one, feed]
        for feed, ids in delivered.items():
            for one in ids:
                self.missed[one, feed] = 0
        now = {one for one, _ in self.missed}
        for one in now - self.open:
            if one in self.first:
                self.returns[one] = self.returns.get(one, 0) + 1
            self.first.setdefault(one, n)
        self.open = now


ids = st.sets(st.sampled_from(IDS), min_size=1).map(lambda s: "".join(sorted(s)))


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.dictionaries(st.sampled_from(["x", "y"]), ids, min_size=1), min_size=2, max_size=6),
    st.tuples(st.sampled_from(["full", "delta"]), st.integers(0, 2)),
    st.tuples(st.sampled_from(["full", "delta"]), st.integers(0, 2)),
)
def test_open_postings_are_those_of_the_oracle(
    deliveries: list[dict[str, str]], x: tuple[str, int], y: tuple[str, int]
) -> None:
    oracle, tables = Oracle({"x": x, "y": y}), None
    for n, delivered in enumerate(deliveries):
        oracle.night(n, delivered)
        rows = [row for feed, those in delivered.items() for row in listings(feed, those)]
        kinds = {feed: {"delivery": oracle.kinds[feed][0], "grace": oracle.kinds[feed][1]} for feed in delivered}
        tables = settle(rows, tables, day=day(n), feeds=kinds, shrink_band=0.0)
        assert set(opened(tables)) == oracle.open
        told = {row["posting_id"]: row for row in tables["posting_states"].to_pylist()}
        by_id = {short: told[posting] for short, posting in zip(
            tables["postings"].column("source_id").to_pylist(), tables["postings"].column("posting_id").to_pylist(), strict=True
        )}  # fmt: skip
        assert {one: (row["first_seen"], row["returns"]) for one, row in by_id.items()} == {
            one: (day(oracle.first[one]), oracle.returns.get(one, 0)) for one in oracle.open
        }
        assert len(told) == len(oracle.first)  # the closed ones are remembered
        assert set(tables["postings"].column("body_id").to_pylist()) <= set(
            tables["bodies"].column("body_id").to_pylist()
        )


def test_grace_counts_full_deliveries_missed_and_not_days() -> None:
    found = nights({"f": "ab"}, {"f": "a"}, {"g": "c"}, {"g": "c"}, {"f": "a"}, {"f": "a"}, f={"grace": 2})
    assert [opened(t) for t in found] == ["ab", "ab", "abc", "abc", "abc", "ac"]
    closed = states(found[-1])["b"]
    assert (closed["state"], closed["why"], closed["closed_on"]) == ("closed", "missing from its feeds", day(5))
    assert closed["last_seen"] == NIGHT


def test_a_posting_that_did_not_come_is_carried_with_all_it_says_and_its_text() -> None:
    first = settle(listings("f", "ab"))
    later = settle(listings("f", "a"), first, day=day(1), feeds={"f": {"grace": 1}})
    was, now = ({p["source_id"]: p for p in t["postings"].to_pylist()}["b"] for t in (first, later))
    assert now == was
    assert was["body_id"] in later["bodies"].column("body_id").to_pylist()
    assert later["listings"].num_rows == 1


def test_a_delta_feed_closes_nothing() -> None:
    found = nights({"f": "abc"}, {"f": "d"}, {"f": "a"}, f={"delivery": "delta"})
    assert [opened(t) for t in found] == ["abc", "abcd", "abcd"]


def test_a_posting_of_two_feeds_closes_when_the_last_one_lets_go() -> None:
    found = nights({"f": "a", "g": "ab"}, {"f": "c", "g": "ab"}, {"f": "c", "g": "b"})
    assert [opened(t) for t in found] == ["ab", "abc", "bc"]


def test_what_comes_back_has_its_id_its_first_day_and_is_said_to_be_back() -> None:
    found = nights({"f": "ab"}, {"f": "a"}, {"f": "ab"})
    back = states(found[2])["b"]
    assert (back["state"], back["returns"], back["returned_on"], back["first_seen"]) == ("open", 1, day(2), NIGHT)
    assert {p["source_id"]: p["first_seen"] for p in found[2]["postings"].to_pylist()}["b"] == NIGHT


def test_a_relative_age_stays_resolved_over_a_gap() -> None:
    first = settle([raw(source_id="a", date_posted="3 days ago"), raw(source_id="b", position=2)])
    gap = settle([raw(source_id="b", position=2)], first, day=day(1))
    back = settle([raw(source_id="a", date_posted="5 days ago")], gap, day=day(2))
    posted = {p["source_id"]: p["posted_on"] for p in back["postings"].to_pylist()}
    assert posted["a"] == NIGHT - timedelta(days=3)


def test_contents_are_counted_over_nights() -> None:
    tables = settle([raw(source_id="a")])
    for n, company in enumerate(["Halden Works", "Halden Bridges", "Halden Bridges", "Halden Works"], 1):
        tables = settle([raw(source_id="a", company=company)], tables, day=day(n))
    life = states(tables)["a"]
    assert (life["contents"], life["changed_on"]) == (3, day(4))


def test_a_posting_closes_after_its_last_day_though_a_feed_still_brings_it() -> None:
    rows = [raw(source_id="a", valid_through=day(1).isoformat()), raw(source_id="b", position=2)]
    tables, found = None, []
    for n in range(4):
        tables = settle(rows, tables, day=day(n))
        found.append(opened(tables))
    assert found == ["ab", "ab", "b", "b"]
    assert tables is not None
    life = states(tables)["a"]
    assert (life["why"], life["closed_on"], life["last_seen"]) == ("past its deadline", day(2), day(3))
    assert tables["listings"].num_rows == 2  # the listing still ends as a posting: one that is closed
    later = [raw(source_id="a", valid_through=day(9).isoformat()), raw(source_id="b", position=2)]
    assert opened(settle(later, tables, day=day(4))) == "ab"
    assert opened(settle(rows, tables, day=day(4), close_past_deadline=False)) == "ab"


def test_a_deadline_closes_what_did_not_come() -> None:
    rows = [raw(source_id="a", valid_through=day(1).isoformat()), raw(source_id="b", position=2)]
    delta = {"f": {"delivery": "delta"}}
    first = settle([{**r, "feed": "f"} for r in rows], feeds=delta)
    later = [settle([], first, day=day(n), feeds=delta) for n in (1, 2)]
    assert [opened(t) for t in later] == ["ab", "b"]
    assert states(later[1])["a"]["why"] == "past its deadline"
    assert later[1]["sightings"].num_rows == 1


def test_a_last_day_before_the_first_is_none() -> None:
    row = raw(source_id="a", valid_through="2024-01-01", date_posted="2025-03-01")
    assert opened(settle([row])) == "a"


def test_a_feed_that_breaks_off_is_held_back() -> None:
    found = nights({"f": "abcdefg"}, {"f": "a"}, {"f": "abcdef"})
    assert [opened(t) for t in found] == ["abcdefg", "abcdefg", "abcdef"]
    assert [feed_states(t)["f"] for t in found] == ["accepted", "held back", "accepted"]
    row = found[1]["deliveries"].to_pylist()[0]
    assert (row["ids"], row["expected_ids"], row["common_ids"], row["agreeing"]) == (1, 7, 1, 1)
    assert {s["missed"] for s in found[1]["sightings"].to_pylist()} == {0}


def test_new_postings_of_a_feed_held_back_are_taken() -> None:
    found = nights({"f": "abcdef"}, {"f": "g"})
    assert opened(found[1]) == "abcdefg"


def test_the_shrink_of_one_feed_holds_back_no_other() -> None:
    found = nights({"f": "abcdef", "g": "g"}, {"f": "a", "g": "b"})
    assert feed_states(found[1]) == {"f": "held back", "g": "accepted"}
    assert opened(found[1]) == "abcdef"


def test_rows_may_halve_where_ids_do_not() -> None:
    rows = listings("f", "abcdef")
    doubled = rows + [{**r, "position": r["position"] + 100} for r in rows]
    first = settle(doubled)
    assert feed_states(settle(rows, first, day=day(1))) == {"f": "accepted"}


def test_a_shrink_is_let_through_by_hand() -> None:
    first = settle(listings("f", "abcdefg"))
    second = settle(listings("f", "a"), first, day=day(1), feeds={"f": {"accept": True}})
    assert feed_states(second) == {"f": "accepted by hand"}
    assert opened(second) == "a"
    assert feed_states(settle(listings("f", "a"), second, day=day(2))) == {"f": "accepted"}


def test_a_shrink_that_lasts_is_accepted_where_deliveries_agree() -> None:
    agreeing = nights({"f": "abcdefg"}, {"f": "ab"}, {"f": "ab"}, {"f": "ab"})
    assert [feed_states(t)["f"] for t in agreeing] == ["accepted", "held back", "held back", "accepted as lasting"]
    assert [opened(t) for t in agreeing[2:]] == ["abcdefg", "ab"]
    broken = nights({"f": "abcdefg"}, {"f": "ab"}, {"f": "cd"}, {"f": "ef"}, {"f": "ab"})
    assert {feed_states(t)["f"] for t in broken[1:]} == {"held back"}
    assert opened(broken[-1]) == "abcdefg"


def test_a_feed_that_did_not_come_keeps_its_postings_until_it_is_said_to_have_ended() -> None:
    first = settle(listings("f", "ab") + listings("g", "bc"))
    second = settle(listings("g", "bc"), first, day=day(1))
    assert opened(second) == "abc" and feed_states(second) == {"f": "did not come", "g": "accepted"}
    third = settle(listings("g", "bc"), second, day=day(2), feeds={"f": {"comes": False, "ended": True}})
    assert opened(third) == "bc" and feed_states(third)["f"] == "ended"
    assert states(third)["a"]["why"] == "its feed ended"
    assert feed_states(settle(listings("g", "bc"), third, day=day(3))) == {"g": "accepted"}


def test_closed_postings_are_forgotten_after_a_while() -> None:
    first = settle(listings("f", "ab"))
    tables = settle(listings("f", "a"), first, day=day(1), remember_days=3)
    seen = []
    for n in range(2, 6):
        tables = settle(listings("f", "a"), tables, day=day(n), remember_days=3)
        seen.append("b" in states(tables))
    assert seen == [True, True, False, False]


@pytest.mark.parametrize("what", ["postings", "sightings", "posting_states"])
def test_the_order_of_listings_and_of_yesterday_does_not_matter(what: str) -> None:
    rows = listings("f", "abc") + listings("g", "bcd")
    first = settle(rows)
    backwards = {n: t.take(pa.array(range(t.num_rows)[::-1], pa.int64())) for n, t in first.items()}
    one = settle(listings("f", "ab"), first, day=day(1), feeds={"f": {"grace": 1}})
    two = settle(list(reversed(listings("f", "ab"))), backwards, day=day(1), feeds={"f": {"grace": 1}})
    assert one[what].equals(two[what])


def test_ids_are_functions_of_source_and_id() -> None:
    assert posting_id("a") == posting_id("a") != posting_id("b")
    assert posting_id("a").startswith(short_id("p", "x")[0])
