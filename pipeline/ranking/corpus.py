"""The jobs of a night as arrays: vectors, positions, facts and clusters."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import csr_matrix

from pipeline.measure import give_back
from pipeline.ranking import meaning, terms
from pipeline.ranking.arrays import of_jobs, to_dense, to_sparse
from pipeline.ranking.facts import Facts, facts
from pipeline.ranking.kernels import fixed
from pipeline.ranking.shared import Letters, Listed, letters
from pipeline.ranking.spaces import Dense
from pipeline.ranking.strongest import keep_strongest

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


def read(tables: Mapping[str, pa.Table]) -> Corpus:
    """Return the jobs of the TABLES."""
    jobs = tables["jobs"].sort_by("job_id")
    vectors = tables["vectors"]
    fit = tables["fits"].to_pylist()[0]
    found_sparse, found_dense, expected = {}, {}, {}
    for channel in sorted(pc.unique(vectors.column("channel")).to_pylist()):
        rows = of_jobs(vectors, channel, jobs)
        fitted = tables["fit_terms"].filter(pc.equal(tables["fit_terms"].column("channel"), channel))
        if channel in terms.CHANNELS:
            found_sparse[channel] = to_sparse(rows.column("term_ids"), rows.column("weights"), fitted.num_rows)
            known = np.asarray(fitted.sort_by("term_id").column("documents"), dtype=np.float64)
            expected[channel] = np.ceil((known + 1) * fit["postings"] / (fit["documents"] + 1)).astype(np.int64)
        else:
            found_dense[channel] = to_dense(rows.column("weights"))
        del rows
        give_back()  # what filtering took for a while: at a million listings a GB
    texts = found_sparse["body"]
    found_sparse["body"] = keep_strongest(texts, RANKED_BY)
    body = tables["fit_terms"].filter(pc.equal(tables["fit_terms"].column("channel"), "body")).sort_by("term_id")
    title = tables["fit_terms"].filter(pc.equal(tables["fit_terms"].column("channel"), "title"))
    member = tables["job_clusters"].sort_by("job_id")
    work = meaning.work(found_dense[meaning.MEANING], found_dense[meaning.TOPICS])
    words = body.column("term").to_pylist()
    clusters = pc.unique(member.column("cluster_id")).sort()
    return Corpus(
        facts(jobs, tables["postings"], tables["family_jobs"], words),
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


def _phrases(words: list[str], titles: Iterable[str]) -> Listed:
    """Return for each of `words` those that follow it in the terms of titles that are two words."""
    index = {word: i for i, word in enumerate(words)}
    pairs = [term.partition(" ") for term in titles]
    found = sorted((index[a], index[b]) for a, _, b in pairs if a in index and b in index)
    first, second = np.array(found, dtype=np.int32).reshape(-1, 2).T
    starts = np.searchsorted(first, np.arange(len(words) + 1))
    return fixed(starts.astype(np.int32)), fixed(second.copy())
