"""Facts of the jobs that decide between equals, as arrays: level, place, language, employer, family, pay, date."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.ranking.arrays import strings
from pipeline.ranking.levels import ranks

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_SOME_WORDS, _HARDLY_ANY = 3, 4
_YEARLY = {"hour": 2_080.0, "day": 260.0, "week": 52.0, "month": 12.0, "year": 1.0}


@dataclass(frozen=True)
class Facts:
    """One entry a job, jobs ascending by id; -1, NaN or '' where unknown.

    Attributes:
        title: words of its core; `core` numbers the cores.
        family: number of the job's variant family; a job without one is a family of its own.
        family_size: jobs of that family.
        employer: number of the employer; -1 where none is named.
        numerals: number of the numerals the title has, as one: "Technician 3" is not "Technician 4".
        place: as it is written.
        rare: whether its title core, of some words, is one that hardly any other job has.
        titled: words of the whole title.
        own_names: words of employer and place, which are no reason.
        pay: middle of the pay range in a year.
    """

    ids: list[str]
    title: list[list[str]]
    core: Ints
    titled: list[frozenset[str]]
    numerals: Ints
    rare: npt.NDArray[np.bool_]
    own_names: list[frozenset[str]]
    level: list[str]
    rank: Floats
    family: Ints
    family_size: Ints
    employer: Ints
    language: Ints
    city: list[str]
    place: list[str]
    area: list[tuple[str, str]]
    latitude: Floats
    longitude: Floats
    remote: npt.NDArray[np.bool_]
    posted: Ints
    pay: Floats
    currency: Ints

    def __len__(self) -> int:
        """Return the number of jobs."""
        return len(self.ids)

    def towns(self, job: int) -> frozenset[str]:
        """Return the folded towns of a job's place, of which there may be several ("Utrecht, NL", "Leeds; York")."""
        from pipeline.text.tokens import fold

        told = (fold(part.partition(",")[0]) for part in self.place[job].split(";"))
        return frozenset(name for name in (fold(self.city[job]), *told) if name)


def facts(jobs: pa.Table, postings: pa.Table, family_jobs: pa.Table) -> Facts:
    """Return the facts of `jobs`, which are ascending by job_id, from their canonical postings."""
    from pipeline.text.tokens import words

    wanted = jobs.column("canonical_posting_id")
    canonical = postings.filter(pc.is_in(postings.column("posting_id"), value_set=wanted.combine_chunks()))
    canonical = canonical.take(pc.index_in(wanted, value_set=canonical.column("posting_id").combine_chunks()))
    text = {
        c: strings(canonical.column(c)) for c in ("title_core", "level", "employer_key", "city", "region", "country")
    }
    family, size = _families(jobs, family_jobs)
    cut = cache(words)  # titles and places repeat: a third of them are cut
    titled = [frozenset(cut(title)) for title in strings(canonical.column("title"))]
    names = zip(text["employer_key"], text["city"], text["region"], strict=True)
    core = _numbers(text["title_core"])
    title = [cut(one) for one in text["title_core"]]
    return Facts(
        ids=jobs.column("job_id").to_pylist(),
        title=title,
        core=core,
        titled=titled,
        numerals=_numbers([" ".join(sorted(w for w in title if w.isdigit())) for title in titled]),
        own_names=[frozenset(cut(" ".join(parts))) for parts in names],
        level=text["level"],
        rank=ranks(text["level"]),
        family=family,
        family_size=size,
        employer=_numbers(text["employer_key"]),
        language=_numbers(strings(canonical.column("language"))),
        city=text["city"],
        rare=_rare(core, title),
        place=strings(canonical.column("place")),
        area=list(zip(text["country"], text["region"], strict=True)),
        latitude=_floats(canonical.column("latitude")),
        longitude=_floats(canonical.column("longitude")),
        remote=np.array([r == "remote" for r in canonical.column("remote").to_pylist()], dtype=bool),
        posted=_days(jobs.column("last_posted_on")),
        pay=_pay(canonical),
        currency=_numbers(strings(canonical.column("pay_currency"))),
    )


def _rare(core: Ints, title: Sequence[Sequence[str]]) -> npt.NDArray[np.bool_]:
    """Return which cores of _SOME_WORDS or more at most _HARDLY_ANY jobs have: two such in one town are one vacancy."""
    often = np.bincount(core[core >= 0], minlength=1)
    long = np.array([len(words) >= _SOME_WORDS for words in title], dtype=bool)
    return np.asarray(long & (core >= 0) & (often[np.maximum(core, 0)] <= _HARDLY_ANY))


def _families(jobs: pa.Table, family_jobs: pa.Table) -> tuple[Ints, Ints]:
    """Return number and size of each job's family; a job without one is numbered alone."""
    where = pc.index_in(jobs.column("job_id"), value_set=family_jobs.column("job_id").combine_chunks())
    family_ids = strings(family_jobs.column("family_id").take(where))
    alone = [f"\x00{i}" for i in range(len(family_ids))]
    numbers = _numbers([family or own for family, own in zip(family_ids, alone, strict=True)])
    return numbers, np.bincount(numbers)[numbers] if len(numbers) else numbers


def _numbers(names: Sequence[str]) -> Ints:
    """Return a number for each name, equal for equal names, ascending with the names; -1 for ''."""
    order = {name: i for i, name in enumerate(sorted(set(names) - {""}))}
    return np.array([order.get(name, -1) for name in names], dtype=np.int64)


def _floats(column: pa.ChunkedArray) -> Floats:
    return np.asarray(pc.fill_null(column, float("nan")), dtype=np.float64)


def _days(column: pa.ChunkedArray) -> Ints:
    return np.asarray(pc.fill_null(column.cast(pa.int32()), -1), dtype=np.int64)


def _pay(canonical: pa.Table) -> Floats:
    low, high = _floats(canonical.column("pay_min")), _floats(canonical.column("pay_max"))
    low, high = np.where(np.isnan(low), high, low), np.where(np.isnan(high), low, high)
    periods = [_YEARLY.get(period, float("nan")) for period in strings(canonical.column("pay_period"))]
    return (low + high) / 2 * np.array(periods, dtype=np.float64)
