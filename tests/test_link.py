"""Linking: laws over a small world, guards, the model's file, and cases as folders in tests/duplicates."""

import tomllib
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from linking_world import posting, tables, text

from pipeline.contracts import conform, contract
from pipeline.linking import fitting, model, phrases
from pipeline.linking.decide import guards, is_variant, judge, may_link
from pipeline.linking.ends import ends_agree
from pipeline.linking.explain import explain, measure
from pipeline.linking.judging import as_links
from pipeline.linking.overlap import Sets, shared
from pipeline.linking.said import shingles as shingles_of
from pipeline.plan import Night
from pipeline.settings import BlockSettings, Settings
from pipeline.stages.block import block as block_of
from pipeline.stages.link import link
from pipeline.stages.shingles import shingles
from pipeline.text import signatures

NIGHT = Night(date(2026, 1, 1))


def block(given: dict[str, pa.Table], night: Night, settings: BlockSettings) -> dict[str, pa.Table]:
    return block_of(given | shingles(given, night, Settings().shingles), night, settings)


CASES = sorted(p.parent for p in (Path(__file__).parent / "duplicates").glob("*/case.toml"))
BACKGROUND = [
    posting(f"z{n:03}", f"{w} {n}", f"Firm {n}", f"Town {n}", text(5_000 + n))
    for n, w in enumerate(["Rider", "Miller"] * 60)
]


def linked(given: dict[str, pa.Table], settings: Settings | None = None) -> pa.Table:
    """Return the links of the postings, the phrases learned from themselves."""
    settings = settings or Settings()
    common = phrases.learn(given["postings"], given["bodies"])
    candidates = block(given, NIGHT, settings.block)["candidates"]
    return link({**given, "candidates": candidates, "fit_phrases": common}, NIGHT, settings.link)["first_links"]


def kinds(links: pa.Table) -> dict[tuple[str, str], str]:
    rows = links.select(["posting_id_a", "posting_id_b", "kind"]).to_pylist()
    return {(r["posting_id_a"], r["posting_id_b"]): r["kind"] for r in rows}


@pytest.mark.parametrize("folder", CASES, ids=[c.name for c in CASES])
def test_case(folder: Path) -> None:
    """A case: postings, and the kind of every pair of them; pairs not named are none."""
    case: dict[str, Any] = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))
    named = [
        posting(**{k: date.fromisoformat(v) if k == "posted_on" else v for k, v in p.items()}) for p in case["posting"]
    ]
    house = [posting(f"y{n:02}", **p) for n, p in enumerate(case.get("others", []))]
    found = kinds(linked(tables([*named, *house, *BACKGROUND])))
    names = {p["posting_id"] for p in named}
    told = {pair: kind for pair, kind in found.items() if set(pair) <= names}
    assert told == {tuple(sorted(pair.split())): kind for pair, kind in case["kinds"].items()}


@pytest.fixture(scope="module")
def world() -> dict[str, pa.Table]:
    rows = []
    for n in range(60):
        body, city = text(n), f"Town {n}"
        rows.append(posting(f"p{n:02}a", f"Keeper of {n} looms", f"Mill {n} Ltd", city, body))
        rows.append(posting(f"p{n:02}b", f"Keeper of {n} looms", f"Mill {n}", city, body + "\nApply by post."))
        rows.append(posting(f"p{n:02}c", f"Keeper of {n} looms", f"Mill {n}", f"Port {n}", body))
        rows.append(
            posting(
                f"p{n:02}d", f"Senior keeper of {n} looms", f"Mill {n}", city, text(n, 18) + "\n" + text(900 + n, 9)
            )
        )
        rows.append(posting(f"p{n:02}e", f"Painter of {n} boats", f"Mill {n}", city, text(7_000 + n)))
    return tables(rows)


def test_reposts_relocations_and_variants_are_told_apart(world: dict[str, pa.Table]) -> None:
    found = kinds(linked(world))
    for n in range(60):
        a, b, c, d, e = (f"p{n:02}{x}" for x in "abcde")
        assert found.get((a, b)) == "repost"
        assert found.get((a, c)) == "relocation"
        assert found.get((a, d)) == "variant"
        assert (a, e) not in found
    assert {x[:3] == y[:3] for x, y in found} == {True}


