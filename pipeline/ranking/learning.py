"""What a fit learns from its documents: common sentences, vocabularies, spaces, means, positions."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy import sparse

from pipeline.ranking import meaning, spaces, terms, vocabulary
from pipeline.ranking.arrays import strings
from pipeline.ranking.spaces import Dense
from pipeline.ranking.vocabulary import Coded, Vocabulary
from pipeline.settings import FitSettings
from pipeline.text import cutting


@dataclass(frozen=True)
class Learned:
    """What was learned.

    Attributes:
        sentences: ids of common sentences, ascending, and under how many title cores each stands.
        vocabularies: by channel.
        weighed: TF-IDF rows of the documents, by channel.
        titles: title words of the documents.
        spaces: positions of terms, by space.
        means: texts and mean position of each language, by space.
        work: what the documents' work is, documents x dimensions.
    """

    sentences: tuple[NDArray[np.uint64], NDArray[np.int64]]
    vocabularies: Mapping[str, Vocabulary]
    weighed: Mapping[str, sparse.csr_matrix]
    titles: Sequence[list[str]]
    spaces: Mapping[str, Dense]
    means: Mapping[str, Mapping[str, tuple[int, Dense]]]
    work: Dense


def learn(documents: pa.Table, bodies: pa.Table, settings: FitSettings, beside: Executor) -> Learned:
    """Return what is learned from `documents`.

    Args:
        documents: different ads: title_core, team, language and body_id, in the order of their ids.
        bodies: text of each body_id; one that is missing is empty.
        settings: of the stage.
        beside: where the space of words is made meanwhile.
    """
    told = terms.of_titles(documents)
    texts = {name: vocabulary.coded(found) for name, found in told.items()}
    cut = cutting.cut(terms.bodies_of(documents, bodies))
    sentences = terms.common_sentences(cut, strings(documents.column("title_core")), settings.common_titles)
    texts["body"] = terms.own_words(cut, sentences[0])
    body = vocabulary.learn(texts["body"], settings.body_terms, max_share=settings.max_document_share)
    common = _common(body, texts["title"], settings)
    known = {
        "title": vocabulary.learn(texts["title"], settings.title_terms, settings.phrases, besides=common),
        "title_characters": vocabulary.learn(texts["title_characters"], settings.character_terms),
        "body": body,
    }
    weighed = {c: vocabulary.weigh(vocabulary.count(texts[c], known[c]), known[c]) for c in known}
    few = slice(0, settings.space_documents)
    flowing = [texts["title"][few], texts["body"][few]]
    words = beside.submit(meaning.word_positions, flowing, common, settings.words)
    body_space = spaces.latent(weighed["body"][few], settings.topics)
    placed, mean = _centred(weighed["body"], body_space, strings(documents.column("language")))
    found = {
        meaning.MEANING: meaning.meanings(weighed["title"], placed),
        meaning.TOPICS: body_space,
        meaning.ROLES: meaning.roles(weighed["title"][few], weighed["body"][few], body_space, settings.roles),
    }
    found = {meaning.WORDS: meaning.title_words(known["title"], common, words.result()), **found}
    _, role_mean = _centred(weighed["body"], found[meaning.ROLES], strings(documents.column("language")))
    return Learned(
        sentences=sentences,
        vocabularies=known,
        weighed=weighed,
        titles=told["title"],
        spaces=found,
        means={meaning.TOPICS: mean, meaning.ROLES: role_mean},
        work=meaning.work(spaces.place(weighed["title"], found[meaning.MEANING]), placed),
    )


def _common(body: Vocabulary, titles: Coded, settings: FitSettings) -> list[str]:
    """Return the words whose neighbours tell what they mean: those of most texts, and those of titles."""
    often = sorted(range(len(body)), key=lambda i: (-body.documents[i], body.terms[i]))[: settings.word_terms]
    return sorted({body.terms[i] for i in often}.union(vocabulary.learn(titles, settings.title_terms).terms))


def _centred(
    weighed: sparse.csr_matrix, space: Dense, languages: Sequence[str]
) -> tuple[Dense, dict[str, tuple[int, Dense]]]:
    placed = spaces.place(weighed, space)
    mean = spaces.means(placed, languages)
    return spaces.centred(placed, languages, {name: position for name, (_, position) in mean.items()}), mean


def sample(documents: pa.Table, most: int) -> pa.Table:
    """Return at most `most` documents, chosen by the hash of their ids, in the order of the ids."""
    from pipeline.text.tokens import fingerprint

    if documents.num_rows <= most:
        return documents
    hashes = np.array([fingerprint(name) for name in documents.column("posting_id").to_pylist()], dtype=np.uint64)
    return documents.take(pa.array(np.sort(np.argsort(hashes, kind="stable")[:most])))
