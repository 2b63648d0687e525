"""Join postings to jobs and jobs to families; every member is checked against the one that stands for its group."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts import contract
from pipeline.grouping.arrays import Bools, Ints, codes, flags, in_order, positions, ranks, whole
from pipeline.grouping.families import families as centres_of
from pipeline.grouping.family_outputs import Families, family_tables
from pipeline.grouping.inputs import Ads, Judged, ads, compared_apart, judged
from pipeline.grouping.joining import STOCK, Groups, Pairs, components, heads, join, linked_with_all
from pipeline.grouping.kin import Kin, kin
from pipeline.grouping.lasting import Move, Yesterday, lasting
from pipeline.grouping.outputs import Jobs, as_jobs, cuts, job_postings, job_rows, lineage
from pipeline.grouping.overrides import overruled
from pipeline.grouping.partition import UNIT
from pipeline.grouping.preference import aggregators, preferred
from pipeline.grouping.stock import stock
from pipeline.plan import Night
from pipeline.settings import GroupSettings


def group(tables: Mapping[str, pa.Table], night: Night, settings: GroupSettings) -> dict[str, pa.Table]:
    """Return jobs, job_postings, variant_families, family_jobs, lineage and cuts.

    Every posting is in exactly one job; every member of a job holds a repost or relocation link with its canonical
    posting; no pair that a guard judged apart shares a job; every member of a family holds a link with the family's
    canonical job. Same-ad links that do not join are told in cuts.

    Args:
        tables: postings, links, candidates, bridged, yesterday_job_postings, yesterday_family_jobs, yesterday_variant_families;
            overrides, where people decided; yesterday_posting_states, where postings may come back.
        night: groups do not depend on it.
        settings: section [group].

    Raises:
        ContractError: a link names a posting that is not there.
    """
    postings = ads(tables["postings"], settings.employer_groups)
    decided = tables.get("overrides", contract("overrides").empty())
    links = overruled(judged(tables["links"], postings), postings, decided)
    pairs = pa.concat_tables(
        [tables[name].select(["posting_id_a", "posting_id_b"]) for name in ("candidates", "bridged")]
    )
    ready_made = stock(postings, links, settings.stock_employers)
    links = replace(links, same=links.same & ~ready_made)
    groups = _told(_same_ads(pairs, postings, links, settings), links, ready_made)
    canonical = _canonical(postings, links, groups, settings)
    states = tables.get("yesterday_posting_states", contract("posting_states", "mart").empty())
    ids, job_moves = _job_ids(_belonged(tables["yesterday_job_postings"], states), postings, groups, canonical)
    jobs = as_jobs(ids, postings, links, groups, canonical)
    relatives = kin(postings, links, jobs.label, jobs.canonical, _own(postings, links, settings), settings)
    families, family_moves = _families(tables, jobs, relatives)
    variant_families, family_jobs = family_tables(postings, jobs, families, relatives)
    family_ids = [families.ids[k] if k >= 0 else None for k in families.label.tolist()]
    return {
        "jobs": job_rows(postings, links, jobs, family_ids),
        "job_postings": job_postings(postings, links, jobs),
        "variant_families": variant_families,
        "family_jobs": family_jobs,
        "lineage": lineage({"job": job_moves, "family": family_moves}),
        "cuts": cuts(links, groups, jobs),
    }


def _told(groups: Groups, links: Judged, ready_made: Bools) -> Groups:
    """Return the groups, with the links that rest on stock texts among those that do not join."""
    rows = np.flatnonzero(ready_made & (groups.label[links.left] != groups.label[links.right]))
    cut_rows = np.concatenate([groups.cut_rows, rows])
    order = np.argsort(cut_rows, kind="stable")
    reasons = np.concatenate([groups.reasons, np.full(len(rows), STOCK)])
    return replace(groups, cut_rows=cut_rows[order], reasons=reasons[order])


def _same_ads(candidates: pa.Table, postings: Ads, links: Judged, settings: GroupSettings) -> Groups:
    """Return postings joined by same-ad links."""
    component = components(links.left[links.same], links.right[links.same], len(postings.ids))
    left, right = compared_apart(candidates, postings, links, component)
    weight = np.concatenate([links.weight, np.full(len(left), settings.against_unlinked)])
    no = np.zeros(len(left), dtype=np.bool_)
    pairs = Pairs(
        np.concatenate([links.left, left]),
        np.concatenate([links.right, right]),
        np.concatenate([links.same, no]),
        np.concatenate([links.forbidden, no]),
        np.rint(weight * UNIT).astype(np.int64),
    )
    # The rows of the links come first, so that groups.cut_rows are rows of the links.
    return join(pairs, component, (~postings.snippet).astype(np.int64))  # a snippet holds no two whole texts together


def _canonical(postings: Ads, links: Judged, groups: Groups, settings: GroupSettings) -> Ints:
    """Return the canonical posting of each group: of those that agree with all members the best, then the oldest."""
    agrees = linked_with_all(links.left[links.same], links.right[links.same], groups.label)
    own = _own(postings, links, settings)
    best = preferred(agrees, groups.label, own, postings.snippet, postings.length, settings.fuller_step)
    return heads(best, groups.label, ranks(np.arange(len(own)), postings.posted))


def _own(postings: Ads, links: Judged, settings: GroupSettings) -> Bools:
    """Return which postings are their employer's own: not blind, not an aggregator's, not for another employer."""
    employer = postings.employer
    ends = employer[links.left[links.same]], employer[links.right[links.same]]
    reposts = aggregators(*ends, postings.employers, settings.aggregator_employers)
    another = (postings.speaks_for >= 0) & (postings.speaks_for != employer)
    return np.asarray((employer >= 0) & ~postings.for_another & ~another & ~np.append(reposts, False)[employer])


def _belonged(yesterday: pa.Table, states: pa.Table) -> pa.Table:
    """Return which posting belonged to which job: yesterday's, and where a posting is closed the job it belonged to last.

    So a job whose postings come back finds its id again; as its canonical posting counts only one that was open yesterday.
    """
    closed = states.filter(pc.and_(pc.equal(states.column("state"), "closed"), pc.is_valid(states.column("job_id"))))
    closed = closed.select(["job_id", "posting_id"]).append_column("is_canonical", pa.array([False] * closed.num_rows))
    return pa.concat_tables(
        [yesterday.select(closed.column_names), closed], promote_options="permissive"
    ).combine_chunks()


def _job_ids(yesterday: pa.Table, postings: Ads, groups: Groups, canonical: Ints) -> tuple[list[str], list[Move]]:
    """Return the ids of the groups, and what moved between jobs."""
    rows = in_order(yesterday, "posting_id")
    at = positions(rows.column("posting_id"), postings.ids)
    now = np.append(groups.label, -1)[at]
    before = _yesterday(rows.column("job_id"), now, flags(rows.column("is_canonical")))
    return lasting("j", before, postings.ids.take(pa.array(canonical)).to_pylist())


def _families(tables: Mapping[str, pa.Table], jobs: Jobs, pairs: Kin) -> tuple[Families, list[Move]]:
    """Return the families of the jobs with their ids, and what moved between families."""
    count = len(jobs.ids)
    names = np.asarray(jobs.ids, dtype=str)
    age = ranks(jobs.canonical, jobs.first)
    centre = centres_of(pairs.left, pairs.right, pairs.closeness, age)
    label = np.unique(centre[centre >= 0], return_inverse=True)[1]
    family = np.full(count, -1, dtype=np.int64)
    family[centre >= 0] = label
    canonical = heads(linked_with_all(pairs.left, pairs.right, family), family, age)
    rows = in_order(tables["yesterday_family_jobs"], "job_id")
    at = positions(rows.column("job_id"), pa.array(jobs.ids, pa.string()))
    stood = pc.is_in(
        rows.column("job_id"), value_set=whole(tables["yesterday_variant_families"].column("canonical_job_id"))
    )
    before = _yesterday(rows.column("family_id"), np.append(family, -1)[at], flags(stood))
    ids, moves = lasting("f", before, names[canonical].tolist())
    return Families(ids, family, canonical), moves


def _yesterday(group_ids: pa.ChunkedArray, now: Ints, stood: Bools) -> Yesterday:
    """Return yesterday's groups from one row a member: its group's id, its group now (-1: none), if it stood for it."""
    code = codes(group_ids)
    ids = sorted(pc.unique(group_ids).to_pylist())
    lives = now >= 0
    heads_now = np.full(len(ids), -1, dtype=np.int64)
    heads_now[code[stood]] = now[stood]
    return Yesterday(ids, code[lives], now[lives], heads_now)
