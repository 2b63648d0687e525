"""The postings of some pairs, ready to be compared."""

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.linking import phrases
from pipeline.linking.codes import positions, whole
from pipeline.linking.roads import Ints
from pipeline.linking.texts import Texts, prepare


def compared(pairs: pa.Table, postings: pa.Table, bodies: pa.Table, fit_phrases: pa.Table) -> tuple[Texts, Ints, Ints]:
    """Return the postings of `pairs`, in the order of their ids, with their texts, and the positions of both sides."""
    sides = [*pairs.column("posting_id_a").chunks, *pairs.column("posting_id_b").chunks]
    named = pc.unique(pa.chunked_array(sides, pa.string()))
    rows = (
        postings.filter(pc.is_in(postings.column("posting_id"), value_set=named)).sort_by("posting_id").combine_chunks()
    )
    needed = bodies.filter(pc.is_in(bodies.column("body_id"), value_set=pc.unique(rows.column("body_id"))))
    ids = whole(rows.column("posting_id"))
    texts = prepare(rows, needed, phrases.read(fit_phrases))
    return texts, positions(pairs.column("posting_id_a"), ids), positions(pairs.column("posting_id_b"), ids)
