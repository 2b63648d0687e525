"""What title words mean, learned from ads alone: from the words around them, and from the texts they stand above."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline.ranking.nearby import together
from pipeline.ranking.spaces import Dense, latent, place, unit
from pipeline.ranking.vocabulary import Coded, Vocabulary

Ints = npt.NDArray[np.int64]

WORDS, MEANING, TOPICS, ROLES = "words", "meaning", "topics", "roles"
"""The spaces, each with the channel whose terms lie in it.

words: title words by the words around them in titles and texts. topics: text words by the texts they share.
meaning: title words and phrases in the space of topics, at the mean of the texts they stand above.
roles: text words by how well they foretell the title.
"""
CENTRED = (TOPICS, ROLES)
"""Spaces of texts: the mean of a text's language is taken off its position."""
CHANNEL = {WORDS: "title", MEANING: "title", TOPICS: "body", ROLES: "body"}

WINDOW = 4  # words to each side that count as around
_SMOOTHING = 0.75  # of the context's frequency (Levy, Goldberg and Dagan 2015)
_STRETCH = 0.25  # power of the singular values in the words' positions
_PRIOR = 2.0  # documents without a direction that each title term is averaged with
_RIDGE = 0.001  # per document


def word_positions(texts: Sequence[Coded], words: Sequence[str], most: int) -> Dense:
    """Return the position of each of `words`: words x dimensions, unit length.

    Positive pointwise mutual information of words that stand at most four apart, decomposed (Levy and Goldberg 2014).

    Args:
        texts: parts of the documents, the words of each; parts are no neighbours.
        words: whose position is wanted.
        most: dimensions.
    """
    index = {word: i for i, word in enumerate(words)}
    size = max(1, len(index))
    near = (together(part.among(index), part.starts, size, WINDOW) for part in texts)
    counts = sum(near, sparse.csr_matrix((size, size))).tocoo()
    often = np.asarray(counts.tocsr().sum(axis=1), dtype=np.float64).ravel()
    context = often**_SMOOTHING / max(1.0, (often**_SMOOTHING).sum())
    information = np.log(counts.data / (often[counts.row] * context[counts.col]))
    kept = information > 0
    table = sparse.csr_matrix(
        (information[kept].astype(np.float32), (counts.row[kept], counts.col[kept])), shape=counts.shape
    )
    return unit(latent(table, most, power=_STRETCH))


def title_words(title: Vocabulary, words: Sequence[str], positions: Dense) -> Dense:
    """Return the title terms' rows of the space of words.

    Phrases have none of their own, their words have. Rows are divided by the root of the idf: between the full weight,
    at which one rare word drowns the others (nDCG .644), and none (.628), the root is best (.660).
    """
    index = {word: i for i, word in enumerate(words)}
    found = np.zeros((max(1, len(title)), positions.shape[1]), dtype=np.float32)
    for term_id, term in enumerate(title.terms):
        if term in index:
            found[term_id] = positions[index[term]] / np.sqrt(title.idf[term_id])
    return found


def meanings(titles: sparse.csr_matrix, topics: Dense) -> Dense:
    """Return where each title term lies in the space of topics: at the mean of its texts, rare ones nearer to zero."""
    stands = (titles > 0).astype(np.float32)
    often = np.asarray(stands.sum(axis=0)).ravel()
    return np.asarray((stands.T @ topics) / (often + _PRIOR)[:, None], dtype=np.float32)


def roles(titles: sparse.csr_matrix, bodies: sparse.csr_matrix, body_space: Dense, most: int) -> Dense:
    """Return the space of roles: text terms x dimensions, in which a text lies where its title would.

    Titles are placed in their own latent space; a ridge foretells that place from the text's latent one. Both steps are
    linear, so the whole is one position a term.
    """
    wanted = place(titles, latent(titles, most))
    given = place(bodies, body_space)
    square = given.T @ given + _RIDGE * max(1, len(given)) * np.eye(given.shape[1], dtype=np.float32)
    return np.asarray(body_space @ np.linalg.solve(square, given.T @ wanted), dtype=np.float32)


def steadied(placed: Mapping[str, Dense], enough: npt.NDArray[np.float32]) -> dict[str, Dense]:
    """Return the positions of jobs with those that hang on a short text drawn to what the title says.

    Ten words of a snippet place a text anywhere: "ads" put a data scientist of an ads team among recruiters. A text's topics
    lie between its own and its title's meaning; what it foretells of the title counts as far as there is text.

    Args:
        placed: of each space, jobs x dimensions.
        enough: of each job, how far its text stands for itself, 0 to 1.
    """
    found = dict(placed)
    if TOPICS in found and MEANING in found:
        share = enough[:, None]
        found[TOPICS] = unit(share * found[TOPICS] + (1 - share) * found[MEANING])
    if ROLES in found:
        found[ROLES] = found[ROLES] * enough[:, None]
    return found


def work(meaning: Dense, topics: Dense) -> Dense:
    """Return what the jobs' work is, for clusters and search: half way between title and text, unit length."""
    return unit(meaning + topics)
