"""Bridging: a component of links is completed, so that no job is cut because a pair was never compared."""

from datetime import date
from typing import Any

import networkx as nx
import numpy as np
import pyarrow as pa
import pytest
from linking_world import posting, tables, text

from pipeline.contracts import contract
from pipeline.linking import bridges, phrases
from pipeline.plan import Night
from pipeline.settings import Settings
from pipeline.stages.bridge import bridge
from pipeline.stages.group import group
from pipeline.stages.link import link

NIGHT = Night(date(2026, 1, 1))


def pairs(*ends: tuple[str, str]) -> pa.Table:
    """Return candidates."""
    rows = [{"posting_id_a": min(e), "posting_id_b": max(e), "roads": ["title"]} for e in ends]
    return pa.Table.from_pylist(rows, schema=contract("candidates").schema)


@pytest.fixture(scope="module")
def chain() -> dict[str, pa.Table]:
    """One ad in forty cities, of which blocking compared neighbours only; and others that share nothing with it."""
    body = text(1)
    rows = [posting(f"p{n:02}", "Keeper of looms", "Mill Ltd", f"Town {n}", body, flags=[]) for n in range(40)]
    rows += [
        posting(f"q{n:02}", f"Painter of {n} boats", f"Yard {n}", "Port", text(100 + n), flags=[]) for n in range(60)
    ]
    given = tables(rows)
    candidates = pairs(*[(f"p{n:02}", f"p{n + 1:02}") for n in range(39)])
    return {**given, "candidates": candidates, "fit_phrases": phrases.learn(given["postings"], given["bodies"])}


def night(given: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """Return what link, bridge and group make of it."""
    settings = Settings()
    made = given | link(given, NIGHT, settings.link)
    made |= bridge(made, NIGHT, settings.bridge)
    made |= {"overrides": contract("overrides").empty()}
    made |= {f"yesterday_{n}": contract(n, "mart").empty() for n in ("job_postings", "family_jobs", "variant_families")}
    return made | group(made, NIGHT, settings.group)


def test_one_ad_in_forty_cities_is_one_job_though_only_neighbours_were_candidates(chain: dict[str, pa.Table]) -> None:
    made = night(chain)
    assert sorted(made["jobs"].column("postings").to_pylist(), reverse=True)[0] == 40
    assert made["cuts"].num_rows == 0
    roads = [r["roads"] for r in made["links"].to_pylist()]
    assert roads.count([bridges.ROAD]) >= 37
    candidates = set(
        zip(*(chain["candidates"].column(n).to_pylist() for n in ("posting_id_a", "posting_id_b")), strict=True)
    )
    more = [(r["posting_id_a"], r["posting_id_b"]) for r in made["bridged"].to_pylist()]
    assert len(more) == len(set(more)) and not candidates & set(more)


def test_without_bridges_the_ad_falls_apart(chain: dict[str, pa.Table]) -> None:
    first = link(chain, NIGHT, Settings().link)["first_links"]
    made = chain | {"links": first, "bridged": contract("bridged").empty(), "overrides": contract("overrides").empty()}
    made |= {f"yesterday_{n}": contract(n, "mart").empty() for n in ("job_postings", "family_jobs", "variant_families")}
    assert group(made, NIGHT, Settings().group)["jobs"].column("postings").to_pylist().count(40) == 0


def test_complete_components_ask_for_nothing(chain: dict[str, pa.Table]) -> None:
    links = pa.table(
        {"posting_id_a": ["p00", "p00", "p01"], "posting_id_b": ["p01", "p02", "p02"], "kind": ["repost"] * 3}
    )
    _, left, _ = bridges.missing(links, chain["candidates"], chain["postings"], 3)
    assert len(left) == 0


@pytest.mark.parametrize("seed", range(6))
def test_missing_pairs_stay_within_components_and_reach_every_member(chain: dict[str, pa.Table], seed: int) -> None:
    rng = np.random.default_rng(seed)
    ends = {tuple(sorted(rng.choice(40, 2, replace=False).tolist())) for _ in range(35)}
    names = [(f"p{a:02}", f"p{b:02}") for a, b in sorted(ends)]
    links: dict[str, Any] = {"posting_id_a": [a for a, _ in names], "posting_id_b": [b for _, b in names]}
    table = pa.table({**links, "kind": ["repost"] * len(names)})
    ids, left, right = bridges.missing(table, pairs(*names), chain["postings"], 1)
    graph = nx.Graph(names)
    found = {(ids[int(a)].as_py(), ids[int(b)].as_py()) for a, b in zip(left, right, strict=True)}
    for part in nx.connected_components(graph):
        mine = graph.subgraph(part)
        most = max(d for _, d in mine.degree)
        hubs = [n for n, d in mine.degree if d == most]
        full = nx.Graph(list(mine.edges) + [p for p in found if p[0] in part])
        if mine.number_of_edges() < len(part) * (len(part) - 1) // 2:
            assert any(full.degree[h] == len(part) - 1 for h in hubs)
    assert all(nx.has_path(graph, a, b) and not graph.has_edge(a, b) for a, b in found)
    turned = table.take(pa.array(rng.permutation(table.num_rows)))
    again = bridges.missing(
        turned, pairs(*names[::-1]), chain["postings"].slice(0).take(pa.array(range(99, -1, -1))), 1
    )
    assert (again[1].tolist(), again[2].tolist()) == (left.tolist(), right.tolist())
