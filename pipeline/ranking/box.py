"""The box of a job: the best neighbours, one a variant family, few of one employer; filled where they lack."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import inf, nan

import numpy as np
import numpy.typing as npt

from pipeline.ranking.facts import Facts

Ints = npt.NDArray[np.int64]

NEIGHBOUR, CLUSTER, PLACE = "neighbour", "cluster", "level and place"
OTHER_LEVEL, OVER_CAP = "other level", "over employer cap"
"""Roads by which cards come, in the order they are taken."""
_AT_ONCE = 256  # jobs of a shelf looked at together: a box is full after a few


@dataclass
class Box:
    """Cards of one job, best first: the job shown and its road.

    Attributes:
        limit: cards at most.
        max_per_employer: of one employer.
        rank: of the job's level; NaN where none is stated.
        level_gap: ranks between two stated levels from which on they are no neighbours.
        cards: chosen so far.
        far_off: jobs passed over because of their level, in the order they were met.
        over_cap: jobs passed over because of their employer, in the order they were met.
        families: families that have a card.
        twins: jobs that look like the same ad as another.
        same: twins of the job that is read and of the jobs that are shown.
        employers: cards of each.
    """

    limit: int
    max_per_employer: int
    cards: list[tuple[int, str]] = field(default_factory=list)
    rank: float = nan
    level_gap: float = inf
    far_off: list[int] = field(default_factory=list)
    over_cap: list[int] = field(default_factory=list)
    families: set[int] = field(default_factory=set)
    twins: Mapping[int, set[int]] = field(default_factory=dict)
    same: set[int] = field(default_factory=set)
    employers: Counter[int] = field(default_factory=Counter)

    def offer(self, jobs: Iterable[int], road: str, facts: Facts) -> bool:
        """Take cards from `jobs`, best first, until the box is full; return whether it is."""
        for job in jobs:
            if len(self.cards) >= self.limit:
                return True
            family, employer = facts.family.item(job), facts.employer.item(job)
            if family in self.families or job in self.same:
                continue
            if abs(facts.stated.item(job) - self.rank) >= self.level_gap and road != OTHER_LEVEL:
                self.far_off.append(job)
                continue
            if employer >= 0 and self.employers[employer] >= self.max_per_employer:
                self.over_cap.append(job)
                continue
            self.employers[employer] += 1
            self._show(job, road, facts)
        return len(self.cards) >= self.limit

    def offer_over_cap(self, facts: Facts) -> None:
        """Fill what is left with jobs above the employer cap, in the order they were met."""
        for job in self.over_cap:
            if len(self.cards) >= self.limit:
                return
            if facts.family.item(job) not in self.families and job not in self.same:
                self._show(job, OVER_CAP, facts)

    def _show(self, job: int, road: str, facts: Facts) -> None:
        self.families.add(facts.family.item(job))
        if job in self.twins:
            self.same |= self.twins[job]
        self.cards.append((job, road))


@dataclass(frozen=True)
class Shelves:
    """Jobs by some key, ascending in each: those of shelf s are jobs[starts[s] : starts[s + 1]]."""

    of: Ints
    jobs: Ints
    starts: Ints

    def beside(self, job: int) -> Ints:
        """Return the jobs on the shelf of one, its own among them."""
        shelf = self.of[job]
        return self.jobs[self.starts[shelf] : self.starts[shelf + 1]]


@dataclass(frozen=True)
class Fillers:
    """Jobs that fill a box: those of its cluster, the nearest to the centre first; then those of its level and place.

    Attributes:
        clusters: jobs by cluster, nearest to its centre first; the last shelf has those without words to tell by.
        unplaced: that shelf.
        shelves: jobs by language, rank, area and city; by the first three, two and one of these; and all.
    """

    clusters: Shelves
    unplaced: int
    shelves: tuple[Shelves, ...]

    def of_cluster(self, job: int) -> Iterator[int]:
        """Yield the other jobs of the job's cluster."""
        if self.clusters.of[job] != self.unplaced:
            yield from (other for other in self.clusters.beside(job).tolist() if other != job)

    def of_place(self, job: int) -> Iterator[int]:
        """Yield other jobs, those of its language, level and place first; a job may come more than once."""
        for one in self.shelves:
            jobs = one.beside(job)
            for begin in range(0, len(jobs), _AT_ONCE):
                yield from (other for other in jobs[begin : begin + _AT_ONCE].tolist() if other != job)


