"""The jobs of a night as arrays: vectors, positions, facts and clusters."""

from collections.abc import Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_matrix

from pipeline.measure import give_back
from pipeline.ranking import meaning, terms
from pipeline.ranking.facts import Facts, facts
from pipeline.ranking.kernels import fixed
from pipeline.ranking.shared import Letters, Listed, letters
from pipeline.ranking.spaces import Dense
from pipeline.ranking.strongest import keep_strongest
from pipeline.ranking.vectors import Vectors

TABLES = ("vectors", "jobs", "postings", "job_clusters", "family_jobs", "fit_terms", "fits")
"""What read() reads."""

RANKED_BY = 100
"""Words of a text by which pairs are ranked: the weights were fitted so (by 300: nDCG .725 instead of .743, 2026-11)."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Corpus:
    """The jobs of the night, ascending by id, as arrays.

    Attributes:
        sparse: TF-IDF rows by channel; of the text's the RANKED_BY strongest words.
        texts: TF-IDF rows of the texts with all words that are kept, by which they are searched.
        expected: by channel, how many postings have each term, as the fit expects it of as many as there were then.
        dense: positions by space.
        work: position of what each job's work is, the space of the clusters.
        placed: whether each job has words that the fit knows.
        terms: words of the body channel, by term id.
        sayable: which of them a card may say, being no numbers and no letters.
        tells: which of them tell one kind of work from another.
        letters: of the terms.
        phrases: terms that titles have as one term with a term before.
        member: number of each job's cluster; `clusters` has its id.
        distance: from the centre of the cluster.
    """

    facts: Facts
    sparse: dict[str, csr_matrix]
    texts: csr_matrix
    expected: dict[str, Ints]
    dense: dict[str, Dense]
    work: Dense
    placed: npt.NDArray[np.bool_]
    terms: list[str]
    sayable: npt.NDArray[np.bool_]
    tells: npt.NDArray[np.bool_]
    letters: Letters
    phrases: Listed
    member: Ints
    clusters: list[str]
    distance: Floats


def read(tables: MutableMapping[str, pa.Table]) -> Corpus:
    """Return the jobs of the TABLES, of which the vectors are taken out: at a million listings 3 GB of mapped pages."""
    jobs = tables["jobs"].sort_by("job_id")
    body, title = (_fitted(tables["fit_terms"], channel) for channel in ("body", "title"))
    words = body.column("term").to_pylist()
    with ThreadPoolExecutor(1) as beside:
        facing = beside.submit(facts, jobs, tables["postings"], tables["family_jobs"], words)
        found_sparse, found_dense, expected = _vectors(tables.pop("vectors"), tables["fit_terms"], tables["fits"], jobs)
        told = facing.result()
    give_back()
    texts = found_sparse["body"]
    found_sparse["body"] = keep_strongest(texts, RANKED_BY)
    member = tables["job_clusters"].sort_by("job_id")
    work = meaning.work(found_dense[meaning.MEANING], found_dense[meaning.TOPICS])
    clusters = pc.unique(member.column("cluster_id")).sort()
    return Corpus(
        told,
        found_sparse,
        texts,
        expected,
        found_dense,
        work,
        np.any(work, axis=1),
        words,
        np.array([len(word) > 2 and not word[0].isdigit() for word in words], dtype=bool),
        np.asarray(body.column("tells"), dtype=bool),
        letters(words),
        _phrases(words, title.column("term").to_pylist()),
        np.asarray(pc.index_in(member.column("cluster_id"), value_set=clusters), np.int64),
        clusters.to_pylist(),
        np.asarray(member.column("distance"), dtype=np.float64),
    )


def _vectors(
    table: pa.Table, fit_terms: pa.Table, fits: pa.Table, jobs: pa.Table
) -> tuple[dict[str, csr_matrix], dict[str, Dense], dict[str, Ints]]:
    """Return Corpus.sparse, of all words that are kept, Corpus.dense and Corpus.expected."""
    vectors, fit = Vectors(table, jobs), fits.to_pylist()[0]
    found_sparse, found_dense, expected = {}, {}, {}
    for channel in vectors.channels:
        if channel in terms.CHANNELS:
            fitted = _fitted(fit_terms, channel)
            found_sparse[channel] = vectors.sparse(channel, fitted.num_rows)
            known = np.asarray(fitted.column("documents"), dtype=np.float64)
            expected[channel] = np.ceil((known + 1) * fit["postings"] / (fit["documents"] + 1)).astype(np.int64)
        else:
            found_dense[channel] = vectors.dense(channel)
    return found_sparse, found_dense, expected


def _fitted(fit_terms: pa.Table, channel: str) -> pa.Table:
    """Return the terms of a channel, ascending by id."""
    return fit_terms.filter(pc.equal(fit_terms.column("channel"), channel)).sort_by("term_id")


def _phrases(words: list[str], titles: Iterable[str]) -> Listed:
    """Return for each of `words` those that follow it in the terms of titles that are two words."""
    index = {word: i for i, word in enumerate(words)}
    pairs = [term.partition(" ") for term in titles]
    found = sorted((index[a], index[b]) for a, _, b in pairs if a in index and b in index)
    first, second = np.array(found, dtype=np.int32).reshape(-1, 2).T
    starts = np.searchsorted(first, np.arange(len(words) + 1))
    return fixed(starts.astype(np.int32)), fixed(second.copy())
