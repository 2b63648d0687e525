"""How common words and shingles are, counted over title cores: what stands under many different titles says little of a role."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.compiled import compiled
from pipeline.linking.codes import keys, positions, whole
from pipeline.linking.roads import Keys
from pipeline.text import signatures

_HIGH, _EIGHT, _LAST = (
    np.uint64(32),
    np.uint64(3),
    np.uint64(7),
)  # bits from the 33rd on are told apart first, by bits of bytes
_BATCH = 4_000  # texts cut at once
LEAST_TITLES = 3
"""Title cores under which a phrase must stand to be written down; rarer ones count as rare all the same."""


@dataclass(frozen=True)
class Commonness:
    """Phrases of one kind, sorted by fingerprint, and under how many title cores each stands; `total` cores were seen."""

    phrases: Keys
    titles: NDArray[np.float64]
    total: float

    def places(self, phrases: Keys) -> NDArray[np.int32]:
        """Return where each of `phrases` is written down; their number where it is not."""
        found = np.empty(len(phrases), np.int32)
        _find(phrases, self.phrases, *self._index, found)
        return found

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """Return what the common weighs: 1 / (1 + log2 t) and 1 / t of each phrase, and behind them of one not written down."""
        titles = np.append(self.titles, 1.0)
        return np.stack((1.0 / (1.0 + np.log2(titles)), 1.0 / titles))

    @cached_property
    def _index(self) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
        """Return which high bits of phrases there are, and an open addressing table of their places, by their low bits."""
        size = len(self.phrases).bit_length()
        seen, table = np.zeros(1 << size, np.uint8), np.full(2 << size, -1, np.int32)
        _enter(self.phrases, seen, table)
        return seen, table

    def of(self, phrases: Keys) -> NDArray[np.float64]:
        """Return under how many title cores each of `phrases` stands, 1 where it is not written down."""
        if not len(self.phrases):
            return np.ones(len(phrases))
        at = np.searchsorted(self.phrases, phrases).clip(max=len(self.phrases) - 1)
        return np.where(self.phrases[at] == phrases, self.titles[at], 1.0)


@compiled
def _enter(phrases: Keys, seen: NDArray[np.uint8], table: NDArray[np.int32]) -> None:
    """Fill what Commonness looks phrases up in; both have powers of two for their sizes."""
    for place in range(len(phrases)):
        high = phrases[place] >> _HIGH
        seen[(high >> _EIGHT) & np.uint64(len(seen) - 1)] |= np.uint8(1) << np.uint8(high & _LAST)
        slot = phrases[place] & np.uint64(len(table) - 1)
        while table[slot] >= 0:
            slot = (slot + np.uint64(1)) & np.uint64(len(table) - 1)
        table[slot] = place


@compiled
def _find(
    wanted: Keys, phrases: Keys, seen: NDArray[np.uint8], table: NDArray[np.int32], found: NDArray[np.int32]
) -> None:
    """Write the place of each wanted phrase, their number where it has none. Most have none: `seen` says so, and is small."""
    for at in range(len(wanted)):
        found[at] = len(phrases)
        high = wanted[at] >> _HIGH
        if (seen[(high >> _EIGHT) & np.uint64(len(seen) - 1)] >> np.uint8(high & _LAST)) & np.uint8(1):
            slot = wanted[at] & np.uint64(len(table) - 1)
            while table[slot] >= 0:
                if phrases[table[slot]] == wanted[at]:
                    found[at] = table[slot]
                    break
                slot = (slot + np.uint64(1)) & np.uint64(len(table) - 1)


def sample(postings: pa.Table, known: pa.ChunkedArray, documents: int) -> pa.Table:
    """Return the title cores and texts (title_core, body_id) that are counted, those of one core together.

    Each pair once. Of more than `documents` a sample of whole title cores, by their hash: what is counted is held at once.

    Args:
        postings: title_core and body_id.
        known: ids of the texts there are; what has none is left out.
        documents: different ads.
    """
    rows = postings.select(["title_core", "body_id"]).group_by(["title_core", "body_id"]).aggregate([])
    body, core = positions(rows.column("body_id"), whole(known)), _cores(rows)
    order = np.lexsort((body, core))
    order = order[body[order] >= 0]
    if len(order) > documents:
        order = order[: np.searchsorted(core[order], core[order[documents - 1]], side="right")]
    return rows.take(pa.array(order))


def learn(postings: pa.Table, bodies: pa.Table, most: int = 1_000_000, documents: int = 100_000) -> pa.Table:
    """Return fit_phrases: words and 3-word shingles that stand under at least LEAST_TITLES title cores, the `most` commonest.

    Counted over title cores and not over texts, an ad that came a thousand times counts once, and an employer's
    boilerplate as often as it has roles. Two texts of different roles that share it share little.

    Args:
        postings: title_core and body_id, of all ads or of a sample() of them.
        bodies: at least the texts of the sample.
        most: words written down at most, and as many shingles.
        documents: different ads that are counted, as in sample().
    """
    rows = sample(postings, bodies.column("body_id"), documents)
    body, core = positions(rows.column("body_id"), whole(bodies.column("body_id"))), _cores(rows)
    counted: dict[str, list[Keys]] = {"word": [], "shingle": []}
    cutter = signatures.Cutter()
    for some in _batches(core):
        words = cutter.cut(bodies.column("text").take(pa.array(body[some])))
        for kind, sets in (("word", signatures.bag(words)), ("shingle", signatures.shingles(words))):
            counted[kind].append(_once(sets, core[some]))
    total = pa.table({"kind": ["title"], "phrase_id": pa.array([0], pa.uint64()), "titles": [len(np.unique(core))]})
    return pa.concat_tables([total, *(_tally(kind, values, most) for kind, values in counted.items())])


def _cores(rows: pa.Table) -> Keys:
    return np.maximum(keys(rows.column("title_core")), np.uint64(1))


def _once(sets: signatures.Sets, core: Keys) -> Keys:
    """Return the members of the sets of each title core, once for each core, whose texts stand together."""
    sizes = np.diff(sets.starts)
    first = np.flatnonzero(np.concatenate(([True], core[1:] != core[:-1])))
    alone = np.diff(np.append(first, len(core))) == 1
    several = np.repeat(np.repeat(~alone, np.diff(np.append(first, len(core)))), sizes)
    members = np.add.reduceat(sizes, first)[~alone] if len(core) else sizes
    starts = np.concatenate(([0], np.cumsum(members))).astype(np.int64)
    return np.concatenate((sets.values[~several], signatures.distinct(sets.values[several], starts).values))


def _batches(core: Keys) -> Iterator[slice]:
    """Yield slices of about _BATCH rows, none of which parts the rows of one title core."""
    begin = 0
    while begin < len(core):
        end = min(begin + _BATCH, len(core))
        end = int(np.searchsorted(core, core[end - 1], side="right"))
        yield slice(begin, end)
        begin = end


def read(fit_phrases: pa.Table) -> dict[str, Commonness]:
    """Return the commonness of words and of shingles."""
    total = pc.sum(fit_phrases.filter(pc.equal(fit_phrases.column("kind"), "title")).column("titles")).as_py() or 1
    found = {}
    for kind in ("word", "shingle"):
        part = fit_phrases.filter(pc.equal(fit_phrases.column("kind"), kind))
        phrases = np.asarray(whole(part.column("phrase_id")).to_numpy(zero_copy_only=False), dtype=np.uint64)
        titles = np.asarray(whole(part.column("titles")).to_numpy(zero_copy_only=False), dtype=np.float64)
        if (phrases[1:] < phrases[:-1]).any():  # learn() writes them in order
            order = np.argsort(phrases)
            phrases, titles = phrases[order], titles[order]
        found[kind] = Commonness(phrases, titles, float(total))
    return found


def _tally(kind: str, counted: list[Keys], most: int) -> pa.Table:
    phrases = np.concatenate(counted) if counted else np.empty(0, np.uint64)
    values, titles = np.unique(phrases, return_counts=True)
    common = titles >= LEAST_TITLES
    values, titles = values[common], titles[common]
    kept = np.sort(np.lexsort((values, -titles))[:most])
    return pa.table(
        {
            "kind": pa.array([kind] * len(kept), pa.string()),
            "phrase_id": pa.array(values[kept], pa.uint64()),
            "titles": pa.array(titles[kept].astype(np.int64)),
        }
    )
