"""Pairs of jobs: which are worth ranking, and what each scores."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from pipeline.plan import Night
from pipeline.ranking import levels, meaning
from pipeline.ranking.corpus import Corpus
from pipeline.ranking.places import kilometres
from pipeline.ranking.ranker import Ranker, across, cosines
from pipeline.ranking.search import neighbours
from pipeline.ranking.spaces import Dense, unit
from pipeline.settings import RelateSettings

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

TITLE_TO_TEXT, LEVEL_DISTANCE = "title_to_text", "level_distance"
"""Channels: what one title means against what the other's text is about, both ways; how far apart the levels are."""

_EPOCH_ORDINAL = 719_163  # 1970-01-01


def candidates(corpus: Corpus, ranker: Ranker, settings: RelateSettings) -> tuple[Ints, Ints]:
    """Return the pairs (job, other job) worth ranking, ascending by both.

    The ranking's dense part is one dot product: each job's positions side by side, each times the root of its weight,
    and those of title and text changing places in the one that is asked. So the search is for what will rank highest.
    """
    weight = {name: max(ranker.weights.get(name, 0.0), 0.0) ** 0.5 for name in (*corpus.dense, TITLE_TO_TEXT)}
    plain = [weight[name] * corpus.dense[name] for name in sorted(corpus.dense) if weight[name]]
    meant, topics = (weight[TITLE_TO_TEXT] / 2**0.5 * corpus.dense[name] for name in (meaning.MEANING, meaning.TOPICS))
    found = neighbours(
        np.hstack([*plain, meant, topics]),
        np.hstack([*plain, topics, meant]),
        corpus.work,
        _centres(corpus),
        settings.candidates,
        settings.probes,
    )
    a = np.repeat(np.arange(len(found)), found.shape[1])
    b = found.ravel()
    order = np.lexsort((b, a))
    order = order[b[order] >= 0]
    return a[order], b[order]


def channels(corpus: Corpus, names: Iterable[str], a: Ints, b: Ints) -> dict[str, Floats]:
    """Return the channels of these names, which the ranking weighs, pair by pair."""
    meant, topics = corpus.dense[meaning.MEANING], corpus.dense[meaning.TOPICS]
    found = {}
    for name in names:
        if name == TITLE_TO_TEXT:
            found[name] = (across(meant, topics, a, b) + across(topics, meant, a, b)) / 2
        elif name == LEVEL_DISTANCE:
            found[name] = levels.distance(corpus.facts.rank[a], corpus.facts.rank[b])
        else:
            found[name] = cosines(corpus.sparse[name] if name in corpus.sparse else corpus.dense[name], a, b)
    return found


def score(corpus: Corpus, ranker: Ranker, a: Ints, b: Ints, night: Night, settings: RelateSettings) -> Floats:
    """Return the score of each pair: the ranking, less for another language, a little more for near and fresh."""
    known = corpus.facts
    total = ranker.score(channels(corpus, ranker.weights, a, b))
    foreign = (known.language[a] != known.language[b]) & (known.language[a] >= 0) & (known.language[b] >= 0)
    near = kilometres(known.latitude, known.longitude, a, b) <= settings.near_km
    near |= known.remote[a] & known.remote[b]
    age = night.run_date.toordinal() - _EPOCH_ORDINAL - known.posted[b]
    fresh = (known.posted[b] >= 0) & (age <= settings.fresh_days)
    total = total - settings.other_language * foreign + settings.near_bonus * near + settings.fresh_bonus * fresh
    return np.asarray(np.round(np.clip(total, 0, 1), 6))


def _centres(corpus: Corpus) -> Dense:
    """Return the centre of each of the night's clusters: the mean of its jobs."""
    sums = np.zeros((len(corpus.labels), corpus.work.shape[1]), dtype=np.float32)
    np.add.at(sums, corpus.member, corpus.work)
    return unit(sums)
