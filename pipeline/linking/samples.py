"""A fair sample of each text's shingles, small enough to hold for all postings at once: what texts are looked up by."""

import numpy as np
import pyarrow as pa

from pipeline.linking.roads import Ints, Keys
from pipeline.text import signatures

_BATCH = 4_000  # texts cut at once: bounds memory (about 250 MB)


def sampled(texts: pa.ChunkedArray, one_in: int, beginning: int, one_in_beginning: int) -> tuple[Ints, Keys, Keys]:
    """Return the sampled shingles of each text: positions of texts, shingles, and the least shingle of each text.

    A shingle is in the sample where its fingerprint is divisible by `one_in`: equal shingles of two texts are in both
    samples or in none, whatever the texts' lengths. The first `beginning` words, all that a snippet shows, are sampled
    more densely: one in `one_in_beginning`. A text without a sampled shingle has its least one.
    """
    owners, values, leasts = [np.empty(0, np.int64)], [np.empty(0, np.uint64)], [np.empty(0, np.uint64)]
    cutter = signatures.Cutter()
    for begin in range(0, len(texts), _BATCH):
        found, starts = signatures.all_shingles(cutter.cut(texts.slice(begin, _BATCH)))
        sizes = np.diff(starts)
        owner = np.repeat(np.arange(len(sizes)), sizes)
        # A shingle that stands at the beginning too is in the sample by that.
        at_beginning = np.arange(len(found)) - np.repeat(starts[:-1], sizes) < beginning
        in_sample = found % np.uint64(one_in) == 0
        in_sample |= at_beginning & (found % np.uint64(one_in_beginning) == 0)
        least = np.zeros(len(sizes), np.uint64)
        if len(found):
            least[sizes > 0] = np.minimum.reduceat(found, starts[:-1][sizes > 0])
        without = (np.bincount(owner[in_sample], minlength=len(sizes)) == 0) & (sizes > 0)
        in_sample |= np.repeat(without, sizes) & (found == np.repeat(least, sizes))
        kept = np.bincount(owner[in_sample], minlength=len(sizes))
        sample = signatures.distinct(found[in_sample], np.concatenate(([0], np.cumsum(kept))).astype(np.int64))
        owners.append(np.repeat(np.arange(len(sizes)), np.diff(sample.starts)) + begin)
        values.append(sample.values)
        leasts.append(least)
    return np.concatenate(owners), np.concatenate(values), np.concatenate(leasts)
