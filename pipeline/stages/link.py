"""Compare each pair of candidates and decide: repost, relocation, variant or none."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from pipeline.contracts import conform, contract
from pipeline.linking import model
from pipeline.linking.codes import speaking
from pipeline.linking.compare import compared
from pipeline.linking.decide import Judgement, judge
from pipeline.linking.evidence import UNKNOWN, Evidence, evidence
from pipeline.linking.overlap import Floats
from pipeline.linking.roads import Ints
from pipeline.linking.texts import Texts
from pipeline.plan import Night
from pipeline.settings import LinkSettings

QUALIFIERS = {
    "contract": "contract", "degree": "degrees", "experience": "years", "grade": "grade", "level": "level",
    "requisition": "requisition", "start year": "start_year", "team": "team",
}  # fmt: skip
"""Qualifiers by the name a person reads, in alphabetical order, and the measure that compares them."""


def link(tables: Mapping[str, pa.Table], night: Night, settings: LinkSettings) -> dict[str, pa.Table]:
    """Return links: the candidates that are linked, with kind, probability, what decided, and the evidence.

    Args:
        tables: candidates (a piece of them), postings, bodies, fit_phrases.
        night: not used: links do not depend on the date.
        settings: LinkSettings.
    """
    candidates = tables["candidates"]
    if not candidates.num_rows:
        return {"links": contract("links").empty()}
    texts, left, right = compared(candidates, tables["postings"], tables["bodies"], tables["fit_phrases"])
    employers = speaking(texts.rows, settings.employer_groups)
    measured = evidence(texts, left, right, employers)
    judged = judge(measured, model.load(), settings.same_ad)
    return {"links": _links(candidates, texts, left, right, measured, judged)}


def _links(
    candidates: pa.Table, texts: Texts, left: Ints, right: Ints, measured: Evidence, judged: Judgement
) -> pa.Table:
    kept = np.flatnonzero(judged.kind != "none")
    take = {name: values[kept] for name, values in measured.items()}
    own = np.where(take["own_weight"] > 0, take["own_overlap"], np.nan)
    apart = np.where(take["days_apart"] >= 0, take["days_apart"], np.nan)
    columns = {
        "posting_id_a": candidates.column("posting_id_a").take(pa.array(kept)),
        "posting_id_b": candidates.column("posting_id_b").take(pa.array(kept)),
        "kind": pa.array(judged.kind[kept].tolist(), pa.string()),
        "probability": judged.probability[kept],
        "decision": pa.array(judged.decision[kept].tolist(), pa.string()),
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
    return conform(pa.table(columns), contract("links"))


def _three(values: np.ndarray) -> pa.Array:
    """Return 1 as true, 0 as false, UNKNOWN as NULL."""
    return pa.array(values > 0, pa.bool_(), mask=values < 0)


def _named(take: Evidence, most: Floats, least: float = 0.0) -> pa.Array:
    """Return for each pair the qualifiers whose measure is from `least` to `most`."""
    has = [(take[n] >= least) & (take[n] <= most) for n in QUALIFIERS.values()]
    names = list(QUALIFIERS)
    rows = [[name for name, yes in zip(names, row, strict=True) if yes] for row in zip(*has, strict=True)]
    return pa.array(rows, pa.list_(pa.string()))
