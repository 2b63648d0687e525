"""Compare pairs and keep those that are linked, with their evidence as columns a person can read."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from pipeline.linking import phrases
from pipeline.linking.codes import UNKNOWN, speaking
from pipeline.linking.compare import gathered
from pipeline.linking.decide import Judgement, judge, may_link
from pipeline.linking.evidence import Evidence, evidence, outlines
from pipeline.linking.model import Model
from pipeline.linking.overlap import Floats
from pipeline.pieces import Once

QUALIFIERS = {
    "contract": "contract", "degree": "degrees", "experience": "years", "grade": "grade", "level": "level",
    "requisition": "requisition", "start year": "start_year", "team": "team",
}  # fmt: skip
"""Qualifiers by the name a person reads, in alphabetical order, and the measure that compares them."""


_common = Once(phrases.read)  # of all pieces of a night


def linked(
    tables: Mapping[str, pa.Table], same_ad: float, employer_groups: tuple[tuple[str, ...], ...], by: Model
) -> pa.Table:
    """Return the pairs of `candidates` that are linked, in the columns of links, in the order of the candidates.

    Args:
        tables: candidates (a piece of them, one at least), postings, bodies, fit_phrases.
        same_ad: probability from which on a pair is the same ad.
        employer_groups: employer keys that count as one.
        by: the model that gives the probability.
    """
    candidates, common = tables["candidates"], _common(tables["fit_phrases"])
    pairs = gathered(candidates, tables["postings"], tables["bodies"])
    outline = outlines(pairs, speaking(pairs.rows, employer_groups), common)
    # Of a third to two thirds of the candidates this is enough, and their postings' titles and words are never looked at.
    open_ = np.flatnonzero(may_link(outline, same_ad))
    outline = {name: values[open_] for name, values in outline.items()}
    measured = evidence(pairs.of(open_), outline, common)
    return as_links(candidates.take(pa.array(open_)), measured, judge(measured, by, same_ad))


def as_links(candidates: pa.Table, measured: Evidence, judged: Judgement) -> pa.Table:
    """Return the pairs that are linked, in the columns of links."""
    kept = np.flatnonzero(judged.kind != "none")
    take = {name: values[kept] for name, values in measured.items()}
    own = np.where(take["own_weight"] > 0, take["own_overlap"], np.nan)
    apart = np.where(take["days_apart"] >= 0, take["days_apart"], np.nan)
    columns = {
        "posting_id_a": candidates.column("posting_id_a").take(pa.array(kept)),
        "posting_id_b": candidates.column("posting_id_b").take(pa.array(kept)),
        "kind": pa.array(judged.kind[kept], pa.string()),
        "probability": judged.probability[kept],
        "decision": pa.array(judged.decision[kept], pa.string()),
        "title_score": np.round(take["title_score"], 6),
        "core_score": np.round(take["core_score"], 6),
        "text_overlap": np.round(take["text_overlap"], 6),
        "own_overlap": pa.array(np.round(own, 6), pa.float64(), from_pandas=True),
        "containment": np.round(take["containment"], 6),
        "same_employer": _three(np.where(take["employer"] < 0, UNKNOWN, (take["employer"] >= 1.0) * 1.0)),
        "same_place": _three(take["place"]),
        "differs": _named(take, np.where(judged.kind[kept] == "variant", 0.5, 0.0)),
        "agrees": _named(take, np.ones(len(kept)), 1.0),
        "days_apart": pa.array(apart, pa.float64(), from_pandas=True).cast(pa.int32()),
        "roads": candidates.column("roads").take(pa.array(kept)),
    }
    return pa.table(columns)


def _three(values: np.ndarray) -> pa.Array:
    """Return 1 as true, 0 as false, UNKNOWN as NULL."""
    return pa.array(values > 0, pa.bool_(), mask=values < 0)


def _named(take: Evidence, most: Floats, least: float = 0.0) -> pa.Array:
    """Return for each pair the qualifiers whose measure is from `least` to `most`."""
    has = np.zeros(len(take["level"]), np.int64)
    for bit, measure in enumerate(QUALIFIERS.values()):
        has |= ((take[measure] >= least) & (take[measure] <= most)).astype(np.int64) << bit
    rows = [[name for bit, name in enumerate(QUALIFIERS) if row >> bit & 1] for row in range(1 << len(QUALIFIERS))]
    return pa.array(rows, pa.list_(pa.string())).take(pa.array(has))
