"""Compare what links call for: members of one component with those that could stand for it, where no road had compared them."""

from collections.abc import Mapping

import pyarrow as pa

from pipeline.contracts import conform, contract
from pipeline.linking import model
from pipeline.linking.bridges import ROAD, missing
from pipeline.linking.judging import linked
from pipeline.linking.model import Model
from pipeline.plan import Night
from pipeline.settings import BridgeSettings

_PAIRS = 50_000  # compared at once: their texts are cut and held


def bridge(tables: Mapping[str, pa.Table], night: Night, settings: BridgeSettings) -> dict[str, pa.Table]:
    """Return links (the first ones and those found here) and bridged (the pairs compared here).

    Args:
        tables: first_links, candidates, postings, bodies, fit_phrases.
        night: not used: links do not depend on the date.
        settings: BridgeSettings.
    """
    return bridged(tables, settings, model.load())


def bridged(tables: Mapping[str, pa.Table], settings: BridgeSettings, by: Model) -> dict[str, pa.Table]:
    """Return what bridge() does, with the pairs judged by the model `by`."""
    promised = contract("links")
    links, pairs = conform(tables["first_links"], promised), contract("bridged").empty()
    for _ in range(settings.rounds):
        compared = pa.concat_tables([t.select(["posting_id_a", "posting_id_b"]) for t in (tables["candidates"], pairs)])
        more = _pairs(*missing(links, compared, tables["postings"], settings.hubs))
        if not more.num_rows:
            break
        for begin in range(0, more.num_rows, _PAIRS):
            some = {**tables, "candidates": more.slice(begin, _PAIRS)}
            found = linked(some, settings.same_ad, settings.employer_groups, by)
            links = pa.concat_tables([links, conform(found, promised)])
        pairs = pa.concat_tables([pairs, more])
    return {"links": links, "bridged": pairs}


def _pairs(ids: pa.Array, left: object, right: object) -> pa.Table:
    ends = {"posting_id_a": ids.take(pa.array(left)), "posting_id_b": ids.take(pa.array(right))}
    roads = pa.array([[ROAD]] * len(ends["posting_id_a"]), pa.list_(pa.string()))
    return conform(pa.table({**ends, "roads": roads}), contract("bridged"))
