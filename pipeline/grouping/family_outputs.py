"""Variant families as the tables that sql/schema promises."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import fuzz, process

from pipeline.contracts import conform, contract
from pipeline.grouping.arrays import Floats, Ints, in_order
from pipeline.grouping.inputs import Ads
from pipeline.grouping.kin import Kin
from pipeline.grouping.outputs import Jobs
from pipeline.grouping.slots import slots, stem
from pipeline.text.employers import employer_key

_OWN = ("level", "grade", "degrees", "start_year", "team", "contract")
_SLOTS = {
    "level": "level",
    "grade": "grade",
    "degree": "degrees",
    "start year": "start_year",
    "team": "team",
    "contract": "contract",
    "place": "place",
}
_TOLD = ("place",)  # qualifiers that a title need not state: not told is not another


@dataclass(frozen=True)
class Families:
    """Families by position.

    Attributes:
        ids: their ids.
        label: family of each job, -1 for none.
        canonical: canonical job of each family.
    """

    ids: list[str]
    label: Ints
    canonical: Ints


def family_tables(postings: Ads, jobs: Jobs, families: Families, pairs: Kin) -> tuple[pa.Table, pa.Table]:
    """Return tables variant_families and family_jobs."""
    member = np.flatnonzero(families.label >= 0)
    member = member[np.argsort(families.label[member], kind="stable")]
    head = families.canonical[families.label[member]]
    shown = postings.rows.take(pa.array(jobs.canonical[member]))
    titles = shown.column("title").to_pylist()
    head_titles = postings.rows.column("title").take(pa.array(jobs.canonical[head])).to_pylist()
    ids = pa.array(jobs.ids, pa.string())
    table = pa.table(
        {
            "family_id": pa.array(families.ids, pa.string()).take(pa.array(families.label[member])),
            "job_id": ids.take(pa.array(member)),
            **{name: shown.column(name) for name in _OWN},
            "title_score": process.cpdist(titles, head_titles, scorer=fuzz.token_sort_ratio, dtype=np.float64),
            "text_overlap": _overlap(member, head, pairs, len(jobs.ids)),
        }
    )
    family_jobs = conform(in_order(table, "family_id", "job_id"), contract("family_jobs"))
    return _family_rows(postings, jobs, families, member), family_jobs


def _overlap(member: Ints, head: Ints, pairs: Kin, count: int) -> Floats:
    """Return the text overlap of each member job with its family's canonical job, 1 for that one itself."""
    key = pairs.left * count + pairs.right
    order = np.argsort(key)
    found = np.minimum(member, head) * count + np.maximum(member, head)
    at = order[np.minimum(np.searchsorted(key[order], found), len(key) - 1)] if len(key) else found
    return np.where(member == head, 1.0, pairs.text_overlap[at])


def _family_rows(postings: Ads, jobs: Jobs, families: Families, member: Ints) -> pa.Table:
    """Return table variant_families; `member` are the jobs that have a family, sorted by family."""
    shown = jobs.canonical[member]
    columns = {name: postings.rows.column(name).take(pa.array(shown)).to_pylist() for name in ("title", *_OWN)}
    columns["degrees"] = [tuple(d) for d in columns["degrees"]]
    columns["place"] = [p if p >= 0 else None for p in postings.place[shown].tolist()]
    begin = np.searchsorted(families.label[member], np.arange(len(families.ids) + 1)).tolist()
    heads = postings.rows.take(pa.array(jobs.canonical[families.canonical]))
    titles, stems, cores = (heads.column(name).to_pylist() for name in ("title", "title_stem", "title_core"))
    found_stems, found_slots = [], []
    for k in range(len(families.ids)):
        part = slice(begin[k], begin[k + 1])
        differs = slots({slot: columns[name][part] for slot, name in _SLOTS.items()}, _TOLD)
        shared = cores[k] if "level" in differs else stems[k]  # a level that differs is no part of what is shared
        found_stems.append(stem(columns["title"][part], titles[k], shared))
        found_slots.append(differs)
    table = pa.table(
        {
            "family_id": pa.array(families.ids, pa.string()),
            "canonical_job_id": pa.array(jobs.ids, pa.string()).take(pa.array(families.canonical)),
            "employer_key": _employer(heads),
            "stem": pa.array(found_stems, pa.string()),
            "slots": pa.array(found_slots, pa.list_(pa.string())),
            "jobs": np.bincount(families.label[member], minlength=len(families.ids)),
        }
    )
    return conform(in_order(table, "family_id"), contract("variant_families"))


def _employer(heads: pa.Table) -> Any:
    """Return the employer key of each posting, that of its text where the header names none."""
    header = heads.column("employer_key")
    said = pa.array([employer_key(name) for name in heads.column("text_employer").to_pylist()], pa.string())
    return pc.if_else(pc.equal(header, ""), said, header)
