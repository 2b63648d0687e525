"""Why a card is shown: shared title words, the strongest shared terms, level, place, date and pay, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.ranking.labels import EDGE

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Reason = tuple[str, str, float]
"""Kind, value and weight."""


@dataclass(frozen=True)
class Column:
    """The reasons of one kind, one entry a card.

    Attributes:
        kind: of all of them.
        value: what is said, NULL where nothing is.
        weight: of each, where something is said.
        part: of the sentence, NULL where nothing is said.
    """

    kind: str
    value: pa.Array
    weight: Floats
    part: pa.Array


def column(
    kind: str,
    said: Bools,
    values: Sequence[str] | pa.Array,
    weight: float | Floats = 0.0,
    before: str = "",
    after: str = "",
    short: str | None = None,
) -> Column:
    """Return a column of reasons.

    Args:
        kind: of the reasons.
        said: for which cards there is one.
        values: of those cards.
        weight: one for all, or one a card.
        before: what a sentence has before a value.
        after: and after it.
        short: what it has in place of one.
    """
    given = values if isinstance(values, pa.Array) else pa.array(values, pa.string())
    where = pa.array(np.cumsum(said) - 1, mask=~said)
    part = pc.binary_join_element_wise(before, given, after, "") if short is None else pa.repeat(short, len(given))
    return Column(kind, given.take(where), np.broadcast_to(weight, said.shape), part.take(where))


def shared_title(mine: Sequence[str], its: Sequence[str]) -> list[str]:
    """Return the title words both have, in the card's order, without function words at the edges."""
    shared = [w for w in dict.fromkeys(its) if w in mine]
    while shared and shared[0] in EDGE:
        shared = shared[1:]
    while shared and shared[-1] in EDGE:
        shared = shared[:-1]
    return shared


def by_words(title: list[str], weight: float, terms: Iterable[tuple[str, float]]) -> list[Reason]:
    """Return what title and text of two jobs say, weightiest first.

    Args:
        title: shared_title().
        weight: part of the score that comes of the titles.
        terms: that the texts share, and their parts of the score.
    """
    found = [("term", term, round(part, 4)) for term, part in terms]
    if title:
        found.append(("title", " ".join(title), round(weight, 4)))
    found.sort(key=_weightiest)
    return found


def _weightiest(reason: Reason) -> tuple[float, str]:
    return -reason[2], reason[1]


def _listed(values: list[str]) -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} and {values[-1]}"


def sentences(words: list[list[Reason]], columns: Sequence[Column], fallback: Iterable[str]) -> list[str]:
    """Return the reasons of each card as one short sentence, its `fallback` where there are none."""
    # Arrow's binary_join_element_wise(null_handling="skip") leaves out rows that are all NULL (26.0).
    parts = zip(map(_in_short, words), *(column.part.to_pylist() for column in columns), fallback, strict=True)
    whole = ["; ".join(filter(None, said)) or instead for *said, instead in parts]
    return [text[0].upper() + text[1:] for text in whole]


def _in_short(found: list[Reason]) -> str:
    """Return what by_words() found as part of a sentence."""
    titles = [f"{value} in both titles" for kind, value, _ in found if kind == "title"]
    terms = [value for kind, value, _ in found if kind == "term"]
    return "; ".join([*titles, f"both about {_listed(terms)}"] if terms else titles)


def as_lists(words: list[list[Reason]], columns: Sequence[Column]) -> pa.Array:
    """Return the reasons of all cards as lists of structs: those by_words() first, then the columns in their order."""
    flat = [reason for found in words for reason in found]
    kinds, values, weights = zip(*flat, strict=True) if flat else ((), (), ())
    told = [np.flatnonzero(column.value.is_valid()) for column in columns]
    card = np.concatenate([np.repeat(np.arange(len(words)), [len(found) for found in words]), *told])
    order = np.argsort(card, kind="stable")
    fields: list[Any] = [
        [pa.array(kinds, pa.string()), *(pa.repeat(c.kind, len(at)) for c, at in zip(columns, told, strict=True))],
        [pa.array(values, pa.string()), *(c.value.drop_null() for c in columns)],
        [pa.array(weights, pa.float64()), *(pa.array(c.weight[at]) for c, at in zip(columns, told, strict=True))],
    ]
    structs = pa.StructArray.from_arrays(
        [pa.concat_arrays(parts).take(pa.array(order)) for parts in fields], names=["kind", "value", "weight"]
    )
    ends = np.cumsum(np.bincount(card, minlength=len(words)))
    return pa.ListArray.from_arrays(pa.array(np.concatenate(([0], ends)).astype(np.int32)), structs)
