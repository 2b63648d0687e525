"""The neighbours of each job: the pairs worth ranking, searched cluster by cluster."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline.plan import Night
from pipeline.ranking import meaning, pairs
from pipeline.ranking.box import Ranked, ranked
from pipeline.ranking.corpus import Corpus
from pipeline.ranking.ranker import Ranker, cosines
from pipeline.ranking.search import Cells, by_number, cells, largest, nearest_sparse, products, within
from pipeline.ranking.spaces import Dense
from pipeline.settings import RelateSettings

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

_ROWS = 128  # jobs searched for at once: 128 x 5,000 likenesses are 2.5 MB a channel


@dataclass(frozen=True)
class Road:
    """Terms by which all jobs are searched.

    Attributes:
        vectors: jobs x terms.
        across: terms x jobs.
        often: jobs that have each term.
        budget: products a job.
        most: jobs found for each.
    """

    vectors: sparse.csr_matrix
    across: sparse.csr_matrix
    often: Ints
    budget: int
    most: int


@dataclass(frozen=True)
class Search:
    """What the search of one night needs.

    Attributes:
        known: the jobs.
        ranker: by what they are ranked.
        settings: of the stage.
        inside: jobs of each cluster, ascending.
        cells: parts of clusters, and those searched for each.
        asking: what each job looks for, jobs x dimensions; likely()'s dense part is one dot product.
        asked: what it is looked for by.
        roads: by which all jobs are searched.
    """

    known: Corpus
    ranker: Ranker
    settings: RelateSettings
    inside: list[Ints]
    cells: Cells
    asking: Dense
    asked: Dense
    roads: list[Road]


def search(known: Corpus, ranker: Ranker, settings: RelateSettings) -> Search:
    """Return the search over the jobs `known`."""
    parted = cells(known.work, known.member, settings.cell_jobs, settings.probes)
    by_title = settings.title_budget, settings.title_candidates
    roads = [
        _road(known.texts, settings.text_budget, settings.text_candidates),
        _road(known.sparse[pairs.TITLE_CHARACTERS], *by_title),
        _road(known.sparse[pairs.TITLE], *by_title),
    ]
    used = [road for road in roads if road.budget]
    return Search(known, ranker, settings, by_number(known.member), parted, *_positions(known, ranker), used)


def _road(vectors: sparse.csr_matrix, budget: int, most: int) -> Road:
    return Road(vectors, vectors.T.tocsr(), np.bincount(vectors.indices, minlength=vectors.shape[1]), budget, most)


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

    Every job of the nearest cells is weighed by everything but place and date; of all jobs those are added that share
    most of the terms that tell most: of the ten highest one comes from farther away (37,842 listings).
    """
    parts = []
    for cell in np.unique(given.cells.of[members]).tolist():
        searched = given.cells.searched(cell)
        parts += [_near(given, rows, searched) for rows in _blocks(members[given.cells.of[members] == cell])]
    parts.append(_far(given, members))
    a, b, body, title = (np.concatenate(column) for column in zip(*parts, strict=True))
    return a, b, body, title


def _blocks(rows: Ints) -> list[Ints]:
    return np.array_split(rows, max(1, -(-len(rows) // _ROWS)))


def _near(given: Search, rows: Ints, searched: Ints) -> tuple[Ints, Ints, Floats, Floats]:
    """Return pairs of `rows` with the likeliest of `searched`, and their channels BODY and TITLE_CHARACTERS."""
    known = given.known
    body, title = (
        products(known.sparse[name][searched], known.sparse[name][rows])
        for name in (pairs.BODY, pairs.TITLE_CHARACTERS)
    )
    likely = _likely(given, body, title)
    likely += given.asking[rows] @ given.asked[searched].T
    language = known.facts.language
    foreign = (language[rows][:, None] != language[searched]) & (language[rows] >= 0)[:, None]
    lost = np.float32(1 - given.settings.other_language) * (foreign & (language[searched] >= 0))
    likely -= lost * (likely + np.float32(given.ranker.intercept))
    likely[np.arange(len(rows)), np.searchsorted(searched, rows)] = -np.inf
    best = largest(np.round(likely, 5), given.settings.candidates)
    row = np.repeat(np.arange(len(rows)), best.shape[1])
    column = best.ravel()
    other = np.isfinite(likely[row, column])
    row, column = row[other], column[other]
    return rows[row], searched[column], body[row, column].astype(np.float64), title[row, column].astype(np.float64)


def _likely(given: Search, body: Dense, title: Dense) -> Dense:
    """Return what the channels of words and grams add to a score."""
    weight = given.ranker.weights.get
    root = np.sqrt(body)
    return np.asarray(
        np.float32(weight(pairs.BODY, 0.0)) * body
        + np.float32(weight(pairs.TITLE_CHARACTERS, 0.0)) * title
        + (np.float32(weight(pairs.BODY_ROOT, 0.0)) + np.float32(weight(pairs.TITLE_AND_BODY, 0.0)) * title) * root
    )


def _far(given: Search, rows: Ints) -> tuple[Ints, Ints, Floats, Floats]:
    """Return pairs of `rows` with those of all jobs that share most telling terms and stand in no cell that is searched."""
    known, size, cell = given.known, len(given.known.facts), given.cells.of
    codes = [np.empty(0, np.int64)]
    for road in given.roads:
        asking = within(road.vectors[rows], road.often, road.budget)
        row, other = nearest_sparse(asking, road.across, road.most)
        codes.append((row * size + other)[~given.cells.beside[cell[rows[row]], cell[other]]])
    code = np.unique(np.concatenate(codes))
    a, b = rows[code // size], code % size
    return a, b, cosines(known.sparse[pairs.BODY], a, b), cosines(known.sparse[pairs.TITLE_CHARACTERS], a, b)


def _positions(known: Corpus, ranker: Ranker) -> tuple[Dense, Dense]:
    """Return what each job looks for, and what it is looked for by.

    The ranking's dense part is one dot product: each job's positions side by side, each times the root of its weight,
    and those of title and text changing places in the one that is asked. So the search is for what will rank highest.
    """
    weight = {
        name: max(ranker.weights.get(name, 0.0), 0.0) ** 0.5 for name in (pairs.WORDS, pairs.ROLES, pairs.TITLE_TO_TEXT)
    }
    plain = [weight[name] * known.dense[name] for name in (pairs.WORDS, pairs.ROLES)]
    meant, topics = (
        weight[pairs.TITLE_TO_TEXT] / 2**0.5 * known.dense[name] for name in (meaning.MEANING, meaning.TOPICS)
    )
    return np.hstack([*plain, meant, topics]), np.hstack([*plain, topics, meant])
