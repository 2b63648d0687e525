"""The neighbours of each job: the pairs worth ranking, searched cluster by cluster."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline.plan import Night
from pipeline.ranking import meaning, pairs
from pipeline.ranking.box import Ranked, ranked
from pipeline.ranking.corpus import Corpus
from pipeline.ranking.kernels import Rows, Windows, alike_in_words, fixed, likeliest, rows_of, windows
from pipeline.ranking.ranker import Ranker
from pipeline.ranking.search import Cells, by_number, cells
from pipeline.ranking.spaces import Dense
from pipeline.settings import RelateSettings

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


_LEAST_ROOT = 0.01  # weight a ranking gives to texts at least, where titles are weighed against them


@dataclass(frozen=True)
class Road:
    """Terms by which all jobs are searched.

    Attributes:
        vectors: jobs x terms.
        across: the same by term, of each the jobs in which it weighs most: what a term tells of the others is little, and
            of a common one they would be nearly all.
    """

    vectors: Rows
    across: Windows


@dataclass(frozen=True)
class Search:
    """What the search of one night needs.

    Attributes:
        known: the jobs.
        ranker: by what they are ranked.
        settings: of the stage.
        inside: jobs of each cluster, ascending.
        cells: parts of clusters, and those searched for each.
        rows: the channels BODY and TITLE_CHARACTERS; `width` is the number of columns of the wider.
        order: jobs by cell, in which the roads have them; `place` says where each stands.
        texts: by which all jobs are searched.
        titles: likewise.
    """

    known: Corpus
    ranker: Ranker
    settings: RelateSettings
    inside: list[Ints]
    cells: Cells
    rows: dict[str, Rows]
    width: int
    order: Ints
    place: Ints
    texts: Road
    titles: Road


def search(known: Corpus, ranker: Ranker, settings: RelateSettings) -> Search:
    """Return the search over the jobs `known`."""
    parted = cells(known.work, known.member, max(1, settings.cell_jobs), max(1, settings.probes))
    order = np.argsort(parted.of, kind="stable")
    words = (
        _road(known.texts, order, settings.text_term_jobs),
        _road(known.sparse[pairs.TITLE_CHARACTERS], order, settings.title_term_jobs),
    )
    compared = {name: known.sparse[name] for name in (pairs.BODY, pairs.TITLE_CHARACTERS)}
    width = max(vectors.shape[1] for vectors in compared.values())
    plain = {name: rows_of(vectors) for name, vectors in compared.items()}
    return Search(
        known, ranker, settings, by_number(known.member), parted, plain, width, order, np.argsort(order), *words
    )


def _road(vectors: sparse.csr_matrix, order: Ints, most: int) -> Road:
    return Road(rows_of(vectors), windows(vectors, order, max(0, most)))


def of_cluster(given: Search, cluster: int, night: Night) -> tuple[Ints, Ranked]:
    """Return the jobs of a cluster, and the neighbours of each, best first, by its place among them."""
    members = given.inside[cluster]
    a, b, score = scored(given, members, night)
    return members, ranked(np.searchsorted(members, a), b, score, len(members), given.settings.min_score)


def of_job(given: Search, job: int, night: Night) -> tuple[Ints, Ints, Floats]:
    """Return what scored() does, for one job."""
    return scored(given, np.array([job]), night)


def scored(given: Search, members: Ints, night: Night) -> tuple[Ints, Ints, Floats]:
    """Return pairs of each of `members` with those that rank highest, and their scores; once each, not in order.

    Args:
        given: search().
        members: jobs of one cluster, ascending.
        night: tells what is fresh.
    """
    known = given.known
    a, b, body, title = found(given, members)
    measured = pairs.channels(known, given.ranker.weights, a, b, {pairs.BODY: body, pairs.TITLE_CHARACTERS: title})
    return a, b, pairs.score(known, given.ranker, measured, a, b, night, given.settings)


def found(given: Search, members: Ints) -> tuple[Ints, Ints, Floats, Floats]:
    """Return pairs of each of `members` with those worth ranking, and their channels BODY and TITLE_CHARACTERS.

    Every job of searched() is weighed by everything but level, place and date.
    """
    parts = []
    for cell in np.unique(given.cells.of[members]).tolist():
        parts.append(worth_ranking(given, members[given.cells.of[members] == cell], searched(given, cell)))
    a, b, body, title = (np.concatenate(column) for column in zip(*parts, strict=True))
    return a, b, body, title


def searched(given: Search, cell: int) -> Ints:
    """Return the jobs that each job of a cell is held against, ascending.

    Those of the nearest cells; and of all others those that share most of the terms that tell most with one of the cell's
    jobs. What one finds is for all: jobs of a cell are much alike, so each can be content with a part of what would be worth
    looking at.
    """
    settings, weight = given.settings, given.ranker.weights.get
    near = given.cells.searched(cell)
    far = alike_in_words(
        (given.texts.vectors, given.texts.across),
        (given.titles.vectors, given.titles.across),
        fixed(given.cells.inside[cell]),
        np.sort(given.place[near]),
        settings.telling_share,
        (settings.text_budget, settings.title_budget),
        np.float32(weight(pairs.TITLE_AND_BODY, 0.0) / max(weight(pairs.BODY_ROOT, 0.0), _LEAST_ROOT)),
        _most(given, settings.both_candidates, settings.text_candidates),
    )
    return np.union1d(near, given.order[far[far >= 0]])


def _most(given: Search, one: int, other: int) -> tuple[int, int]:
    """Return two settings as numbers of jobs: none below 0, and no more than there are."""
    size = len(given.known.facts)
    return min(max(0, one), size), min(max(0, other), size)


def worth_ranking(given: Search, rows: Ints, searched: Ints) -> tuple[Ints, Ints, Floats, Floats]:
    """Return pairs of `rows` of one cell with the likeliest of those `searched` for it, and what found() returns of them."""
    known, settings, weight = given.known, given.settings, given.ranker.weights.get
    text, title, root, both = (
        np.float32(weight(name, 0.0))
        for name in (pairs.BODY, pairs.TITLE_CHARACTERS, pairs.BODY_ROOT, pairs.TITLE_AND_BODY)
    )
    place, bodies, titles = likeliest(
        _meant(given, rows, searched),
        rows,
        searched,
        given.rows[pairs.BODY],
        given.rows[pairs.TITLE_CHARACTERS],
        given.width,
        (text, title, root, both),
        fixed(known.facts.language),
        (np.float32(1 - settings.other_language), np.float32(given.ranker.intercept)),
        _most(given, settings.candidates, settings.text_candidates),
    )
    row, rank = np.nonzero(place >= 0)
    _, one = np.unique(row * len(searched) + place[row, rank], return_index=True)  # some are found by both
    row, rank = row[one], rank[one]
    return rows[row], searched[place[row, rank]], bodies[row, rank], titles[row, rank]


def _meant(given: Search, rows: Ints, searched: Ints) -> Dense:
    """Return what the ranking's dense channels add to the scores of searched x rows.

    What a title means is held against what the other's text is about, as in pairs.TITLE_TO_TEXT.
    """
    dense, weight = given.known.dense, given.ranker.weights.get
    across = weight(pairs.TITLE_TO_TEXT, 0.0) / 2
    sides = [
        (pairs.WORDS, pairs.WORDS, weight(pairs.WORDS, 0.0)),
        (pairs.ROLES, pairs.ROLES, weight(pairs.ROLES, 0.0)),
        (meaning.MEANING, meaning.TOPICS, across),
        (meaning.TOPICS, meaning.MEANING, across),
    ]
    found = np.zeros((len(searched), len(rows)), np.float32)
    for one, other, share in sides:
        found += dense[other][searched] @ (np.float32(share) * dense[one][rows]).T
    return found
