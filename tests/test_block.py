"""Blocking: roads against brute force, laws, and a limit on pairs whatever the postings look like."""

import random
from collections import Counter
from datetime import date
from itertools import combinations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from linking_world import posting, tables, text
from scipy.sparse import csr_array

from pipeline.linking.roads import NO_KEY, _merged, _tallied, shared, star, strongest, walk, windows
from pipeline.linking.sketches import BANDS, agreement, bands, sketches
from pipeline.plan import Night
from pipeline.settings import BlockSettings, Settings
from pipeline.stages.block import block
from pipeline.stages.shingles import shingles
from pipeline.text import signatures

NIGHT = Night(date(2026, 1, 1))


def pairs_of(candidates: pa.Table) -> set[tuple[str, str]]:
    return set(zip(candidates["posting_id_a"].to_pylist(), candidates["posting_id_b"].to_pylist(), strict=True))


def blocked(given: dict[str, pa.Table], settings: BlockSettings | None = None) -> dict[str, pa.Table]:
    sampled = shingles(given, NIGHT, Settings().shingles)
    return block(given | sampled, NIGHT, settings or Settings().block)


@pytest.mark.parametrize("seed", range(5))
def test_walk_finds_what_brute_force_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    keys = rng.integers(0, 30, 200).astype(np.uint64)
    members = rng.permutation(200)
    found = walk("road", members, [keys], 50, 3)
    oracle = {
        (min(members[i], members[j]), max(members[i], members[j]))
        for i, j in combinations(range(200), 2)
        if keys[i] == keys[j] and keys[i] != NO_KEY
    }
    assert set(zip(found.left, found.right, strict=True)) == oracle
    assert found.split == found.walked == 0


def test_a_large_block_is_split_then_walked_and_told() -> None:
    members = np.arange(1_000)
    coarse = np.full(1_000, 7, np.uint64)
    fine = np.where(members < 990, 1, 2).astype(np.uint64)
    found = walk("road", members, [coarse, fine], 20, 3)
    assert (found.blocks, found.largest, found.split, found.walked) == (1, 1_000, 1, 990)
    pairs = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert {(a, b) for a, b in combinations(range(990, 1_000), 2)} <= pairs
    assert all((i, i + 1) in pairs and (0, i + 1) in pairs for i in range(989))
    assert len(pairs) < 5 * 1_000


@pytest.mark.parametrize("chunk", [7, 64, 10_000])
def test_shared_counts_common_keys_like_brute_force(chunk: int) -> None:
    rng = random.Random(chunk)
    sets = [set(rng.sample(range(1, 120), 12)) for _ in range(40)]
    members = np.array([i for i, s in enumerate(sets) for _ in s])
    keys = np.array([k for s in sets for k in sorted(s)], dtype=np.uint64)
    found, counts = shared("road", members, keys, [], 40, chunk)
    oracle = {(i, j): len(sets[i] & sets[j]) for i, j in combinations(range(40), 2) if sets[i] & sets[j]}
    assert (
        dict(zip(zip(found.left.tolist(), found.right.tolist(), strict=True), counts.astype(int).tolist(), strict=True))
        == oracle
    )


def test_strongest_keeps_each_ones_best_and_star_reaches_all() -> None:
    left, right = np.array([0, 0, 0, 1]), np.array([1, 2, 3, 2])
    assert strongest(left, right, np.array([0.1, 0.9, 0.5, 0.2]), 1).tolist() == [False, True, True, True]
    heads, tails = star(np.array([5, 5, 5, 9]), np.array([2, 0, 1, 0]), 2)
    assert list(zip(heads.tolist(), tails.tolist(), strict=True)) == [(0, 1), (1, 2)]


def test_windows_stay_within_a_key() -> None:
    found = windows("road", np.arange(6), np.array([1, 1, 1, 2, 2, 0], np.uint64), 1)
    assert list(zip(found.left.tolist(), found.right.tolist(), strict=True)) == [(0, 1), (1, 2), (3, 4)]


