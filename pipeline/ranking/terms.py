"""What is counted of a job, by channel.

title: words of the title's core. title_characters: character grams of core and team, which forgive spelling and
inflection. body: words of the text, less the sentences that many roles share.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.ranking.arrays import strings
from pipeline.ranking.vocabulary import Coded
from pipeline.sets import among
from pipeline.text.cutting import Cut
from pipeline.text.signatures import distinct, spread
from pipeline.text.tokens import words

Ints = NDArray[np.int64]

CHANNELS = ("title", "title_characters", "body")
_GRAMS = (3, 4, 5)
_MIN_OWN_WORDS = 15  # a text with fewer words of its own is read whole


def bodies_of(postings: pa.Table, bodies: pa.Table) -> pa.ChunkedArray:
    """Return the text of each posting, NULL where it has none."""
    wanted = postings.column("body_id")
    # Arrow's take() puts all chunks of a column together first: 1.6 GB of texts at a million listings, for each piece.
    needed = bodies.filter(pc.is_in(bodies.column("body_id"), value_set=pc.unique(wanted)))
    return needed.column("text").take(pc.index_in(wanted, value_set=needed.column("body_id").combine_chunks()))


def own_words(cut: Cut, common: NDArray[np.uint64]) -> Coded:
    """Return the words of texts without their common sentences; one that has hardly a word of its own keeps them all.

    Args:
        cut: the texts.
        common: sentence ids, ascending.
    """
    sizes = np.diff(cut.sentences)
    text = np.repeat(np.arange(len(cut.texts) - 1), np.diff(cut.texts))  # of each sentence
    own = ~among(cut.sentence_ids, common)
    few = np.bincount(text, weights=sizes * own, minlength=len(cut.texts) - 1) < _MIN_OWN_WORDS
    kept = own | few[text]
    lengths = np.bincount(text, weights=sizes * kept, minlength=len(cut.texts) - 1).astype(np.int64)
    return Coded(cut.names, cut.ids[np.repeat(kept, sizes)], np.concatenate(([0], np.cumsum(lengths))))


def common_sentences(cut: Cut, cores: Sequence[str], least: int) -> tuple[NDArray[np.uint64], Ints]:
    """Return the sentences that stand under `least` title cores, ascending, and under how many: they tell of no one role.

    Over all employers: boards, agencies and employers of one group share their sentences too. Leaving these out takes
    the topics' nDCG on graded judgements from .57 to .63.

    Args:
        cut: the texts.
        cores: title core of each.
        least: cores.
    """
    number = {core: i for i, core in enumerate(sorted(set(cores)))}
    core = np.array([number[c] for c in cores], dtype=np.int64)
    order = np.argsort(core, kind="stable")
    of_core = np.bincount(core, weights=np.diff(cut.texts), minlength=len(number)).astype(np.int64)
    once = distinct(cut.sentence_ids[spread(cut.texts, order)], np.concatenate(([0], np.cumsum(of_core))))
    ids, found = np.unique(once.values, return_counts=True)
    return ids[found >= least], found[found >= least].astype(np.int64)


def of_titles(postings: pa.Table) -> dict[str, list[list[str]]]:
    """Return the terms of each posting's title, by channel; needs title_core and team."""
    titles = list(zip(strings(postings.column("title_core")), strings(postings.column("team")), strict=True))
    return {
        "title": [words(core or team) for core, team in titles],
        "title_characters": [title_characters(f"{core} {team}") for core, team in titles],
    }


def title_characters(title: str) -> list[str]:
    """Return the character 3- to 5-grams of a title's words, each word between spaces (as scikit-learn's char_wb)."""
    return list(chain.from_iterable(map(_grams, words(title))))


@lru_cache(maxsize=65536)
def _grams(word: str) -> list[str]:
    padded = f" {word} "
    return [padded[i : i + size] for size in _GRAMS for i in range(max(1, len(padded) - size + 1))]
