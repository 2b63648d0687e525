"""The cards of some boxes as rows: score, reasons, similar openings."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.plan import Night
from pipeline.ranking import box, pairs, reasons
from pipeline.ranking.facts import Facts, words_of
from pipeline.ranking.kernels import fixed
from pipeline.ranking.neighbours import Search
from pipeline.ranking.places import kilometres
from pipeline.ranking.shared import different, letters, strongest_shared
from pipeline.settings import RelateSettings

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

OF_TITLES = (pairs.WORDS, pairs.TITLE_AND_BODY)
"""Channels whose part of the score is the weight of shared title words."""
_CHOSEN, _TOLD = 12, 3  # shared terms that may be told, and that are
_EPOCH_ORDINAL = 719_163  # 1970-01-01


@dataclass(frozen=True)
class Cards:
    """One entry a card: the job whose box it is in, the job it shows, its rank and its road."""

    job: Ints
    other: Ints
    rank: Ints
    road: list[str]


def table(search: Search, cards: Cards, label: str, night: Night) -> pa.Table:
    """Return the cards, one at least, in the columns of related_jobs; `label` is that of the cluster whose boxes they are in."""
    known, ranker, settings = search.known, search.ranker, search.settings
    facts = known.facts
    measured = pairs.channels(known, ranker.weights, cards.job, cards.other)
    words = _by_words(search, cards, ranker.part(measured, OF_TITLES))
    columns = _by_facts(facts, cards.job, cards.other, settings, night)
    fallback = [
        f"more in {label}" if road in (box.NEIGHBOUR, box.CLUSTER) else "another opening of this level or place"
        for road in cards.road
    ]
    own = (facts.family[cards.job] == facts.family[cards.other]).astype(np.int64)
    rows = {
        "job_id": facts.ids.take(cards.job),
        "rank": cards.rank,
        "related_job_id": facts.ids.take(cards.other),
        "score": pairs.score(known, ranker, measured, cards.job, cards.other, night, settings),
        "reason": reasons.sentences(words, columns, fallback),
        "reasons": reasons.as_lists(words, columns),
        "similar_openings": facts.family_size[cards.other] - 1 - own,
        "road": pa.array(cards.road, pa.string()),
    }
    return pa.table(rows)


def _by_words(search: Search, cards: Cards, of_titles: Floats) -> list[list[reasons.Reason]]:
    """Return what titles and texts say of each card; `of_titles` is the part of each score that titles have."""
    known, root = search.known, search.ranker.weights.get(pairs.BODY_ROOT, 0.0)
    titles, which = _shared_titles(known.facts, cards.job, cards.other)
    shared, products = strongest_shared(
        search.rows[pairs.BODY], (fixed(known.tells), fixed(known.sayable)), known.facts.own_names, known.facts.titled,
        np.ascontiguousarray(cards.job), np.ascontiguousarray(cards.other), _CHOSEN,
    )  # fmt: skip
    starts = np.concatenate(([0], np.cumsum([len(title) for title in titles], dtype=np.int64)))
    said = letters([word for title in titles for word in title])
    terms, parts = different(shared, root * products, known.letters, known.phrases, said, starts, which, _TOLD)
    some = terms[:, :, 0] >= 0
    names = [
        known.terms[first] if second < 0 else f"{known.terms[first]} {known.terms[second]}"
        for first, second in terms[some].tolist()
    ]
    told, ends = list(zip(names, parts[some].tolist(), strict=True)), np.cumsum(some.sum(axis=1)).tolist()
    return [
        reasons.by_words(titles[title], weight, told[first:last])
        for title, weight, first, last in zip(which.tolist(), of_titles.tolist(), [0, *ends[:-1]], ends, strict=True)
    ]


def _shared_titles(facts: Facts, a: Ints, b: Ints) -> tuple[list[list[str]], Ints]:
    """Return the title words that pairs share, and which of these each pair does: cores repeat in a cluster."""
    _, first, which = np.unique(facts.core[a] * len(facts) + facts.core[b], return_index=True, return_inverse=True)
    cores = facts.title_core
    titles = [
        reasons.shared_title(words_of(cores[mine]), words_of(cores[its]))
        for mine, its in zip(a[first].tolist(), b[first].tolist(), strict=True)
    ]
    return titles, which


def _by_facts(facts: Facts, a: Ints, b: Ints, settings: RelateSettings, night: Night) -> list[reasons.Column]:
    """Return what level, place, date and pay say of each card."""
    today = night.run_date.toordinal() - _EPOCH_ORDINAL
    level = facts.level.take(b)
    one_level = np.asarray(pc.and_(pc.equal(facts.level.take(a), level), pc.not_equal(level, "")))
    newer = (facts.posted[a] >= 0) & (facts.posted[a] < facts.posted[b])
    days = pa.array(facts.posted[b][newer], pa.int32())
    fresh = np.where(today - facts.posted[b] <= settings.fresh_days, round(settings.fresh_bonus, 4), 0.0)
    better = (facts.currency[a] == facts.currency[b]) & (facts.pay[b] >= settings.better_pay * facts.pay[a])
    with np.errstate(divide="ignore", invalid="ignore"):
        more = np.where(better, facts.pay[b] / facts.pay[a] - 1, np.nan)
    paid = ~np.isnan(more)
    return [
        reasons.column("level", one_level, level.filter(pa.array(one_level)), before="same level (", after=")"),
        *_places(facts, a, b, settings),
        reasons.column("newer", newer, days.cast(pa.date32()).cast(pa.string()), fresh, short="newer"),
        reasons.column("pay", paid, [f"{share:.0%} more" for share in more[paid].tolist()], before="pays "),
    ]


def _places(facts: Facts, a: Ints, b: Ints, settings: RelateSettings) -> list[reasons.Column]:
    bonus = round(settings.near_bonus, 4)
    away = kilometres(facts.latitude, facts.longitude, a, b)
    remote = facts.remote[a] & facts.remote[b]
    one_town = (facts.town[a] == facts.town[b]) & (facts.town[a] >= 0) & ~remote
    near = ~remote & ~one_town & (away <= settings.near_km)
    in_city = pc.binary_join_element_wise("also in ", facts.city.take(b[one_town]), "")
    told = [f"{max(1, round(kilometre))} km away" for kilometre in away[near].tolist()]
    return [
        reasons.column("remote", remote, ["remote"] * int(remote.sum()), bonus, before="also "),
        reasons.column("near", one_town, in_city, bonus),
        reasons.column("near", near, told, bonus),
    ]
