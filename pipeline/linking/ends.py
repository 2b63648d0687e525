"""How far two texts agree word by word from their beginnings, and from their ends backward: what a board or an editor left alone."""

import numpy as np

from pipeline.linking.codes import Floats
from pipeline.linking.roads import Ints, Keys
from pipeline.text.signatures import Words

_PAIRS = 4_000  # compared at once, which bounds memory
_FIRST, _MOST = 16, 256  # words compared in the first step, and in a later one at most


def ends_agree(words: Words, a: Ints, b: Ints) -> dict[str, Floats]:
    """Return what stands before and after the first and the last difference of each pair of texts.

    Returns:
        `opening` and `ending`: words both begin and end with; `middle_less` and `middle_more`: words between these, in the
        text with fewer and in the one with more; all as log(1 + words). `framed`: share of the shorter text that opening
        and ending are.
    """
    size = np.diff(words.starts)
    small, large = np.minimum(size[a], size[b]), np.maximum(size[a], size[b])
    opening, ending = np.zeros(len(a), np.int64), np.zeros(len(a), np.int64)
    for begin in range(0, len(a), _PAIRS):
        some = slice(begin, begin + _PAIRS)
        opening[some] = _agreeing(words, a[some], b[some], small[some], backward=False)
        ending[some] = _agreeing(words, a[some], b[some], small[some] - opening[some], backward=True)
    both = (opening + ending).astype(np.float64)
    return {
        "opening": np.log1p(opening),
        "ending": np.log1p(ending),
        "middle_less": np.log1p(small - both),
        "middle_more": np.log1p(large - both),
        "framed": np.asarray(both / np.maximum(small, 1), dtype=np.float64),
    }


def _agreeing(words: Words, a: Ints, b: Ints, most: Ints, *, backward: bool) -> Ints:
    """Return how many words agree from one end on, `most` at most."""
    found = np.zeros(len(a), np.int64)
    open_, done, width = np.flatnonzero(most > 0), 0, _FIRST
    while len(open_):
        at = done + np.arange(width)
        left, right = (_words_at(words, texts[open_], at, backward) for texts in (a, b))
        agree = (left == right) & (at < most[open_, None])
        run = np.where(agree.all(axis=1), width, agree.argmin(axis=1))
        found[open_] += run
        open_ = open_[run == width]
        done, width = done + width, min(4 * width, _MOST)
    return found


def _words_at(words: Words, texts: Ints, at: Ints, backward: bool) -> Keys:
    """Return the words of `texts` at the places `at`, counted from the end if `backward`; beyond a text some other word."""
    last = len(words.ids) - 1
    where = words.starts[texts + 1, None] - 1 - at if backward else words.starts[texts, None] + at
    return np.asarray(words.ids[where.clip(0, last)], dtype=np.uint64)
