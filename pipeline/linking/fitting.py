"""Fit the model of duplicates: boosted trees that ask a few measures each, at round limits."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.linking.evidence import Evidence
from pipeline.linking.model import Model, Split, mean

_SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99)
_COUNTS = (0.5, 1.5, 2.5)
_MANY = (-0.5, 0.5, 1.5, 2.5, 4.5, 8.5)
_THREE = (-0.5, 0.25, 0.75)  # unknown, differs, one side, agrees
_TWO = (-0.5, 0.5)  # unknown, differs, agrees
_YEARS = (-0.5, 0.5, 1.5, 2.5, 4.5)
_WORDS = (
    -0.5,
    0.1,
    1.0,
    1.5,
    2.0,
    2.5,
    3.0,
    3.5,
    4.0,
    4.5,
    5.0,
    5.5,
    6.0,
)  # log(1 + words): 1, 2, 4, 7, 12, 20, 33, ...
_PART = (-0.5, 0.1, 0.4, 0.6, 0.9)
EDGES: dict[str, tuple[float, ...]] = {
    "containment": _SHARES,
    "contract": _THREE,
    "core_score": (60.0, 75.0, 85.0, 95.0, 99.5),
    "country": _TWO,
    "days_apart": (-0.5, 0.5, 3.5, 14.0, 31.0, 90.0),
    "deep_containment": _SHARES,
    "employer": (-0.5, 0.2, 0.3, 0.45, 0.6, 0.95),
    "ending": (0.5, 1.5, 2.5, 3.5, 4.5, 5.5),
    "framed": (0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.97, 0.999),
    "gap_words_less": _WORDS,
    "gap_words_more": _WORDS,
    "hours": _THREE,
    "length": (3.5, 4.5, 5.5, 6.5),
    "level": _THREE,
    "level_told": _THREE,
    "longest_gap_less": _WORDS,
    "longest_gap_more": _WORDS,
    "longest_insert": _WORDS,
    "middle_less": (0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5),
    "middle_more": (0.5, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5),
    "numbers_less": _MANY,
    "numbers_more": _MANY,
    "numbers_swapped": _MANY,
    "only_less": (0.1, 1.0, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0),
    "only_more": (0.1, 2.0, 3.0, 4.0, 4.5, 5.0, 5.5, 6.0, 6.5),
    "opening": (0.5, 1.5, 2.5, 3.5, 4.5, 5.5),
    "own_containment": (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.975, 0.995),
    "own_overlap": _SHARES,
    "own_rarity": (0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.75, 0.9),
    "place": _TWO,
    "place_names": (*_COUNTS, 3.5),
    "place_written": _TWO,
    "rare_containment": _SHARES,
    "region": _TWO,
    "requisition": _TWO,
    "role_gap": (0.25, 0.75, 1.25, 1.75, 2.5),
    "same_text": (0.5,),
    "slot": _THREE,
    "stem_replaced": (0.5, 1.5),
    "swaps": (*_MANY, 16.5),
    "swaps_short": (*_MANY, 16.5),
    "team": _THREE,
    "title_confirmed": _COUNTS,
    "title_confirmed_share": _PART,
    "title_echoed_share": _PART,
    "title_idle": _COUNTS,
    "title_in_text": (0.25, 0.5, 0.75, 0.99),
    "title_only": (*_COUNTS, 4.5),
    "title_replaced": _COUNTS,
    "title_score": (40.0, 50.0, 60.0, 70.0, 75.0, 80.0, 85.0, 90.0, 95.0, 99.5),
    "title_stressed": _COUNTS,
    "title_stressed_share": _PART,
    "word_cosine": (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98),
    "years": _THREE,
    "years_apart": _YEARS,
    "years_differ": _YEARS,
    "years_swapped": _MANY,
    "years_swapped_by": _YEARS,
    "years_top_apart": _YEARS,
}
"""Measures the model may ask, and the limits it may ask for: round numbers, for people to read and against chance.

Start years, degrees, grades and languages are left to the guards. No better in repeated cross-validation (2026-11): how rare
words and titles are that both share, larger numbers in common, how much own text only one has, levels apart, pay, all title
measures a second time for the title's stem, two boosters in place of one, trees of three splits or of five.
"""
MEASURES = tuple(EDGES)
TREES = 250
RATE = 0.08
DEPTH = 4
SHARE = 0.15  # of the measures, which a split may choose among: with more the strongest few decide everything
_TELLING = 0.01  # log-odds: a question that moves less is not written down
SEEDS = 1
"""Boosters whose log-odds are averaged: each sees other samples of pairs and measures."""


def fit(
    evidence: Evidence,
    same: NDArray[np.bool_],
    about: dict[str, Any],
    version: str,
    seeds: int = SEEDS,
    weight: NDArray[np.float64] | None = None,
) -> Model:
    """Return a model of `same` over MEASURES: gradient boosting (Friedman 2001), a tree a line.

    Pairs that guards rule out stay in: left out, the model took what is alike beside another level for proof
    (cross-validated precision .952 against .977 at equal thresholds, 2026-11).

    Args:
        evidence: of the labelled pairs.
        same: which of them are the same ad.
        about: what to write down of what it was fitted on.
        version: of the model.
        seeds: boosters that are averaged.
        weight: of each pair, 1 where none is given.
    """
    from sklearn.ensemble import GradientBoostingClassifier

    weight = np.ones(len(same)) if weight is None else weight
    matrix = np.stack([np.searchsorted(EDGES[n], evidence[n]) for n in MEASURES], axis=1).astype(np.float64)
    prior = float(np.average(same, weights=weight))
    intercept = float(np.log(prior / (1 - prior)))
    trees: list[Split] = []
    for seed in range(seeds):
        booster = GradientBoostingClassifier(
            n_estimators=TREES, max_depth=DEPTH, learning_rate=RATE, subsample=0.7, max_features=SHARE, min_samples_leaf=8,
            random_state=seed,
        )  # fmt: skip
        booster.fit(matrix, same, weight)
        for row in booster.estimators_:
            tree = _tree(row[0].tree_, 0, RATE / seeds)
            shifted = _shifted(tree, -mean(tree))
            trees += [shifted] if isinstance(shifted, Split) else []
            intercept += mean(tree)
    return Model(version, about, intercept, tuple(trees))


def _tree(fitted: Any, node: int, rate: float) -> Split | float:
    """Return the tree below `node`, with what its leaves add; a limit is the upper end of the last bin below it."""
    if fitted.children_left[node] < 0:
        return float(fitted.value[node][0][0]) * rate
    measure = MEASURES[fitted.feature[node]]
    low, high = (_tree(fitted, int(side[node]), rate) for side in (fitted.children_left, fitted.children_right))
    if isinstance(low, float) and isinstance(high, float) and abs(low - high) < _TELLING:
        return (low + high) / 2
    return Split(measure, EDGES[measure][int(np.floor(fitted.threshold[node]))], low, high)


def _shifted(node: Split | float, by: float) -> Split | float:
    """Return the tree with `by` added to every leaf."""
    if not isinstance(node, Split):
        return node + by
    return Split(node.measure, node.limit, _shifted(node.low, by), _shifted(node.high, by))
