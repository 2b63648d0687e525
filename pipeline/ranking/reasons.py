"""Why a card is shown: shared title words, the strongest shared terms, level, place, date and pay, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import sparse

from pipeline.ranking.facts import Facts
from pipeline.ranking.labels import EDGE

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Reason = tuple[str, str, float]
"""Kind, value and weight."""

_EPOCH = date(1970, 1, 1)
_TERMS = 3  # shared terms told
_TYPES = (pa.string(), pa.string(), pa.float64())


@dataclass(frozen=True)
class Evidence:
    """What the reasons are read from, one entry a card; `phrases` are pairs of words that belong together."""

    terms: list[list[tuple[str, float]]]
    phrases: frozenset[str]
    kilometres: Floats
    title_weight: Floats


def only(vectors: sparse.csr_matrix, kept: npt.NDArray[np.bool_]) -> sparse.csr_matrix:
    """Return `vectors` with the columns that are not `kept` empty."""
    found = vectors.copy()
    found.data = np.where(kept[found.indices], found.data, 0) if len(kept) else found.data
    found.eliminate_zeros()
    return found


def shared_terms(
    vectors: sparse.csr_matrix, names: list[str], a: Ints, b: Ints, weight: float, most: int = 12
) -> list[list[tuple[str, float]]]:
    """Return the terms that rows `a` and `b` share, pair by pair, weightiest first, with their part of the score."""
    found: list[list[tuple[str, float]]] = []
    for start in range(0, len(a), 50_000):
        product = vectors[a[start : start + 50_000]].multiply(vectors[b[start : start + 50_000]]).tocsr()
        product.sort_indices()
        rows = np.repeat(np.arange(product.shape[0]), np.diff(product.indptr))
        order = np.lexsort((product.indices, -np.round(product.data, 6), rows))
        columns, values = product.indices[order].tolist(), product.data[order].tolist()
        for first, last in zip(product.indptr[:-1].tolist(), product.indptr[1:].tolist(), strict=True):
            last = min(last, first + most)
            found.append([(names[columns[i]], weight * values[i]) for i in range(first, last)])
    return found


def reasons(
    card: int, job: int, other: int, facts: Facts, evidence: Evidence, settings: Mapping[str, float], run_date: date
) -> list[Reason]:
    """Return the reasons of a card, weightiest first: kind, value and weight."""
    title = _shared_title(facts, job, other)
    found: list[Reason] = []
    if title:
        found.append(_reason("title", " ".join(title), float(evidence.title_weight[card])))
    names = facts.own_names[job] | facts.own_names[other] | (facts.titled[job] & facts.titled[other]) | set(title)
    terms = [(t, w) for t, w in evidence.terms[card] if t not in names and len(t) > 2 and not t[0].isdigit()]
    found += [_reason("term", term, weight) for term, weight in _joined(terms, evidence.phrases)[:_TERMS]]
    found.sort(key=lambda reason: (-reason[2], reason[1]))
    if facts.level[job] and facts.level[job] == facts.level[other]:
        found.append(_reason("level", facts.level[job], 0.0))
    found += _place(card, job, other, facts, evidence, settings)
    if 0 <= facts.posted[job] < facts.posted[other]:
        day = _EPOCH + timedelta(days=int(facts.posted[other]))
        found.append(
            _reason("newer", day.isoformat(), settings["fresh_bonus"] if _fresh(day, run_date, settings) else 0.0)
        )
    if facts.currency[job] == facts.currency[other] and facts.pay[other] >= settings["better_pay"] * facts.pay[job]:
        found.append(_reason("pay", f"{facts.pay[other] / facts.pay[job] - 1:.0%} more", 0.0))
    return found


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


def _joined(terms: list[tuple[str, float]], phrases: frozenset[str]) -> list[tuple[str, float]]:
    """Return the terms with two that are known as a phrase made one, weightiest first."""
    left = dict(terms)
    joined: list[tuple[str, float]] = []
    for first, _ in terms:
        for second, _ in terms:
            phrase = f"{first} {second}"
            if first != second and phrase in phrases and first in left and second in left:
                joined.append((phrase, left.pop(first) + left.pop(second)))
    return sorted([*joined, *left.items()], key=lambda term: (-round(term[1], 6), term[0]))


def as_lists(found: list[list[Reason]]) -> pa.Array:
    """Return the reasons of all cards as lists of structs."""
    flat = [reason for reasons_ in found for reason in reasons_]
    offsets = np.concatenate([[0], np.cumsum([len(reasons_) for reasons_ in found])]).astype(np.int32)
    columns = [pa.array(column) for column in zip(*flat, strict=True)] or [pa.array([], t) for t in _TYPES]
    structs = pa.StructArray.from_arrays(columns, names=["kind", "value", "weight"])
    return pa.ListArray.from_arrays(pa.array(offsets), structs)


def _shared_title(facts: Facts, job: int, other: int) -> list[str]:
    """Return the title words both have, in the card's order, without function words at the edges."""
    mine = set(facts.title[job])
    shared = [w for w in dict.fromkeys(facts.title[other]) if w in mine]
    while shared and shared[0] in EDGE:
        shared = shared[1:]
    while shared and shared[-1] in EDGE:
        shared = shared[:-1]
    return shared


def _place(
    card: int, job: int, other: int, facts: Facts, evidence: Evidence, settings: Mapping[str, float]
) -> list[Reason]:
    if facts.remote[job] and facts.remote[other]:
        return [_reason("remote", "remote", settings["near_bonus"])]
    distance = float(evidence.kilometres[card])
    if facts.city[job] and facts.city[job] == facts.city[other] and facts.area[job] == facts.area[other]:
        return [_reason("near", f"also in {facts.city[other]}", settings["near_bonus"])]
    if distance <= settings["near_km"]:
        return [_reason("near", f"{max(1, round(distance))} km away", settings["near_bonus"])]
    return []


def _fresh(day: date, run_date: date, settings: Mapping[str, float]) -> bool:
    return (run_date - day).days <= settings["fresh_days"]


def _reason(kind: str, value: str, weight: float) -> Reason:
    return kind, value, round(weight, 4)


def _listed(values: list[str]) -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} and {values[-1]}"
