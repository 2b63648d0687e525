"""Stage fit: learn vocabulary, term weights, spaces and cluster centres from the night's postings."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.contracts import conform, content, contract
from pipeline.plan import PHRASES, Night
from pipeline.ranking import centres, labels, learning, meaning, spaces, telling
from pipeline.ranking.arrays import dense_list, strings
from pipeline.ranking.plane import on_a_plane
from pipeline.settings import FitSettings
from pipeline.text.tokens import short_id, words

_MAP = ("map_x", "map_y")


@dataclass(frozen=True)
class Documents:
    """Different ads that a fit is learned on: their postings, sorted by id, of `total` that there are."""

    rows: pa.Table
    total: int


def chosen(postings: pa.Table, settings: FitSettings) -> Documents:
    """Return the ads that a fit is learned on: one posting a title core and text, the smallest id; of many a sample.

    An ad that came a thousand times so weighs no more than one that came once.
    """
    ids = postings.group_by(["title_core", "body_id"]).aggregate([("posting_id", "min")]).column("posting_id_min")
    once = postings.filter(pc.is_in(postings.column("posting_id"), value_set=ids.combine_chunks())).sort_by(
        "posting_id"
    )
    return Documents(learning.sample(once, settings.max_documents), once.num_rows)


def fit(
    tables: Mapping[str, pa.Table], night: Night, settings: FitSettings, documents: Documents | None = None
) -> dict[str, pa.Table]:
    """Return the tables of a new fit but for fit_phrases, which it takes as they are: its id hangs on them too.

    Equal postings give an equal fit, whatever their order. Clusters carry on those of yesterday_jobs and
    yesterday_job_postings, where these tables are given.

    Args:
        tables: postings, bodies (of these ads at least), fit_phrases.
        night: its date is the fit's.
        settings: of the stage.
        documents: chosen() of the postings, where it is known already.
    """
    documents = documents or chosen(tables["postings"], settings)
    with _one_thread():
        made = _learned(tables, documents.rows, documents.total, settings)
    known = made | {PHRASES: tables[PHRASES]}
    record = {
        "fit_id": [short_id("f", *(_content(known[name]) for name in sorted(known)))],
        "fitted_on": pa.array([night.run_date], pa.date32()),
        "postings": [tables["postings"].num_rows],
        "documents": [documents.rows.num_rows],
        "is_new": [True],
    }
    return made | {"fits": conform(pa.table(record), contract("fits"))}


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let matrices be multiplied and decomposed by one thread within: two add up in another order, and so make another fit.

    They cost more than they gain, too: 51 CPU seconds instead of 30 on 24,000 documents.
    """
    import sklearn.cluster
    import sklearn.manifold
    import sklearn.utils.extmath  # noqa: F401 - what is not loaded yet could not be bound
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        yield


def _learned(
    tables: Mapping[str, pa.Table], documents: pa.Table, total: int, settings: FitSettings
) -> dict[str, pa.Table]:
    """Return what is learned from `documents`, a sample of so many different ads in all."""
    bodies = tables["bodies"]
    needed = bodies.filter(pc.is_in(bodies.column("body_id"), value_set=documents.column("body_id").combine_chunks()))
    with ThreadPoolExecutor(1) as beside:  # Arrow, numpy and kernels do without Python's lock
        learned = learning.learn(documents, needed, settings, beside)
    wanted = _clusters_wanted(total, len(learned.work), settings)
    return {
        "fit_terms": _terms_table(learned, documents, settings.space_documents),
        "fit_spaces": _spaces_table(learned.spaces),
        "fit_means": _means_table(learned.means),
        "fit_sentences": _sentences_table(learned.sentences),
        "fit_centroids": _centroids_table(documents, learned, wanted, clusters_before(tables, documents)),
    }


