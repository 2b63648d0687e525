"""Stage fit: learn vocabulary, term weights, spaces, boilerplate and cluster centres from the night's postings."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from pipeline.contracts import conform, contract
from pipeline.linking import phrases
from pipeline.plan import Night
from pipeline.ranking import centres, labels, spaces, terms, vocabulary
from pipeline.ranking.arrays import dense_list, strings
from pipeline.ranking.boilerplate import by_employer, of_employer
from pipeline.settings import FitSettings
from pipeline.text.boilerplate import learn
from pipeline.text.tokens import fingerprint, short_id, words


def fit(tables: Mapping[str, pa.Table], night: Night, settings: FitSettings) -> dict[str, pa.Table]:
    """Return the tables of a new fit; equal postings give an equal fit, whatever their order.

    Learned on different ads only: one posting a title core and text, so that an ad that came a thousand times weighs
    no more than one that came once.
    """
    boilerplate = conform(learn(tables["postings"], tables["bodies"]), contract("fit_boilerplate"))
    documents = _documents(tables["postings"], settings.max_documents)
    texts = _texts(documents, tables["bodies"], boilerplate)
    limits = {"title": settings.title_terms, "title_characters": settings.character_terms, "body": settings.body_terms}
    learned = {
        channel: vocabulary.learn(
            texts[channel],
            limits[channel],
            settings.phrases if channel in terms.PHRASED else 0,
            settings.max_document_share if channel == "body" else 1.0,
        )
        for channel in terms.CHANNELS
    }
    weighed = {c: vocabulary.weigh(vocabulary.count(texts[c], learned[c]), learned[c]) for c in learned}
    space = {"topics": ("body", spaces.latent(weighed["body"], settings.dimensions))}
    placed = spaces.place(weighed["body"], space["topics"][1])
    made = {
        "fit_terms": _terms_table(learned),
        "fit_spaces": _spaces_table(space),
        "fit_boilerplate": boilerplate,
        "fit_phrases": conform(phrases.learn(tables["postings"], tables["bodies"]), contract("fit_phrases")),
        "fit_centroids": _centroids_table(documents, texts["title"], placed, settings),
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


def _documents(postings: pa.Table, most: int) -> pa.Table:
    """Return one posting a title core and text, the smallest id, sorted by id; of too many, a sample by hash of the id."""
    ordered = postings.select(["posting_id", "title_core", "team", "employer_key", "city", "region", "body_id"])
    ordered = ordered.sort_by("posting_id")
    pairs = zip(ordered.column("title_core").to_pylist(), ordered.column("body_id").to_pylist(), strict=True)
    first: dict[tuple[str, str], int] = {}
    for i, pair in enumerate(pairs):
        first.setdefault(pair, i)
    kept = list(first.values())
    if len(kept) > most:
        ids = ordered.column("posting_id").to_pylist()
        kept = sorted(sorted(kept, key=lambda i: (fingerprint(ids[i]), i))[:most])
    return ordered.take(pa.array(kept, pa.int64()))


def _texts(documents: pa.Table, bodies: pa.Table, boilerplate: pa.Table) -> dict[str, list[list[str]]]:
    """Return the terms of each document, by channel."""
    text = dict(zip(bodies.column("body_id").to_pylist(), bodies.column("text").to_pylist(), strict=True))
    known = by_employer(boilerplate)
    titles = list(zip(strings(documents.column("title_core")), strings(documents.column("team")), strict=True))
    keys = zip(documents.column("body_id").to_pylist(), strings(documents.column("employer_key")), strict=True)
    return {
        "title": [terms.title_words(*title) for title in titles],
        "title_characters": [terms.title_characters(*title) for title in titles],
        "body": [terms.body_words(text.get(body, ""), of_employer(known, employer)) for body, employer in keys],
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


def _spaces_table(found: Mapping[str, tuple[str, spaces.Dense]]) -> pa.Table:
    parts = [
        pa.table(
            {
                "space": [name] * len(position),
                "channel": [channel] * len(position),
                "term_id": np.arange(len(position)),
                "position": dense_list(position),
            }
        )
        for name, (channel, position) in found.items()
    ]
    return conform(pa.concat_tables(parts), contract("fit_spaces"))


def _centroids_table(
    documents: pa.Table, titles: list[list[str]], placed: spaces.Dense, settings: FitSettings
) -> pa.Table:
    wanted = centres.clusters_wanted(len(placed), settings.documents_per_cluster, settings.max_clusters)
    found = centres.centres(placed, wanted)
    member, _ = centres.nearest(placed, found)
    own = [
        frozenset(words(" ".join(names)))
        for names in zip(*(strings(documents.column(c)) for c in ("employer_key", "city", "region")), strict=True)
    ]
    named = labels.name_clusters(titles, own, member.tolist())
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