def test_links_do_not_depend_on_order_or_on_how_candidates_are_cut(world: dict[str, pa.Table]) -> None:
    common = phrases.learn(world["postings"], world["bodies"])
    candidates = block(world, NIGHT, Settings().block)["candidates"]
    broadcast = {**world, "fit_phrases": common}

    def run(pairs: pa.Table, given: dict[str, pa.Table]) -> pa.Table:
        return link({**given, "candidates": pairs}, NIGHT, Settings().link)["first_links"]

    whole = run(candidates, broadcast)
    pieces = pa.concat_tables([run(candidates.slice(k, 97), broadcast) for k in range(0, candidates.num_rows, 97)])
    assert (
        whole.equals(pieces.combine_chunks())
        or whole.sort_by("posting_id_a").to_pylist() == pieces.sort_by("posting_id_a").to_pylist()
    )
    rng = np.random.default_rng(3)
    shuffled = {n: t.take(pa.array(rng.permutation(t.num_rows))) for n, t in broadcast.items()}
    order = [("posting_id_a", "ascending"), ("posting_id_b", "ascending")]
    assert whole.sort_by(order).to_pylist() == run(candidates, shuffled).sort_by(order).to_pylist()


def test_phrases_learned_do_not_depend_on_order_and_count_titles_not_texts() -> None:
    rows = [posting(f"p{n}", "Cook", "Inn", f"Town {n}", "We all like soup and bread") for n in range(9)]
    rows += [
        posting(f"q{n}", f"Cook {w}", "Inn", None, f"Only {w} likes this thing")
        for n, w in enumerate(("east", "west", "north"))
    ]
    given = tables(rows)
    learned = phrases.learn(given["postings"], given["bodies"])
    again = phrases.learn(given["postings"].take(pa.array(range(11, -1, -1))), given["bodies"])
    assert learned.equals(again)
    common = phrases.read(learned)
    words = signatures.cut(pa.array(["only soup"])).ids
    assert common["word"].of(words).tolist() == [3.0, 1.0]
    assert common["word"].total == 4.0
    few = phrases.read(phrases.learn(given["postings"], given["bodies"], documents=2))
    assert few["word"].total == 2.0


def test_sums_over_what_two_sets_share() -> None:
    texts = [text(n % 3, 2 + n) for n in range(8)] + [""]
    columns, starts, counts = signatures.coded_bag(words := signatures.cut(pa.array(texts)))
    sets = Sets(columns, starts, len(words.names))
    left, right = np.array([0, 0, 1, 4, 4, 8, 2]), np.array([3, 5, 7, 0, 6, 1, 8])
    weights = np.stack((np.ones(sets.width), np.arange(sets.width, dtype=np.float64)))
    of = [Counter(words.codes[words.starts[i] : words.starts[i + 1]].tolist()) for i in range(9)]
    pairs = [(of[i], of[j]) for i, j in zip(left.tolist(), right.tolist(), strict=True)]
    size, worth = shared(sets, weights, left, right)
    assert size.tolist() == [len(x.keys() & y.keys()) for x, y in pairs]
    assert worth.tolist() == [sum(x.keys() & y.keys()) for x, y in pairs]
    _, marked = shared(sets, weights, left, right, counts.astype(np.float64))
    assert marked.tolist() == [sum(c * x[c] * y[c] for c in x.keys() & y.keys()) for x, y in pairs]
    assert sets.total(weights[1]).tolist() == [sum(x) for x in of]
    assert sets.total(weights[1], counts.astype(np.float64)).tolist() == [sum(c * n for c, n in x.items()) for x in of]
    assert shared(sets, weights, left[:0], right[:0]).shape == (2, 0)


