"""The neighbours of each job: the pairs worth ranking, searched cluster by cluster."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipeline.plan import Night
from pipeline.ranking import meaning, pairs, word_neighbours
from pipeline.ranking.box import Ranked, ranked
from pipeline.ranking.corpus import Corpus
from pipeline.ranking.kernels import Rows, fixed, likeliest, rows_of
from pipeline.ranking.ranker import Ranker
from pipeline.ranking.search import Cells, by_number, cells
from pipeline.ranking.spaces import Dense
from pipeline.ranking.word_neighbours import Lists, Words
from pipeline.sets import distinct
from pipeline.settings import RelateSettings

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


_LEAST_ROOT = 0.01  # weight a ranking gives to texts at least, where titles are weighed against them


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
        words: all jobs, to be searched by their words.
    """

    known: Corpus
    ranker: Ranker
    settings: RelateSettings
    inside: list[Ints]
    cells: Cells
    rows: dict[str, Rows]
    width: int
    words: Words


def search(known: Corpus, ranker: Ranker, settings: RelateSettings, earlier: pa.Table | None = None) -> Search:
    """Return the search over the jobs `known`; `earlier` are word_neighbours of another night under the same fit."""
    parted = cells(known.work, known.member, max(1, settings.cell_jobs), max(1, settings.probes))
    weight = ranker.weights.get
    by_title = weight(pairs.TITLE_AND_BODY, 0.0) / max(weight(pairs.BODY_ROOT, 0.0), _LEAST_ROOT)
    words = word_neighbours.words(
        known.facts.ids,
        known.texts,
        known.sparse[pairs.TITLE_CHARACTERS],
        (known.expected[pairs.BODY], known.expected[pairs.TITLE_CHARACTERS]),
        np.argsort(parted.of, kind="stable"),
        word_neighbours.asked_by(settings, len(known.facts), by_title),
        earlier,
    )
    compared = {name: known.sparse[name] for name in (pairs.BODY, pairs.TITLE_CHARACTERS)}
    width = max(vectors.shape[1] for vectors in compared.values())
    plain = {name: rows_of(vectors) for name, vectors in compared.items()}
    return Search(known, ranker, settings, by_number(known.member), parted, plain, width, words)


def of_cluster(given: Search, cluster: int, night: Night) -> tuple[Ints, Ranked, list[Lists]]:
    """Return the jobs of a cluster, the neighbours of each, best first, by its place among them, and its word neighbours."""
    members = given.inside[cluster]
    alike = [alike_in(given, cell) for cell in cells_of(given, members)]
    a, b, score = scored(given, members, alike, night)
    return members, ranked(np.searchsorted(members, a), b, score, len(members), given.settings.min_score), alike


def of_job(given: Search, job: int, night: Night) -> tuple[Ints, Ints, Floats]:
    """Return what scored() does, for one job."""
    return scored(given, np.array([job]), [alike_in(given, int(given.cells.of[job]))], night)


def cells_of(given: Search, members: Ints) -> list[int]:
    """Return the cells in which jobs stand, ascending."""
    return [int(cell) for cell in np.unique(given.cells.of[members])]


def alike_in(given: Search, cell: int) -> Lists:
    """Return the word neighbours of all jobs of a cell."""
    return word_neighbours.lists(given.words, given.cells.inside[cell])


def scored(given: Search, members: Ints, alike: list[Lists], night: Night) -> tuple[Ints, Ints, Floats]:
    """Return pairs of each of `members` with those that rank highest, and their scores; once each, not in order.

    Args:
        given: search().
        members: jobs of one cluster, ascending.
        alike: word neighbours of each cell that they stand in, all of its jobs, ascending by cell.
        night: tells what is fresh.
    """
    known = given.known
    a, b, body, title = found(given, members, alike)
    measured = pairs.channels(known, given.ranker.weights, a, b, {pairs.BODY: body, pairs.TITLE_CHARACTERS: title})
    return a, b, pairs.score(known, given.ranker, measured, a, b, night, given.settings)


def found(given: Search, members: Ints, alike: list[Lists]) -> tuple[Ints, Ints, Floats, Floats]:
    """Return pairs of each of `members` with those worth ranking, and their channels BODY and TITLE_CHARACTERS.

    Every job of searched() is weighed by everything but level, place and date.
    """
    parts = []
    for cell, known in zip(cells_of(given, members), alike, strict=True):
        rows = members[given.cells.of[members] == cell]
        parts.append(worth_ranking(given, rows, searched(given, cell, known)))
    a, b, body, title = (np.concatenate(column) for column in zip(*parts, strict=True))
    return a, b, body, title


def searched(given: Search, cell: int, alike: Lists) -> Ints:
    """Return the jobs that each job of a cell is held against, ascending.

    Those of the nearest cells; and the word neighbours of each of its jobs. What one finds is for all: jobs of a cell are
    much alike, so each can be content with a part of what would be worth looking at.
    """
    return distinct(np.concatenate((given.cells.searched(cell), word_neighbours.among(alike, given.words.asked.sizes))))


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
