"""Stage vectorise: each job as vectors, from its canonical posting, in the vocabulary and the spaces of the fit."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from pipeline.contracts import conform, contract
from pipeline.pieces import Once
from pipeline.plan import Night
from pipeline.ranking import dense, fitted, meaning, spaces, terms, vocabulary
from pipeline.ranking.arrays import dense_list, sparse_lists, strings
from pipeline.ranking.spaces import Dense
from pipeline.ranking.strongest import keep_strongest
from pipeline.ranking.vocabulary import Vocabulary
from pipeline.settings import VectoriseSettings
from pipeline.text import cutting

Fit = tuple[dict[str, Vocabulary], dict[str, fitted.Space], dict[str, dict[str, Dense]]]


def vectorise(tables: Mapping[str, pa.Table], night: Night, settings: VectoriseSettings) -> dict[str, pa.Table]:
    """Return the vectors of the jobs, in the order of `jobs`: a row a job and channel, and a row a job and space.

    Of the text's words the strongest `body_terms` are kept; its position in a space is made of all of them.
    """
    jobs = tables["jobs"]
    canonical = _canonical(jobs, tables["postings"])
    told = terms.bodies_of(canonical, tables["bodies"])
    common = np.sort(np.asarray(tables["fit_sentences"].column("sentence_id"), dtype=np.uint64))
    body = terms.own_words(cutting.cut(told), common)
    texts = terms.of_titles(canonical) | {"body": body}
    known, fit_spaces, means = _fit(*(tables[name] for name in ("fit_terms", "fit_spaces", "fit_means")))
    weighed = {c: vocabulary.weigh(vocabulary.count(texts[c], known[c]), known[c]) for c in terms.CHANNELS}
    parts = []
    for channel, matrix in weighed.items():
        kept = keep_strongest(matrix, settings.body_terms) if channel == "body" else matrix
        parts.append(_rows(jobs, channel, *sparse_lists(kept)))
    languages = strings(canonical.column("language"))
    placed = {}
    for name, space in fit_spaces.items():
        placed[name] = spaces.place(_wide(weighed[space.channel], len(space.positions)), space.positions)
        if name in means:
            placed[name] = spaces.centred(placed[name], languages, means[name])
    enough = np.minimum(1.0, np.diff(weighed["body"].indptr) / settings.enough_words).astype(np.float32)
    for name, positions in meaning.steadied(placed, enough).items():
        parts.append(_rows(jobs, name, _empty_lists(len(positions)), dense_list(positions)))
    if settings.dense_model:
        cores, teams = (strings(canonical.column(name)) for name in ("title_core", "team"))
        titles = [f"{core} {team}".strip() for core, team in zip(cores, teams, strict=True)]
        positions = dense.positions(settings.dense_model, titles, strings(told))
        parts.append(_rows(jobs, dense.DENSE, _empty_lists(len(positions)), dense_list(positions)))
    return {"vectors": conform(pa.concat_tables(parts), contract("vectors"))}


def _read(fit_terms: pa.Table, fit_spaces: pa.Table, fit_means: pa.Table) -> Fit:
    return fitted.vocabularies(fit_terms, terms.CHANNELS), fitted.spaces(fit_spaces), fitted.means(fit_means)


_fit = Once(_read)


def _canonical(jobs: pa.Table, postings: pa.Table) -> pa.Table:
    """Return the canonical posting of each job, in the order of `jobs`."""
    wanted = jobs.column("canonical_posting_id")
    columns = ["posting_id", "title_core", "team", "language", "body_id"]
    found = postings.select(columns).filter(pc.is_in(postings.column("posting_id"), value_set=wanted.combine_chunks()))
    return found.take(pc.index_in(wanted, value_set=found.column("posting_id").combine_chunks()))


def _rows(jobs: pa.Table, channel: str, term_ids: pa.Array, weights: pa.Array) -> pa.Table:
    names = pa.array([channel] * jobs.num_rows, pa.string())
    return pa.table({"job_id": jobs.column("job_id"), "channel": names, "term_ids": term_ids, "weights": weights})


def _empty_lists(count: int) -> pa.Array:
    return pa.ListArray.from_arrays(pa.array(np.zeros(count + 1, dtype=np.int32)), pa.array([], pa.int32()))


def _wide(matrix: sparse.csr_matrix, width: int) -> sparse.csr_matrix:
    """Return `matrix` with `width` columns: an empty vocabulary still has a space of one empty column."""
    return matrix if matrix.shape[1] == width else sparse.csr_matrix((matrix.shape[0], width))
