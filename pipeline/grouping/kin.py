"""Pairs of jobs that share a template: one employer, one title core, and a link between their postings that says so."""

from dataclasses import dataclass

import numpy as np

from pipeline.grouping.arrays import Bools, Floats, Ints, codes, floats
from pipeline.grouping.inputs import Ads, Judged
from pipeline.settings import GroupSettings

_SAME_CORE = 97.0  # RapidFuzz score from which two title cores are the same but for a letter


@dataclass(frozen=True)
class Kin:
    """Pairs of jobs, each once, the smaller first.

    Attributes:
        left: one job; right: the other.
        text_overlap: of their canonical postings where these are linked, else the largest between their postings.
        closeness: text_overlap and title score of the same link, each in [0, 1], added up.
    """

    left: Ints
    right: Ints
    text_overlap: Floats
    closeness: Floats


def kin(postings: Ads, links: Judged, label: Ints, canonical: Ints, own: Bools, settings: GroupSettings) -> Kin:
    """Return the pairs of jobs between which a family may run.

    A repost or relocation link between two jobs (one that was cut) counts as well: it says no less than a variant link
    that the template is shared.

    Args:
        postings: the postings.
        links: the judged pairs.
        label: job of each posting.
        canonical: canonical posting of each job.
        own: which postings are their employer's own.
        settings: how far title cores must agree, unless the canonical postings' stems are the same, and texts, unless of one
            only the beginning is known or a person decided.
    """
    may = links.template & (links.person | one_employer(postings, links.left, links.right))
    rows = np.flatnonzero(may & (label[links.left] != label[links.right]))
    ends = np.sort(np.stack([label[links.left[rows]], label[links.right[rows]]]), axis=0)
    head = np.zeros(len(label), dtype=np.bool_)
    head[canonical] = True
    between_heads = head[links.left[rows]] & head[links.right[rows]]
    overlap, title = floats(links.rows.column("text_overlap"))[rows], floats(links.rows.column("title_score"))[rows]
    order = np.lexsort((-title, -overlap, ~between_heads, ends[1], ends[0]))
    first = _first_of_each(ends[0][order], ends[1][order])
    agreed = np.where(links.person, 100.0, floats(links.rows.column("core_score")))[rows][order]
    core = np.maximum.reduceat(agreed, first) if len(first) else agreed
    pick = order[first]
    left, right = ends[0][pick], ends[1][pick]
    stem = codes(postings.rows.column("title_stem"))[canonical]
    same_stem = (stem[left] == stem[right]) & (stem[left] >= 0)
    good = (core >= settings.family_core_score) | same_stem
    need = np.where(same_stem | (core >= _SAME_CORE), settings.family_text_overlap, settings.family_far_text_overlap)
    head_own = own[canonical]
    need = np.where(head_own[left] & head_own[right], need, settings.family_house_text_overlap)
    untold = postings.snippet[canonical[left]] | postings.snippet[canonical[right]] | links.person[rows][pick]
    good &= untold | (overlap[pick] >= need)
    pick = pick[good]
    return Kin(left[good], right[good], overlap[pick], overlap[pick] + title[pick] / 100)


def one_employer(postings: Ads, left: Ints, right: Ints) -> Bools:
    """Return whether two postings are of one employer group, by header or by what their texts say."""
    met = np.zeros(len(left), dtype=np.bool_)
    for one in (postings.employer, postings.speaks_for):
        for other in (postings.employer, postings.speaks_for):
            met |= (one[left] >= 0) & (one[left] == other[right])
    return met


def _first_of_each(left: Ints, right: Ints) -> Ints:
    """Return where each run of equal pairs begins."""
    if not len(left):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero(np.append(True, (left[1:] != left[:-1]) | (right[1:] != right[:-1])))
