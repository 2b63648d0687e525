"""Why a card is shown: shared title words, the strongest shared terms, level, place, date and pay, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import sparse

from pipeline.ranking.facts import Told
from pipeline.ranking.labels import EDGE

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Reason = tuple[str, str, float]
"""Kind, value and weight."""
Shared = tuple[float, str, float]
"""Less its part of the score to six digits (so that the weightiest come first), a term, its part of the score."""

_EPOCH = date(1970, 1, 1)
_TERMS = 3  # shared terms told
_ENDING = 5  # letters that two forms of a word may differ in
_NONE: frozenset[str] = frozenset()
_PAIRS = 4_000  # multiplied at once
_TYPES = (pa.string(), pa.string(), pa.float64())


@dataclass(frozen=True)
class Evidence:
    """What the reasons are read from, one entry a card where nothing else is said.

    Attributes:
        terms: shared_terms().
        phrases: which words make one term with the word before.
        told: what is said of each job that a card names.
        title_weight: part of the score that comes of the titles.
        remote: whether both are.
        kilometres: between them; NaN where that is unknown.
        newer: day the job shown was posted, where that was after the one that is read; -1 where not.
        better_pay: how much more it pays, as a share; NaN where that is not better, or not known.
    """

    terms: list[list[Shared]]
    phrases: Mapping[str, frozenset[str]]
    told: Mapping[int, Told]
    title_weight: list[float]
    remote: list[bool]
    kilometres: list[float]
    newer: list[int]
    better_pay: list[float]


def shared_terms(
    vectors: sparse.csr_matrix,
    names: list[str],
    tells: npt.NDArray[np.bool_],
    a: Ints,
    b: Ints,
    weight: float,
    most: int = 12,
) -> list[list[Shared]]:
    """Return the telling terms that rows `a` and `b` share, pair by pair, weightiest first, with their part of the score.

    Args:
        vectors: rows x terms.
        names: of the terms.
        tells: which terms tell one kind of work from another; the others are left out.
        a: first row of each pair.
        b: second row.
        weight: what a term's product is multiplied by.
        most: terms of a pair.
    """
    found: list[list[Shared]] = []
    for start in range(0, len(a), _PAIRS):
        product = vectors[a[start : start + _PAIRS]].multiply(vectors[b[start : start + _PAIRS]]).tocsr()
        rows = np.repeat(np.arange(product.shape[0]), np.diff(product.indptr))
        kept = np.flatnonzero(tells[product.indices])
        rows, columns, values = rows[kept], product.indices[kept], product.data[kept]
        order = np.lexsort((columns, -np.round(values, 6), rows))
        place = np.arange(len(rows)) - np.searchsorted(rows, rows)  # rows ascend, also in order
        order = order[place < most]
        terms, parts = [names[i] for i in columns[order].tolist()], weight * values[order].astype(np.float64)
        told = list(zip((-np.round(parts, 6)).tolist(), terms, parts.tolist(), strict=True))
        ends = np.searchsorted(rows[order], np.arange(product.shape[0] + 1)).tolist()
        found += [told[first:last] for first, last in pairwise(ends)]
    return found


def reasons(
    card: int, job: int, other: int, evidence: Evidence, settings: Mapping[str, float], run_date: date
) -> list[Reason]:
    """Return the reasons of a card, weightiest first: kind, value and weight."""
    mine, its = evidence.told[job], evidence.told[other]
    title = _shared_title(mine, its)
    found: list[Reason] = []
    if title:
        found.append(_reason("title", " ".join(title), evidence.title_weight[card]))
    terms = _not_names(evidence.terms[card], mine, its, title)
    told = _different(_joined(terms, evidence.phrases), title)
    found += [_reason("term", term, weight) for _, term, weight in told]
    found.sort(key=lambda reason: (-reason[2], reason[1]))
    if mine.level and mine.level == its.level:
        found.append(_reason("level", mine.level, 0.0))
    found += _place(evidence.remote[card], evidence.kilometres[card], mine, its, settings)
    if evidence.newer[card] >= 0:
        day = _EPOCH + timedelta(days=evidence.newer[card])
        found.append(
            _reason("newer", day.isoformat(), settings["fresh_bonus"] if _fresh(day, run_date, settings) else 0.0)
        )
    if evidence.better_pay[card] == evidence.better_pay[card]:  # no NaN
        found.append(_reason("pay", f"{evidence.better_pay[card]:.0%} more", 0.0))
    return found


def _different(terms: list[Shared], title: list[str]) -> list[Shared]:
    """Return the first _TERMS terms of which none has a word that is another form of one said before."""
    said, found = list(title), []
    for shared in terms:
        words = shared[1].split()
        if not any(word[0] == before[0] and _one_word(word, before) for word in words for before in said):
            said += words
            found.append(shared)
            if len(found) == _TERMS:
                break
    return found


def _one_word(one: str, other: str) -> bool:
    """Return whether two words are forms of one: launch, launching; lender, lenders."""
    shorter = min(len(one), len(other))
    alike = max(4, shorter - 2)
    return one == other or (shorter >= alike and one[:alike] == other[:alike] and abs(len(one) - len(other)) <= _ENDING)


def sentence(found: list[Reason], fallback: str) -> str:
    """Return the reasons as one short sentence, `fallback` where there are none."""
    by_kind: dict[str, list[str]] = {}
    for kind, value, _ in found:
        by_kind.setdefault(kind, []).append(value)
    parts = []
    if "title" in by_kind:
        parts.append(f"{by_kind['title'][0]} in both titles")
    if "term" in by_kind:
        parts.append(f"both about {_listed(by_kind['term'])}")
    if "level" in by_kind:
        parts.append(f"same level ({by_kind['level'][0]})")
    if "near" in by_kind:
        parts.append(by_kind["near"][0])
    if "remote" in by_kind:
        parts.append("also remote")
    if "newer" in by_kind:
        parts.append("newer")
    if "pay" in by_kind:
        parts.append(f"pays {by_kind['pay'][0]}")
    text = "; ".join(parts) or fallback
    return text[0].upper() + text[1:]


def by_first_word(phrases: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the second words of phrases of two, by the first."""
    found: dict[str, set[str]] = {}
    for phrase in phrases:
        first, _, second = phrase.partition(" ")
        found.setdefault(first, set()).add(second)
    return {first: frozenset(seconds) for first, seconds in found.items()}


