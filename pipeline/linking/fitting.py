"""Fit the model of duplicates: boosted trees two splits deep, added up into tables over one or two measures."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.linking.evidence import Evidence
from pipeline.linking.model import Model, Term

Pair = tuple[str, ...]
Step = tuple[dict[str, tuple[float, float]], float]
"""A box (measure: above, up to) and what it adds to the log-odds."""

MEASURES = (
    "own_containment", "only_less", "title_confirmed", "deep_containment", "deep_overlap", "containment", "title_stressed",
    "title_replaced", "length", "only_more", "title_in_text", "years_apart", "title_score", "title_only", "text_overlap",
    "stem_score", "employer", "word_cosine", "word_containment", "days_apart", "core_score", "title_idle",
)  # fmt: skip
"""Measures the model may ask."""
TREES = 150
RATE = 0.06
SEED = 0


def fit(evidence: Evidence, same: NDArray[np.bool_], about: dict[str, Any], version: str) -> Model:
    """Return a model of `same` over MEASURES.

    Gradient boosting (Friedman 2001) with trees of two splits; a tree asks two measures on each path, so the sum of all
    trees is a sum of tables over pairs of measures (a generalised additive model with interactions), and is written so.
    """
    from sklearn.ensemble import GradientBoostingClassifier

    matrix = np.stack([evidence[name] for name in MEASURES], axis=1)
    booster = GradientBoostingClassifier(
        n_estimators=TREES,
        max_depth=2,
        learning_rate=RATE,
        subsample=0.7,
        max_features=0.4,
        min_samples_leaf=5,
        random_state=SEED,
    )
    booster.fit(matrix, same)
    boxes: dict[Pair, list[Step]] = {}
    for row in booster.estimators_:
        for box, value in _leaves(row[0].tree_, MEASURES):
            boxes.setdefault(tuple(sorted(box)), []).append((box, RATE * value))
    prior = float(same.mean())
    constant = sum(v for _, v in boxes.pop((), []))
    return Model(version, about, float(np.log(prior / (1 - prior))) + constant, _tables(boxes))


def _leaves(tree: Any, measures: tuple[str, ...]) -> list[Step]:
    """Return the leaves of a tree as boxes."""
    found: list[Step] = []
    stack: list[tuple[int, dict[str, tuple[float, float]]]] = [(0, {})]
    while stack:
        node, box = stack.pop()
        if tree.children_left[node] < 0:
            found.append((box, float(tree.value[node][0][0])))
            continue
        name, edge = measures[tree.feature[node]], float(tree.threshold[node])
        low, high = box.get(name, (-np.inf, np.inf))
        stack.append((int(tree.children_left[node]), {**box, name: (low, min(high, edge))}))
        stack.append((int(tree.children_right[node]), {**box, name: (max(low, edge), high)}))
    return found


def _tables(boxes: dict[Pair, list[Step]]) -> tuple[Term, ...]:
    """Return the sums of boxes as tables, tables of one measure first, in the order of their names."""
    terms = []
    for names in sorted(boxes, key=lambda n: (len(n), n)):
        steps = boxes[names]
        edges = tuple(
            np.array(sorted({e for box, _ in steps for e in box[n] if np.isfinite(e)}), dtype=np.float64) for n in names
        )
        table = np.zeros(tuple(len(e) + 1 for e in edges))
        for box, value in steps:
            inside = tuple(
                slice(int(np.searchsorted(e, box[n][0])) + 1 if np.isfinite(box[n][0]) else 0,
                      int(np.searchsorted(e, box[n][1])) + 1 if np.isfinite(box[n][1]) else len(e) + 1)
                for n, e in zip(names, edges, strict=True)
            )  # fmt: skip
            table[inside] += value
        terms.append(Term(names, edges, table))
    return tuple(terms)