def test_shingles_and_bags_of_many_texts_are_those_of_each_text() -> None:
    texts = [text(n, 4) for n in range(5)] + ["", "one", "one two", "Größe und C++ und C++", "a b c a b c a b c"]
    together = signatures.cut(pa.array(texts))
    for make in (signatures.shingles, signatures.bag):
        whole = make(together)
        for i, one in enumerate(texts):
            alone = make(signatures.cut(pa.array([one])))
            mine = slice(whole.starts[i], whole.starts[i + 1])
            assert whole.values[mine].tolist() == alone.values.tolist()
            assert whole.extra[mine].tolist() == alone.extra.tolist()
    assert len(signatures.shingles(signatures.cut(pa.array(["a b c d a b c d"]))).values) == 4


@pytest.fixture(scope="module")
def world() -> dict[str, pa.Table]:
    """A small world: copies, cut copies, relocations, retitled copies at an agency, and strangers."""
    rows = []
    for n in range(120):
        body = text(n)
        rows.append(posting(f"p{n:03}a", f"Keeper of {n} looms", f"Mill {n} Ltd", "Leeds", body))
        rows.append(posting(f"p{n:03}b", f"Loom keeper {n}", "Anywhere Staffing", "York", body))
        rows.append(
            posting(f"p{n:03}c", f"Keeper of {n} looms", f"Mill {n}", "Hull", " ".join(body.split()[:60]) + "...")
        )
        rows.append(posting(f"p{n:03}d", f"Keeper of {n} looms", f"Mill {n} Limited", "Leeds", text(10_000 + n)))
    return tables(rows)


def test_copies_cut_copies_and_rewritten_ads_meet(world: dict[str, pa.Table]) -> None:
    found = pairs_of(blocked(world)["candidates"])
    missed = [
        (n, x, y)
        for n in range(120)
        for x, y in ("ab", "ac", "bc", "ad")
        if (f"p{n:03}{x}", f"p{n:03}{y}") not in found
    ]
    assert missed == []


def test_candidates_do_not_depend_on_the_order_of_rows(world: dict[str, pa.Table]) -> None:
    order = pa.array(np.random.default_rng(1).permutation(world["postings"].num_rows))
    backward = pa.array(np.arange(world["bodies"].num_rows)[::-1])
    shuffled = {"postings": world["postings"].take(order), "bodies": world["bodies"].take(backward)}
    assert blocked(world)["candidates"].equals(blocked(shuffled)["candidates"])


def test_one_template_in_two_thousand_places_stays_linear_and_every_copy_meets_the_first() -> None:
    body = text(1)
    rows = [posting(f"p{n:04}", "Bee keeper", "Hive Ltd", f"Town {n}", body) for n in range(2_000)]
    made = blocked(tables(rows))
    met: Counter[str] = Counter()
    for a, b in pairs_of(made["candidates"]):
        met.update((a, b))
    assert made["candidates"].num_rows <= 30 * 2_000
    assert met.most_common(1)[0][1] == 1_999, "one posting meets all others, so that they can be one group"
    told = {r["road"]: r for r in made["block_metrics"].to_pylist()}
    assert told["same text"]["largest"] == 2_000 and told["same text"]["split"] > 0


def test_all_pairs_of_a_template_meet_up_to_the_limit_and_a_larger_one_is_split_and_told() -> None:
    words = text(1, 60).split()
    bodies = [" ".join([*words[: 5 * n], f"town{n}", *words[5 * n :]]) for n in range(40)]
    rows = [posting(f"p{n:02}", f"Bee keeper {n}", "Hive Ltd", f"Town {n % 2}", b) for n, b in enumerate(bodies)]
    all_pairs = {tuple(p) for p in combinations(sorted(r["posting_id"] for r in rows), 2)}
    assert pairs_of(blocked(tables(rows), BlockSettings(near_text_limit=40))["candidates"]) == all_pairs
    split = blocked(tables(rows), BlockSettings(near_text_limit=10))
    told = {r["road"]: r for r in split["block_metrics"].to_pylist()}["near text"]
    assert told["largest"] > 10 and told["split"] > 0 and told["pairs"] < len(all_pairs)


