"""Fit the one ranking on graded judgements, and say how it does on queries it never saw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.evaluate.grades import Card, Judgements, ndcg
from pipeline.evaluate.grades import scores as box_scores
from pipeline.evaluate.nights import night_over
from pipeline.evaluate.related import RANKS, TABLES, jobs_of, rankings, read_judgements, read_queries
from pipeline.plan import Night
from pipeline.ranking import corpus, pairs
from pipeline.ranking.corpus import Corpus
from pipeline.ranking.ranker import Ranker, shipped
from pipeline.settings import RelateSettings

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

FOLDS, REPEATS, BOX_REPEATS = 6, 10, 2
UNGRADED, UNGRADED_GRADE, POOL = 100, 1.0, 1_000
"""The nearest ads that nobody graded count as marginal when weights are fitted, so many a query.

Graded ads are what six systems ranked highest. A ranking fitted on them alone never learns to leave the rest behind: of
its 50 highest a query's graded ads were 9, and nDCG@10 over these .58; so it is 13, and .72.
"""
RIDGE = 300.0
"""Weights are drawn together; from 30 to 1,000 it makes no difference beyond .003."""
_AGAINST = frozenset({pairs.LEVEL_DISTANCE})  # channels that may only count against


@dataclass(frozen=True)
class Graded:
    """Pairs of a query's job and another: channels (pairs x names), grade (NaN: ungraded), query number, other job.

    `fitted` are the pairs that weights are fitted on; `possible` has all grades of each of `queries`, what a
    perfect ranking of postings would have.
    """

    names: tuple[str, ...]
    channels: Floats
    grade: Floats
    query: Ints
    job: Ints
    fitted: npt.NDArray[np.bool_]
    possible: Sequence[list[int]]
    queries: Sequence[str]


def fit_related(postings: Path, queries: Path, judgements: Path, out: Path) -> dict[str, Any]:
    """Fit the ranking on graded judgements, write it to `out`, and return its cross-validated nDCG@10.

    Args:
        postings: as for evaluate_related(); so are the others.
        queries: CSV of query_id, posting_id.
        judgements: CSV of query_id, posting_id, grade.
        out: the ranking's file.
    """
    asked, grades = read_queries(queries), read_judgements(judgements)
    with night_over(postings, "cluster") as run:
        tables = {name: run.store.read(name) for name in TABLES}
        graded = measure(tables, asked, grades)
        shown = cross_validated_boxes(graded, tables, run.night, run.settings.relate, asked, grades)
    return write(graded, shown, out)


def write(graded: Graded, shown: Mapping[str, float], out: Path) -> dict[str, Any]:
    """Fit on all pairs, write the file, and return the figures; `shown` are those of cross_validated_boxes()."""
    held_back = cross_validated(graded)
    ranker = fit(graded, np.ones(len(graded.grade), dtype=bool))
    figures = {
        "queries": len(graded.possible),
        "graded": int((~np.isnan(graded.grade)).sum()),
        **shown,
        "ndcg_at_10_pool_cross_validated": round(float(held_back.mean()), 4),
        "ndcg_at_10_pool_fitted": round(float(scores(graded, ranker).mean()), 4),
        "ndcg_at_10_pool_fitted_all_ranks": round(float(scores(graded, ranker, POOL).mean()), 4),
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
        "[figures]  # nDCG@10 condensed from 50 ranks; grades by language models, not by people; pool: of graded and nearest pairs",
        *(f"{name} = {value}" for name, value in figures.items()),
    ]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return figures | {"file": str(out)}


def measure(tables: Mapping[str, pa.Table], asked: Mapping[str, str], judgements: Judgements) -> Graded:
    """Return the pairs of each query's job: those graded, and the nearest of the others; the same ads are left out."""
    known, job_of, names = corpus.read(dict(tables)), jobs_of(tables), tuple(shipped().weights)
    number = {job: i for i, job in enumerate(known.facts.ids)}
    queries = [q for q in sorted(asked) if asked[q] in job_of and max(judgements.get(q, {}).values(), default=0) > 0]
    parts = []
    for at, query in enumerate(queries):
        own = number[job_of[asked[query]]]
        best = _best(own, judgements[query], {p: number[j] for p, j in job_of.items() if p in judgements[query]})
        parts.append(_of_one(known, names, at, own, best))
    channels, grade, of_query, job, fitted = (np.concatenate(column) for column in zip(*parts, strict=True))
    possible = [[g for g in judgements[query].values() if g >= 0] for query in queries]
    return Graded(names, channels, grade, of_query, job, fitted, possible, queries)


def _best(own: int, grades: Mapping[str, int], job: Mapping[str, int]) -> dict[int, int]:
    """Return the best grade of each job among `grades`, the query's own left out; -1 the same ad."""
    best: dict[int, int] = {}
    for posting, grade in grades.items():
        if posting in job and job[posting] != own:
            best[job[posting]] = max(best.get(job[posting], -1), grade)
    return best


