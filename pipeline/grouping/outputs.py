"""Jobs and their postings as the tables that sql/schema promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.contracts import conform, contract
from pipeline.grouping.arrays import Bools, Ints, in_order
from pipeline.grouping.inputs import Ads, Judged
from pipeline.grouping.joining import FORBIDDEN, NO_HUB, OUTWEIGHED, STOCK, Groups
from pipeline.grouping.lasting import Move
from pipeline.grouping.preference import NEVER

_REASONS = {FORBIDDEN: "kept apart", NO_HUB: "no common canonical", OUTWEIGHED: "outweighed", STOCK: "stock text"}


@dataclass(frozen=True)
class Jobs:
    """Jobs by position, in the order of their first postings.

    Attributes:
        ids: their ids.
        label: job of each posting.
        canonical: canonical posting of each job.
        link: row of the link with which each posting hangs on its canonical; -1 for a canonical.
        first: earliest day posted, days since 1970; NEVER where not known.
    """

    ids: list[str]
    label: Ints
    canonical: Ints
    link: Ints
    first: Ints


def as_jobs(ids: list[str], postings: Ads, links: Judged, groups: Groups, canonical: Ints) -> Jobs:
    """Return groups of postings as jobs."""
    head = canonical[groups.label]
    link = np.full(len(head), -1, dtype=np.int64)
    for member, other in ((links.left, links.right), (links.right, links.left)):
        hangs = np.flatnonzero(links.same & (head[member] == other))
        link[member[hangs]] = hangs
    first = np.full(len(ids), NEVER, dtype=np.int64)
    np.minimum.at(first, groups.label, postings.posted)
    return Jobs(ids, groups.label, canonical, link, first)


def job_postings(postings: Ads, links: Judged, jobs: Jobs) -> pa.Table:
    """Return table job_postings: every posting once, with its link to the canonical."""
    head = jobs.link < 0  # no link: -1 takes what is appended
    kinds = np.asarray(["repost", "relocation"], dtype=object)[
        np.append(links.relocation, False)[jobs.link].astype(int)
    ]
    table = pa.table(
        {
            "job_id": pa.array(jobs.ids, pa.string()).take(pa.array(jobs.label)),
            "posting_id": postings.ids,
            "is_canonical": pa.array(head),
            "kind": pa.array(kinds, pa.string(), mask=head),
            "probability": pa.array(np.append(links.probability, 1.0)[jobs.link], mask=head),
        }
    )
    return conform(in_order(table, "job_id", "posting_id"), contract("job_postings"))


def job_rows(postings: Ads, links: Judged, jobs: Jobs, family_ids: Sequence[str | None]) -> pa.Table:
    """Return table jobs; `family_ids` has the family of each job."""
    count = len(jobs.ids)
    told = postings.place >= 0
    places = np.unique(np.stack([jobs.label[told], postings.place[told]]), axis=1)[0]
    latest = np.full(count, -1, dtype=np.int64)
    known = np.flatnonzero(postings.posted != NEVER)
    np.maximum.at(latest, jobs.label[known], postings.posted[known])
    least = np.ones(count)
    hangs = np.flatnonzero(jobs.link >= 0)
    np.minimum.at(least, jobs.label[hangs], links.probability[jobs.link[hangs]])
    table = pa.table(
        {
            "job_id": pa.array(jobs.ids, pa.string()),
            "canonical_posting_id": postings.ids.take(pa.array(jobs.canonical)),
            "family_id": pa.array(family_ids, pa.string()),
            "postings": np.bincount(jobs.label, minlength=count),
            "places": np.bincount(places, minlength=count),
            "first_posted_on": _days(jobs.first, jobs.first == NEVER),
            "last_posted_on": _days(latest, jobs.first == NEVER),
            "probability": least,
        }
    )
    return conform(in_order(table, "job_id"), contract("jobs"))


def _days(values: Ints, unknown: Bools) -> Any:
    return pa.array(values.astype(np.int32), pa.int32(), mask=unknown).cast(pa.date32())


def cuts(links: Judged, groups: Groups, jobs: Jobs) -> pa.Table:
    """Return table cuts: the same-ad links whose postings ended in different jobs, and why."""
    rows = pa.array(groups.cut_rows)
    ids = pa.array(jobs.ids, pa.string())
    table = pa.table(
        {
            **{n: links.rows.column(n).take(rows) for n in ("posting_id_a", "posting_id_b")},
            "job_id_a": ids.take(pa.array(jobs.label[links.left[groups.cut_rows]])),
            "job_id_b": ids.take(pa.array(jobs.label[links.right[groups.cut_rows]])),
            "probability": links.probability[groups.cut_rows],
            "reason": pa.array([_REASONS[r] for r in groups.reasons.tolist()], pa.string()),
        }
    )
    return conform(table, contract("cuts"))


def lineage(moves: dict[str, list[Move]]) -> pa.Table:
    """Return table lineage of moves by kind ('job', 'family')."""
    rows = [(kind, m.event, m.old_id, m.new_id, m.members) for kind, found in moves.items() for m in found]
    names = ("kind", "event", "old_id", "new_id", "members")
    promised = contract("lineage")
    types = [promised.schema.field(n).type for n in names]
    columns = [pa.array([row[i] for row in rows], types[i]) for i in range(len(names))]
    return conform(pa.table(dict(zip(names, columns, strict=True))), promised)
