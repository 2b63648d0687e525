"""The cards of some boxes as rows: score, reasons, similar openings."""

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.plan import Night
from pipeline.ranking import box, pairs, reasons
from pipeline.ranking.neighbours import Search
from pipeline.ranking.places import kilometres

Ints = npt.NDArray[np.int64]

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
    evidence = reasons.Evidence(
        reasons.shared_terms(
            known.sparse["body"],
            known.terms,
            known.tells,
            cards.job,
            cards.other,
            ranker.weights.get(pairs.BODY_ROOT, 0.0),
        ),
        known.phrases,
        kilometres(facts.latitude, facts.longitude, cards.job, cards.other),
        ranker.part(measured, OF_TITLES),
    )
    thresholds = asdict(settings)
    told = [
        reasons.reasons(i, job, other, facts, evidence, thresholds, night.run_date)
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