def test_sketches_estimate_how_far_two_sets_agree() -> None:
    random_ = np.random.default_rng(3)
    common, only = (
        random_.integers(0, 1 << 63, 900, dtype=np.uint64),
        random_.integers(0, 1 << 63, 200, dtype=np.uint64),
    )
    one, other = np.concatenate((common, only[:100])), np.concatenate((common, only[100:]))
    owner = np.repeat([0, 2], 1_000)  # text 1 has no shingles
    sketch = sketches(owner, np.concatenate((one, other)), 3)
    assert agreement(sketch, np.array([0, 0]), np.array([2, 0])).tolist() == [pytest.approx(900 / 1_100, abs=0.15), 1.0]
    owners, keys = bands(sketch)
    assert set(owners.tolist()) == {0, 2} and len(keys) == 2 * BANDS
    assert sketches(owner[:0], one[:0], 2).sum() == 0


def test_employers_of_one_group_meet_where_texts_do_not() -> None:
    rows = [
        posting("p1", "Cook (Harbour)", "Alpha", "Leeds", text(1, 2)),
        posting("p2", "Cook (Station)", "Beta", "York", text(2, 2)),
    ]
    apart = blocked(tables(rows), BlockSettings(title_limit=0))
    together = blocked(tables(rows), BlockSettings(title_limit=0, employer_groups=(("alpha", "beta"),)))
    assert pairs_of(apart["candidates"]) == set()
    assert pairs_of(together["candidates"]) == {("p1", "p2")}


def test_no_postings_no_candidates() -> None:
    made = blocked({n: t.slice(0, 0) for n, t in tables([posting("p", "Cook", body="x")]).items()})
    assert made["candidates"].num_rows == 0
    assert set(made["block_metrics"]["pairs"].to_pylist()) == {0}


@pytest.mark.real
def test_near_identical_texts_of_real_ads_meet(shared_data: object) -> None:
    """Of all pairs among random postings whose shingles overlap by .8, found by brute force, .99 are candidates."""
    table = pq.read_table(
        f"{shared_data}/bench/postings.parquet", columns=["posting_id", "title", "company", "location", "description"]
    )
    rows = table.take(pa.array(np.random.default_rng(0).choice(table.num_rows, 1_500, replace=False))).to_pylist()
    given = tables(
        [
            posting(r["posting_id"], r["title"] or "", r["company"] or "", r["location"], r["description"] or "")
            for r in rows
        ]
    )
    found = pairs_of(blocked(given)["candidates"])
    sets = signatures.shingles(signatures.cut(given["bodies"]["text"]))
    columns = np.unique(sets.values, return_inverse=True)[1]
    matrix = csr_array((np.ones(len(columns)), columns, sets.starts))
    both = (matrix @ matrix.T).tocoo()
    sizes = np.diff(sets.starts)
    same = {
        (i, j)
        for i, j, n in zip(*both.coords, both.data, strict=True)
        if n >= 0.8 * (sizes[i] + sizes[j] - n) and sizes[i]
    }
    body = dict(zip(given["bodies"]["body_id"].to_pylist(), range(given["bodies"].num_rows), strict=True))
    ads = [
        (r["posting_id"], body[r["body_id"]]) for r in given["postings"].select(["posting_id", "body_id"]).to_pylist()
    ]
    near = [tuple(sorted((a, b))) for (a, i), (b, j) in combinations(ads, 2) if (i, j) in same]
    missed = [p for p in near if p not in found]
    assert len(near) > 5
    assert len(missed) <= 0.01 * len(near), missed


def test_ids_are_in_order_and_roads_are_named(world: dict[str, pa.Table]) -> None:
    made = blocked(world)
    assert pc.all(pc.less(made["candidates"]["posting_id_a"], made["candidates"]["posting_id_b"])).as_py()
    named = {road for roads in made["candidates"]["roads"].to_pylist() for road in roads}
    assert named <= set(made["block_metrics"]["road"].to_pylist())


@pytest.mark.parametrize("sizes", [(0, 0), (0, 3), (4, 0), (7, 5), (300, 20)])
def test_tallies_of_chunks_add_up(sizes: tuple[int, int]) -> None:
    draw = np.random.default_rng(sum(sizes))
    one, other = (draw.integers(0, 40, size) for size in sizes)
    values, counts = _merged(_tallied(one), _tallied(other))
    wanted, often = np.unique(np.concatenate((one, other)), return_counts=True)
    assert (values.tolist(), counts.tolist()) == (wanted.tolist(), often.tolist())
