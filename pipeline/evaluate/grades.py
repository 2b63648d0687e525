"""Measures of ranked cards against graded judgements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

BOX = 10
"""Cards that are scored: those a visitor sees."""

Judgements = dict[str, dict[str, int]]
"""Grade of each posting, by query."""


@dataclass(frozen=True)
class Card:
    """A card: the posting it counts with, its job, and the folded employer."""

    posting_id: str
    job_id: str
    employer: str


def ndcg(grades: Sequence[int], possible: Sequence[int], at: int = BOX) -> float:
    """Return nDCG of `grades`, in ranked order, against the best order of `possible`; gain 2^grade - 1."""
    ideal = _dcg(sorted(possible, reverse=True)[:at])
    return _dcg(grades[:at]) / ideal if ideal else 0.0


def condensed(cards: Sequence[Card], grades: Mapping[str, int]) -> list[int]:
    """Return the grades of the cards that have one and are not the same ad again, in order."""
    return [grades[c.posting_id] for c in cards if grades.get(c.posting_id, -1) >= 0]


def scores(boxes: Mapping[str, Sequence[Card]], graded: Judgements) -> dict[str, float]:
    """Return the measures of all boxes, averaged over queries; one for which nothing was good has no nDCG."""
    rows = []
    for query, cards in boxes.items():
        grades = graded.get(query, {})
        kept = condensed(cards, grades)
        first = [grades.get(c.posting_id) for c in cards[:BOX]]
        shown = max(1, len(first))
        possible = [g for g in grades.values() if g >= 0]
        rows.append(
            (
                ndcg(kept, possible) if max(possible, default=0) > 0 else np.nan,
                sum(g is not None for g in first) / shown,
                sum(g == -1 for g in first) / shown,
                sum(g >= 2 for g in kept[:BOX]) / BOX,
            )
        )
    means = np.nanmean(rows, axis=0).tolist() if rows else [0.0] * 4
    names = ("ndcg_at_10", "judged_at_10", "duplicates_at_10", "precision_at_10")
    return {name: round(value, 4) for name, value in zip(names, means, strict=True)}


def _dcg(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / float(np.log2(rank + 1)) for rank, grade in enumerate(grades, start=1))
