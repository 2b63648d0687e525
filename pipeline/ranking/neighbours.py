"""The neighbours of each job: the pairs worth ranking, searched cluster by cluster."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from pipeline.plan import Night
from pipeline.ranking import meaning, pairs
from pipeline.ranking.box import Ranked, ranked
from pipeline.ranking.corpus import Corpus
from pipeline.ranking.kernels import Rows, alike_in_words, fixed, likeliest, rows_of
from pipeline.ranking.ranker import Ranker, cosines
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
        across: terms x jobs.
    """

    vectors: Rows
    across: Rows


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
    texts: Road
    titles: Road


def search(known: Corpus, ranker: Ranker, settings: RelateSettings) -> Search:
    """Return the search over the jobs `known`."""
    parted = cells(known.work, known.member, max(1, settings.cell_jobs), max(1, settings.probes))
    words = _road(known.texts), _road(known.sparse[pairs.TITLE_CHARACTERS])
    compared = {name: known.sparse[name] for name in (pairs.BODY, pairs.TITLE_CHARACTERS)}
    width = max(vectors.shape[1] for vectors in compared.values())
    plain = {name: rows_of(vectors) for name, vectors in compared.items()}
    return Search(known, ranker, settings, by_number(known.member), parted, plain, width, *words)


def _road(vectors: sparse.csr_matrix) -> Road:
    return Road(rows_of(vectors), rows_of(vectors.T.tocsr()))


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
        rows = members[given.cells.of[members] == cell]
        parts += [_near(given, rows, searched), _far(given, rows, searched)]
    a, b, body, title = (np.concatenate(column) for column in zip(*parts, strict=True))
    return a, b, body, title


def _near(given: Search, rows: Ints, searched: Ints) -> tuple[Ints, Ints, Floats, Floats]:
    """Return pairs of `rows` with the likeliest of `searched`, and their channels BODY and TITLE_CHARACTERS."""
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
        settings.candidates,
    )
    some = place >= 0
    row, _ = np.nonzero(some)
    return rows[row], searched[place[some]], bodies[some], titles[some]


def _far(given: Search, rows: Ints, searched: Ints) -> tuple[Ints, Ints, Floats, Floats]:
    """Return pairs of `rows` with those that share most telling terms of all jobs but the `searched`; and their channels."""
    known, settings, weight = given.known, given.settings, given.ranker.weights.get
    found = alike_in_words(
        (given.texts.vectors, given.texts.across),
        (given.titles.vectors, given.titles.across),
        rows,
        searched,
        settings.telling_share,
        (settings.text_budget, settings.title_budget),
        np.float32(weight(pairs.TITLE_AND_BODY, 0.0) / max(weight(pairs.BODY_ROOT, 0.0), _LEAST_ROOT)),
        (settings.both_candidates, settings.text_candidates),
    )
    row, place = np.nonzero(found >= 0)
    size = len(known.facts)
    code = np.unique(row * size + found[row, place])
    a, b = rows[code // size], code % size
    return a, b, cosines(known.sparse[pairs.BODY], a, b), cosines(known.sparse[pairs.TITLE_CHARACTERS], a, b)


def _meant(given: Search, rows: Ints, searched: Ints) -> Dense:
    """Return what the ranking's dense channels add to the scores of rows x searched: one product of matrices.

    Positions stand side by side, and those of title and text change places in what is asked, as in pairs.TITLE_TO_TEXT.
    """
    dense, weight = given.known.dense, given.ranker.weights.get
    across = weight(pairs.TITLE_TO_TEXT, 0.0) / 2
    sides = [
        (pairs.WORDS, pairs.WORDS, weight(pairs.WORDS, 0.0)),
        (pairs.ROLES, pairs.ROLES, weight(pairs.ROLES, 0.0)),
        (meaning.MEANING, meaning.TOPICS, across),
        (meaning.TOPICS, meaning.MEANING, across),
    ]
    asking = np.hstack([np.float32(share) * dense[one][rows] for one, _, share in sides])
    return asking @ np.hstack([dense[other][searched] for _, other, _ in sides]).T