def fillers(facts: Facts, member: Ints, distance: npt.NDArray[np.float64], known: npt.NDArray[np.bool_]) -> Fillers:
    """Return the fillers of all jobs.

    Args:
        facts: of the jobs.
        member: number of each job's cluster.
        distance: from its centre.
        known: whether the job has words the fit knows; one without is in no cluster by more than name.
    """
    unplaced = int(np.max(member, initial=-1)) + 1
    by_distance = np.lexsort((np.arange(len(member)), distance))
    keys = [np.zeros(len(member), np.int64)]
    for part in (facts.language, np.unique(facts.rank, return_inverse=True)[1], facts.area, facts.town):
        keys.append(np.unique(keys[-1] * (int(np.max(part, initial=0)) + 2) + part + 1, return_inverse=True)[1])
    every = np.arange(len(member))
    return Fillers(
        _shelved(np.where(known, member, unplaced), by_distance),
        unplaced,
        tuple(_shelved(key, every) for key in reversed(keys)),
    )


def _shelved(of: Ints, order: Ints) -> Shelves:
    """Return jobs by the shelf they are `of`, in `order` on each."""
    jobs = order[np.argsort(of[order], kind="stable")]
    return Shelves(of, jobs, np.searchsorted(of[jobs], np.arange(int(np.max(of, initial=-1)) + 2)))


@dataclass(frozen=True)
class Ranked:
    """The neighbours of each job, best first."""

    others: list[int]
    starts: list[int]

    def of(self, job: int) -> list[int]:
        """Return the neighbours of one job."""
        return self.others[self.starts[job] : self.starts[job + 1]]


def ranked(a: Ints, b: Ints, scores: npt.NDArray[np.float64], jobs: int, min_score: float) -> Ranked:
    """Return the pairs (a, b) of at least `min_score` by job and score, equals by id."""
    good = scores >= min_score
    order = np.lexsort((b[good], -scores[good], a[good]))
    return Ranked(b[good][order].tolist(), np.searchsorted(a[good][order], np.arange(jobs + 1)).tolist())


def fill(
    job: int,
    neighbours: list[int],
    facts: Facts,
    fill_from: Fillers,
    limit: int,
    max_per_employer: int,
    twins: Mapping[int, set[int]],
    level_gap: float,
    pages: int = 1,
) -> list[tuple[int, str]]:
    """Return the cards of `job`: its neighbours, best first, else jobs of its cluster, its level and its place.

    Args:
        job: whose box it is.
        neighbours: best first.
        facts: of all jobs.
        fill_from: fillers().
        limit: cards of a page.
        max_per_employer: cards of one employer on a page.
        twins: pairs.twins().
        level_gap: ranks between two stated levels from which on they are no neighbours.
        pages: the box a visitor sees is the first; later ones are made alike of families that were not shown yet.
    """
    shown: set[int] = set()
    same = {job} | twins.get(job, set())
    cards: list[tuple[int, str]] = []
    rank = facts.stated.item(job)
    for _ in range(pages):
        page = Box(limit, max_per_employer, rank=rank, level_gap=level_gap, families=shown, twins=twins, same=same)
        _fill(page, job, neighbours, facts, fill_from)
        cards += page.cards
        same = page.same
    return cards


def _fill(page: Box, job: int, neighbours: list[int], facts: Facts, fill_from: Fillers) -> None:
    if page.offer(neighbours, NEIGHBOUR, facts):
        return
    seen = set(neighbours)
    if page.offer((other for other in fill_from.of_cluster(job) if other not in seen), CLUSTER, facts):
        return
    seen.update(fill_from.of_cluster(job))
    from_place = (other for other in fill_from.of_place(job) if other not in seen)
    if not page.offer(_once(from_place), PLACE, facts) and not page.offer(page.far_off, OTHER_LEVEL, facts):
        page.offer_over_cap(facts)


def _once(jobs: Iterable[int]) -> Iterator[int]:
    seen: set[int] = set()
    for job in jobs:
        if job not in seen:
            seen.add(job)
            yield job
