"""Pairs of jobs: what each scores, channel by channel."""

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from pipeline.plan import Night
from pipeline.ranking import levels, meaning
from pipeline.ranking.corpus import Corpus
from pipeline.ranking.dense import DENSE
from pipeline.ranking.places import kilometres
from pipeline.ranking.ranker import Ranker, across, cosines
from pipeline.settings import RelateSettings

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

WORDS, ROLES, TITLE_TO_TEXT = meaning.WORDS, meaning.ROLES, "title_to_text"
BODY, BODY_ROOT, TITLE_AND_BODY, LEVEL_DISTANCE = "body", "body_root", "title_and_body", "level_distance"
TITLE, TITLE_CHARACTERS = "title", "title_characters"
"""Channels of a pair of jobs, cosines where nothing else is said.

words: title words, by the words that stand around them. roles: the titles that both texts foretell. title_to_text:
what one title means against what the other's text is about, mean of both ways. body: words of both texts. body_root:
its root, by which the first shared rare words count most. title_and_body: that times the cosine of the titles' character
grams: alike in both at once. level_distance: 0 the same level to 1.
"""

_EPOCH_ORDINAL = 719_163  # 1970-01-01


def channels(
    known: Corpus, names: Iterable[str], a: Ints, b: Ints, measured: Mapping[str, Floats] | None = None
) -> dict[str, Floats]:
    """Return the channels of these names, pair by pair, and the two that others are made of: BODY and TITLE_CHARACTERS.

    `measured` has those of the two that are known already.
    """
    meant, topics = known.dense[meaning.MEANING], known.dense[meaning.TOPICS]
    found = dict(measured or {})
    for name in (BODY, TITLE_CHARACTERS):
        if name not in found:
            found[name] = cosines(known.sparse[name], a, b)
    if DENSE in known.dense:
        found[DENSE] = cosines(known.dense[DENSE], a, b)
    for name in names:
        if name == TITLE_TO_TEXT:
            found[name] = (across(meant, topics, a, b) + across(topics, meant, a, b)) / 2
        elif name == LEVEL_DISTANCE:
            found[name] = levels.distance(known.facts.rank[a], known.facts.rank[b])
        elif name == BODY_ROOT:
            found[name] = np.sqrt(found[BODY])
        elif name == TITLE_AND_BODY:
            found[name] = np.sqrt(found[BODY]) * found[TITLE_CHARACTERS]
        elif name not in found:
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
    """Return the score of each pair: the ranking, a part of it for another language, a little more for near and fresh.

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
    total = ranker.score(measured)
    if DENSE in measured:
        total = (1 - settings.dense_share) * total + settings.dense_share * np.clip(measured[DENSE], 0, 1)
    total = total * np.where(foreign, settings.other_language, 1.0)
    total += settings.near_bonus * near + settings.fresh_bonus * fresh
    return np.asarray(np.round(np.clip(total, 0, 1), 6))


def alike(known: Corpus, body: Floats, a: Ints, b: Ints, settings: RelateSettings) -> npt.NDArray[np.bool_]:
    """Return which pairs look like the same ad again though nothing linked them; `body` is their channel of that name.

    They are not merged, that is for the links to say; but a box does not show two of them, nor one to who reads the
    other. Of 30 graded pairs that were the same ad and not linked 22 are found.
    """
    facts = known.facts
    one_role = facts.core[a] == facts.core[b]
    one_role &= (facts.rank[a] == facts.rank[b]) & (facts.numerals[a] == facts.numerals[b])
    one_employer = facts.employer[a] == facts.employer[b]
    unnamed = facts.employer[a] < 0
    found = body >= settings.same_text
    found |= one_role & one_employer & ~unnamed & (body >= settings.same_title_text)
    # An ad without an employer is an agency's, which gives one vacancy another title in every town.
    found |= one_employer & unnamed & (body >= settings.same_unnamed_text)
    at = np.flatnonzero(one_role & ~found & facts.rare[a] & (body >= settings.same_place_text))
    found[at] = [not facts.towns(i).isdisjoint(facts.towns(j)) for i, j in zip(a[at], b[at], strict=True)]
    return np.asarray(found)