def test_what_two_texts_share_is_what_sets_of_their_shingles_do() -> None:
    texts = [text(n % 3, 2 + n) for n in range(8)] + ["", "one word", "cook cook cook cook cook"]
    words = signatures.cut(pa.array(texts))
    hashes, starts = signatures.all_shingles(words)
    of = [list(dict.fromkeys(hashes[starts[n] : starts[n + 1]].tolist())) for n in range(len(texts))]
    known = np.unique(np.array(of[1][::2] + of[2][1:9] + [5, 1 << 63], dtype=np.uint64))
    titles = np.arange(3.0, 3.0 + len(known))
    common = phrases.Commonness(known, titles, 99.0)
    sets = shingles_of(words, common)
    assert [sets.ids[sets.starts[n] : sets.starts[n + 1]].tolist() for n in range(len(texts))] == of
    place = {phrase: at for at, phrase in enumerate(known.tolist())}
    assert sets.phrases.tolist() == [place.get(i, len(known)) for ids in of for i in ids]
    assert phrases.Commonness(known[:0], titles[:0], 1.0).places(hashes).tolist() == [0] * len(hashes)
    assert common.weights.tolist() == [[*(1 / (1 + np.log2(titles))), 1.0], [*(1 / titles), 1.0]]
    left, right = np.array([0, 0, 1, 4, 4, 8, 2, 3, 10, 9]), np.array([3, 5, 7, 0, 6, 1, 8, 3, 10, 2])
    count, own, deep = sets.shared(common.weights, left, right)
    for pair, (a, b) in enumerate(zip(left.tolist(), right.tolist(), strict=True)):
        both = [i for i in of[b] if i in of[a]]
        assert count[pair] == len(both)
        for found, weights in zip((own, deep), common.weights.tolist(), strict=True):
            assert found[pair] == pytest.approx(sum(weights[place.get(i, len(known))] for i in both))
    wanted = [sum(common.weights[1].tolist()[place.get(i, len(known))] for i in ids) for ids in of]
    assert sets.total(common.weights[1]).tolist() == pytest.approx(wanted)
    assert sets.shared(common.weights, left[:0], right[:0]).shape == (3, 0)


def _run(one: list[str], other: list[str]) -> int:
    """Return how many words agree from the beginning on, one by one."""
    return next((n for n, (x, y) in enumerate(zip(one, other, strict=False)) if x != y), min(len(one), len(other)))


def test_ends_agree_as_words_compared_one_by_one() -> None:
    base = [f"w{n}" for n in range(700)]
    edits = [
        base,
        base[:300],
        base[300:],
        [*base[:20], "x", *base[20:]],
        [*base, "y"],
        ["z", *base],
        ["w1"] * 5,
        ["w1"] * 9,
        [],
    ]
    words = signatures.cut(pa.array([" ".join(e) for e in edits]))
    a, b = (np.array(side) for side in zip(*[(i, j) for i in range(9) for j in range(9)], strict=True))
    found = ends_agree(words, a, b)
    for k, (i, j) in enumerate(zip(a.tolist(), b.tolist(), strict=True)):
        one, other = edits[i], edits[j]
        opening = _run(one, other)
        ending = _run(one[opening:][::-1], other[opening:][::-1])
        wanted = [
            opening,
            ending,
            min(len(one), len(other)) - opening - ending,
            max(len(one), len(other)) - opening - ending,
        ]
        told = [np.expm1(found[n][k]) for n in ("opening", "ending", "middle_less", "middle_more")]
        assert np.round(told).tolist() == wanted, (i, j)


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("We seek a Senior Cook for the inn.", "We seek a Senior Cook for the inn.", 1.0),
        ("We seek a Senior Cook for the inn.", "We seek a Cook for the inn.", 0.0),
        ("We seek hands for the inn. Ask our senior partner.", "We seek hands for the inn.", 0.5),
    ],
)
def test_texts_say_whether_a_level_that_one_title_states_is_another(one: str, other: str, told: float) -> None:
    given = tables([posting("a", "Senior Cook", "Inn", "Leeds", one), posting("b", "Cook", "Inn", "Leeds", other)])
    common = phrases.learn(given["postings"], given["bodies"])
    pairs = pa.table({"posting_id_a": ["a"], "posting_id_b": ["b"]})
    assert measure(pairs, given["postings"], given["bodies"], common)["level_told"].tolist() == [told]


WORDS = st.sampled_from("cook baker inn harbour lamp".split())


