"""What grouping needs of postings, links and candidates, as arrays over positions in the order of the posting ids."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import ContractError
from pipeline.grouping.arrays import (
    Bools,
    Floats,
    Ints,
    codes,
    flags,
    floats,
    in_order,
    numbers,
    positions,
    tally,
    whole,
)
from pipeline.grouping.preference import NEVER
from pipeline.sets import without
from pipeline.text.employers import employer_key

FOR_ANOTHER = "posted for another employer"  # flag of a posting
MODEL = "model"  # links.decision where no guard overruled the model


@dataclass(frozen=True)
class Ads:
    """Postings in the order of their ids.

    Attributes:
        rows: the columns grouping reads, in that order.
        ids: their ids.
        employer: code of the employer group the header names, -1 for none.
        speaks_for: code of the employer group the text speaks for where it contradicts the header, else -1.
        employers: number of codes.
        for_another: its text says that it is posted for another employer, without a name.
        snippet: only the beginning of the text is known.
        length: characters of the text.
        posted: day posted, days since 1970; NEVER where not known.
        place: code of the place, -1 where not told.
    """

    rows: pa.Table
    ids: Any
    employer: Ints
    speaks_for: Ints
    employers: int
    for_another: Bools
    snippet: Bools
    length: Ints
    posted: Ints
    place: Ints


_COLUMNS = (
    "posting_id", "title", "title_core", "title_stem", "level", "grade", "degrees", "start_year", "team", "contract",
    "employer_key", "text_employer", "place", "city", "region", "country",
    "posted_on", "body_length", "is_snippet", "flags",
)  # fmt: skip


def ads(postings: pa.Table, employer_groups: tuple[tuple[str, ...], ...]) -> Ads:
    """Return the postings as arrays; employers of one of `employer_groups` count as one."""
    rows = in_order(postings.select(list(_COLUMNS)), "posting_id").combine_chunks()
    text_employer = _distinct(rows.column("text_employer"), employer_key)
    both = _groups(pa.chunked_array([whole(rows.column("employer_key")), whole(text_employer)]), employer_groups)
    code = codes(both)
    return Ads(
        rows=rows,
        ids=whole(rows.column("posting_id")),
        employer=code[: rows.num_rows],
        speaks_for=code[rows.num_rows :],
        employers=tally(code),
        for_another=_holds(rows.column("flags"), FOR_ANOTHER),
        snippet=flags(rows.column("is_snippet")),
        length=numbers(rows.column("body_length"), 0),
        posted=numbers(rows.column("posted_on"), NEVER),
        place=codes(_place(rows)),
    )


def _holds(lists: Any, value: str) -> Bools:
    """Return which of the lists hold `value`."""
    found = np.zeros(len(lists), dtype=np.bool_)
    found[numbers(pc.list_parent_indices(lists), 0)[flags(pc.equal(pc.list_flatten(lists), value))]] = True
    return found


def _distinct(column: Any, change: Any) -> Any:
    """Return a text column with every distinct value changed."""
    encoded = pc.dictionary_encode(whole(column))
    changed = pa.array([change(v) for v in encoded.dictionary.to_pylist()], pa.string())
    return changed.take(encoded.indices)


def _groups(employers: Any, employer_groups: tuple[tuple[str, ...], ...]) -> Any:
    """Return employer keys with those of one group replaced by the group's first."""
    first = {key: group[0] for group in employer_groups for key in group}
    return _distinct(employers, lambda key: first.get(key, key))


def _place(rows: pa.Table) -> Any:
    """Return one text a place: city, region and country where the city is known, else the place as delivered."""
    parts = [pc.fill_null(rows.column(n), "") for n in ("city", "region", "country")]
    town = pc.binary_join_element_wise(*parts, ", ")
    place = pc.if_else(pc.is_valid(rows.column("city")), town, rows.column("place"))
    return pc.utf8_lower(pc.fill_null(place, ""))


_SCORES = ["title_score", "core_score", "text_overlap"]
_LINK_COLUMNS = ["posting_id_a", "posting_id_b", "kind", "decision", "probability", "same_place", *_SCORES]


@dataclass(frozen=True)
class Judged:
    """Links over positions, in the order of their ids.

    Attributes:
        rows: ids and scores of the links, in that order.
        left: position of posting_id_a; right: of posting_id_b.
        same: repost or relocation.
        relocation: the places differ.
        forbidden: a guard or a person says that the pair is not the same ad.
        probability: that it is, in [0, 1].
        weight: what it weighs for one job (same) or against, not negative; 1 is a certain link's.
        template: the pair may hold a family together.
        person: a person decided.
        one_place: both are for one place; false where the places differ or one tells none.
    """

    rows: pa.Table
    left: Ints
    right: Ints
    same: Bools
    relocation: Bools
    forbidden: Bools
    probability: Floats
    weight: Floats
    template: Bools
    person: Bools
    one_place: Bools


def judged(links: pa.Table, postings: Ads) -> Judged:
    """Return the links as arrays.

    Raises:
        ContractError: a link names a posting that is not there.
    """
    rows = in_order(links.select(_LINK_COLUMNS), "posting_id_a", "posting_id_b").combine_chunks()
    left, right = (_known(rows.column(name), postings, f"links.{name}") for name in ("posting_id_a", "posting_id_b"))
    same = flags(pc.not_equal(rows.column("kind"), "variant"))
    moved = flags(pc.equal(rows.column("kind"), "relocation"))
    ruled = flags(pc.not_equal(rows.column("decision"), MODEL))
    probability = floats(rows.column("probability"))
    weight = np.where(same, probability, 1 - probability)
    yes = np.ones(len(same), dtype=np.bool_)
    place = flags(rows.column("same_place"))
    rows = rows.select(["posting_id_a", "posting_id_b", *_SCORES])
    forbidden = ~same & ruled
    return Judged(rows, left, right, same, moved, forbidden, probability, weight, yes, person=~yes, one_place=place)


def _known(names: Any, postings: Ads, where: str) -> Ints:
    found = positions(names, postings.ids)
    lost = np.flatnonzero(found < 0)
    if len(lost):
        raise ContractError(
            f"{where}: {len(lost)} rows name postings that are not in this run, for example"
            f" {names[int(lost[0])].as_py()}; redo the run from stage block with --force"
        )
    return found


def compared_apart(candidates: pa.Table, postings: Ads, links: Judged, component: Ints) -> tuple[Ints, Ints]:
    """Return pairs within one component that were compared and not linked, in order.

    Only components that links leave incomplete are looked at: there are thirty times as many candidates as postings.
    """
    size = len(component)
    sizes = np.bincount(component)
    inside = component[links.left] == component[links.right]
    linked = np.bincount(component[links.left[inside]], minlength=len(sizes))
    some = np.flatnonzero((linked < sizes * (sizes - 1) // 2)[component])
    names = postings.ids.take(pa.array(some))
    ends = [positions(candidates.column(name), names) for name in ("posting_id_a", "posting_id_b")]
    both = (ends[0] >= 0) & (ends[1] >= 0)
    left, right = (some[e[both]] for e in ends)
    near = component[left] == component[right]
    key = without(left[near] * size + right[near], links.left * size + links.right)
    return key // size, key % size
