"""Stage relate: search neighbours, rank them, diversify, fill, and say why."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.contracts import conform, contract
from pipeline.pieces import Once
from pipeline.plan import Night
from pipeline.ranking import boxes, cards, corpus, neighbours
from pipeline.ranking.box import Fillers, fillers
from pipeline.ranking.neighbours import Search
from pipeline.ranking.ranker import shipped
from pipeline.settings import RelateSettings

Ints = npt.NDArray[np.int64]


Prepared = tuple[Search, Fillers]


def relate(
    tables: Mapping[str, pa.Table], night: Night, settings: RelateSettings, shared: Prepared | None = None
) -> dict[str, pa.Table]:
    """Return the box of every job of the given clusters: at most `limit` cards, fewer only where the night has fewer families.

    Args:
        tables: clusters, any of them; vectors, jobs, postings, job_clusters, family_jobs and fit_terms of all jobs, which
            are not needed where there is `shared`.
        night: tells what is fresh.
        settings: of the stage.
        shared: prepared().
    """
    promised = contract("related_jobs")
    if not tables["clusters"].num_rows or (shared is None and tables["jobs"].num_rows < 2):
        return {"related_jobs": promised.empty()}
    search, fill_from = shared or _prepared(*(tables[name] for name in corpus.TABLES), settings)
    if len(search.known.facts) < 2:
        return {"related_jobs": promised.empty()}
    number = {cluster: i for i, cluster in enumerate(search.known.clusters)}
    parts = []
    for row in tables["clusters"].select(["cluster_id", "label"]).to_pylist():
        shown = _boxes(search, fill_from, number[row["cluster_id"]], night)
        if shown.road:
            parts.append(cards.table(search, shown, row["label"], night))
    return {"related_jobs": conform(pa.concat_tables(parts), promised) if parts else promised.empty()}


def prepared(tables: Mapping[str, pa.Table], settings: RelateSettings) -> Prepared:
    """Return all jobs ready to be searched, and those that fill a box, of the tables beside clusters."""
    known = corpus.read(tables)
    fill_from = fillers(known.facts, known.member, known.distance, known.placed)
    return neighbours.search(known, shipped(), settings), fill_from


def _of_tables(*given: pa.Table | RelateSettings) -> Prepared:
    *tables, settings = given
    return prepared(dict(zip(corpus.TABLES, tables, strict=True)), settings)


_prepared = Once(_of_tables)


def _boxes(search: Search, fill_from: Fillers, cluster: int, night: Night) -> cards.Cards:
    members, ranked = neighbours.of_cluster(search, cluster, night)
    jobs = members.tolist()
    found = boxes.filled(search.known, jobs, ranked, fill_from, search.settings)
    rows = [
        (job, other, rank) for job, box in zip(jobs, found, strict=True) for rank, (other, _) in enumerate(box, start=1)
    ]
    numbers = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return cards.Cards(numbers[:, 0], numbers[:, 1], numbers[:, 2], [road for box in found for _, road in box])
