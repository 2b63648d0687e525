"""Stage relate: the laws of the box, and the box of the page that started the project."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from related_world import NIGHT, SETTINGS, boxes, night, posting, shuffled, tables, world

from pipeline.pieces import read_shared, write_shared
from pipeline.ranking import corpus, neighbours, pairs, spaces
from pipeline.ranking.ranker import shipped
from pipeline.ranking.search import cells
from pipeline.stages.relate import prepared, relate

LIMIT = SETTINGS.relate.limit
BY_RANK = [("job_id", "ascending"), ("rank", "ascending")]


def _laws(made: dict[str, Any], rows: list[dict[str, Any]], families: dict[str, list[str]]) -> None:
    family = {job: name for name, jobs in families.items() for job in jobs}
    employer = {f"j{r['posting_id']}": r["employer_key"] for r in rows}
    for job, cards in boxes(made).items():
        assert [c["rank"] for c in cards] == list(range(1, len(cards) + 1))
        assert len(cards) <= LIMIT
        shown = [c["related_job_id"] for c in cards]
        assert job not in shown
        assert len(set(shown)) == len(shown)
        held = [family.get(other, other) for other in shown]
        assert len(set(held)) == len(held), "a family takes one place"
        within = Counter(employer[c["related_job_id"]] for c in cards if c["road"] != "over employer cap")
        assert all(n <= SETTINGS.relate.max_per_employer for key, n in within.items() if key)
        for card in cards:
            members = families.get(family.get(card["related_job_id"], ""), [card["related_job_id"]])
            assert card["similar_openings"] == len(members) - 1 - (job in members)
            assert card["reason"]
            assert all(r["kind"] and r["value"] for r in card["reasons"])
        roads = ["neighbour", "cluster", "level and place", "other level", "over employer cap"]
        assert [c["road"] for c in cards] == sorted((c["road"] for c in cards), key=roads.index)


def test_laws_of_the_box() -> None:
    rows = world(150)
    families = {"f1": ["jp00000", "jp00005", "jp00010"], "f2": ["jp00001", "jp00006"]}
    made = night(tables(rows, families))
    _laws(made, rows, families)
    assert all(len(cards) == LIMIT for cards in boxes(made).values())
    assert set(boxes(made)) == set(made["jobs"].column("job_id").to_pylist())


def test_neighbours_are_of_the_same_trade() -> None:
    rows = world(200)
    trade = {f"j{r['posting_id']}": r["_trade"] for r in rows}
    cards = night(tables(rows))["related_jobs"].to_pylist()
    same = sum(trade[c["job_id"]] == trade[c["related_job_id"]] for c in cards)
    assert same >= 0.97 * len(cards)


def test_row_order_does_not_matter() -> None:
    made = night(tables(world(80)))
    for seed in (1, 2):
        again = relate(shuffled(made, seed), NIGHT, SETTINGS.relate)["related_jobs"]
        assert again.sort_by(BY_RANK) == made["related_jobs"].sort_by(BY_RANK)


def test_small_nights() -> None:
    for size in (0, 1, 2, 3):
        rows = world(size)
        made = night(tables(rows))
        _laws(made, rows, {})
        assert made["related_jobs"].num_rows == size * max(size - 1, 0)


def test_night_of_one_employer_shows_it_over_the_cap_last() -> None:
    rows = [r | {"employer_key": "only"} for r in world(30)]
    for cards in boxes(night(tables(rows))).values():
        assert [c["road"] for c in cards[:2]] == ["neighbour"] * 2
        assert {c["road"] for c in cards[2:]} == {"over employer cap"}
        assert len(cards) == LIMIT


def test_ads_without_an_employer_are_not_one_employer() -> None:
    rows = [r | {"employer_key": ""} for r in world(30)]
    assert {c["road"] for c in night(tables(rows))["related_jobs"].to_pylist()} <= {
        "neighbour",
        "cluster",
        "level and place",
    }


def test_intern_meets_no_director() -> None:
    rng = random.Random(4)
    levels = ["intern", "graduate", "senior", "director"]
    rows = [
        posting(
            posting_id=f"p{i:02d}", title="data analyst", level=levels[i % 4], employer_key=f"e{i}",
            text=" ".join(rng.choices("reports dashboards figures sql charts surveys samples models metrics".split(), k=30)),
        )
        for i in range(40)
    ]  # fmt: skip
    level = {f"j{r['posting_id']}": r["level"] for r in rows}
    for job, cards in boxes(night(tables(rows))).items():
        if level[job] == "intern":
            assert {level[c["related_job_id"]] for c in cards} == {"intern", "graduate"}


def test_own_language_first() -> None:
    dutch = ["wij", "zoeken", "een", "kok", "voor", "de", "keuken", "met", "ervaring", "en", "sauzen"]
    english = ["we", "look", "for", "a", "cook", "for", "the", "kitchen", "with", "experience", "and", "sauces"]
    both, rng = [f"gastro{n}" for n in range(80)], random.Random(2)
    rows = [
        posting(
            posting_id=f"p{i:02d}", title="sous chef", employer_key=f"e{i}", language="nl" if i % 2 else "en",
            text=" ".join((dutch if i % 2 else english) + rng.sample(both, 14)),
        )
        for i in range(12)
    ]  # fmt: skip
    language = {f"j{r['posting_id']}": r["language"] for r in rows}
    for job, cards in boxes(night(tables(rows))).items():
        assert [language[c["related_job_id"]] == language[job] for c in cards[:5]] == [True] * 5
        assert len(cards) == LIMIT


def test_title_alone_fills_its_box() -> None:
    rows = [
        *world(60),
        posting(posting_id="px", title="zither maker", employer_key="e"),
        posting(posting_id="py", title=""),
    ]
    made = boxes(night(tables(rows)))
    assert len(made["jpx"]) == len(made["jpy"]) == LIMIT


def test_reasons_are_true() -> None:
    text = "bread dough oven sourdough rye"
    rows = [
        posting(posting_id="p1", title="rye baker", level="senior", city="Leeds", country="GB", latitude=53.80,
                longitude=-1.55, posted_on=date(2026, 11, 1), pay_min=30_000.0, pay_period="year", pay_currency="GBP",
                employer_key="a", text=text),
        posting(posting_id="p2", title="rye baker", level="senior", city="York", country="GB", latitude=53.96,
                longitude=-1.08, posted_on=date(2026, 11, 20), pay_min=40_000.0, pay_period="year", pay_currency="GBP",
                employer_key="b", text="bread dough oven bagels pretzels rye tins"),
        *world(20),
    ]  # fmt: skip
    made = boxes(night(tables(rows)))
    card = made["jp1"][0]
    assert card["related_job_id"] == "jp2"
    kinds = {r["kind"]: r["value"] for r in card["reasons"]}
    assert kinds["title"] == "rye baker"
    assert kinds["level"] == "senior"
    assert kinds["near"] == "36 km away"
    assert kinds["newer"] == "2026-11-20"
    assert kinds["pay"] == "33% more"
    assert "Rye baker in both titles" in card["reason"]
    back = {r["kind"] for r in made["jp2"][0]["reasons"]}
    assert not {"newer", "pay"} & back


def test_seed_page() -> None:
    """The box that started it: one card for the graduate family, at most two of the aggregator while others remain."""
    teams = ["Trust and Safety, USDS", "Recommendations, USDS", "Ads Core Global", "App Ads and Gaming", "BRIC",
             "E-commerce Governance Algorithms", "Risk Data Mining, USDS", "Data and Eng, USDS"]  # fmt: skip
    rows = [
        posting(
            posting_id=f"t{i}", title=f"Machine Learning Engineer Graduate ({team})", level="graduate", team=team.lower(),
            title_core="machine learning engineer", employer_key="tiktok", city="San Jose",
            text=f"Graduates of our {team} team build machine learning models for video",
        )
        for i, team in enumerate(teams)
    ]  # fmt: skip
    roles = ["machine learning platform engineer", "machine learning researcher", "machine learning engineer",
             "deep learning engineer", "lead machine learning engineer", "machine learning engineer platform",
             "machine learning engineering manager"]  # fmt: skip
    rows += [
        posting(posting_id=f"v{i}", title=role, employer_key="virtualvocations", city="Fremont",
                text=f"A company is looking for a {role} to design machine learning infrastructure")
        for i, role in enumerate(roles)
    ]  # fmt: skip
    rows += [
        posting(posting_id=f"o{i}", title=f"{level} machine learning engineer".strip(), level=level or None,
                title_core="machine learning engineer", employer_key=employer, text=text)
        for i, (employer, level, text) in enumerate([
            ("pinterest", "staff", "Pins and boards are ranked by the models you train"),
            ("meltwater", "senior", "Language and vision models for media intelligence"),
            ("medium", "", "Satellite pictures are read by neural networks"),
            ("bytedance", "graduate", "Risk control of electronic commerce needs models"),
        ])
    ]  # fmt: skip
    families = {"f": [f"jt{i}" for i in range(8)]}
    made = night(tables(rows, families))
    _laws(made, rows, families)
    cards = boxes(made)["jt0"]
    assert sum(c["related_job_id"].startswith("jt") for c in cards) == 1
    assert next(c for c in cards if c["related_job_id"].startswith("jt"))["similar_openings"] == 6
    allowed = [c for c in cards if c["road"] != "over employer cap"]
    assert sum(c["related_job_id"].startswith("jv") for c in allowed) == 2
    assert {c["related_job_id"] for c in allowed} >= {"jo0", "jo1", "jo2", "jo3"}
    assert all(c["related_job_id"].startswith("jv") for c in cards[len(allowed) :])


@pytest.fixture(scope="module")
def searched() -> dict[str, Any]:
    return night(tables(world(200)))


def _search(made: dict[str, Any], **settings: int) -> neighbours.Search:
    return neighbours.search(corpus.read(dict(made)), shipped(), replace(SETTINGS.relate, **settings))


def _exact(search: neighbours.Search, job: int) -> dict[int, float]:
    """Return the score of every other job, each channel measured pair by pair."""
    known = search.known
    others = np.array([other for other in range(len(known.facts)) if other != job])
    own = np.full(len(others), job)
    measured = pairs.channels(known, search.ranker.weights, own, others)
    score = pairs.score(known, search.ranker, measured, own, others, NIGHT, search.settings)
    return dict(zip(others.tolist(), score.tolist(), strict=True))


def test_search_finds_what_ranks_highest(searched: dict[str, Any]) -> None:
    search = _search(searched, probes=len(searched["clusters"]))
    for cluster in range(len(search.known.clusters)):
        members, ranked, _ = neighbours.of_cluster(search, cluster, NIGHT)
        for place, job in enumerate(members.tolist()):
            exact, found = _exact(search, job), ranked.of(place)
            assert len(set(found)) == len(found) and job not in found
            # The search weighs everything but place, date and level, which are known afterwards.
            best = sorted(exact.values(), reverse=True)[:10]
            assert [exact[other] for other in found[:10]] == pytest.approx(best, abs=1e-5)


@pytest.mark.parametrize(("budget", "recall"), [(10_000, 0.9), (100, 0.8), (0, 0.7)])
def test_search_of_few_cells_finds_nearly_the_same(searched: dict[str, Any], budget: int, recall: float) -> None:
    """Two of the cells, and what shares most of the telling terms wherever it stands, as far as the budget reaches; one term at least."""
    search, hits = _search(searched, probes=2, text_budget=budget, title_budget=budget), 0
    for cluster in range(len(search.known.clusters)):
        members, ranked, _ = neighbours.of_cluster(search, cluster, NIGHT)
        for place, job in enumerate(members.tolist()):
            exact = _exact(search, job)
            best = sorted(exact, key=lambda other: (-exact[other], other))[:10]
            hits += len(set(best) & set(ranked.of(place)[:10]))
    assert hits >= recall * 10 * len(search.known.facts)


def test_a_term_leads_to_so_many_jobs(searched: dict[str, Any]) -> None:
    search = _search(searched, text_term_jobs=5, title_term_jobs=3)
    for window, most in zip(search.words.everyone[:2], (5, 3), strict=True):
        assert np.diff(window[0][0]).max() == most


@pytest.mark.parametrize("number", [-3, 0, 10**9])
def test_settings_out_of_bounds_give_boxes_all_the_same(searched: dict[str, Any], number: int) -> None:
    given = dict.fromkeys(
        ("candidates", "text_candidates", "both_candidates", "text_term_jobs", "title_term_jobs", "probes"), number
    )
    made = relate(searched, NIGHT, replace(SETTINGS.relate, **given))
    assert made["related_jobs"].num_rows == LIMIT * searched["jobs"].num_rows


def test_pieces_equal_the_whole(searched: dict[str, Any]) -> None:
    for size in (1, 3):
        pieces = [
            relate(searched | {"clusters": searched["clusters"].slice(start, size)}, NIGHT, SETTINGS.relate)[
                "related_jobs"
            ]
            for start in range(0, len(searched["clusters"]), size)
        ]
        assert pa.concat_tables(pieces).sort_by(BY_RANK) == searched["related_jobs"].sort_by(BY_RANK)


def test_what_workers_share_is_the_same_search(searched: dict[str, Any], tmp_path: Path) -> None:
    beside = {name: searched[name] for name in corpus.TABLES}
    write_shared(prepared(beside, SETTINGS.relate), tmp_path / "x.shared")
    made = relate({"clusters": searched["clusters"]}, NIGHT, SETTINGS.relate, shared=read_shared(tmp_path / "x.shared"))
    assert made["related_jobs"].sort_by(BY_RANK) == searched["related_jobs"].sort_by(BY_RANK)


def test_a_box_shows_no_ad_twice() -> None:
    """Unlinked copies under other employers: whoever finds whom, one of them is shown, and none to who reads the other."""
    rows = world(60)
    copies = [rows[0] | {"posting_id": f"c{i}", "employer_key": f"copy {i}", "content_id": f"c{i}"} for i in range(4)]
    same = {f"j{r['posting_id']}" for r in [rows[0], *copies]}
    for job, cards in boxes(night(tables([*rows, *copies]))).items():
        assert len({c["related_job_id"] for c in cards} & same) <= (0 if job in same else 1)


@pytest.mark.parametrize("most", [8, 40, 1_000])
def test_cells_part_large_groups_and_search_themselves(most: int) -> None:
    rng = np.random.default_rng(3)
    positions = spaces.unit(rng.normal(size=(300, 6)).astype(np.float32))
    member = np.repeat([0, 1, 3], [200, 95, 5])
    found = cells(positions, member, most, 4)
    assert sorted(np.concatenate(found.inside).tolist()) == list(range(300))
    assert all(len(np.unique(member[rows])) == 1 for rows in found.inside)
    assert all(np.isin(rows, found.searched(cell)).all() for cell, rows in enumerate(found.inside))
    parts = [len(np.unique(found.of[member == group])) for group in (0, 1, 3)]
    assert all(most / 2 <= size / count <= most or count == 1 for size, count in zip((200, 95, 5), parts, strict=True))
    assert all(len(rows) <= most for rows in found.inside)


def test_employer_cap_is_a_setting() -> None:
    rows = [r | {"employer_key": f"e{i % 3}"} for i, r in enumerate(world(40))]
    settings = replace(SETTINGS, relate=replace(SETTINGS.relate, max_per_employer=3))
    for cards in boxes(night(tables(rows), settings)).values():
        employers = Counter(int(c["related_job_id"][2:]) % 3 for c in cards if c["road"] != "over employer cap")
        assert set(employers.values()) == {3}


def test_far_levels_come_only_where_nothing_else_is_left() -> None:
    few = [r | {"level": "intern" if i % 4 else "director"} for i, r in enumerate(world(40))]
    level = {f"j{r['posting_id']}": r["level"] for r in few}
    for job, cards in boxes(night(tables(few))).items():
        far = [c["road"] for c in cards if level[c["related_job_id"]] != level[job]]
        assert set(far) <= {"other level", "over employer cap"}
        assert len(cards) == LIMIT


def test_a_night_of_one_ad_over_and_over_has_no_cards() -> None:
    rows = [posting(posting_id=f"p{i}", title="baker", text="bread and dough", employer_key="a") for i in range(3)]
    made, other = night(tables(rows)), night(tables(world(4)))
    assert made["related_jobs"].num_rows == 0 and made["related_jobs"].schema == other["related_jobs"].schema
