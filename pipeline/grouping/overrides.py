"""What people decided about pairs wins: must-link, cannot-link and variant, over what the link stage judged."""

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pyarrow as pa
from rapidfuzz import fuzz, process

from pipeline.grouping.arrays import Bools, Ints, in_order, positions
from pipeline.grouping.inputs import Ads, Judged
from pipeline.grouping.joining import components
from pipeline.sets import without

_MUST_WEIGHT = 1000.0  # a person's word against a thousand links

Verdicts = dict[int, dict[str, Any]]
"""Fields of Judged by pair; a pair is left * postings + right."""


def overruled(links: Judged, postings: Ads, overrides: pa.Table) -> Judged:
    """Return the links as people overruled them.

    must-link: one job. Who says that two postings are one ad says that what agrees with one of them agrees with the
    other: a link of one is a link of the other too, without weight, unless a person decided that pair otherwise.
    cannot-link: never one job, nor a reason for a family. variant: never one job, always a reason for a family.
    Postings that are gone do not matter. Where a chain of must-links contradicts a cannot-link, the cannot-link stands.
    """
    rows = in_order(overrides, "posting_id_a", "posting_id_b")
    left, right = (positions(rows.column(name), postings.ids) for name in ("posting_id_a", "posting_id_b"))
    here = np.flatnonzero((left >= 0) & (right >= 0))
    if not len(here):
        return links
    left, right = left[here], right[here]
    says = np.asarray(rows.column("decision").to_pylist(), dtype=str)[here]
    must = says == "must-link"
    verdicts = _inherited(links, left[must], right[must], len(postings.ids))
    for pair, decision in zip((left * len(postings.ids) + right).tolist(), says.tolist(), strict=True):
        verdicts[pair] = _VERDICTS[decision]
    return _with(links, postings, verdicts)


_VERDICTS: dict[str, dict[str, Any]] = {
    "must-link": {
        "same": True, "forbidden": False, "template": True, "person": True, "probability": 1.0, "weight": _MUST_WEIGHT,
    },
    "cannot-link": {
        "same": False, "forbidden": True, "template": False, "person": True, "probability": 0.0, "weight": 1.0,
    },
    "variant": {
        "same": False, "forbidden": True, "template": True, "person": True, "probability": 0.0, "weight": 1.0,
    },
}  # fmt: skip


def _inherited(links: Judged, left: Ints, right: Ints, size: int) -> Verdicts:
    """Return the links that postings of one must-link hold through each other."""
    component = components(left, right, size)
    one = np.bincount(component)[component] > 1  # postings that a must-link names
    touched = np.flatnonzero(links.same & (one[links.left] | one[links.right]))
    near: dict[int, dict[int, float]] = {}  # what each component of must-links agrees with, and how surely
    members = np.flatnonzero(one).tolist()
    for member in members:
        near.setdefault(int(component[member]), {})[member] = 1.0
    for row in touched.tolist():
        for own, other in ((links.left[row], links.right[row]), (links.right[row], links.left[row])):
            if one[own]:
                known = near[int(component[own])]
                known[int(other)] = max(known.get(int(other), 0.0), float(links.probability[row]))
    linked = set((links.left[links.same] * size + links.right[links.same]).tolist())
    found: Verdicts = {}
    for member in members:
        for other, sure in near[int(component[member])].items():
            pair = min(member, other) * size + max(member, other)
            if other != member and pair not in linked:
                found[pair] = {
                    "same": True, "forbidden": False, "template": True, "person": False, "weight": 0.0,
                    "probability": max(sure, found.get(pair, {}).get("probability", 0.0)),
                }  # fmt: skip
    return found


def _with(links: Judged, postings: Ads, verdicts: Verdicts) -> Judged:
    """Return the links with some pairs judged anew."""
    size = len(postings.ids)
    keys = np.asarray(sorted(verdicts), dtype=np.int64)
    links = _append(links, postings, without(keys, links.left * size + links.right))
    key = links.left * size + links.right
    order = np.argsort(key)
    at = order[np.searchsorted(key[order], keys)]
    changed = {name: getattr(links, name).copy() for name in verdicts[int(keys[0])]}
    for name, values in changed.items():
        values[at] = [verdicts[pair][name] for pair in keys.tolist()]
    new = at[changed["same"][at] & ~links.same[at]]
    relocation = links.relocation.copy()
    relocation[new] = _elsewhere(postings, links.left[new], links.right[new])
    return replace(links, relocation=relocation, **changed)


def _elsewhere(postings: Ads, left: Ints, right: Ints) -> Bools:
    """Return whether both postings tell a place, and not the same."""
    one, other = postings.place[left], postings.place[right]
    return np.asarray((one >= 0) & (other >= 0) & (one != other))


def _append(links: Judged, postings: Ads, keys: Ints) -> Judged:
    """Return the links and new pairs behind them, with the little that is known of these."""
    size = len(postings.ids)
    left, right = keys // size, keys % size
    names = [postings.rows.column("title").take(pa.array(end)).to_pylist() for end in (left, right)]
    cores = [postings.rows.column("title_core").take(pa.array(end)).to_pylist() for end in (left, right)]
    none = np.zeros(len(keys))
    rows = pa.table(
        {
            "posting_id_a": postings.ids.take(pa.array(left)),
            "posting_id_b": postings.ids.take(pa.array(right)),
            "title_score": process.cpdist(*names, scorer=fuzz.token_sort_ratio, dtype=np.float64),
            "core_score": process.cpdist(*cores, scorer=fuzz.token_sort_ratio, dtype=np.float64),
            "text_overlap": none,
        }
    )
    new = Judged(
        rows=rows.select(links.rows.column_names).cast(links.rows.schema),
        left=left,
        right=right,
        probability=none,
        weight=none,
        **{
            name: none.astype(np.bool_)
            for name in ("same", "relocation", "forbidden", "template", "person", "one_place")
        },
    )
    both = {f.name: np.concatenate([getattr(links, f.name), getattr(new, f.name)]) for f in fields(Judged)[1:]}
    return Judged(rows=pa.concat_tables([links.rows, new.rows]).combine_chunks(), **both)
