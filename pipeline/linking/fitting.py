"""Fit the model of duplicates: boosted trees two splits deep, added up into tables over one or two measures."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.linking.decide import ruled
from pipeline.linking.evidence import Evidence
from pipeline.linking.model import Model, Term

MEASURES = (
    "employer", "frame", "only_less", "own_containment", "own_overlap", "role_gap", "title_confirmed", "title_score",
    "word_cosine", "years",
)  # fmt: skip
"""Measures the model may ask: ten did as well in cross-validation as all forty-five (F1 .919 and .919, 2026-11)."""
TREES = 300
RATE = 0.03
SEEDS = 5
"""Boosters whose log-odds are averaged: each sees other samples of pairs and measures, which steadies the sum."""
DIGITS = 3
"""Digits of bin edges: finer ones are chance with a few hundred pairs."""

_Box = dict[str, tuple[float, float]]
"""Per measure: above, up to."""


def fit(evidence: Evidence, same: NDArray[np.bool_], about: dict[str, Any], version: str) -> Model:
    """Return a model of `same` over MEASURES, fitted on the pairs that no guard and no rule decides.

    Gradient boosting (Friedman 2001) with trees of two splits: a path asks two measures at most, so the sum of all trees
    is a sum of tables over pairs of measures (a generalised additive model with interactions), and is written as such.

    Args:
        evidence: of the labelled pairs.
        same: which of them are the same ad.
        about: what to write down of what it was fitted on.
        version: of the model.
    """
    from sklearn.ensemble import GradientBoostingClassifier

    open_ = ~ruled(evidence)
    matrix = np.stack([np.round(evidence[name], DIGITS) for name in MEASURES], axis=1)[open_]
    boxes: dict[tuple[str, ...], list[tuple[_Box, float]]] = {}
    for seed in range(SEEDS):
        booster = GradientBoostingClassifier(
            n_estimators=TREES, max_depth=2, learning_rate=RATE, subsample=0.7, max_features=0.6, min_samples_leaf=8,
            random_state=seed,
        )  # fmt: skip
        booster.fit(matrix, same[open_])
        for row in booster.estimators_:
            for box, value in _leaves(row[0].tree_):
                boxes.setdefault(tuple(sorted(box)), []).append((box, value * RATE / SEEDS))
    constant = sum(value for _, value in boxes.pop((), []))
    prior = float(same[open_].mean())
    return Model(version, about, float(np.log(prior / (1 - prior))) + constant, _tables(boxes))


def _leaves(tree: Any) -> list[tuple[_Box, float]]:
    """Return the leaves of a tree as boxes with their values."""
    found: list[tuple[_Box, float]] = []
    stack: list[tuple[int, _Box]] = [(0, {})]
    while stack:
        node, box = stack.pop()
        if tree.children_left[node] < 0:
            found.append((box, float(tree.value[node][0][0])))
            continue
        name, edge = MEASURES[tree.feature[node]], round(float(tree.threshold[node]), DIGITS)
        low, high = box.get(name, (-np.inf, np.inf))
        stack.append((int(tree.children_left[node]), {**box, name: (low, min(high, edge))}))
        stack.append((int(tree.children_right[node]), {**box, name: (max(low, edge), high)}))
    return found


def _tables(boxes: dict[tuple[str, ...], list[tuple[_Box, float]]]) -> tuple[Term, ...]:
    """Return the sums of boxes as tables, those over one measure first, in the order of their names."""
    terms = []
    for names in sorted(boxes, key=lambda n: (len(n), n)):
        steps = boxes[names]
        edges = tuple(
            np.array(sorted({e for box, _ in steps for e in box[n] if np.isfinite(e)}), dtype=np.float64) for n in names
        )
        table = np.zeros(tuple(len(e) + 1 for e in edges))
        for box, value in steps:
            table[tuple(_bins(edges[i], *box[n]) for i, n in enumerate(names))] += value
        terms.append(Term(names, edges, table))
    return tuple(terms)


def _bins(edges: NDArray[np.float64], above: float, up_to: float) -> slice:
    """Return the bins of a measure that lie above one edge and up to another."""
    begin = int(np.searchsorted(edges, above)) + 1 if np.isfinite(above) else 0
    end = int(np.searchsorted(edges, up_to)) + 1 if np.isfinite(up_to) else len(edges) + 1
    return slice(begin, end)
