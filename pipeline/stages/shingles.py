"""Stage shingles: a small fair sample of each text's shingles, by which stage block looks texts up."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from pipeline.contracts import conform, contract
from pipeline.linking.samples import sampled
from pipeline.plan import Night
from pipeline.settings import ShinglesSettings


def shingles(tables: Mapping[str, pa.Table], night: Night, settings: ShinglesSettings) -> dict[str, pa.Table]:
    """Return `shingles`, one row a text in the order of `bodies`: a row is a function of its text and the settings alone.

    Args:
        tables: bodies.
        night: not looked at.
        settings: of the stage.
    """
    bodies = tables["bodies"]
    owner, found, least = sampled(
        bodies.column("text"), settings.sample_one_in, settings.beginning_words, settings.sample_beginning_one_in
    )
    offsets = np.searchsorted(owner, np.arange(bodies.num_rows + 1)).astype(np.int32)
    columns = {
        "body_id": bodies.column("body_id"),
        "shingles": pa.ListArray.from_arrays(offsets, pa.array(found, pa.uint64())),
        "least": pa.array(least, pa.uint64()),
    }
    return {"shingles": conform(pa.table(columns), contract("shingles"))}