@hypothesis_settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.lists(WORDS, min_size=1, max_size=4), st.lists(WORDS, max_size=9)), min_size=2, max_size=4)
)
def test_words_of_one_title_alone_are_held_against_both_texts(ads: list[tuple[list[str], list[str]]]) -> None:
    rows = [posting(f"p{n}", " ".join(t), "Inn", "Leeds", " ".join(b)) for n, (t, b) in enumerate(ads)]
    given_ = tables(rows)
    pairs = pa.table({"posting_id_a": ["p0"] * (len(ads) - 1), "posting_id_b": [f"p{n}" for n in range(1, len(ads))]})
    found = measure(pairs, given_["postings"], given_["bodies"], phrases.learn(given_["postings"], given_["bodies"]))
    for pair in range(len(ads) - 1):
        sides = [(set(t), Counter(b)) for t, b in (ads[0], ads[pair + 1])]
        alone = [(w, mine[1][w], other[1][w]) for mine, other in (sides, sides[::-1]) for w in mine[0] - other[0]]
        shares = [sum(other[1][w] > 0 for w in mine[0]) / max(len(mine[0]), 1) for mine, other in (sides, sides[::-1])]
        wanted = {
            "only": len(alone),
            "confirmed": sum(here > 0 and not there for _, here, there in alone),
            "stressed": sum(here > there for _, here, there in alone),
            "idle": sum(not here for _, here, there in alone),
            "echoed": sum(there > 0 for _, here, there in alone),
            "in_text": min(shares),
            "replaced": min(len(sides[0][0] - sides[1][0]), len(sides[1][0] - sides[0][0])),
        }
        assert {name: found[f"title_{name}"][pair] for name in wanted} == wanted


def test_guards_hold_whatever_the_model_says() -> None:
    body = text(1)
    pairs = {
        "level": ("Senior Cook", "Junior Cook"), "team": ("Cook (Harbour)", "Cook (Station)"), "start year": ("Cook 2025 Start", "Cook 2026 Start"),
        "degree": ("Cook Graduate (BS/MS)", "Cook Graduate (PhD)"), "grade": ("Cook II", "Cook III"),
    }  # fmt: skip
    for name, (one, other) in pairs.items():
        given = tables(
            [posting("a", one, "Inn", "Leeds", body), posting("b", other, "Inn", "Leeds", body), *BACKGROUND]
        )
        row = linked(given).filter(pa.compute.equal(linked(given)["posting_id_a"], "a")).to_pylist()
        assert [(r["kind"], r["decision"]) for r in row] == [("variant", name)], name
        assert row[0]["probability"] < 0.5


def test_an_explanation_agrees_with_the_link_and_speaks_of_pairs_that_are_none(world: dict[str, pa.Table]) -> None:
    common = phrases.learn(world["postings"], world["bodies"])
    links = {(r["posting_id_a"], r["posting_id_b"]): r for r in linked(world).to_pylist()}
    pairs = pa.table({"posting_id_a": ["p00a", "p00a", "p00a"], "posting_id_b": ["p00b", "p00d", "p01e"]})
    told = explain(pairs, world["postings"], world["bodies"], common, Settings().link.same_ad)
    assert [t["kind"] for t in told] == ["repost", "variant", "none"]
    assert told[0]["probability"] == links["p00a", "p00b"]["probability"]
    assert told[0]["measures"]["text_overlap"] == links["p00a", "p00b"]["text_overlap"]
    assert told[0]["reasons"] and all(isinstance(v, float) for _, v in told[0]["reasons"])


def test_pairs_that_are_compared_no_further_are_none_by_all_evidence(world: dict[str, pa.Table]) -> None:
    """Every pair of the world, whatever blocking says: the links are those of the full evidence, in every column."""
    common = phrases.learn(world["postings"], world["bodies"])
    ids = world["postings"]["posting_id"].to_pylist()[:60]
    ends = [(a, b) for at, a in enumerate(ids) for b in ids[at + 1 :]]
    columns = {"posting_id_a": [a for a, _ in ends], "posting_id_b": [b for _, b in ends]}
    pairs = pa.table({**columns, "roads": pa.array([[]] * len(ends), pa.list_(pa.string()))})
    measured = measure(pairs, world["postings"], world["bodies"], common)
    wanted = as_links(pairs, measured, judge(measured, model.load(), Settings().link.same_ad))
    found = link({**world, "candidates": pairs, "fit_phrases": common}, NIGHT, Settings().link)["first_links"]
    assert found.num_rows and found.equals(conform(wanted, contract("first_links")))
    open_ = may_link(measured, Settings().link.same_ad)
    assert 0.5 < (~open_).mean() < 1
    none = {**world, "candidates": pairs.filter(pa.array(~open_)), "fit_phrases": common}
    assert link(none, NIGHT, Settings().link)["first_links"].num_rows == 0