def _of_one(known: Corpus, names: tuple[str, ...], at: int, own: int, best: Mapping[int, int]) -> tuple[Any, ...]:
    """Return channels, grade, query, job and fitted of one query's pairs."""
    every = np.array([j for j in range(len(known.facts)) if j != own and best.get(j, 0) >= 0], dtype=np.int64)
    found = pairs.channels(known, names, np.full(len(every), own), every)
    alike = pairs.alike(known, found[pairs.BODY], np.full(len(every), own), every, RelateSettings())
    same = set(every[alike].tolist())
    channels = np.column_stack([found[name] for name in names])
    grade = np.array([best.get(j, np.nan) for j in every.tolist()])
    likely = np.array([0.0 if name in _AGAINST else 1.0 for name in names])
    order = np.lexsort((every, -np.round(channels @ likely, 6)))
    order = order[[np.isnan(grade[i]) and every[i] not in same for i in order]]
    rows = np.concatenate([np.flatnonzero(~np.isnan(grade)), order[:POOL]])
    fitted = ~np.isnan(grade[rows]) | np.isin(rows, order[:UNGRADED])
    return channels[rows], grade[rows], np.full(len(rows), at), every[rows], fitted


def fit(graded: Graded, used: npt.NDArray[np.bool_]) -> Ranker:
    """Return the ranking fitted on those of the pairs to be fitted on that are `used`.

    A ridge on grades within each query (only the order within a box matters), weights of one sign, then scaled so that
    the score is the expected grade as a share of the best one.
    """
    from sklearn.linear_model import Ridge

    used = used & graded.fitted
    channels, query = graded.channels[used], graded.query[used]
    grade = np.nan_to_num(graded.grade[used], nan=UNGRADED_GRADE)
    sign = np.array([-1.0 if name in _AGAINST else 1.0 for name in graded.names])
    spread = channels.std(axis=0) + 1e-9
    x, y = _within(channels / spread * sign, query), _within(grade[:, None], query)[:, 0]
    weights = Ridge(alpha=RIDGE, fit_intercept=False, positive=True).fit(x, y).coef_ * sign / spread
    slope, level = np.polyfit(channels @ weights, grade / 3, 1)
    return Ranker(float(level), {n: float(slope * w) for n, w in zip(graded.names, weights, strict=True)})


def scores(graded: Graded, ranker: Ranker, ranks: int = RANKS) -> Floats:
    """Return the nDCG@10 of each query, condensed from the first `ranks` when its pairs are ranked by `ranker`."""
    weights = np.array([ranker.weights[name] for name in graded.names])
    found = np.round(graded.channels @ weights, 6)
    return np.array([_of_query(graded, found, at, ranks) for at in range(len(graded.possible))])


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


def cross_validated_boxes(
    graded: Graded,
    tables: Mapping[str, pa.Table],
    night: Night,
    settings: RelateSettings,
    asked: Mapping[str, str],
    judgements: Judgements,
) -> dict[str, float]:
    """Return what `evaluate related` scores, each query by a ranking that was fitted without it, mean of two divisions.

    With the search, the bonuses for near and fresh jobs, and the box's diversity, which the pool of pairs knows nothing of.

    Args:
        graded: measure() of the same tables and queries.
        tables: of a run, up to and with the clusters.
        night: that run's.
        settings: of the stage relate.
        asked: posting of each query.
        judgements: grades of each query.
    """
    random = np.random.default_rng(0)
    found: list[dict[str, float]] = []
    for _ in range(BOX_REPEATS):
        part = random.permutation(len(graded.queries)) % FOLDS
        shown: dict[str, list[Card]] = {}
        alone: dict[str, list[Card]] = {}
        for fold in range(FOLDS):
            ranker = fit(graded, part[graded.query] != fold)
            one = {graded.queries[i]: asked[graded.queries[i]] for i in np.flatnonzero(part == fold).tolist()}
            ranked = rankings(tables, night, settings, one, judgements, ranker)
            shown |= ranked.boxes
            alone |= ranked.undiversified
        told = {"": shown, "_undiversified": alone}
        found.append(
            {
                f"{name}{kind}_cross_validated": box_scores(boxes, judgements)[name]
                for kind, boxes in told.items()
                for name in ("ndcg_at_10", "duplicates_at_10")
            }
        )
    return {name: round(float(np.mean([one[name] for one in found])), 4) for name in found[0]}


def _of_query(graded: Graded, found: Floats, at: int, ranks: int) -> float:
    rows = np.flatnonzero(graded.query == at)
    first = rows[np.lexsort((graded.job[rows], -found[rows]))][:ranks]
    grades = graded.grade[first]
    return ndcg(grades[~np.isnan(grades)].astype(int).tolist(), graded.possible[at])


def _within(values: Floats, query: npt.NDArray[np.int64]) -> Floats:
    """Return `values` less their mean over the query."""
    sums = np.stack([np.bincount(query, column) for column in values.T], axis=1)
    means = sums / np.maximum(np.bincount(query)[:, None], 1)
    return np.asarray(values - means[query])
