"""Word neighbours: of each job those of all others that share most of its telling words, kept and mended from night to night.

What two jobs share hangs on the two and the fit alone. So the list of a job that stays holds tonight too, less those who
left or changed, and with those who came or changed and share more than its last; only where too few are left of it is the
job searched for again among all.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from pipeline.ranking.arrays import Strings
from pipeline.ranking.kernels import Prints, Rows, Telling, Windows, alike_in_words, fixed, prints, rows_of, windows
from pipeline.ranking.strongest import keep_strongest
from pipeline.sets import distinct
from pipeline.settings import RelateSettings

Ints = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]
Keys = npt.NDArray[np.uint64]
"""Entries of lists, in a row the best first: what is shared, turned round, above the number of the job; _NONE where none is."""

TABLE = "word_neighbours"
EARLIER = f"earlier_{TABLE}"
_NONE = np.uint64(0xFFFFFFFFFFFFFFFF)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_SPARE = 6  # a list is longer by one in so many than what is asked of it: nights in which more leave it than come wear it out
_ROWS = 65_536  # of an earlier night's lists that are unpacked together
_MANY = 0.4  # share of the jobs that are new or changed from which on mending costs as much as searching


@dataclass(frozen=True)
class Asked:
    """By what jobs are searched.

    Attributes:
        sizes: of the two lists, by text and title at once and by text alone: how much of them is asked for.
        enough: share of the squared weights that is looked for.
        budgets: what the terms of a job may cost, of texts and of titles.
        term_jobs: jobs that are found by one term, those in which it weighs most, of texts and of titles.
        by_title: what likeness of titles adds to that of texts.
    """

    sizes: tuple[int, int]
    enough: float
    budgets: tuple[int, int]
    term_jobs: tuple[int, int]
    by_title: np.float32

    @property
    def kept(self) -> tuple[int, int]:
        """Lengths of the lists that are kept."""
        one, other = (size + -(-size // _SPARE) for size in self.sizes)
        return one, other


@dataclass(frozen=True)
class Lists:
    """Two lists of each of some jobs.

    Attributes:
        jobs: whose they are.
        both: by text and title at once.
        text: by text alone.
        least: of each job, what is no longer known of the first and of the second: who shares so much or less; 0 where all are.
    """

    jobs: Ints
    both: Keys
    text: Keys
    least: Weights


@dataclass(frozen=True)
class Words:
    """All jobs, to be searched by their words.

    Attributes:
        asked: by what.
        texts: of all jobs, with what each term costs.
        titles: likewise.
        everyone: windows of all jobs.
        asks: fingerprint of what each job asks with.
        found_by: of what it is found by.
        earlier: lists of an earlier night, of all jobs, less what no longer holds; None where all are searched for anew.
        stays: whether a job's list is among them.
        came: windows of those who are found by others words than then.
    """

    asked: Asked
    texts: Telling
    titles: Telling
    everyone: tuple[Windows, Windows, Ints]
    asks: Prints
    found_by: Prints
    earlier: Lists | None
    stays: Flags
    came: tuple[Windows, Windows, Ints]


def asked_by(settings: RelateSettings, jobs: int, by_title: float) -> Asked:
    """Return what settings ask for among so many jobs: nothing below 0, and no more than there are."""
    one, other = (min(max(0, size), jobs) for size in (settings.both_candidates, settings.text_candidates))
    return Asked(
        (one, other),
        settings.telling_share,
        (settings.text_budget, settings.title_budget),
        (max(0, settings.text_term_jobs), max(0, settings.title_term_jobs)),
        np.float32(by_title),
    )


def words(
    ids: Strings,
    texts: sparse.csr_matrix,
    titles: sparse.csr_matrix,
    costs: tuple[Ints, Ints],
    order: Ints,
    asked: Asked,
    earlier: pa.Table | None = None,
) -> Words:
    """Return the jobs `ids`, ascending, ready to be searched.

    Args:
        ids: of the jobs.
        texts: jobs x terms.
        titles: likewise.
        costs: jobs that each term of texts, and of titles, leads to, as the fit expects it.
        order: the jobs, those that have much in common side by side.
        asked: by what they are searched.
        earlier: word_neighbours of an earlier night with the same fit, code and settings.
    """
    most_texts, most_titles = asked.term_jobs
    by_text = rows_of(texts), fixed(_costs(costs[0], most_texts))
    by_title = rows_of(titles), fixed(_costs(costs[1], most_titles))
    by = [_cut(texts, most_texts), _cut(titles, most_titles)]
    asks, found_by = _prints(by_text[0], by_title[0]), _prints(*(rows_of(rows) for rows in by))
    none, nobody = np.zeros(len(ids), bool), _windows(by, order[:0])
    made = Words(asked, by_text, by_title, _windows(by, order), asks, found_by, None, none, nobody)
    if earlier is None or not earlier.num_rows:
        return made
    came, stays, lists = _mended(ids, asks, found_by, asked, earlier)
    if came.sum() > _MANY * len(ids):
        return made
    return replace(made, earlier=lists, stays=stays, came=_windows(by, order[came[order]]))


def _costs(expected: Ints, most: int) -> npt.NDArray[np.int32]:
    return np.clip(expected, 1, max(1, min(most, np.iinfo(np.int32).max))).astype(np.int32)


def _cut(rows: sparse.csr_matrix, most: int) -> sparse.csr_matrix:
    """Return the rows with those of their terms by which they are found: that of a common one tells little of the others."""
    return keep_strongest(rows.T.tocsr(), most).T.tocsr()


def _prints(texts: Rows, titles: Rows) -> Prints:
    one, other = (prints(starts, terms, fixed(weights.view(np.uint32))) for starts, terms, weights in (texts, titles))
    return (one << np.uint64(1)) ^ (one >> np.uint64(63)) ^ other


def _windows(by: list[sparse.csr_matrix], order: Ints) -> tuple[Windows, Windows, Ints]:
    texts, titles = (windows(rows, order) for rows in by)
    return texts, titles, fixed(order.astype(np.int64))


def _mended(
    ids: Strings, asks: Prints, found_by: Prints, asked: Asked, earlier: pa.Table
) -> tuple[Flags, Flags, Lists]:
    """Return which jobs came or changed, whose lists stay, and these, less those who left or changed."""
    tonight = ids.take(np.arange(len(ids)))
    now = _places(earlier.column("job_id"), tonight)
    there = np.flatnonzero(now >= 0)
    came, stays = np.ones(len(ids), bool), np.zeros(len(ids), bool)
    came[now[there]] = np.asarray(earlier.column("found_by"), np.uint64)[there] != found_by[now[there]]
    stays[now[there]] = np.asarray(earlier.column("asks"), np.uint64)[there] == asks[now[there]]
    number = _places(earlier.column("job_id").combine_chunks().sort(), tonight)  # as the lists number them
    number[(number < 0) | came[number]] = -1
    least = np.zeros((len(ids), 2), np.float32)
    both, text = (np.full((len(ids), size), _NONE, np.uint64) for size in asked.kept)
    for place, (name, found) in enumerate((("both", both), ("text", text))):
        known = np.asarray(earlier.column(f"least_{name}"), np.float32)
        least[now[there], place] = known[there]
        for begin in range(0, earlier.num_rows, _ROWS):
            some = slice(begin, begin + _ROWS)
            _put_rows(earlier.slice(begin, _ROWS), name, now[some], number, known[some], found)
        found.sort(axis=1)
    return came, stays, Lists(np.arange(len(ids)), both, text, least)


def _places(names: pa.ChunkedArray | pa.Array, among: pa.Array) -> Ints:
    """Return where each name stands `among` others, -1 where it does not."""
    return np.array(pc.fill_null(pc.index_in(names, value_set=among), -1), np.int64)


def _put_rows(rows: pa.Table, name: str, now: Ints, number: Ints, least: Weights, found: Keys) -> None:
    """Put one list of each job of some rows of the table among those `found`: those who stay and share more than `least`."""
    others, shares = (rows.column(column).combine_chunks() for column in (name, f"{name}_shares"))
    lengths = np.asarray(pc.list_value_length(others), np.int64)
    row = np.repeat(np.arange(len(lengths)), lengths)
    other = number[np.asarray(pc.list_flatten(others), np.int64)]
    share = np.asarray(pc.list_flatten(shares), np.float32)
    holds = (now[row] >= 0) & (other >= 0) & (share > least[row])
    row, other, share = row[holds], other[holds], share[holds]
    # Places are counted among those who stay: where jobs are fewer than a list was long, tonight's lists are shorter.
    column = np.arange(len(row)) - np.searchsorted(row, row)
    found[now[row], column] = _keys(other, share)


def _keys(jobs: Ints, shares: Weights) -> Keys:
    """Return entries; what is shared is above zero, so its bits stand in its order."""
    return ((_LOW - shares.view(np.uint32)) << _HALF) | jobs.astype(np.uint64)


def _shares(keys: Keys) -> Weights:
    return np.ascontiguousarray(_LOW - (keys >> _HALF)).astype(np.uint32).view(np.float32)


def _jobs(keys: Keys) -> Ints:
    return (keys & _LOW).astype(np.int64)


def lists(given: Words, jobs: Ints) -> Lists:
    """Return the lists of some jobs, best those of which much is alike: mended where an earlier night has them."""
    one, other = given.asked.kept
    found = Lists(
        jobs,
        np.full((len(jobs), one), _NONE, np.uint64),
        np.full((len(jobs), other), _NONE, np.uint64),
        np.zeros((len(jobs), 2), np.float32),
    )
    anew = np.ones(len(jobs), bool)
    if given.earlier is not None:
        stay = np.flatnonzero(given.stays[jobs])
        _put(found, stay, _mend(given, given.earlier, jobs[stay]))
        anew[stay] = _worn(found, given.asked.sizes)[stay]
    some = np.flatnonzero(anew)
    if len(some):
        _put(found, some, _search(given, given.everyone, jobs[some], np.zeros((len(some), 2), np.float32)))
    return found


def _put(found: Lists, at: Ints, made: Lists) -> None:
    found.both[at], found.text[at], found.least[at] = made.both, made.text, made.least


def _worn(found: Lists, sizes: tuple[int, int]) -> Flags:
    """Return of which jobs a list has become shorter than what is asked of it, though there were more."""
    short = [(keys[:, :size] == _NONE).any(axis=1) for keys, size in zip((found.both, found.text), sizes, strict=True)]
    return np.asarray(((found.least > 0) & np.column_stack(short)).any(axis=1))


def _mend(given: Words, earlier: Lists, jobs: Ints) -> Lists:
    """Return the earlier lists of jobs with those who came and share more than what is no longer known."""
    least = earlier.least[jobs]
    came = _search(given, given.came, jobs, np.where(least > 0, np.nextafter(least, np.float32(np.inf)), 0))
    both, text = (
        np.sort(np.concatenate((old, new), axis=1), axis=1)[:, : old.shape[1]]
        for old, new in ((earlier.both[jobs], came.both), (earlier.text[jobs], came.text))
    )
    return Lists(jobs, both, text, np.maximum(least, _least(both, text)))


def _search(given: Words, among: tuple[Windows, Windows, Ints], jobs: Ints, least: Weights) -> Lists:
    """Return those `among` whom jobs share most with, `least` at least."""
    asked = given.asked
    one, _ = asked.kept
    found, shares = alike_in_words(
        given.texts,
        given.titles,
        fixed(jobs),
        among,
        asked.enough,
        asked.budgets,
        asked.by_title,
        (fixed(np.ascontiguousarray(least[:, 0])), fixed(np.ascontiguousarray(least[:, 1]))),
        asked.kept,
    )
    keys = np.full(found.shape, _NONE, np.uint64)
    keys[found >= 0] = _keys(found[found >= 0], shares[found >= 0])
    both, text = np.sort(keys[:, :one], axis=1), np.sort(keys[:, one:], axis=1)
    return Lists(jobs, both, text, _least(both, text))


def _least(both: Keys, text: Keys) -> Weights:
    """Return what the last of full lists share: others may share as much. 0 of lists that are not full."""
    made = np.zeros((len(both), 2), np.float32)
    for place, keys in enumerate((both, text)):
        if keys.shape[1]:
            full = keys[:, -1] != _NONE
            made[full, place] = _shares(keys[full, -1])
    return made


def among(found: Lists, sizes: tuple[int, int]) -> Ints:
    """Return the jobs that stand in the first places of the lists, ascending."""
    keys = np.concatenate([found.both[:, : sizes[0]].ravel(), found.text[:, : sizes[1]].ravel()])
    return distinct(_jobs(keys[keys != _NONE]))


def table(given: Words, ids: Strings, found: Lists) -> pa.Table:
    """Return lists in the columns of word_neighbours, to be mended another night."""
    columns: dict[str, pa.Array] = {
        "job_id": ids.take(found.jobs),
        "asks": given.asks[found.jobs],
        "found_by": given.found_by[found.jobs],
    }
    for place, (name, keys) in enumerate((("both", found.both), ("text", found.text))):
        there = keys != _NONE
        offsets = pa.array(np.concatenate(([0], np.cumsum(there.sum(axis=1)))).astype(np.int32))
        columns[name] = pa.ListArray.from_arrays(offsets, pa.array(_jobs(keys[there]).astype(np.uint32)))
        columns[f"{name}_shares"] = pa.ListArray.from_arrays(offsets, pa.array(_shares(keys[there])))
        columns[f"least_{name}"] = found.least[:, place]
    return pa.table(columns)
