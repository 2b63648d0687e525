"""Labelled pairs of ads, and what a judgement of them is worth."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import InputError

SAME = frozenset(("repost", "relocation", "same ad"))
"""Labels of pairs that are the same ad."""
FOLDS = 5
_COLUMNS = ("posting_id_a", "posting_id_b", "label")

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Labelled:
    """A labelled pair, by the ids in the file."""

    a: str
    b: str
    label: str

    @property
    def same(self) -> bool:
        """Both are the same ad."""
        return self.label in SAME


def read_pairs(path: Path) -> list[Labelled]:
    """Return the labelled pairs, of several lines about one pair the last; an override that nobody labelled is none.

    Raises:
        InputError: the file can't be read or lacks a column.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path}: can't be read ({error})") from error
    missing = [c for c in _COLUMNS if not rows or c not in rows[0]]
    if missing:
        raise InputError(f"{path}: no column {missing[0]!r}; wanted are {', '.join(_COLUMNS)}")
    last: dict[tuple[str, str], Labelled] = {}
    for pair in (_labelled(row) for row in rows if row["label"]):
        ends = (min(pair.a, pair.b), max(pair.a, pair.b))
        last.pop(ends, None)
        last[ends] = pair
    return list(last.values())


def _labelled(row: dict[str, str]) -> Labelled:
    """Return the pair of one line; one that `review` wrote names the boards' own ids beside ours."""
    a, b = (row.get(f"source_id_{end}") or row[f"posting_id_{end}"] for end in ("a", "b"))
    return Labelled(a, b, row["label"])


def folds(labelled: Sequence[Labelled], seed: int = 0) -> NDArray[np.int64]:
    """Return the fold of each pair; pairs that share an ad, however far round, are in one fold."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            name = parent[name]
        return name

    for pair in labelled:
        one, other = sorted((root(pair.a), root(pair.b)))
        parent[other] = one
    roots = sorted({root(p.a) for p in labelled})
    order = np.random.default_rng(seed).permutation(len(roots))
    number = {name: int(order[i]) % FOLDS for i, name in enumerate(roots)}
    return np.array([number[root(p.a)] for p in labelled], dtype=np.int64)


def scores(said: Flags, same: Flags) -> dict[str, float]:
    """Return precision, recall and F1 of `said`."""
    hits = int((said & same).sum())
    precision, recall = hits / max(int(said.sum()), 1), hits / max(int(same.sum()), 1)
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def false_merges(said: Flags, labels: Sequence[str]) -> float:
    """Return the share of the pairs labelled variant that `said` takes for the same ad."""
    return share(said[np.array([label == "variant" for label in labels], dtype=bool)])


def per_label(said: Flags, labels: Sequence[str]) -> dict[str, dict[str, int]]:
    """Return, for each label, how many pairs have it and how many of them are said to be the same ad."""
    names = np.array(labels)
    return {
        name: {"pairs": int((names == name).sum()), "same_ad": int(said[names == name].sum())}
        for name in sorted(set(labels))
    }


def calibration(probability: NDArray[np.float64], same: Flags) -> list[dict[str, float]]:
    """Return, for ten bins of the probability, how many pairs are in it and which share of them is the same ad."""
    bins = np.minimum((probability * 10).astype(int), 9)
    return [
        {
            "from": number / 10,
            "to": (number + 1) / 10,
            "pairs": int((bins == number).sum()),
            "mean_probability": round(float(probability[bins == number].mean()), 4),
            "same_ad": round(float(same[bins == number].mean()), 4),
        }
        for number in range(10)
        if (bins == number).any()
    ]


def threshold(probability: NDArray[np.float64], same: Flags, precision: float) -> float:
    """Return the threshold with the best F1 among those with at least `precision`; without one, the most precise."""
    found = []
    for at in np.round(np.arange(0.3, 0.86, 0.05), 2).tolist():
        score = scores(probability >= at, same)
        enough = score["precision"] >= precision
        found.append((enough, score["f1"] if enough else score["precision"], -at))
    return float(-max(found)[2])


def share(some: Flags) -> float:
    """Return the share of `some` that is true, rounded to four places."""
    return round(float(some.mean()), 4) if len(some) else 0.0
