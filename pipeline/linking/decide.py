"""From evidence to kinds: the model says how likely a pair is the same ad, guards overrule it where texts confirm a difference."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.linking.evidence import Evidence
from pipeline.linking.model import Model
from pipeline.linking.overlap import Floats

Kinds = NDArray[np.str_]
MODEL = "model"
TRANSLATION = 0.8
"""Probability that an ad with the same frame in another language is the same ad (visible labels: 3 of 3, and prudence)."""
RULED_OUT = 0.1
"""Probability of a pair that a guard rules out, whatever the model says (visible labels: 2 of 46)."""


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
    decision = np.full(len(probability), MODEL, dtype="<U12")
    translated = is_translation(evidence)
    decision[translated & (probability < TRANSLATION)] = "translation"
    probability = np.where(translated, np.maximum(probability, TRANSLATION), probability)
    same = probability >= same_ad
    for name, forbidden in guards(evidence).items():
        decision[same & forbidden] = name
        same &= ~forbidden
    ruled = (probability >= same_ad) & ~same
    probability = np.where(ruled, RULED_OUT, probability)
    kind = np.where(
        same,
        np.where(evidence["place"] == 0, "relocation", "repost"),
        np.where(is_variant(evidence), "variant", "none"),
    )
    return Judgement(kind, probability, decision)


def guards(evidence: Evidence) -> dict[str, NDArray[np.bool_]]:
    """Return, by name, where a difference forbids that a pair is the same ad, however alike the rest is.

    Within one employer a title's level and slot are its own: another one is another role, and so is one that only one
    title states where the texts differ too. Beyond it agencies write titles of their own, and the model weighs them. A
    start year or degree both titles state is never changed on the way. On the visible labels the guards rule out 75
    pairs, of which 5 are labelled the same ad.
    """
    e = evidence
    own = (e["employer"] >= 1.0) | (e["employer"] < 0)
    text_differs = (e["own_containment"] < 0.95) | (e["title_confirmed"] > 0)
    return {
        "start year": e["start_year"] == 0,
        "degree": e["degrees"] == 0,
        "level": own & ((e["level"] == 0) | ((e["role_gap"] == 0.5) & text_differs)),
        "grade": own & (e["grade"] == 0) & (e["role_gap"] < 1),
        "team": own & (e["role_gap"] == 3),
        "contract": own & (e["contract"] >= 0) & (e["contract"] < 1) & (e["own_containment"] < 0.97),
        "experience": own & (e["years"] == 0) & (e["own_containment"] >= 0.9) & (e["role_gap"] < 1),
    }


def ruled(evidence: Evidence) -> NDArray[np.bool_]:
    """Return which pairs a guard or a rule decides, whatever the model says."""
    return np.asarray(np.any([*guards(evidence).values(), is_translation(evidence)], axis=0))


def is_translation(evidence: Evidence) -> NDArray[np.bool_]:
    """Return where one employer's ad stands in two languages: role, level and place agree, and the dates are near."""
    e = evidence
    framed = (e["employer"] >= 1.0) & (e["core_score"] >= 90.0) & (e["place"] != 0) & (e["role_gap"] == 0)
    near = (e["days_apart"] < 0) | (e["days_apart"] <= 60)
    return np.asarray((e["language"] == 0) & framed & near)


def is_variant(evidence: Evidence) -> NDArray[np.bool_]:
    """Return where two different roles share a template: one employer group, text beyond boilerplate or, in snippets, the stem."""
    one_employer = evidence["employer"] >= 1.0
    template = evidence["own_containment"] >= 0.35
    short = (evidence["snippet"] > 0) | (evidence["length"] < np.log1p(80))
    stem = short & (evidence["stem_score"] >= 90)
    return np.asarray(one_employer & (template | stem))