def test_a_text_that_speaks_for_another_employer_wins_over_the_header() -> None:
    body = text(4)
    rows = [
        posting("a", "Cook", "Inn", "Leeds", body),
        posting("b", "Cook", "Bank", "Leeds", body, text_employer="Inn Ltd"),
        *BACKGROUND,
    ]
    row = next(r for r in linked(tables(rows)).to_pylist() if r["posting_id_a"] == "a")
    assert (row["kind"], row["same_employer"]) == ("repost", True)


def test_no_candidates_no_links(world: dict[str, pa.Table]) -> None:
    candidates = block(world, NIGHT, Settings().block)["candidates"].slice(0, 0)
    common = phrases.learn(world["postings"], world["bodies"])
    assert (
        link({**world, "candidates": candidates, "fit_phrases": common}, NIGHT, Settings().link)["first_links"].num_rows
        == 0
    )


def _evidence(rows: int, seed: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    rng = np.random.default_rng(seed)
    made = {
        n: rng.choice([e[0] - 0.1, *[(a + b) / 2 for a, b in pairwise(e)], e[-1] + 0.1], rows)
        for n, e in fitting.EDGES.items()
    }
    unknown = "start_year degrees level grade contract language place core_score days_apart snippet".split()
    made |= {name: np.full(rows, -1.0) for name in unknown}
    made["containment"] = made["own_containment"]
    made["same_text"] = np.zeros(rows)
    made["slot_shared"] = np.zeros(rows)
    return made, (made["own_containment"] > 0.6) & (made["role_gap"] < 1)


def _by_hand(read: model.Model, evidence: dict[str, np.ndarray]) -> np.ndarray:
    """Return the probabilities with every tree walked down pair by pair."""
    totals = []
    for pair in range(len(evidence["place"])):
        total = read.intercept
        for tree in read.trees:
            node: model.Split | float = tree
            while isinstance(node, model.Split):
                node = node.high if evidence[node.measure][pair] > node.limit else node.low
            total += node
        totals.append(total)
    return np.asarray(1.0 / (1.0 + np.exp(-np.array(totals))))


def test_the_model_written_is_the_model_read_and_reasons_add_up(tmp_path: Path) -> None:
    evidence, same = _evidence(400, 1)
    fitted = fitting.fit(evidence, same, {"fitted_on": "a test"}, "9")
    model.write(fitted, tmp_path / "m.json")
    read = model.load(tmp_path / "m.json")
    assert (read.version, read.about) == ("9", {"fitted_on": "a test"})
    assert read.measures == fitted.measures <= set(fitting.EDGES)
    assert np.abs(read.probability(evidence) - fitted.probability(evidence)).max() < 0.02
    assert np.abs(_by_hand(read, evidence) - read.probability(evidence)).max() < 1e-6
    assert ((read.probability(evidence) > 0.5) == same).mean() > 0.95
    probability = read.probability(evidence)
    pair = int(np.abs(probability - 0.5).argmin())
    told = sum(v for _, v in read.reasons(evidence, pair)) + read.intercept
    assert abs(1.0 / (1.0 + np.exp(-told)) - probability[pair]) < 1e-2


def test_the_shipped_model_says_what_it_was_fitted_on_and_asks_only_known_measures() -> None:
    shipped = model.load()
    assert shipped.version and shipped.about["fitted_on"]
    assert shipped.measures <= set(fitting.EDGES)


MEASURES = {"level": (-1, 0, 0.5, 1), "role_gap": (0, 0.5, 1, 1.5, 2, 3), "employer": (-1, 0.2, 1), "start_year": (-1, 0, 0.5, 1),
            "degrees": (-1, 0, 1), "grade": (-1, 0, 1), "contract": (-1, 0, 1), "years": (-1, 0, 1), "place": (-1, 0, 1), "language": (-1, 0, 1)}  # fmt: skip


@hypothesis_settings(max_examples=200, deadline=None)
@given(st.fixed_dictionaries({n: st.sampled_from(v) for n, v in MEASURES.items()}), st.floats(0, 1), st.integers(0, 5))
def test_a_forbidden_pair_is_never_the_same_ad(stated: dict[str, float], share: float, seed: int) -> None:
    evidence, _ = _evidence(1, seed)
    evidence |= {n: np.array([float(v)]) for n, v in stated.items()}
    evidence |= {
        n: np.array([share])
        for n in ("own_containment", "own_overlap", "deep_containment", "word_cosine", "containment")
    }
    evidence |= {
        "same_text": np.zeros(1),
        "slot_shared": np.zeros(1),
        "snippet": np.full(1, seed // 4.0),
        "slot": np.full(1, seed - 1.0),
        "stem_score": np.full(1, 90.0),
    }
    judged = judge(evidence, model.load(), 0.5)
    assert may_link(evidence, 0.5)[0] or judged.kind[0] == "none"
    assert may_link(evidence, 0.1)[0]
    if any(g[0] for g in guards(evidence).values()):
        assert judged.kind[0] not in ("repost", "relocation")
        assert judged.probability[0] < 0.5
    assert (judged.kind[0] in ("repost", "relocation")) == (judged.probability[0] >= 0.5)


def test_what_titles_say_of_codes_pay_and_remote_work_is_no_word_of_a_role() -> None:
    body = "We seek a Cook for the inn. Remote work is fine. Ref 123660."
    given = tables(
        [
            posting("a", "Cook #123660 - $120k", "Inn", "Leeds", body),
            posting("b", "Cook (Remote)", "Inn", "Leeds", "We seek a Cook for the inn."),
        ]
    )
    common = phrases.learn(given["postings"], given["bodies"])
    pairs = pa.table({"posting_id_a": ["a"], "posting_id_b": ["b"]})
    found = measure(pairs, given["postings"], given["bodies"], common)
    assert found["title_only"].tolist() == found["title_confirmed"].tolist() == [0.0]


@pytest.mark.parametrize(
    ("one", "other", "ruled_out"),
    [
        (("Cook (Harbour)", "Leeds"), ("Cook (Station)", "Leeds"), "team"),
        (("Cook (Harbour / Grill)", "Leeds"), ("Cook (Station / Grill)", "Leeds"), None),
        (("Cook (Area North)", "Leeds"), ("Cook (District South)", "York"), None),
        (("Senior Cook", "Leeds"), ("Cook", "Leeds"), "level"),
        (("Senior Cook", "Leeds"), ("Lead Kitchen Manager", "Leeds"), None),
        (("Cook (part time)", "Leeds"), ("Cook", "Leeds"), None),
    ],
)
def test_guards_above_one_and_the_same_text(
    one: tuple[str, str], other: tuple[str, str], ruled_out: str | None
) -> None:
    body = text(3)
    given = tables([posting("a", one[0], "Inn", one[1], body), posting("b", other[0], "Inn", other[1], body)])
    common = phrases.learn(given["postings"], given["bodies"])
    pairs = pa.table({"posting_id_a": ["a"], "posting_id_b": ["b"]})
    found = guards(measure(pairs, given["postings"], given["bodies"], common))
    assert [name for name, flags in found.items() if flags[0]] == ([ruled_out] if ruled_out else [])


@pytest.mark.parametrize(("shingles", "template"), [(1, False), (4, False), (5, True), (300, True)])
def test_a_text_that_says_nothing_is_no_template(shingles: int, template: bool) -> None:
    told = {"employer": 1.0, "own_containment": 1.0, "length": np.log1p(shingles), "snippet": 0.0, "slot": 1.0}
    told |= {"start_year": -1.0, "degrees": -1.0, "stem_score": 60.0}
    assert is_variant({name: np.array([value]) for name, value in told.items()})[0] == template
