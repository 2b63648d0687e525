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
TEMPLATE = 0.25
"""Share of the shorter text, common phrases weighed down, that two variants have in common at least (visible labels: precision .99)."""
SHORT_TEMPLATE = 0.35
"""The same, where only beginnings are known: the house's own phrases are a larger part of them."""
SNIPPET = 0.5
"""Share of the shorter beginning, common phrases weighed down, that two beginnings of one ad have in common at least."""
SHORT = 80
"""Shingles up to which a text is too short to show a template."""
LEAST = 5
"""Shingles below which a text says nothing: two ads that have "N/A" for a text share no template."""
RELOCATED = 0.61
"""Share of the shorter text, common phrases weighed down, that one employer's ads for two places share at least (labels: 1 of 48 below)."""
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
    decision = np.full(len(probability), MODEL, dtype="<U16")
    translated = is_translation(evidence)
    decision[translated & (probability < TRANSLATION)] = "translation"
    probability = np.where(translated, np.maximum(probability, TRANSLATION), probability)
    forbidden = np.zeros(len(probability), bool)
    for name, ruled_out in guards(evidence).items():
        decision[ruled_out & ~forbidden] = name
        forbidden |= ruled_out
    probability = np.where(forbidden, np.minimum(probability, RULED_OUT), probability)
    same = probability >= same_ad
    kind = np.where(
        same,
        np.where(evidence["place"] == 0, "relocation", "repost"),
        np.where(is_variant(evidence), "variant", "none"),
    )
    return Judgement(kind, probability, decision)


def may_link(outline: Evidence, same_ad: float) -> NDArray[np.bool_]:
    """Return which pairs may be linked, as far as `outline` tells: judge() finds of all others that they are none.

    A guard rules them out, and what they have in common is no template.

    Args:
        outline: as outlines() returns it.
        same_ad: probability from which on a pair is the same ad.
    """
    if same_ad <= RULED_OUT:
        return np.ones(len(outline["employer"]), np.bool_)
    out = np.column_stack([*text_guards(outline).values()]).any(axis=1)
    return np.asarray(~out | ((outline["employer"] >= 1.0) & (_template(outline) | (outline["snippet"] > 0))))


def guards(evidence: Evidence) -> dict[str, NDArray[np.bool_]]:
    """Return, by name, where a difference forbids that a pair is the same ad, however alike the rest is.

    They speak where titles or texts are plain about it: of one employer's role two levels, grades, degrees, start years or
    slots of a title. What they might overrule wrongly is the model's to weigh: a level that a retitled ad lost, two lists in
    brackets or two towns in the slot above one and the same text, hours only a title tells. Labels that the guards rule
    out, and how many of them are the same ad, are counted in BENCHMARKS.md.
    """
    e = evidence
    own = (e["employer"] >= 1.0) | (e["employer"] < 0)
    confirmed = e["title_confirmed"] > 0
    # One and the same text under a title with a level and one without: where the text names none, the titles stand.
    untold = (e["same_text"] == 1) & (e["level"] == 0.5) & (e["level_told"] == 0.5)
    slots = (e["role_gap"] == 3) & ((e["same_text"] == 0) | ((e["slot_shared"] == 0) & (e["place"] != 0)))
    return {
        "start year": e["start_year"] == 0,
        "degree": e["degrees"] == 0,
        "level": own & (e["role_gap"] < 2) & ((e["level"] == 0) | (e["level_told"] == 0) | untold),
        "grade": own & (e["grade"] == 0) & (e["role_gap"] < 1),
        "team": own & (slots | ((e["team"] == 0) & (e["role_gap"] >= 1) & confirmed)),
        "contract": own & (e["contract"] >= 0) & (e["contract"] < 1) & confirmed,
        **text_guards(evidence),
        "experience": own & (e["years"] == 0) & (e["role_gap"] < 1),
    }


def text_guards(evidence: Evidence) -> dict[str, NDArray[np.bool_]]:
    """Return those of the guards that ask for no more than outlines() tells, by name."""
    e = evidence
    return {
        # Beginnings that agree in no more than the house's phrases: title and employer alone tell no vacancy from another.
        "snippet": short(e) & (e["own_containment"] < SNIPPET) & (e["language"] != 0),
        # Two whole texts of one language that share next to nothing are two ads, however alike their headers are.
        "other text": (e["containment"] < 0.15)
        & (e["own_containment"] < 0.15)
        & (e["snippet"] == 0)
        & (e["length"] >= np.log1p(80))
        & (e["language"] != 0),
        # Strangers' ads: other employers in other places share whole ads or none; in one place a client's ad stays in part.
        "other employer": (e["employer"] >= 0)
        & (e["employer"] < 0.9)
        & (e["own_containment"] < np.where(e["place"] == 0, 0.7, np.where(e["place"] == 1, 0.3, 0.0))),
        # A relocation keeps its text: what shares less is another opening of one kind of work, written from one template.
        "other place": (e["employer"] >= 1.0)
        & (e["place"] == 0)
        & (e["own_containment"] < RELOCATED)
        & (e["language"] != 0),
    }


def is_translation(evidence: Evidence) -> NDArray[np.bool_]:
    """Return where one employer's ad stands in two languages: role, level and place agree, and the dates are near."""
    e = evidence
    framed = (e["employer"] >= 1.0) & (e["core_score"] >= 90.0) & (e["place"] != 0) & (e["role_gap"] == 0)
    near = (e["days_apart"] < 0) | (e["days_apart"] <= 60)
    return np.asarray((e["language"] == 0) & framed & near)


def short(evidence: Evidence) -> NDArray[np.bool_]:
    """Return where only the beginning of a text is known, or the text is hardly longer."""
    return np.asarray((evidence["snippet"] > 0) | (evidence["length"] < np.log1p(SHORT)))


def is_variant(evidence: Evidence) -> NDArray[np.bool_]:
    """Return where two different roles share a template: one employer group, and text beyond the common or a title with slots.

    Where only beginnings of the texts are known, titles with one stem are a template if they have slots: a team, a start
    year or a degree. An aggregator's plain titles with the same house phrases below them are none.
    """
    e = evidence
    slots = (e["slot"] > 0) | (e["start_year"] >= 0) | (e["degrees"] >= 0)
    return np.asarray(
        (e["employer"] >= 1.0) & (_template(e) | ((e["snippet"] > 0) & slots & (e["stem_score"] >= 90.0)))
    )


def _template(evidence: Evidence) -> NDArray[np.bool_]:
    """Return where texts have more than the common in common."""
    e = evidence
    least = np.where(short(e), SHORT_TEMPLATE, TEMPLATE)
    return np.asarray((e["own_containment"] >= least) & (e["length"] >= np.log1p(LEAST)))
