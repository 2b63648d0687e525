"""Stage relate: search neighbours, rank them, diversify, fill, and say why."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.contracts import conform, contract
from pipeline.plan import Night
from pipeline.ranking import box, corpus, pairs, reasons
from pipeline.ranking.corpus import Corpus
from pipeline.ranking.places import kilometres
from pipeline.ranking.ranker import Ranker, shipped
from pipeline.settings import RelateSettings

Ints = npt.NDArray[np.int64]

OF_TITLES = (pairs.WORDS, pairs.TITLE_AND_BODY)
"""Channels whose part of the score is the weight of shared title words."""


@dataclass(frozen=True)
class _Cards:
    job: Ints
    other: Ints
    rank: Ints
    road: list[str]


def relate(tables: Mapping[str, pa.Table], night: Night, settings: RelateSettings) -> dict[str, pa.Table]:
    """Return the box of every job: at most `limit` cards, fewer only where the night has fewer families."""
    if tables["jobs"].num_rows < 2:
        return {"related_jobs": contract("related_jobs").empty()}
    known, ranker = corpus.read(tables), shipped()
    a, b = pairs.candidates(known, ranker, settings)
    measured = pairs.channels(known, ranker.weights, a, b)
    scores = pairs.score(known, ranker, measured, a, b, night, settings)
    ranked = box.ranked(a, b, scores, len(known.facts), settings.min_score)
    cards = _boxes(known, ranked, pairs.twins(known, measured["body"], a, b, settings), settings)
    return {"related_jobs": _table(known, ranker, cards, night, settings)}


def _boxes(known: Corpus, ranked: box.Ranked, twins: Mapping[int, set[int]], settings: RelateSettings) -> _Cards:
    fill_from = box.fillers(known.facts, known.member, known.distance, known.placed)
    rows: list[tuple[int, int, int, str]] = []
    for job in range(len(known.facts)):
        neighbours, cap = ranked.of(job), settings.max_per_employer
        cards = box.fill(job, neighbours, known.facts, fill_from, settings.limit, cap, twins, settings.level_gap)
        rows += [(job, other, rank, road) for rank, (other, road) in enumerate(cards, start=1)]
    numbers = np.array([row[:3] for row in rows], dtype=np.int64).reshape(-1, 3)
    return _Cards(numbers[:, 0], numbers[:, 1], numbers[:, 2], [row[3] for row in rows])


def _table(known: Corpus, ranker: Ranker, cards: _Cards, night: Night, settings: RelateSettings) -> pa.Table:
    facts = known.facts
    measured = pairs.channels(known, ranker.weights, cards.job, cards.other)
    evidence = reasons.Evidence(
        reasons.shared_terms(
            reasons.only(known.sparse["body"], known.tells),
            known.terms,
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
        f"more in {known.labels[known.member[job]]}"
        if road in (box.NEIGHBOUR, box.CLUSTER)
        else "another opening of this level or place"
        for job, road in zip(cards.job.tolist(), cards.road, strict=True)
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
        "road": cards.road,
    }
    return conform(pa.table(rows), contract("related_jobs"))
