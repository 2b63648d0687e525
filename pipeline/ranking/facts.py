"""Facts of the jobs that decide between equals, as arrays: level, place, language, employer, family, pay, date."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.ranking.arrays import Strings, strings
from pipeline.ranking.levels import ranks, stated
from pipeline.ranking.shared import Listed, listed
from pipeline.text.cutting import cut

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_TEXTS = ("title_core", "level", "city", "place")
_SOME_WORDS, _HARDLY_ANY = 3, 4
_YEARLY = {"hour": 2_080.0, "day": 260.0, "week": 52.0, "month": 12.0, "year": 1.0}


@dataclass(frozen=True)
class Facts:
    """One entry a job, jobs ascending by id; -1, NaN or '' where unknown.

    Attributes:
        title_core: its core; `core` numbers the cores.
        family: number of the job's variant family; a job without one is a family of its own.
        family_size: jobs of that family.
        employer: number of the employer; -1 where none is named.
        numerals: number of the numerals the title has, as one: "Technician 3" is not "Technician 4".
        stated: rank of the level that is stated; NaN where none is. `rank` has that of the middle there.
        place: as it is written.
        area: number of country and region.
        town: number of country, region and city; -1 where the city is unknown.
        rare: whether its title core, of some words, is one that hardly any other job has.
        titled: terms of the texts that stand in the whole title.
        own_names: those that name its employer or place.
        pay: middle of the pay range in a year.
    """

    ids: Strings
    title_core: Strings
    core: Ints
    titled: Listed
    own_names: Listed
    numerals: Ints
    rare: npt.NDArray[np.bool_]
    level: Strings
    rank: Floats
    stated: Floats
    family: Ints
    family_size: Ints
    employer: Ints
    language: Ints
    city: Strings
    place: Strings
    area: Ints
    town: Ints
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


@lru_cache(maxsize=100_000)
def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a title: titles repeat, and stand in many boxes."""
    from pipeline.text.tokens import words

    return tuple(words(text))


def facts(jobs: pa.Table, postings: pa.Table, family_jobs: pa.Table, terms: Sequence[str]) -> Facts:
    """Return the facts of `jobs`, which are ascending by job_id, from their canonical postings; `terms` are those of texts."""
    wanted = jobs.column("canonical_posting_id")
    canonical = postings.filter(pc.is_in(postings.column("posting_id"), value_set=wanted.combine_chunks()))
    canonical = canonical.take(pc.index_in(wanted, value_set=canonical.column("posting_id").combine_chunks()))
    text = {name: Strings.of(canonical.column(name)) for name in _TEXTS}
    family, size = _families(jobs, family_jobs)
    where = {name: pc.fill_null(canonical.column(name), "") for name in ("country", "region", "city", "employer_key")}
    area = pc.binary_join_element_wise(where["country"], where["region"], "\x1f")
    town = pc.binary_join_element_wise(area, where["city"], "\x1f")
    named = pc.binary_join_element_wise(*(where[name] for name in ("employer_key", "city", "region")), " ")
    core, titles = _numbers(canonical.column("title_core")), canonical.column("title")
    return Facts(
        ids=Strings.of(jobs.column("job_id")),
        title_core=text["title_core"],
        core=core,
        titled=_terms(pc.fill_null(titles, ""), terms),
        own_names=_terms(named, terms),
        numerals=_numerals(titles),
        level=text["level"],
        rank=ranks(text["level"]),
        stated=stated(text["level"]),
        family=family,
        family_size=size,
        employer=_numbers(canonical.column("employer_key")),
        language=_numbers(canonical.column("language")),
        city=text["city"],
        rare=_rare(core, text["title_core"]),
        place=text["place"],
        area=_numbers(area),
        town=np.where(np.asarray(pc.equal(where["city"], "")), -1, _numbers(town)),
        latitude=_floats(canonical.column("latitude")),
        longitude=_floats(canonical.column("longitude")),
        remote=np.asarray(pc.fill_null(pc.equal(canonical.column("remote"), "remote"), False), dtype=bool),
        posted=_days(jobs.column("last_posted_on")),
        pay=_pay(canonical),
        currency=_numbers(canonical.column("pay_currency")),
    )


def _terms(texts: pa.ChunkedArray, terms: Sequence[str]) -> Listed:
    """Return which of the `terms` stand in each text."""
    told = texts.combine_chunks().dictionary_encode()
    return listed(cut(told.dictionary), np.asarray(told.indices), terms)


def _numerals(titles: pa.ChunkedArray) -> Ints:
    """Return a number for the numerals of each title, equal for the same ones, -1 where there are none."""
    told = titles.combine_chunks().dictionary_encode()
    of = [" ".join(sorted({w for w in words_of(title or "") if w.isdigit()})) for title in told.dictionary.to_pylist()]
    return _numbers(pa.chunked_array([pa.array(of, pa.string()).take(told.indices)]))


def _rare(core: Ints, title: Strings) -> npt.NDArray[np.bool_]:
    """Return which cores of _SOME_WORDS or more at most _HARDLY_ANY jobs have: two such in one town are one vacancy."""
    often = np.bincount(core[core >= 0], minlength=1)
    rare = (core >= 0) & (often[np.maximum(core, 0)] <= _HARDLY_ANY)
    rare[rare] = [len(words_of(title[job])) >= _SOME_WORDS for job in np.flatnonzero(rare).tolist()]
    return np.asarray(rare)


def _families(jobs: pa.Table, family_jobs: pa.Table) -> tuple[Ints, Ints]:
    """Return number and size of each job's family; a job without one is numbered alone."""
    where = pc.index_in(jobs.column("job_id"), value_set=family_jobs.column("job_id").combine_chunks())
    names = family_jobs.column("family_id").take(where)
    alone = pa.array([f"\x00{i}" for i in np.flatnonzero(pc.is_null(names)).tolist()], pa.string())
    numbers = _numbers(pc.replace_with_mask(names.combine_chunks(), pc.is_null(names).combine_chunks(), alone))
    return numbers, np.bincount(numbers)[numbers] if len(numbers) else numbers


def _numbers(names: pa.ChunkedArray | pa.Array) -> Ints:
    """Return a number for each name, equal for equal names, ascending with the names; -1 for '' and NULL."""
    known = pc.unique(names).drop_null()
    known = known.filter(pc.not_equal(known, ""))
    known = known.take(pc.sort_indices(known))
    return np.asarray(pc.fill_null(pc.index_in(names, value_set=known), -1), dtype=np.int64)


def _floats(column: pa.ChunkedArray) -> Floats:
    return np.asarray(pc.fill_null(column, float("nan")), dtype=np.float64)


def _days(column: pa.ChunkedArray) -> Ints:
    return np.asarray(pc.fill_null(column.cast(pa.int32()), -1), dtype=np.int64)


def _pay(canonical: pa.Table) -> Floats:
    low, high = _floats(canonical.column("pay_min")), _floats(canonical.column("pay_max"))
    low, high = np.where(np.isnan(low), high, low), np.where(np.isnan(high), low, high)
    periods = [_YEARLY.get(period, float("nan")) for period in strings(canonical.column("pay_period"))]
    return (low + high) / 2 * np.array(periods, dtype=np.float64)
