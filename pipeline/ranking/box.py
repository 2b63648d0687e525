"""The box of a job: the best neighbours, one a variant family, few of one employer; filled where they do not suffice."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
import numpy.typing as npt

from pipeline.ranking.facts import Facts

Ints = npt.NDArray[np.int64]

NEIGHBOUR, CLUSTER, PLACE, OVER_CAP = "neighbour", "cluster", "level and place", "over employer cap"


@dataclass
class Box:
    """Cards of one job, best first: the job shown and its road."""

    limit: int
    max_per_employer: int
    cards: list[tuple[int, str]] = field(default_factory=list)
    over_cap: list[int] = field(default_factory=list)
    families: set[int] = field(default_factory=set)
    employers: Counter[int] = field(default_factory=Counter)

    def offer(self, jobs: Iterable[int], road: str, facts: Facts) -> bool:
        """Take cards from `jobs`, best first, until the box is full; return whether it is."""
        for job in jobs:
            if len(self.cards) >= self.limit:
                return True
            family, employer = int(facts.family[job]), int(facts.employer[job])
            if family in self.families:
                continue
            if employer >= 0 and self.employers[employer] >= self.max_per_employer:
                self.over_cap.append(job)
                continue
            self.families.add(family)
            self.employers[employer] += 1
            self.cards.append((job, road))
        return len(self.cards) >= self.limit

    def offer_over_cap(self, facts: Facts) -> None:
        """Fill what is left with jobs above the employer cap, in the order they were met."""
        for job in self.over_cap:
            if len(self.cards) >= self.limit:
                return
            if int(facts.family[job]) not in self.families:
                self.families.add(int(facts.family[job]))
                self.cards.append((job, OVER_CAP))


@dataclass(frozen=True)
class Fillers:
    """Jobs that fill a box: those of its cluster, the nearest to the centre first; then those of its level and place.

    Attributes:
        clusters: jobs of each cluster, nearest to its centre first.
        member: cluster of each job; -1 where the job has no words to tell by.
        shelves: jobs by (language, rank, city), (language, rank, area), (language, rank), (language) and all, by id.
    """

    clusters: list[list[int]]
    member: Ints
    shelves: dict[tuple[object, ...], list[int]]

    def of_cluster(self, job: int) -> Iterator[int]:
        """Yield the other jobs of the job's cluster."""
        if self.member[job] >= 0:
            yield from (other for other in self.clusters[self.member[job]] if other != job)

    def of_place(self, job: int, facts: Facts) -> Iterator[int]:
        """Yield other jobs, those of its language, level and place first; a job may come more than once."""
        for key in shelf_keys(job, facts):
            yield from (other for other in self.shelves[key] if other != job)


def shelf_keys(job: int, facts: Facts) -> list[tuple[object, ...]]:
    """Return the shelves a job stands on, the narrowest first."""
    language, rank = int(facts.language[job]), float(facts.rank[job])
    return [
        (language, rank, facts.area[job], facts.city[job]),
        (language, rank, facts.area[job]),
        (language, rank),
        (language,),
        (),
    ]


def fillers(facts: Facts, member: Ints, distance: npt.NDArray[np.float64], known: npt.NDArray[np.bool_]) -> Fillers:
    """Return the fillers of all jobs.

    Args:
        facts: of the jobs.
        member: number of each job's cluster.
        distance: from its centre.
        known: whether the job has words the fit knows; one without is in no cluster by more than name.
    """
    clusters: list[list[int]] = [[] for _ in range(int(member.max()) + 1)] if len(member) else []
    for job in np.lexsort((np.arange(len(member)), distance)).tolist():
        if known[job]:
            clusters[member[job]].append(job)
    shelves: dict[tuple[object, ...], list[int]] = {}
    for job in range(len(facts)):
        for key in shelf_keys(job, facts):
            shelves.setdefault(key, []).append(job)
    return Fillers(clusters, np.where(known, member, -1), shelves)


def fill(job: int, ranked: list[int], facts: Facts, fill_from: Fillers, limit: int, max_per_employer: int) -> Box:
    """Return the box of `job`: of `ranked`, its neighbours best first, else from its cluster, its level and place."""
    box = Box(limit, max_per_employer)
    if not box.offer(ranked, NEIGHBOUR, facts):
        seen = set(ranked)
        from_cluster = (other for other in fill_from.of_cluster(job) if other not in seen)
        if not box.offer(from_cluster, CLUSTER, facts):
            seen.update(chain(fill_from.of_cluster(job)))
            from_place = (other for other in fill_from.of_place(job, facts) if other not in seen)
            if not box.offer(_once(from_place), PLACE, facts):
                box.offer_over_cap(facts)
    return box


def _once(jobs: Iterable[int]) -> Iterator[int]:
    seen: set[int] = set()
    for job in jobs:
        if job not in seen:
            seen.add(job)
            yield job
