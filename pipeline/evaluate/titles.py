"""Score title-to-title relatedness, learned from a file of postings alone: mean average precision."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import sparse

from pipeline.errors import InputError
from pipeline.evaluate.nights import night_over
from pipeline.ranking import spaces, terms, unknown, vocabulary
from pipeline.ranking.fitted import spaces as fitted_spaces
from pipeline.ranking.fitted import vocabularies
from pipeline.ranking.ranker import shipped
from pipeline.text.titles import parse_title

Floats = npt.NDArray[np.float64]


def evaluate_titles(queries: Path, corpus: Path, qrels: Path, fit_on: Path) -> dict[str, Any]:
    """Return how well related titles are found by a fit on `fit_on`: the mean average precision over queries, `map`.

    Args:
        queries: TSV with a header: id, title.
        corpus: likewise.
        qrels: TREC format: query id, 0, corpus id, relevance.
        fit_on: table of postings, as for evaluate_related().

    Raises:
        InputError: a file can't be read.
    """
    asked, found, matches = _titles(queries), _titles(corpus), read_qrels(qrels)
    with night_over(fit_on, "fit") as run:
        fitted = {name: run.store.read(name) for name in ("fit_terms", "fit_spaces")}
    likeness = title_likeness([t for _, t in asked], [t for _, t in found], fitted["fit_terms"], fitted["fit_spaces"])
    ids = np.array([name for name, _ in found])
    precision = {
        query: average_precision(np.isin(ids[np.lexsort((ids, -row))], sorted(matches[query])))
        for (query, _), row in zip(asked, likeness, strict=True)
        if matches.get(query)
    }
    return {"map": round(float(np.mean(list(precision.values()) or [0])), 4), "queries": len(precision)}


def title_likeness(asked: Sequence[str], others: Sequence[str], fit_terms: pa.Table, fit_spaces: pa.Table) -> Floats:
    """Return the likeness of each asked title with each other: asked x others, by the title channels of the ranking."""
    total = np.zeros((len(asked), len(others)))
    left, right = (title_vectors(titles, fit_terms, fit_spaces) for titles in (asked, others))
    for name, weight in shipped().titles.items():
        one, other = (vectors[name] for vectors in (left, right))
        total += weight * (
            np.asarray((one @ other.T).todense()) if isinstance(one, sparse.csr_matrix) else one @ other.T
        )
    return np.asarray(np.round(total, 6))


def title_vectors(titles: Sequence[str], fit_terms: pa.Table, fit_spaces: pa.Table) -> dict[str, Any]:
    """Return the rows of the titles in the title channels, and their positions in the spaces of title words."""
    parsed = [parse_title(title) for title in titles]
    known = vocabularies(fit_terms, ("title", "title_characters"))
    texts = terms.of_titles(pa.table({"title_core": [p.core for p in parsed], "team": [p.team for p in parsed]}))
    found: dict[str, Any] = {c: vocabulary.weigh(vocabulary.count(texts[c], known[c]), known[c]) for c in known}
    weighed = unknown.counted(texts["title"], known["title"], known["title_characters"])
    for name, space in fitted_spaces(fit_spaces).items():
        if space.channel == "title":
            found[name] = spaces.place(weighed, space.positions)
    return found


def average_precision(hits: npt.NDArray[np.bool_]) -> float:
    """Return the mean, over the hits of a ranking, of the precision down to each."""
    places = np.flatnonzero(hits) + 1
    return float(np.mean(np.arange(1, len(places) + 1) / places)) if len(places) else 0.0


def read_qrels(path: Path) -> dict[str, set[str]]:
    """Return the corpus ids that match each query.

    Raises:
        InputError: a line is not of four columns.
    """
    found: dict[str, set[str]] = {}
    for number, line in enumerate(_text(path).splitlines(), start=1):
        parts = line.split()
        if len(parts) != 4:
            raise InputError(f"{path}, line {number}: query, 0, corpus id and relevance are wanted, {line[:80]!r} came")
        if float(parts[3]) > 0:
            found.setdefault(parts[0], set()).add(parts[2])
    return found


def _titles(path: Path) -> list[tuple[str, str]]:
    rows = [row for row in csv.reader(_text(path).splitlines(), delimiter="\t") if len(row) >= 2]
    return [(row[0], row[1]) for row in rows[1:]]


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: can't be read ({error})") from error
