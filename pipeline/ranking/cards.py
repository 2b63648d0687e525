"""The cards of some boxes as rows: score, reasons, similar openings."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.plan import Night
from pipeline.ranking import box, pairs, reasons
from pipeline.ranking.corpus import Corpus
from pipeline.ranking.neighbours import Search
from pipeline.ranking.places import kilometres

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

OF_TITLES = (pairs.WORDS, pairs.TITLE_AND_BODY)
"""Channels whose part of the score is the weight of shared title words."""


@dataclass(frozen=True)
class Cards:
    """One entry a card: the job whose box it is in, the job it shows, its rank and its road."""

    job: Ints
    other: Ints
    rank: Ints
    road: list[str]


def table(search: Search, cards: Cards, label: str, night: Night) -> pa.Table:
    """Return the cards in the columns of related_jobs; `label` is that of the cluster whose boxes they are in."""
    known, ranker, settings = search.known, search.ranker, search.settings
    facts = known.facts
    measured = pairs.channels(known, ranker.weights, cards.job, cards.other)
    evidence = _evidence(known, ranker.weights, cards, ranker.part(measured, OF_TITLES), settings.better_pay)
    thresholds = asdict(settings)
    told = [
        reasons.reasons(i, job, other, evidence, thresholds, night.run_date)
        for i, (job, other) in enumerate(zip(cards.job.tolist(), cards.other.tolist(), strict=True))
    ]
    fallback = [
        f"more in {label}" if road in (box.NEIGHBOUR, box.CLUSTER) else "another opening of this level or place"
        for road in cards.road
    ]
    own = (facts.family[cards.job] == facts.family[cards.other]).astype(np.int64)
    rows = {
        "job_id": [facts.ids[job] for job in cards.job.tolist()],
        "rank": cards.rank,
        "related_job_id": [facts.ids[other] for other in cards.other.tolist()],
        "score": pairs.score(known, ranker, measured, cards.job, cards.other, night, settings),
        "reason": [reasons.sentence(found, other) for found, other in zip(told, fallback, strict=True)],
        "reasons": reasons.as_lists(told),
        "similar_openings": facts.family_size[cards.other] - 1 - own,
        "road": pa.array(cards.road, pa.string()),
    }
    return pa.table(rows)


def _evidence(
    known: Corpus, weights: Mapping[str, float], cards: Cards, of_titles: Floats, better_pay: float
) -> reasons.Evidence:
    """Return what the reasons of cards are read from; `of_titles` is the part of each score that titles have."""
    facts, a, b = known.facts, cards.job, cards.other
    named = np.unique(np.concatenate((a, b))).tolist()  # a job stands on many cards
    newer = (facts.posted[a] >= 0) & (facts.posted[a] < facts.posted[b])
    better = (facts.currency[a] == facts.currency[b]) & (facts.pay[b] >= better_pay * facts.pay[a])
    with np.errstate(divide="ignore", invalid="ignore"):
        more = np.where(better, facts.pay[b] / facts.pay[a] - 1, np.nan)
    return reasons.Evidence(
        terms=reasons.shared_terms(
            known.sparse[pairs.BODY], known.terms, known.tells, a, b, weights.get(pairs.BODY_ROOT, 0.0)
        ),
        phrases=known.phrases,
        told={job: facts.told(job) for job in named},
        title_weight=of_titles.tolist(),
        remote=(facts.remote[a] & facts.remote[b]).tolist(),
        kilometres=kilometres(facts.latitude, facts.longitude, a, b).tolist(),
        newer=np.where(newer, facts.posted[b], -1).tolist(),
        better_pay=more.tolist(),
    )
