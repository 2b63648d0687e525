"""The vectors of all jobs as matrices, read from their table a batch at a time: at a million listings it is 3 GB."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from pipeline.ranking.arrays import countable, to_dense, to_matrix
from pipeline.ranking.spaces import Dense
from pipeline.text.signatures import spread

Ints = npt.NDArray[np.int64]


class Vectors:
    """Vectors of jobs by channel, a row a job, in the order of the jobs; those of a job that has none are zero."""

    def __init__(self, table: pa.Table, jobs: pa.Table) -> None:
        """Find the rows of `jobs` in the table vectors."""
        ids = jobs.column("job_id").combine_chunks()
        self._jobs = len(ids)
        self._batches = table.to_batches()
        place = pc.index_in(table.column("job_id"), value_set=ids)
        self._place = np.asarray(pc.fill_null(place, -1), np.int64)
        self.channels = sorted(pc.unique(table.column("channel")).to_pylist())

    def _of(self, channel: str, *columns: str) -> Iterator[tuple[Ints, pa.RecordBatch]]:
        """Yield some columns of the channel's rows, batch by batch, and the place of each row among the jobs."""
        begin = 0
        for batch in self._batches:
            place = self._place[begin : begin + batch.num_rows]
            begin += batch.num_rows
            wanted = np.asarray(pc.equal(batch.column("channel"), channel)) & (place >= 0)
            if wanted.any():
                yield place[wanted], batch.select(columns).filter(pa.array(wanted))

    def dense(self, channel: str) -> Dense:
        """Return the vectors of a channel that are all of one length as a matrix, 1 wide where there are none."""
        found: Dense | None = None
        for place, rows in self._of(channel, "weights"):
            values = to_dense(pa.chunked_array([rows.column("weights")]))
            if found is None:
                found = np.zeros((self._jobs, values.shape[1]), np.float32)
            found[place] = values
        return np.zeros((self._jobs, 1), np.float32) if found is None else found

    def sparse(self, channel: str, width: int) -> sparse.csr_matrix:
        """Return the vectors of a channel that are term ids and weights as a matrix of `width` columns.

        Raises:
            ValueError: a term is not below `width`, or there are more values than 32 bits count.
        """
        lengths = np.zeros(self._jobs, np.int64)
        for place, rows in self._of(channel, "term_ids"):
            lengths[place] = np.asarray(pc.list_value_length(rows.column("term_ids")), np.int64)
        starts = countable(lengths)
        terms, weights = np.empty(starts[-1], np.int32), np.empty(starts[-1], np.float32)
        for place, rows in self._of(channel, "term_ids", "weights"):
            at = spread(starts, place)
            terms[at], weights[at] = (np.asarray(rows.column(name).flatten()) for name in ("term_ids", "weights"))
        return to_matrix(terms, weights, starts, width)
