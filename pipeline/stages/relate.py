"""Stage relate: search neighbours, rank them, diversify, fill, and say why."""

from collections.abc import Mapping, MutableMapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.contracts import conform, contract
from pipeline.pieces import Once
from pipeline.plan import Night
from pipeline.ranking import boxes, cards, corpus, neighbours, word_neighbours
from pipeline.ranking.box import Fillers, fillers
from pipeline.ranking.neighbours import Search
from pipeline.ranking.ranker import shipped
from pipeline.settings import RelateSettings

Ints = npt.NDArray[np.int64]


Prepared = tuple[Search, Fillers]


def relate(
    tables: Mapping[str, pa.Table], night: Night, settings: RelateSettings, shared: Prepared | None = None
) -> dict[str, pa.Table]:
    """Return related_jobs, the box of every job of the given clusters, and word_neighbours, which another night mends.

    A box has at most `limit` cards, fewer only where the night has fewer families.

    Args:
        tables: clusters, any of them; vectors, jobs, postings, job_clusters, family_jobs, fit_terms and fits of all jobs,
            which are not needed where there is `shared`; earlier_word_neighbours of an earlier night under the same fit,
            code and settings, where there is one.
        night: tells what is fresh.
        settings: of the stage.
        shared: prepared().
    """
    parts: dict[str, list[pa.Table]] = {"related_jobs": [], word_neighbours.TABLE: []}
    if tables["clusters"].num_rows and (shared is not None or tables["jobs"].num_rows > 1):
        earlier = tables.get(word_neighbours.EARLIER)
        search, fill_from = shared or _prepared(*(tables[name] for name in corpus.TABLES), earlier, settings)
        _relate(search, fill_from, tables["clusters"], night, parts)
    found = {}
    for name, rows in parts.items():
        promised = contract(name)
        found[name] = conform(pa.concat_tables(rows), promised) if rows else promised.empty()
    return found


def _relate(
    search: Search, fill_from: Fillers, clusters: pa.Table, night: Night, parts: dict[str, list[pa.Table]]
) -> None:
    if len(search.known.facts) < 2:
        return
    number = {cluster: i for i, cluster in enumerate(search.known.clusters)}
    for row in clusters.select(["cluster_id", "label"]).to_pylist():
        shown, alike = _boxes(search, fill_from, number[row["cluster_id"]], night)
        parts[word_neighbours.TABLE] += [
            word_neighbours.table(search.words, search.known.facts.ids, lists) for lists in alike
        ]
        if shown.road:
            parts["related_jobs"].append(cards.table(search, shown, row["label"], night))


def prepared(tables: MutableMapping[str, pa.Table], settings: RelateSettings) -> Prepared:
    """Return all jobs ready to be searched, and those that fill a box, of the tables of relate() beside clusters.

    The vectors are taken out of `tables` as they are read.
    """
    known = corpus.read(tables)
    fill_from = fillers(known.facts, known.member, known.distance, known.placed)
    return neighbours.search(known, shipped(), settings, tables.get(word_neighbours.EARLIER)), fill_from


def _of_tables(*given: pa.Table | RelateSettings) -> Prepared:
    *tables, earlier, settings = given
    named = dict(zip(corpus.TABLES, tables, strict=True))
    return prepared(named if earlier is None else named | {word_neighbours.EARLIER: earlier}, settings)


_prepared = Once(_of_tables)


def _boxes(
    search: Search, fill_from: Fillers, cluster: int, night: Night
) -> tuple[cards.Cards, list[word_neighbours.Lists]]:
    members, ranked, alike = neighbours.of_cluster(search, cluster, night)
    jobs = members.tolist()
    found = boxes.filled(search.known, jobs, ranked, fill_from, search.settings)
    rows = [
        (job, other, rank) for job, box in zip(jobs, found, strict=True) for rank, (other, _) in enumerate(box, start=1)
    ]
    numbers = np.array(rows, dtype=np.int64).reshape(-1, 3)
    roads = [road for box in found for _, road in box]
    return cards.Cards(numbers[:, 0], numbers[:, 1], numbers[:, 2], roads), alike
