"""The postings of some pairs, ready to be compared."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.linking.codes import positions, whole
from pipeline.linking.roads import Ints
from pipeline.linking.said import Said, said


@dataclass(frozen=True)
class Pairs:
    """Pairs of postings.

    Attributes:
        rows: the postings, in the order of their ids.
        texts: theirs.
        left: position of each pair's first posting.
        right: of its second.
    """

    rows: pa.Table
    texts: Said
    left: Ints
    right: Ints

    def of(self, some: Ints) -> "Pairs":
        """Return some of the pairs, with the postings and texts that these have."""
        both = np.concatenate((self.left[some], self.right[some]))
        kept, where = np.unique(both, return_inverse=True)
        return Pairs(self.rows.take(pa.array(kept)), self.texts.of(kept), where[: len(some)], where[len(some) :])


def gathered(pairs: pa.Table, postings: pa.Table, bodies: pa.Table) -> Pairs:
    """Return `pairs` with their postings and the texts of these.

    Args:
        pairs: posting_id_a and posting_id_b.
        postings: at least theirs.
        bodies: their texts.
    """
    sides = [*pairs.column("posting_id_a").chunks, *pairs.column("posting_id_b").chunks]
    named = pc.unique(pa.chunked_array(sides, pa.string()))
    rows = (
        postings.filter(pc.is_in(postings.column("posting_id"), value_set=named)).sort_by("posting_id").combine_chunks()
    )
    needed = bodies.filter(pc.is_in(bodies.column("body_id"), value_set=pc.unique(rows.column("body_id"))))
    ids = whole(rows.column("posting_id"))
    left, right = (positions(pairs.column(name), ids) for name in ("posting_id_a", "posting_id_b"))
    return Pairs(rows, said(rows, needed), left, right)
