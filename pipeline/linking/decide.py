"""From evidence to kinds: the model says how likely a pair is the same ad, guards overrule it where texts confirm a difference."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.linking.evidence import Evidence
from pipeline.linking.model import Model
from pipeline.linking.overlap import Floats

Kinds = NDArray[np.str_]
MODEL = "model"


@dataclass(frozen=True)
class Judgement:
    """What was decided of each pair: its kind ('none' included), the probability, and what decided."""

    kind: Kinds
    probability: Floats
    decision: Kinds


def judge(evidence: Evidence, model: Model, same_ad: float) -> Judgement:
    """Return the judgement of each pair.

    Args:
        evidence: as evidence() returns it.
        model: gives the probability.
        same_ad: probability from which on a pair is the same ad.
    """
    probability = model.probability(evidence)
    same = probability >= same_ad
    decision = np.full(len(probability), MODEL, dtype="<U12")
    for name, forbidden in guards(evidence).items():
        ruled = same & forbidden
        decision[ruled] = name
        same &= ~forbidden
        probability = np.where(ruled, np.minimum(probability, same_ad * 0.5), probability)
    kind = np.where(
        same,
        np.where(evidence["place"] == 0, "relocation", "repost"),
        np.where(is_variant(evidence), "variant", "none"),
    )
    return Judgement(kind, probability, decision)


def guards(evidence: Evidence) -> dict[str, NDArray[np.bool_]]:
    """Return, by name, where a difference that the texts confirm forbids that a pair is the same ad."""
    confirmed = (evidence["title_confirmed"] > 0) | (evidence["years"] == 0)
    return {
        "start year": evidence["start_year"] == 0,
        "degree": (evidence["degrees"] == 0) & (evidence["same_text"] == 0),
        "level": (evidence["level"] == 0) & confirmed & (evidence["same_text"] == 0),
        "team": (evidence["team_score"] >= 0) & (evidence["team_score"] < 60) & (evidence["title_confirmed"] > 1)
        & (evidence["title_replaced"] > 0),
    }  # fmt: skip


def is_variant(evidence: Evidence) -> NDArray[np.bool_]:
    """Return where two different roles share a template: one employer group, text beyond boilerplate or, in snippets, the stem."""
    one_employer = evidence["employer"] >= 1.0
    template = evidence["own_containment"] >= 0.35
    short = (evidence["snippet"] > 0) | (evidence["length"] < np.log1p(80))
    stem = short & (evidence["stem_score"] >= 90)
    return np.asarray(one_employer & (template | stem))
