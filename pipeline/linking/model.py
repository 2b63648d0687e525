"""The model that judges pairs: a sum of small tables over one or two measures each, read from a JSON file people can read."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import UsageError
from pipeline.linking.evidence import Evidence
from pipeline.linking.overlap import Floats

SHIPPED = Path(__file__).resolve().parent.parent / "models" / "duplicates.json"


Bins = dict[str, NDArray[np.int64]]
"""Number of each pair's bin, by measure."""


@dataclass(frozen=True)
class Term:
    """A table of log-odds over one or two measures.

    Attributes:
        measures: names of the measures.
        edges: for each measure, upper ends of its bins but the last, ascending; a value equal to an edge is below it.
        logodds: what each bin, or pair of bins, adds to the log-odds.
    """

    measures: tuple[str, ...]
    edges: tuple[Floats, ...]
    logodds: Floats

    def score(self, bins: Bins) -> Floats:
        """Return what the term adds to the log-odds of each pair."""
        return np.asarray(self.logodds[tuple(bins[name] for name in self.measures)], dtype=np.float64)


@dataclass(frozen=True)
class Model:
    """Terms, the log-odds before any evidence, and what the model was fitted on."""

    version: str
    about: dict[str, Any]
    intercept: float
    terms: tuple[Term, ...]

    def probability(self, evidence: Evidence) -> Floats:
        """Return the probability that each pair is the same ad, rounded to 1e-6."""
        bins = self.bins(evidence)
        total = self.intercept + sum((t.score(bins) for t in self.terms), np.zeros(len(next(iter(evidence.values())))))
        return np.asarray(np.round(1.0 / (1.0 + np.exp(-total)), 6), dtype=np.float64)

    def reasons(self, evidence: Evidence, pair: int = 0) -> list[tuple[str, float]]:
        """Return what each term adds to the log-odds of one pair, the strongest first."""
        one = {name: values[pair : pair + 1] for name, values in evidence.items()}
        bins = self.bins(one)
        found = [(" x ".join(t.measures), float(t.score(bins)[0])) for t in self.terms]
        return sorted(found, key=lambda r: (-abs(r[1]), r[0]))

    def bins(self, evidence: Evidence) -> Bins:
        """Return the bin of every measure that the terms ask for; all terms cut a measure at the same edges."""
        edges = {name: cut for term in self.terms for name, cut in zip(term.measures, term.edges, strict=True)}
        return {name: np.searchsorted(cut, evidence[name], side="left") for name, cut in edges.items()}


@cache
def load(path: Path | None = None) -> Model:
    """Return the model in the file at `path`, by default the one that ships.

    Raises:
        UsageError: the file is not such a model.
    """
    path = path or SHIPPED
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        terms = tuple(
            Term(
                tuple(t["measures"]),
                tuple(np.array(e, np.float64) for e in t["edges"]),
                np.array(t["logodds"], np.float64),
            )
            for t in data["terms"]
        )
        return Model(str(data["version"]), dict(data["about"]), float(data["intercept"]), terms)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{path}: not a model of duplicates ({error!r}); make one with `related-jobs fit duplicates`"
        ) from error


def write(model: Model, path: Path) -> None:
    """Write `model` to `path`, one line a row of a table."""
    lines = [
        "{",
        f' "version": {json.dumps(model.version)},',
        f' "about": {json.dumps(model.about, ensure_ascii=False)},',
    ]
    lines += [f' "intercept": {round(model.intercept, 4)},', ' "terms": [']
    for number, term in enumerate(model.terms):
        edges = json.dumps([[round(float(e), 4) for e in edge] for edge in term.edges])
        table = np.round(term.logodds, 3).tolist()
        rows = table if len(term.measures) == 2 else [table]
        body = ",\n    ".join(json.dumps(row) for row in rows)
        values = f"[\n    {body}]" if len(term.measures) == 2 else body
        comma = "" if number == len(model.terms) - 1 else ","
        lines.append(
            f'  {{"measures": {json.dumps(list(term.measures))}, "edges": {edges},\n   "logodds": {values}}}{comma}'
        )
    path.write_text("\n".join([*lines, " ]", "}", ""]), encoding="utf-8")
