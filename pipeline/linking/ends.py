"""How far two texts agree word by word from their beginnings, and from their ends backward: what a board or an editor left alone."""

import numpy as np
from numpy.typing import NDArray

from pipeline.compiled import compiled
from pipeline.linking.codes import Floats
from pipeline.linking.roads import Ints
from pipeline.text.signatures import Words


def ends_agree(words: Words, a: Ints, b: Ints) -> dict[str, Floats]:
    """Return what stands before and after the first and the last difference of each pair of texts.

    Returns:
        `opening` and `ending`: words both begin and end with; `middle_less` and `middle_more`: words between these, in the
        text with fewer and in the one with more; all as log(1 + words). `framed`: share of the shorter text that opening
        and ending are.
    """
    size = np.diff(words.starts)
    small, large = np.minimum(size[a], size[b]), np.maximum(size[a], size[b])
    opening, ending = np.empty(len(a), np.int64), np.empty(len(a), np.int64)
    _agreeing(words.codes, words.starts, a, b, opening, ending)
    both = (opening + ending).astype(np.float64)
    return {
        "opening": np.log1p(opening),
        "ending": np.log1p(ending),
        "middle_less": np.log1p(small - both),
        "middle_more": np.log1p(large - both),
        "framed": np.asarray(both / np.maximum(small, 1), dtype=np.float64),
    }


@compiled
def _agreeing(codes: NDArray[np.int32], starts: Ints, a: Ints, b: Ints, opening: Ints, ending: Ints) -> None:
    """Write how many words each pair begins with, and ends with behind these."""
    for pair in range(len(a)):
        one, other = starts[a[pair]], starts[b[pair]]
        one_end, other_end = starts[a[pair] + 1], starts[b[pair] + 1]
        while one < one_end and other < other_end and codes[one] == codes[other]:
            one, other = one + 1, other + 1
        opening[pair] = one - starts[a[pair]]
        while one < one_end and other < other_end and codes[one_end - 1] == codes[other_end - 1]:
            one_end, other_end = one_end - 1, other_end - 1
        ending[pair] = starts[a[pair] + 1] - one_end