def _not_names(terms: list[Shared], mine: Told, its: Told, title: list[str]) -> list[Shared]:
    """Return the terms that are no names of either's employer or place, and no words that both titles have."""
    ours, theirs, here, there = mine.own_names, its.own_names, mine.titled, its.titled
    return [
        shared
        for shared in terms
        if (t := shared[1]) not in ours
        and t not in theirs
        and not (t in here and t in there)
        and t not in title
        and len(t) > 2
        and not t[0].isdigit()
    ]


def _joined(terms: list[Shared], phrases: Mapping[str, frozenset[str]]) -> list[Shared]:
    """Return the terms with two that are known as a phrase made one, weightiest first."""
    left = {term: weight for _, term, weight in terms}
    joined: list[Shared] = []
    for _, first, _ in terms:
        seconds = phrases.get(first, _NONE)
        for _, second, _ in terms if seconds else ():
            if first != second and second in seconds and first in left and second in left:
                weight = left.pop(first) + left.pop(second)
                joined.append((-round(weight, 6), f"{first} {second}", weight))
    return sorted([*joined, *(shared for shared in terms if shared[1] in left)]) if joined else sorted(terms)


def as_lists(found: list[list[Reason]]) -> pa.Array:
    """Return the reasons of all cards as lists of structs."""
    flat = [reason for reasons_ in found for reason in reasons_]
    offsets = np.concatenate([[0], np.cumsum([len(reasons_) for reasons_ in found])]).astype(np.int32)
    columns = [pa.array(column) for column in zip(*flat, strict=True)] or [pa.array([], t) for t in _TYPES]
    structs = pa.StructArray.from_arrays(columns, names=["kind", "value", "weight"])
    return pa.ListArray.from_arrays(pa.array(offsets), structs)


def _shared_title(mine: Told, its: Told) -> list[str]:
    """Return the title words both have, in the card's order, without function words at the edges."""
    shared = [w for w in dict.fromkeys(its.title) if w in mine.title]
    while shared and shared[0] in EDGE:
        shared = shared[1:]
    while shared and shared[-1] in EDGE:
        shared = shared[:-1]
    return shared


def _place(remote: bool, kilometres: float, mine: Told, its: Told, settings: Mapping[str, float]) -> list[Reason]:
    if remote:
        return [_reason("remote", "remote", settings["near_bonus"])]
    if mine.city and mine.city == its.city and mine.area == its.area:
        return [_reason("near", f"also in {its.city}", settings["near_bonus"])]
    if kilometres <= settings["near_km"]:
        return [_reason("near", f"{max(1, round(kilometres))} km away", settings["near_bonus"])]
    return []


def _fresh(day: date, run_date: date, settings: Mapping[str, float]) -> bool:
    return (run_date - day).days <= settings["fresh_days"]


def _reason(kind: str, value: str, weight: float) -> Reason:
    return kind, value, round(weight, 4)


def _listed(values: list[str]) -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} and {values[-1]}"
