"""All evidence for any two postings, whether they are linked or not."""

from typing import Any

import pyarrow as pa

from pipeline.linking import phrases
from pipeline.linking.codes import speaking
from pipeline.linking.compare import gathered
from pipeline.linking.decide import judge
from pipeline.linking.evidence import Evidence, evidence, outlines
from pipeline.linking.model import load


def explain(
    pairs: pa.Table,
    postings: pa.Table,
    bodies: pa.Table,
    fit_phrases: pa.Table,
    same_ad: float,
    employer_groups: tuple[tuple[str, ...], ...] = (),
) -> list[dict[str, Any]]:
    """Return, for each pair, kind ('none' included), probability, decision, measures, and reasons: what each measure adds.

    Args:
        pairs: posting_id_a and posting_id_b, the smaller id first, all of them in `postings`.
        postings: at least those.
        bodies: their texts.
        fit_phrases: of the fit.
        same_ad: probability from which on a pair is the same ad.
        employer_groups: employer keys that count as one.
    """
    if not pairs.num_rows:
        return []
    measured = measure(pairs, postings, bodies, fit_phrases, employer_groups)
    model = load()
    judged = judge(measured, model, same_ad)
    return [
        {
            "posting_id_a": pairs.column("posting_id_a")[i].as_py(),
            "posting_id_b": pairs.column("posting_id_b")[i].as_py(),
            "kind": str(judged.kind[i]),
            "probability": float(judged.probability[i]),
            "decision": str(judged.decision[i]),
            "measures": {name: round(float(values[i]), 6) for name, values in sorted(measured.items())},
            "reasons": model.reasons(measured, i),
        }
        for i in range(pairs.num_rows)
    ]


def measure(
    pairs: pa.Table,
    postings: pa.Table,
    bodies: pa.Table,
    fit_phrases: pa.Table,
    employer_groups: tuple[tuple[str, ...], ...] = (),
) -> Evidence:
    """Return the evidence of `pairs`, in their order."""
    common = phrases.read(fit_phrases)
    given = gathered(pairs, postings, bodies)
    return evidence(given, outlines(given, speaking(given.rows, employer_groups), common), common)
