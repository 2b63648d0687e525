"""Labels of clusters: the two to five words of its titles by which a person would name the work."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt
from scipy import sparse

Ints = npt.NDArray[np.int64]

MAX_WORDS = 5
EDGE = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "by",
        "for",
        "from",
        "in",
        "of",
        "on",
        "or",
        "the",
        "to",
        "with",
        "&",
        "und",
        "oder",
        "der",
        "die",
        "das",
        "den",
        "dem",
        "des",
        "im",
        "in",
        "fur",
        "fuer",
        "mit",
        "von",
        "zu",
        "bei",
        "ein",
        "eine",
        "als",
        "en",
        "de",
        "het",
        "een",
        "van",
        "voor",
        "met",
        "op",
        "te",
        "bij",
        "aan",
        "et",
        "le",
        "la",
        "les",
        "du",
        "des",
        "un",
        "une",
        "pour",
        "a",
        "au",
        "aux",
        "chez",
        "dans",
        "y",
        "el",
        "los",
        "las",
        "para",
        "con",
        "por",
        "e",
        "do",
        "da",
        "dos",
        "das",
        "em",
        "um",
        "uma",
        "job",
        "jobs",
        "needed",
        "required",
        "wanted",
        "vacancy",
        "role",
        "position",
        "opportunity",
        "hiring",
        "new",
    ]
)
"""Words that neither begin nor end a phrase people would use."""


@dataclass(frozen=True)
class Phrases:
    """Phrases of titles: one to three words each, those of each title once.

    Attributes:
        names: distinct phrases, ascending.
        ids: of each title's phrases the number in `names`, one title after the other.
        title: which title each stands in.
        titles: number of titles.
    """

    names: list[str]
    ids: Ints
    title: Ints
    titles: int


def phrases_of(titles: Sequence[list[str]], own_names: Sequence[frozenset[str]]) -> Phrases:
    """Return the phrases of titles.

    Args:
        titles: title words of each document.
        own_names: words of each document's employer and place, which name no work.
    """
    found = [set(_phrases(words, names)) for words, names in zip(titles, own_names, strict=True)]
    names = sorted(set().union(*found))
    number = {phrase: i for i, phrase in enumerate(names)}
    ids = np.array([number[phrase] for phrases in found for phrase in phrases], dtype=np.int64)
    return Phrases(names, ids, np.repeat(np.arange(len(found)), [len(phrases) for phrases in found]), len(found))


def name_clusters(
    phrases: Phrases, clusters: Ints, text_terms: Sequence[list[str]]
) -> dict[int, tuple[str, list[str]]]:
    """Return label and distinctive title phrases, best first, of each cluster.

    Args:
        phrases: of the titles of the documents.
        clusters: cluster of each document.
        text_terms: distinctive terms of each cluster's texts, best first: they tell apart what its titles do not.

    A phrase is weighed by its share of the cluster's titles and by how much larger that share is than over all titles.
    Labels are unique: the larger cluster takes the shorter one.
    """
    overall = np.bincount(phrases.ids, minlength=len(phrases.names)).tolist()
    pairs, often = np.unique(clusters[phrases.title] * max(1, len(overall)) + phrases.ids, return_counts=True)
    inside: dict[int, dict[str, int]] = {}
    everywhere: dict[str, int] = {}
    for pair, times in zip(pairs.tolist(), often.tolist(), strict=True):
        cluster, phrase = divmod(pair, len(overall))
        inside.setdefault(cluster, {})[phrases.names[phrase]] = times
        everywhere[phrases.names[phrase]] = overall[phrase]
    sizes = Counter(clusters.tolist())
    taken: set[str] = set()
    labels: dict[int, tuple[str, list[str]]] = {}
    for cluster in sorted(sizes, key=lambda c: (-sizes[c], c)):
        here = inside.get(cluster, {})
        ranked = _ranked(here, sizes[cluster], everywhere, phrases.titles)
        label = _label(ranked, here, sizes[cluster], text_terms[cluster], taken)
        taken.add(label)
        labels[cluster] = label, ranked[:8]
    return labels


def text_terms(
    bodies: sparse.csr_matrix,
    terms: Sequence[str],
    clusters: npt.NDArray[np.int64],
    size: int,
    own_names: Sequence[frozenset[str]],
) -> list[list[str]]:
    """Return the terms by which the texts of each of `size` clusters stand out, best first, none of them a name."""
    inside: sparse.csr_matrix = sparse.csr_matrix(
        (np.ones(len(clusters)), (clusters, np.arange(len(clusters)))), (size, len(clusters))
    )
    often = np.maximum(np.asarray(inside.sum(axis=1)).ravel(), 1)
    mean = np.asarray(bodies.sum(axis=0)).ravel() / max(1, len(clusters))
    summed = (inside @ bodies).tocsr()
    names: list[set[str]] = [set() for _ in range(size)]
    for cluster, own in zip(clusters.tolist(), own_names, strict=True):
        names[cluster] |= own
    found = []
    for cluster in range(size):
        row = summed[cluster]
        above = np.round(row.data / often[cluster] - mean[row.indices], 9)
        best = row.indices[np.lexsort((row.indices, -above))][:40].tolist()
        found.append(
            [terms[i] for i in best if not names[cluster].intersection(terms[i].split()) and len(terms[i]) > 3]
        )
    return found


def _phrases(words: list[str], names: frozenset[str]) -> Iterable[str]:
    for size in (1, 2, 3):
        for i in range(len(words) - size + 1):
            part = words[i : i + size]
            if part[0] in EDGE or part[-1] in EDGE or any(w in names or w.isdigit() for w in part):
                continue
            if size > 1 or len(part[0]) > 2:
                yield " ".join(part)


def _ranked(inside: Mapping[str, int], size: int, overall: Mapping[str, int], documents: int) -> list[str]:
    """Return phrases by share x log lift, longer ones ahead of equally frequent parts of theirs."""

    def weight(phrase: str) -> float:
        share = inside[phrase] / size
        lift = log(1 + share * documents / overall[phrase])
        return round(share * lift * (1 + 0.4 * phrase.count(" ")), 9)

    return sorted(inside, key=lambda p: (-weight(p), p))[:40]


def _label(ranked: list[str], inside: Mapping[str, int], size: int, text_terms: list[str], taken: set[str]) -> str:
    """Return the first phrase, with further ones until it names enough of the cluster and no other is called so."""
    chosen: list[str] = []
    for phrase in ranked:
        if not _fits(phrase, chosen):
            continue
        chosen.append(phrase)
        label = ", ".join(chosen)
        enough = len(label.split()) >= 2 and inside[chosen[0]] >= 0.3 * size
        if label not in taken and (enough or len(chosen) == 3):
            return label
    shorter = chosen[:1]
    for term in text_terms:
        label = ", ".join([*shorter, term])
        if _fits(term, shorter) and label not in taken:
            return label
    return numbered(", ".join(chosen) or "other work", taken)


def _fits(phrase: str, chosen: list[str]) -> bool:
    """Return whether `phrase` brings only words that are not chosen yet, and not too many."""
    words = [w for c in chosen for w in c.split()]
    return not set(phrase.split()) & set(words) and len(words) + len(phrase.split()) <= MAX_WORDS


def numbered(label: str, taken: set[str]) -> str:
    """Return `label`, with the first number from 2 on that no label of `taken` has where it is one of them."""
    unique, number = label, 2
    while unique in taken:
        unique, number = f"{label} {number}", number + 1
    return unique
