"""Pairs of jobs: which are worth ranking, and what each scores."""

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from pipeline.plan import Night
from pipeline.ranking import levels, meaning
from pipeline.ranking.arrays import keep_strongest
from pipeline.ranking.corpus import Corpus
from pipeline.ranking.places import kilometres
from pipeline.ranking.ranker import Ranker, across, cosines
from pipeline.ranking.search import groups, nearest_dense, nearest_sparse
from pipeline.ranking.spaces import Dense, unit
from pipeline.settings import RelateSettings

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

WORDS, ROLES, TITLE_TO_TEXT = meaning.WORDS, meaning.ROLES, "title_to_text"
BODY, BODY_ROOT, TITLE_AND_BODY, LEVEL_DISTANCE = "body", "body_root", "title_and_body", "level_distance"
"""Channels of a pair of jobs, cosines where nothing else is said.

words: title words, by the words that stand around them. roles: the titles that both texts foretell. title_to_text:
what one title means against what the other's text is about, mean of both ways. body: words of both texts. body_root:
its root, by which the first shared rare words count most. title_and_body: that times the cosine of the titles' character
grams: alike in both at once. level_distance: 0 the same level to 1.
"""

_ROWS = 4_096  # jobs whose shared words are searched for at once
_EPOCH_ORDINAL = 719_163  # 1970-01-01


def candidates(known: Corpus, ranker: Ranker, settings: RelateSettings) -> tuple[Ints, Ints]:
    """Return the pairs (job, other job) worth ranking, ascending by both: neighbours by meaning, by text and by title.

    All three roads are needed: of meaning alone the ranking's nDCG is .53, of text and title .71, of all .72.

    Each road searches the jobs of the nearest clusters; up to `search_all_up_to` jobs text and title search all.
    """
    size = len(known.facts)
    asking, asked = _positions(known, ranker)
    near = list(groups(known.work, _centres(known), settings.probes))
    everything = np.arange(size)
    wide = [(block, everything) for block in np.array_split(everything, -(-size // _ROWS))]
    for_words = wide if size <= settings.search_all_up_to else near
    body = keep_strongest(known.sparse[BODY], settings.search_terms)
    title = known.sparse["title_characters"]
    found = [nearest_dense(asking, asked, *group, settings.candidates) for group in near]
    found += [nearest_sparse(body, *group, settings.text_candidates) for group in for_words]
    found += [nearest_sparse(title, *group, settings.title_candidates) for group in for_words]
    code = np.unique(np.concatenate([a * size + b for a, b in found]))
    return code // size, code % size


def _positions(known: Corpus, ranker: Ranker) -> tuple[Dense, Dense]:
    """Return what each job looks for, and what it is looked for by.

    The ranking's dense part is one dot product: each job's positions side by side, each times the root of its weight,
    and those of title and text changing places in the one that is asked. So the search is for what will rank highest.
    """
    weight = {name: max(ranker.weights.get(name, 0.0), 0.0) ** 0.5 for name in (WORDS, ROLES, TITLE_TO_TEXT)}
    plain = [weight[name] * known.dense[name] for name in (WORDS, ROLES)]
    meant, topics = (weight[TITLE_TO_TEXT] / 2**0.5 * known.dense[name] for name in (meaning.MEANING, meaning.TOPICS))
    return np.hstack([*plain, meant, topics]), np.hstack([*plain, topics, meant])


def channels(known: Corpus, names: Iterable[str], a: Ints, b: Ints) -> dict[str, Floats]:
    """Return the channels of these names, pair by pair, and the body's."""
    meant, topics = known.dense[meaning.MEANING], known.dense[meaning.TOPICS]
    found = {BODY: cosines(known.sparse[BODY], a, b)}
    for name in names:
        if name == TITLE_TO_TEXT:
            found[name] = (across(meant, topics, a, b) + across(topics, meant, a, b)) / 2
        elif name == LEVEL_DISTANCE:
            found[name] = levels.distance(known.facts.rank[a], known.facts.rank[b])
        elif name == BODY_ROOT:
            found[name] = np.sqrt(found[BODY])
        elif name == TITLE_AND_BODY:
            found[name] = np.sqrt(found[BODY]) * cosines(known.sparse["title_characters"], a, b)
        elif name != BODY:
            found[name] = cosines(known.sparse[name] if name in known.sparse else known.dense[name], a, b)
    return found


def score(
    known: Corpus,
    ranker: Ranker,
    measured: Mapping[str, Floats],
    a: Ints,
    b: Ints,
    night: Night,
    settings: RelateSettings,
) -> Floats:
    """Return the score of each pair: the ranking, less for another language, a little more for near and fresh.

    Args:
        known: the jobs.
        ranker: weighs the channels.
        measured: channels().
        a: first job of each pair, whose box it is.
        b: second job.
        night: tells what is fresh.
        settings: of the stage.
    """
    facts = known.facts
    foreign = (facts.language[a] != facts.language[b]) & (facts.language[a] >= 0) & (facts.language[b] >= 0)
    near = kilometres(facts.latitude, facts.longitude, a, b) <= settings.near_km
    near |= facts.remote[a] & facts.remote[b]
    age = night.run_date.toordinal() - _EPOCH_ORDINAL - facts.posted[b]
    fresh = (facts.posted[b] >= 0) & (age <= settings.fresh_days)
    total = ranker.score(measured) - settings.other_language * foreign
    total += settings.near_bonus * near + settings.fresh_bonus * fresh
    return np.asarray(np.round(np.clip(total, 0, 1), 6))


def twins(known: Corpus, body: Floats, a: Ints, b: Ints, settings: RelateSettings) -> dict[int, set[int]]:
    """Return, for each job that has some, the jobs that look like the same ad again though nothing linked them.

    They are not merged, that is for the links to say; but a box does not show two of them, nor one to who reads the
    other. `body` is the pairs' channel of that name.
    """
    facts = known.facts
    titled = (
        (facts.core[a] == facts.core[b]) & (facts.rank[a] == facts.rank[b]) & (facts.employer[a] == facts.employer[b])
    )
    alike = (body >= settings.same_text) | (titled & (body >= settings.same_title_text))
    found: dict[int, set[int]] = {}
    for one, other in zip(a[alike].tolist(), b[alike].tolist(), strict=True):
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return found


def _centres(known: Corpus) -> Dense:
    """Return the centre of each of the night's clusters: the mean of its jobs."""
    sums = np.zeros((len(known.labels), known.work.shape[1]), dtype=np.float32)
    np.add.at(sums, known.member, known.work)
    return unit(sums)
