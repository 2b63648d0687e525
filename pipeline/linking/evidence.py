"""Evidence of pairs, as columns: what titles, texts, employers, places and dates say. Language-free where it can be."""

import numpy as np
from numpy.typing import NDArray

from pipeline.linking.codes import UNKNOWN
from pipeline.linking.compare import Pairs
from pipeline.linking.ends import ends_agree
from pipeline.linking.frame_evidence import frame, surroundings
from pipeline.linking.gaps import gaps
from pipeline.linking.overlap import Floats, shared
from pipeline.linking.phrases import Commonness
from pipeline.linking.roads import Ints
from pipeline.linking.said import Said, shingles
from pipeline.linking.texts import YEAR_WORDS, Texts, prepare
from pipeline.linking.title_evidence import qualifiers, role_words, scores, title_words

Evidence = dict[str, Floats]
COMPARED = 0.3
"""Share of the shorter text that two texts have in common at least where they are compared word by word."""


def outlines(pairs: Pairs, employers: NDArray[np.uint64], common: dict[str, Commonness]) -> Evidence:
    """Return the evidence that guards over texts ask for, by name: employers, towns, languages, and shingles in common.

    Args:
        pairs: of postings.
        employers: key of each posting's employer group, 0 where none is named.
        common: how common words and shingles are.
    """
    found = frame(pairs.rows, pairs.left, pairs.right, employers)
    a, b, where = _of_texts(pairs)
    return found | {name: values[where] for name, values in _shingles(pairs.texts, a, b, common["shingle"]).items()}


def evidence(pairs: Pairs, outline: Evidence, common: dict[str, Commonness]) -> Evidence:
    """Return the evidence of each pair, by name; no pair's depends on the others.

    Args:
        pairs: of postings.
        outline: what outlines() says of them.
        common: how common words and shingles are.
    """
    texts, left, right = prepare(pairs.rows, pairs.texts, common), pairs.left, pairs.right
    found: Evidence = dict(outline)
    a, b, where = _of_texts(pairs)
    told = _words(texts, a, b) | ends_agree(texts.sequence, a, b)
    compared = np.zeros(len(a), np.bool_)
    compared[where] = outline["containment"] >= COMPARED
    told |= gaps(texts.sequence, texts.runs, YEAR_WORDS, a, b, compared)
    found |= {name: values[where] for name, values in told.items()}
    found |= scores(texts, left, right)
    found |= title_words(texts, left, right)
    found |= role_words(texts, left, right)
    found |= qualifiers(texts, left, right)
    found |= surroundings(texts.rows, left, right)
    found["slot"] = _slot(found)
    found["role_gap"] = _role_gap(found)
    return found


def _of_texts(pairs: Pairs) -> tuple[Ints, Ints, Ints]:
    """Return the distinct pairs of texts, those of one text together, and the number of each pair's.

    What texts say is worked out once for pairs whose texts are the same.
    """
    a, b, count = pairs.texts.text[pairs.left], pairs.texts.text[pairs.right], len(pairs.texts.words.starts)
    keys, where = np.unique(a * count + b, return_inverse=True)
    return keys // count, keys % count, where


def _share(part: Floats, whole_: Floats) -> Floats:
    return np.asarray(np.divide(part, whole_, out=np.zeros(len(part)), where=whole_ > 1e-9).clip(0.0, 1.0))


def _shingles(texts: Said, a: Ints, b: Ints, common: Commonness) -> Evidence:
    """Overlap of 3-word shingles: plain, and with common phrases weighed down (own, deep)."""
    sets, weights = shingles(texts.words, common), common.weights
    both, *sums = sets.shared(weights, a, b)
    size = sets.sizes
    small, large = np.minimum(size[a], size[b]), np.maximum(size[a], size[b])
    found = {
        "text_overlap": _share(both, size[a] + size[b] - both),
        "containment": _share(both, small),
        "length": np.log1p(small),
        "length_ratio": _share(small, large),
    }
    for name, weight, shared_ in zip(("own", "deep"), weights, sums, strict=True):
        total = sets.total(weight)
        if name == "own":
            found["own_weight"] = np.minimum(total[a], total[b])
            found["own_rarity"] = _share(shared_, both)  # near 1: shared by these two alone; near 0: a stock text
        found[f"{name}_overlap"] = _share(shared_, total[a] + total[b] - shared_)
        found[f"{name}_containment"] = _share(shared_, np.minimum(total[a], total[b]))
    return found


def _words(texts: Texts, a: Ints, b: Ints) -> Evidence:
    """Overlap of single words: cosine, containment, and the mass of words that only one side has."""
    sets, rare = texts.words, texts.idf**2
    often = 1.0 + np.log(texts.counts)
    norm = np.sqrt(sets.total(rare, often**2))
    total, all_rare = sets.total(texts.idf), sets.total(rare)
    (product,) = shared(sets, rare[None], a, b, often)
    common, common_rare = shared(sets, np.stack((texts.idf, rare)), a, b)
    only_a, only_b = (total[a] - common).clip(min=0), (total[b] - common).clip(min=0)
    return {
        "word_cosine": _share(product, norm[a] * norm[b]),
        "word_containment": _share(common, np.minimum(total[a], total[b])),
        "rare_containment": _share(common_rare, np.minimum(all_rare[a], all_rare[b])),
        "only_less": np.log1p(np.minimum(only_a, only_b)),
        "only_more": np.log1p(np.maximum(only_a, only_b)),
    }


def _slot(found: Evidence) -> Floats:
    """Return 1 where equal cores have teams with words of their own, .5 where one has more, 0 where they agree.

    UNKNOWN where the cores differ.
    """
    differ = np.where(found["stem_replaced"] > 0, 1.0, np.where(found["stem_only"] > 0, 0.5, 0.0))
    return np.where(found["core_score"] >= 99.0, differ, UNKNOWN)


def _role_gap(found: Evidence) -> Floats:
    """Return how far apart the roles of two titles are.

    0 the same words; .5 the same, a level only one states; 1 one has more words; 1.5 another level; 2 each has words of its
    own; 3 likewise, in a slot beside equal cores.
    """
    gap = np.where(found["stem_replaced"] > 0, 2.0, np.where(found["stem_only"] > 0, 1.0, 0.0))
    gap = np.where(found["slot"] == 1.0, 3.0, gap)
    gap = np.where((gap == 0) & (found["level"] == 0.5), 0.5, gap)
    return np.asarray(np.where((gap <= 1) & (found["level"] == 0), 1.5, gap), dtype=np.float64)
