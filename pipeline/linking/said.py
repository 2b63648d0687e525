"""The texts of some postings, cut into words and shingles: what they share is told by this alone, before anything dearer."""

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from pipeline.linking.codes import positions, whole
from pipeline.linking.overlap import Floats, Sets
from pipeline.linking.phrases import Commonness
from pipeline.linking.roads import Ints
from pipeline.linking.shingled import Shingled, numbered
from pipeline.text import signatures
from pipeline.text.signatures import Cutter, Words

_KNOWN = 1 << 18  # parts a cutter may know; one that knows more is let go of: at a million listings there are millions

_cutter = Cutter()  # the pieces of a night have most of their words in common


@dataclass(frozen=True)
class Said:
    """Texts of postings. A text that several postings have stands there once; the last one is empty.

    Attributes:
        text: number of each posting's text.
        words: the words of each text, in order, under numbers that cut() of this module gives.
        runs: the shingles of each text, in order; which of them live is not told.
        shingles: the same as sets.
        weights: of each shingle, by its commonness: 1, 1 / (1 + log2 t) and 1 / t.
    """

    text: Ints
    words: Words
    runs: Shingled
    shingles: Sets
    weights: Floats

    def of(self, postings: Ints) -> "Said":
        """Return the texts of some of the postings, in the order of these."""
        kept, text = np.unique(self.text[postings], return_inverse=True)
        if len(kept) == len(self.words.starts) - 1:
            return replace(self, text=text)
        words, runs, sets = self.words, self.runs, self.shingles
        at, starts = signatures.spread(runs.starts, kept), _starts(runs.starts, kept)
        return Said(
            text,
            Words(words.codes[signatures.spread(words.starts, kept)], _starts(words.starts, kept), words.names),
            replace(runs, numbers=runs.numbers[at], starts=starts, first=runs.first[at]),
            Sets(sets.columns[signatures.spread(sets.starts, kept)], _starts(sets.starts, kept), sets.width),
            self.weights,
        )


def said(rows: pa.Table, bodies: pa.Table, common: Commonness) -> Said:
    """Return the texts of the postings `rows`, of which `bodies` has those there are; what has none says nothing.

    Args:
        rows: postings.
        bodies: texts, each once.
        common: how common shingles are.
    """
    global _cutter  # noqa: PLW0603 - what it knows is of no consequence
    if len(_cutter) > _KNOWN:
        _cutter = Cutter()
    text = positions(rows.column("body_id"), whole(bodies.column("body_id")))
    text[text < 0] = len(bodies)
    words = cut(pa.chunked_array([*bodies.column("text").chunks, pa.array([""])]))
    runs = numbered(words)
    firsts = np.concatenate(([0], np.cumsum(runs.first)))[runs.starts].astype(np.int64)
    titles = common.of(runs.ids)
    weights = np.stack((np.ones(len(titles)), 1.0 / (1.0 + np.log2(titles)), 1.0 / titles))
    return Said(text, words, runs, Sets(runs.numbers[runs.first], firsts, len(runs.ids)), weights)


def cut(texts: pa.Array | pa.ChunkedArray) -> Words:
    """Return the words of `texts`; their numbers are good until said() is called again."""
    return _cutter.cut(texts)


def _starts(starts: Ints, kept: Ints) -> Ints:
    return np.concatenate(([0], np.cumsum(np.diff(starts)[kept]))).astype(np.int64)
