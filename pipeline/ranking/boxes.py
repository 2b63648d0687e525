"""The boxes of some jobs: filled, looked through for the same ad twice, and filled again where there is one."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from pipeline.ranking import box, pairs
from pipeline.ranking.box import Fillers, Ranked
from pipeline.ranking.corpus import Corpus
from pipeline.ranking.ranker import cosines
from pipeline.settings import RelateSettings

Ints = npt.NDArray[np.int64]
Cards = list[tuple[int, str]]


def filled(
    known: Corpus, jobs: Sequence[int], ranked: Ranked, fill_from: Fillers, settings: RelateSettings, pages: int = 1
) -> list[Cards]:
    """Return the cards of each of `jobs`: the job shown and its road, best first.

    A box never shows two jobs that look like the same ad, nor one to who reads the other. Only what would be shown is
    compared: where two are alike the box is filled again, by who knows that, until all that it shows differ.

    Args:
        known: all jobs.
        jobs: whose boxes.
        ranked: their neighbours, by place in `jobs`.
        fill_from: box.fillers().
        settings: of the stage.
        pages: of each box.
    """
    twins: dict[int, set[int]] = {}
    found: list[Cards] = [[] for _ in jobs]
    left = list(range(len(jobs)))
    while left:
        for i in left:
            found[i] = box.fill(
                jobs[i], ranked.of(i), known.facts, fill_from, settings.limit, settings.max_per_employer, twins,
                settings.level_gap, pages,
            )  # fmt: skip
        left = _alike(known, [np.array([jobs[i], *(job for job, _ in found[i])]) for i in left], left, twins, settings)
    return found


def _alike(
    known: Corpus, shown: list[Ints], places: list[int], twins: dict[int, set[int]], settings: RelateSettings
) -> list[int]:
    """Add to `twins` what is alike among the jobs that stand in one box; return the `places` of the boxes where some is."""
    ends = [_couples(len(jobs)) for jobs in shown]
    a, b = (np.concatenate([jobs[end[side]] for jobs, end in zip(shown, ends, strict=True)]) for side in (0, 1))
    found = np.flatnonzero(pairs.alike(known, cosines(known.sparse[pairs.BODY], a, b), a, b, settings))
    for one, other in zip(a[found].tolist(), b[found].tolist(), strict=True):
        twins.setdefault(one, set()).add(other)
        twins.setdefault(other, set()).add(one)
    of = np.repeat(np.arange(len(shown)), [len(end[0]) for end in ends])
    return [places[i] for i in np.unique(of[found]).tolist()]


@cache
def _couples(size: int) -> tuple[Ints, Ints]:
    """Return the positions of all pairs of `size` things."""
    one, other = np.triu_indices(size, 1)
    return one, other
