"""Stage vectorise: each job as vectors, from its canonical posting, in the vocabulary and the spaces of the fit."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from pipeline.contracts import conform, contract
from pipeline.plan import Night
from pipeline.ranking import spaces, terms, vocabulary
from pipeline.ranking.arrays import dense_list, keep_strongest, sparse_lists
from pipeline.ranking.boilerplate import by_employer
from pipeline.ranking.fitted import spaces as fitted_spaces
from pipeline.ranking.fitted import vocabularies
from pipeline.settings import VectoriseSettings


def vectorise(tables: Mapping[str, pa.Table], night: Night, settings: VectoriseSettings) -> dict[str, pa.Table]:
    """Return the vectors of the jobs, in the order of `jobs`: a row a job and channel, and a row a job and space.

    Of the text's words the strongest `body_terms` are kept; its position in a space is made of all of them.
    """
    jobs = tables["jobs"]
    texts = _texts(jobs, tables["postings"], tables["bodies"], tables["fit_boilerplate"])
    known = vocabularies(tables["fit_terms"], terms.CHANNELS)
    weighed = {c: vocabulary.weigh(vocabulary.count(texts[c], known[c]), known[c]) for c in terms.CHANNELS}
    parts = []
    for channel, matrix in weighed.items():
        kept = keep_strongest(matrix, settings.body_terms) if channel == "body" else matrix
        parts.append(_rows(jobs, channel, *sparse_lists(kept)))
    for name, space in fitted_spaces(tables["fit_spaces"]).items():
        placed = spaces.place(_wide(weighed[space.channel], len(space.positions)), space.positions)
        parts.append(_rows(jobs, name, _empty_lists(len(placed)), dense_list(placed)))
    return {"vectors": conform(pa.concat_tables(parts), contract("vectors"))}


def _texts(
    jobs: pa.Table, postings: pa.Table, bodies: pa.Table, fit_boilerplate: pa.Table
) -> dict[str, list[list[str]]]:
    """Return the terms of each job's canonical posting, by channel."""
    wanted = jobs.column("canonical_posting_id")
    columns = ["posting_id", "title_core", "team", "employer_key", "body_id"]
    canonical = postings.select(columns).filter(
        pc.is_in(postings.column("posting_id"), value_set=wanted.combine_chunks())
    )
    canonical = canonical.take(pc.index_in(wanted, value_set=canonical.column("posting_id").combine_chunks()))
    ids = canonical.column("body_id").combine_chunks()
    needed = bodies.filter(pc.is_in(bodies.column("body_id"), value_set=ids))
    text = dict(zip(needed.column("body_id").to_pylist(), needed.column("text").to_pylist(), strict=True))
    return terms.by_channel(canonical, text, by_employer(fit_boilerplate))


def _rows(jobs: pa.Table, channel: str, term_ids: pa.Array, weights: pa.Array) -> pa.Table:
    names = pa.array([channel] * jobs.num_rows, pa.string())
    return pa.table({"job_id": jobs.column("job_id"), "channel": names, "term_ids": term_ids, "weights": weights})


def _empty_lists(count: int) -> pa.Array:
    return pa.ListArray.from_arrays(pa.array(np.zeros(count + 1, dtype=np.int32)), pa.array([], pa.int32()))


def _wide(matrix: sparse.csr_matrix, width: int) -> sparse.csr_matrix:
    """Return `matrix` with `width` columns: an empty vocabulary still has a space of one empty column."""
    return matrix if matrix.shape[1] == width else sparse.csr_matrix((matrix.shape[0], width))
