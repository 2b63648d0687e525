"""Stage fit: learn vocabulary, term weights, spaces, common phrases and cluster centres from the night's postings."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.contracts import conform, contract
from pipeline.linking import phrases
from pipeline.plan import Night
from pipeline.ranking import centres, labels, learning, meaning, spaces, telling
from pipeline.ranking.arrays import dense_list, strings
from pipeline.ranking.plane import on_a_plane
from pipeline.settings import FitSettings
from pipeline.text.tokens import short_id, words

_MAP = ("map_x", "map_y")


def fit(tables: Mapping[str, pa.Table], night: Night, settings: FitSettings) -> dict[str, pa.Table]:
    """Return the tables of a new fit; equal postings give an equal fit, whatever their order.

    Learned on different ads only: one posting a title core and text, so that an ad that came a thousand times weighs
    no more than one that came once. Clusters carry on those of yesterday_jobs and yesterday_job_postings, where these
    tables are given.
    """
    postings, bodies = tables["postings"], tables["bodies"]
    every = _documents(postings)
    documents = learning.sample(every, settings.max_documents)
    needed = bodies.filter(pc.is_in(bodies.column("body_id"), value_set=documents.column("body_id").combine_chunks()))
    with ThreadPoolExecutor(
        1
    ) as beside:  # Arrow, numpy and kernels do without Python's lock: phrases and words cost no time
        counted = beside.submit(phrases.learn, postings, bodies, documents=settings.phrase_documents)
        learned = learning.learn(documents, needed, settings, beside)
        common = counted.result()
    made = {
        "fit_terms": _terms_table(learned, documents, settings.space_documents),
        "fit_spaces": _spaces_table(learned.spaces),
        "fit_means": _means_table(learned.means),
        "fit_sentences": _sentences_table(learned.sentences),
        "fit_phrases": conform(common, contract("fit_phrases")),
        "fit_centroids": _centroids_table(
            documents,
            learned,
            _clusters_wanted(every.num_rows, len(learned.work), settings),
            _clusters_before(tables, documents),
        ),
    }
    fit_id = short_id("f", *(_content(made[name]) for name in sorted(made)))
    record = {
        "fit_id": [fit_id],
        "fitted_on": pa.array([night.run_date], pa.date32()),
        "postings": [tables["postings"].num_rows],
        "documents": [documents.num_rows],
        "is_new": [True],
    }
    return made | {"fits": conform(pa.table(record), contract("fits"))}


def _documents(postings: pa.Table) -> pa.Table:
    """Return one posting a title core and text, the smallest id, sorted by id."""
    ordered = postings.select(
        ["posting_id", "title_core", "team", "employer_key", "city", "region", "language", "body_id"]
    )
    ordered = ordered.sort_by("posting_id")
    pairs = zip(ordered.column("title_core").to_pylist(), ordered.column("body_id").to_pylist(), strict=True)
    first: dict[tuple[str, str], int] = {}
    for i, pair in enumerate(pairs):
        first.setdefault(pair, i)
    return ordered.take(pa.array(list(first.values()), pa.int64()))


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


def _clusters_before(tables: Mapping[str, pa.Table], documents: pa.Table) -> list[str]:
    """Return the cluster that each document's job was in yesterday, '' where it was not there."""
    jobs, members = (tables.get(f"yesterday_{name}") for name in ("jobs", "job_postings"))
    if jobs is None or members is None:
        return [""] * documents.num_rows
    cluster = dict(zip(jobs.column("job_id").to_pylist(), jobs.column("cluster_id").to_pylist(), strict=True))
    job = dict(zip(members.column("posting_id").to_pylist(), members.column("job_id").to_pylist(), strict=True))
    return [cluster.get(job.get(posting, ""), "") for posting in documents.column("posting_id").to_pylist()]


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
    """Return a fingerprint of a table's rows, in order, but for where clusters stand on the map: nothing hangs on it."""
    table = table.drop_columns([name for name in _MAP if name in table.column_names])
    digest = blake2b(digest_size=8)
    for batch in table.combine_chunks().to_batches():
        digest.update(batch.serialize())
    return digest.hexdigest()
