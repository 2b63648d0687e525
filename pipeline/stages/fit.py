"""Stage fit: learn vocabulary, term weights, spaces, boilerplate and cluster centres from the night's postings."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from scipy import sparse

from pipeline.contracts import conform, contract
from pipeline.linking import phrases
from pipeline.plan import Night
from pipeline.ranking import centres, labels, meaning, spaces, terms, vocabulary
from pipeline.ranking.arrays import dense_list, strings
from pipeline.ranking.boilerplate import by_employer
from pipeline.settings import FitSettings
from pipeline.text.boilerplate import learn
from pipeline.text.tokens import fingerprint, short_id, words


def fit(tables: Mapping[str, pa.Table], night: Night, settings: FitSettings) -> dict[str, pa.Table]:
    """Return the tables of a new fit; equal postings give an equal fit, whatever their order.

    Learned on different ads only: one posting a title core and text, so that an ad that came a thousand times weighs
    no more than one that came once.
    """
    boilerplate = conform(learn(tables["postings"], tables["bodies"]), contract("fit_boilerplate"))
    every = _documents(tables["postings"])
    documents = _sample(every, settings.max_documents)
    texts = _texts(documents, tables["bodies"], boilerplate)
    whole = [title + body for title, body in zip(texts["title"], texts["body"], strict=True)]
    common = vocabulary.learn(whole, settings.word_terms).terms
    learned = {
        "title": vocabulary.learn(texts["title"], settings.title_terms, settings.phrases, besides=common),
        "title_characters": vocabulary.learn(texts["title_characters"], settings.character_terms),
        "body": vocabulary.learn(texts["body"], settings.body_terms, settings.phrases, settings.max_document_share),
    }
    weighed = {c: vocabulary.weigh(vocabulary.count(texts[c], learned[c]), learned[c]) for c in learned}
    space = _spaces(texts, learned, weighed, common, settings)
    work = meaning.work(
        *(spaces.place(weighed[meaning.CHANNEL[name]], space[name]) for name in (meaning.MEANING, meaning.TOPICS))
    )
    found = centres.centres(work, _clusters_wanted(every.num_rows, len(work), settings))
    made = {
        "fit_terms": _terms_table(learned),
        "fit_spaces": _spaces_table(space),
        "fit_boilerplate": boilerplate,
        "fit_phrases": conform(phrases.learn(tables["postings"], tables["bodies"]), contract("fit_phrases")),
        "fit_centroids": _centroids_table(
            documents, texts["title"], weighed["body"], learned["body"].terms, found, centres.nearest(work, found)[0]
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
    ordered = postings.select(["posting_id", "title_core", "team", "employer_key", "city", "region", "body_id"])
    ordered = ordered.sort_by("posting_id")
    pairs = zip(ordered.column("title_core").to_pylist(), ordered.column("body_id").to_pylist(), strict=True)
    first: dict[tuple[str, str], int] = {}
    for i, pair in enumerate(pairs):
        first.setdefault(pair, i)
    return ordered.take(pa.array(list(first.values()), pa.int64()))


def _sample(documents: pa.Table, most: int) -> pa.Table:
    """Return at most `most` documents, chosen by the hash of their ids, in their order."""
    if documents.num_rows <= most:
        return documents
    hashes = np.array([fingerprint(name) for name in documents.column("posting_id").to_pylist()], dtype=np.uint64)
    return documents.take(pa.array(np.sort(np.argsort(hashes, kind="stable")[:most])))


def _texts(documents: pa.Table, bodies: pa.Table, boilerplate: pa.Table) -> dict[str, list[list[str]]]:
    """Return the terms of each document, by channel."""
    text = dict(zip(bodies.column("body_id").to_pylist(), bodies.column("text").to_pylist(), strict=True))
    return terms.by_channel(documents, text, by_employer(boilerplate))


def _clusters_wanted(total: int, sampled: int, settings: FitSettings) -> int:
    most = min(settings.max_clusters, max(1, sampled // settings.documents_per_cluster))
    return centres.clusters_wanted(total, settings.documents_per_cluster, most)


def _spaces(
    texts: Mapping[str, list[list[str]]],
    learned: Mapping[str, vocabulary.Vocabulary],
    weighed: Mapping[str, sparse.csr_matrix],
    common: list[str],
    settings: FitSettings,
) -> dict[str, spaces.Dense]:
    """Return the spaces by name; see pipeline.ranking.meaning."""
    few = slice(
        0, settings.space_documents
    )  # documents are in the order of their ids, which are hashes: any few will do
    gap = [""] * meaning.WINDOW
    flowing = [title + gap + body for title, body in zip(texts["title"][few], texts["body"][few], strict=True)]
    body_space = spaces.latent(weighed["body"][few], settings.topics + 1)
    topics = meaning.without_common(body_space)
    return {
        meaning.WORDS: meaning.title_words(
            learned["title"], common, meaning.word_positions(flowing, common, settings.words)
        ),
        meaning.MEANING: meaning.meanings(weighed["title"], spaces.place(weighed["body"], topics)),
        meaning.TOPICS: topics,
        meaning.ROLES: meaning.roles(weighed["title"], weighed["body"], body_space, settings.roles),
    }


def _terms_table(learned: Mapping[str, vocabulary.Vocabulary]) -> pa.Table:
    parts = [
        pa.table(
            {
                "channel": [channel] * len(words_),
                "term_id": np.arange(len(words_)),
                "term": words_.terms,
                "documents": words_.documents,
                "idf": words_.idf,
            }
        )
        for channel, words_ in learned.items()
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


def _centroids_table(
    documents: pa.Table,
    titles: list[list[str]],
    bodies: sparse.csr_matrix,
    body_terms: list[str],
    found: spaces.Dense,
    member: npt.NDArray[np.int64],
) -> pa.Table:
    """Return the centres with their labels.

    Args:
        documents: the fit's.
        titles: title words of each.
        bodies: TF-IDF rows of their texts.
        body_terms: terms of its columns.
        found: centres x dimensions.
        member: centre of each document.
    """
    own = [
        frozenset(words(" ".join(names)))
        for names in zip(*(strings(documents.column(c)) for c in ("employer_key", "city", "region")), strict=True)
    ]
    told = labels.text_terms(bodies, body_terms, member, len(found), own)
    named = labels.name_clusters(titles, own, member.tolist(), told)
    nameless: tuple[str, list[str]] = ("other work", [])
    rows = {
        "cluster_id": [short_id("c", centre.tobytes().hex()) for centre in found],
        "label": [named.get(i, nameless)[0] for i in range(len(found))],
        "terms": [named.get(i, nameless)[1] for i in range(len(found))],
        "documents": np.bincount(member, minlength=len(found)),
        "position": dense_list(found),
    }
    return conform(pa.table(rows).sort_by("cluster_id"), contract("fit_centroids"))


def _content(table: pa.Table) -> str:
    """Return a fingerprint of a table's rows, in order."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks())
    return f"{fingerprint(sink.getvalue().to_pybytes().hex()):016x}"
