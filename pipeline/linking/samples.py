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
    owners, values, leasts = [], [], []
    for begin in range(0, len(texts), _BATCH):
        words = signatures.cut(texts.slice(begin, _BATCH))
        sets = signatures.shingles(words, first=True)
        sizes = np.diff(sets.starts)
        owner = np.repeat(np.arange(len(sizes)), sizes)
        at_beginning = sets.extra < beginning
        in_sample = sets.values % np.uint64(one_in) == 0
        in_sample |= at_beginning & (sets.values % np.uint64(one_in_beginning) == 0)
        least = np.zeros(len(sizes), np.uint64)
        least[sizes > 0] = sets.values[sets.starts[:-1][sizes > 0]]
        without = (np.bincount(owner[in_sample], minlength=len(sizes)) == 0) & (sizes > 0)
        in_sample[sets.starts[:-1][without]] = True
        owners.append(owner[in_sample] + begin)
        values.append(sets.values[in_sample])
        leasts.append(least)
    if not owners:
        return np.empty(0, np.int64), np.empty(0, np.uint64), np.empty(0, np.uint64)
    return np.concatenate(owners), np.concatenate(values), np.concatenate(leasts)
