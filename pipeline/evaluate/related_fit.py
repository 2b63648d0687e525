"""Fit the one ranking on graded judgements, and say how it does on queries it never saw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.evaluate.grades import Judgements, ndcg
from pipeline.evaluate.nights import night_over
from pipeline.evaluate.related import TABLES, jobs_of, read_judgements, read_queries
from pipeline.ranking import corpus, pairs
from pipeline.ranking.ranker import Ranker, shipped

Floats = npt.NDArray[np.float64]

FOLDS, REPEATS = 6, 10
RIDGE = 300.0
"""Weights are drawn together: of 10 to 300 it makes little difference, .739 to .745 on queries kept back."""
_AGAINST = frozenset({pairs.LEVEL_DISTANCE})  # channels that may only count against


@dataclass(frozen=True)
class Graded:
    """Graded pairs of jobs: channels (pairs x names), grade, and the query's number; jobs break ties.

    `possible` has all grades of each query: what a perfect ranking of postings would have.
    """

    names: tuple[str, ...]
    channels: Floats
    grade: Floats
    query: npt.NDArray[np.int64]
    job: npt.NDArray[np.int64]
    possible: Sequence[list[int]]


def fit_related(postings: Path, queries: Path, judgements: Path, out: Path) -> dict[str, Any]:
    """Fit the ranking on graded judgements, write it to `out`, and return its cross-validated nDCG@10.

    Args:
        postings: as for evaluate_related(); so are the others.
        queries: CSV of query_id, posting_id.
        judgements: CSV of query_id, posting_id, grade.
        out: the ranking's file.
    """
    with night_over(postings, "cluster") as run:
        graded = measure(
            {name: run.store.read(name) for name in TABLES}, read_queries(queries), read_judgements(judgements)
        )
    return write(graded, out)


def write(graded: Graded, out: Path) -> dict[str, Any]:
    """Fit on all pairs, write the file, and return the figures."""
    held_back = cross_validated(graded)
    ranker = fit(graded, np.ones(len(graded.grade), dtype=bool))
    figures = {
        "queries": len(graded.possible),
        "pairs": len(graded.grade),
        "ndcg_at_10_cross_validated": round(float(held_back.mean()), 4),
        "ndcg_at_10_fitted": round(float(scores(graded, ranker).mean()), 4),
    }
    lines = [
        "# The ranking of related jobs: score = intercept + sum of weight x channel, cut to [0, 1]; 1 is excellent.",
        "# Written by `related-jobs fit related`. Channels: pipeline/ranking/pairs.py and meaning.py.",
        "",
        f"intercept = {ranker.intercept:.4f}",
        "",
        "[weights]",
        *(f"{name} = {weight:.4f}" for name, weight in ranker.weights.items()),
        "",
        "[titles]  # by which titles alone are compared",
        *(f"{name} = {weight}" for name, weight in shipped().titles.items()),
        "",
        "[figures]  # condensed nDCG@10 of the ranking alone; grades by language models reading both ads, not by people",
        *(f"{name} = {value}" for name, value in figures.items()),
    ]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return figures | {"file": str(out)}


def measure(tables: Mapping[str, pa.Table], asked: Mapping[str, str], judgements: Judgements) -> Graded:
    """Return the graded pairs of different jobs; of a job's postings the best grade counts."""
    known, job_of, names = corpus.read(tables), jobs_of(tables), tuple(shipped().weights)
    number = {job: i for i, job in enumerate(known.facts.ids)}
    rows: list[tuple[int, int, int, int]] = []
    queries = [q for q in sorted(asked) if asked[q] in job_of and max(judgements.get(q, {}).values(), default=0) > 0]
    for number_of_query, query in enumerate(queries):
        own, best = number[job_of[asked[query]]], dict[int, int]()
        for posting, grade in judgements[query].items():
            job = number[job_of[posting]] if posting in job_of else own
            if grade >= 0 and job != own:
                best[job] = max(best.get(job, 0), grade)
        rows += [(number_of_query, own, job, grade) for job, grade in sorted(best.items())]
    query_of, a, b, graded = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    found = pairs.channels(known, names, a, b)
    possible = [[g for g in judgements[query].values() if g >= 0] for query in queries]
    return Graded(names, np.column_stack([found[n] for n in names]), graded.astype(np.float64), query_of, b, possible)


def fit(graded: Graded, used: npt.NDArray[np.bool_]) -> Ranker:
    """Return the ranking fitted on the pairs that are `used`.

    A ridge on grades within each query (only the order within a box matters), weights of one sign, then scaled so that
    the score is the expected grade as a share of the best one.
    """
    from sklearn.linear_model import Ridge

    sign = np.array([-1.0 if name in _AGAINST else 1.0 for name in graded.names])
    spread = graded.channels[used].std(axis=0) + 1e-9
    x, y = _within(graded.channels / spread * sign, graded.query), _within(graded.grade[:, None], graded.query)[:, 0]
    model = Ridge(alpha=RIDGE, fit_intercept=False, positive=True).fit(x[used], y[used])
    weights = model.coef_ * sign / spread
    raw = graded.channels[used] @ weights
    slope, level = np.polyfit(raw, graded.grade[used] / 3, 1)
    return Ranker(float(level), {n: float(slope * w) for n, w in zip(graded.names, weights, strict=True)})


def scores(graded: Graded, ranker: Ranker) -> Floats:
    """Return the nDCG@10 of each query when its graded pairs are ranked by `ranker`."""
    weights = np.array([ranker.weights[name] for name in graded.names])
    found = np.round(graded.channels @ weights, 6)
    return np.array([_of_query(graded, found, at) for at in range(len(graded.possible))])


def cross_validated(graded: Graded) -> Floats:
    """Return the nDCG@10 of each query by rankings that were fitted without it, mean of ten divisions into six."""
    random = np.random.default_rng(0)
    total = np.zeros(len(graded.possible))
    for _ in range(REPEATS):
        part = random.permutation(len(graded.possible)) % FOLDS
        for fold in range(FOLDS):
            found = scores(graded, fit(graded, part[graded.query] != fold))
            total[part == fold] += found[part == fold]
    return total / REPEATS


def _of_query(graded: Graded, found: Floats, at: int) -> float:
    rows = np.flatnonzero(graded.query == at)
    order = rows[np.lexsort((graded.job[rows], -found[rows]))]
    return ndcg(graded.grade[order].astype(int).tolist(), graded.possible[at])


def _within(values: Floats, query: npt.NDArray[np.int64]) -> Floats:
    """Return `values` less their mean over the query."""
    size = np.bincount(query)[:, None]
    means = np.stack([np.bincount(query, column) for column in values.T], axis=1) / np.maximum(size, 1)
    return np.asarray(values - means[query])