def _clusters_wanted(total: int, sampled: int, settings: FitSettings) -> int:
    most = min(settings.max_clusters, max(1, sampled // settings.documents_per_cluster))
    return centres.clusters_wanted(total, settings.documents_per_cluster, most)


def _terms_table(learned: learning.Learned, documents: pa.Table, most: int) -> pa.Table:
    """Return the vocabularies, with which text terms tell, judged by at most `most` documents."""
    body = learned.vocabularies["body"]
    languages = strings(documents.column("language"))[:most]
    titles = spaces.place(learned.weighed["title"][:most], learned.spaces[meaning.MEANING])
    titles = spaces.centred(titles, languages, {n: m for n, (_, m) in spaces.means(titles, languages).items()})
    share = body.documents / max(1, documents.num_rows)
    told = {"body": telling.tells(titles, learned.weighed["body"][:most], share, body.terms, languages)}
    parts = [
        pa.table(
            {
                "channel": [channel] * len(words_),
                "term_id": np.arange(len(words_)),
                "term": words_.terms,
                "documents": words_.documents,
                "idf": words_.idf,
                "tells": told.get(channel, np.ones(len(words_), dtype=bool)),
            }
        )
        for channel, words_ in learned.vocabularies.items()
        if len(words_)
    ]
    promised = contract("fit_terms")
    return conform(pa.concat_tables(parts), promised) if parts else promised.empty()


def _spaces_table(found: Mapping[str, spaces.Dense]) -> pa.Table:
    parts = [
        pa.table(
            {
                "space": [name] * len(position),
                "channel": [meaning.CHANNEL[name]] * len(position),
                "term_id": np.arange(len(position)),
                "position": dense_list(position),
            }
        )
        for name, position in found.items()
    ]
    return conform(pa.concat_tables(parts), contract("fit_spaces"))


def _means_table(found: Mapping[str, Mapping[str, tuple[int, spaces.Dense]]]) -> pa.Table:
    rows = [
        {"space": name, "language": language, "documents": documents, "position": position.tolist()}
        for name, means in found.items()
        for language, (documents, position) in sorted(means.items())
    ]
    return pa.Table.from_pylist(rows, contract("fit_means").schema)


def _sentences_table(found: tuple[NDArray[np.uint64], NDArray[np.int64]]) -> pa.Table:
    ids, titles = found
    return conform(pa.table({"sentence_id": ids, "titles": titles}), contract("fit_sentences"))


def clusters_before(tables: Mapping[str, pa.Table], documents: pa.Table) -> list[str]:
    """Return the cluster that each document's job was in yesterday, '' where it was not there."""
    jobs, members = (tables.get(f"yesterday_{name}") for name in ("jobs", "job_postings"))
    if jobs is None or members is None:
        return [""] * documents.num_rows
    job = members.column("job_id").take(_found(documents.column("posting_id"), members.column("posting_id")))
    cluster = jobs.column("cluster_id").take(_found(job, jobs.column("job_id")))
    return [name or "" for name in cluster.to_pylist()]


def _found(wanted: pa.ChunkedArray, names: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return where each name stands among `names`, NULL where it does not."""
    return pc.index_in(wanted, value_set=names.combine_chunks())


def _centroids_table(documents: pa.Table, learned: learning.Learned, wanted: int, before: list[str]) -> pa.Table:
    """Return the centres of the documents' work, with their labels; those that carry on one of `before` have its id."""
    old = sorted(set(before) - {""})
    number = {cluster_id: i for i, cluster_id in enumerate(old)}
    was = np.array([number.get(cluster_id, -1) for cluster_id in before], dtype=np.int64)
    found, carried = centres.carried_on(learned.work, was, wanted)
    member, _ = centres.nearest(learned.work, found)
    own = [
        frozenset(words(" ".join(names)))
        for names in zip(*(strings(documents.column(c)) for c in ("employer_key", "city", "region")), strict=True)
    ]
    size = np.bincount(member, minlength=len(found))
    area = centres.areas(found, size)
    title_phrases = labels.phrases_of(learned.titles, own)
    named, areas = (
        labels.name_clusters(
            title_phrases,
            groups,
            labels.text_terms(learned.weighed["body"], learned.vocabularies["body"].terms, groups, many, own),
        )
        for groups, many in ((member, len(found)), (area[member], len(np.bincount(area))))
    )
    nameless: tuple[str, list[str]] = ("other work", [])
    rows = {
        "cluster_id": [
            old[was] if was >= 0 else short_id("c", centre.tobytes().hex())
            for centre, was in zip(found, carried.tolist(), strict=True)
        ],
        "label": [named.get(i, nameless)[0] for i in range(len(found))],
        "terms": [named.get(i, nameless)[1] for i in range(len(found))],
        "area": [areas.get(i, nameless)[0] for i in area.tolist()],
        "documents": size,
        "position": dense_list(found),
        **dict(zip(_MAP, on_a_plane(found).T, strict=True)),
    }
    return conform(pa.table(rows).sort_by("cluster_id"), contract("fit_centroids"))


def _content(table: pa.Table) -> str:
    """Return the fingerprint of a table, but for where clusters stand on the map: nothing hangs on it."""
    return content(table.drop_columns([name for name in _MAP if name in table.column_names]))
