"""Word neighbours kept from night to night are those of a search from scratch."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from scipy import sparse

from pipeline.contracts import conform, contract
from pipeline.ranking import word_neighbours
from pipeline.ranking.arrays import Strings
from pipeline.ranking.word_neighbours import Asked, Words
from pipeline.settings import RelateSettings

TEXT_TERMS, TITLE_TERMS = 40, 25
ASKED = Asked((6, 4), 0.9, (60, 20), (25, 12), np.float32(1.25))
EVERYTHING = Asked((500, 500), 1.0, (10**6, 10**6), (10**6, 10**6), np.float32(1.25))
COSTS = np.arange(1, TEXT_TERMS + 1), np.arange(TITLE_TERMS, 0, -1)

Row = tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]


@dataclass
class World:
    """Jobs by id, each with its weights in texts and titles; few digits, so that much is shared alike."""

    drawn: np.random.Generator
    jobs: dict[str, Row] = field(default_factory=dict)

    def row(self) -> Row:
        def one(terms: int) -> npt.NDArray[np.float32]:
            weights = np.round(self.drawn.random(terms), 1) * (self.drawn.random(terms) < 0.2)
            length = np.linalg.norm(weights)
            return (weights / length if length else weights).astype(np.float32)

        return one(TEXT_TERMS), one(TITLE_TERMS)

    def turn(self, share: float) -> None:
        """Let jobs leave, change (some in their title alone) and come."""
        for job in list(self.jobs):
            fate = self.drawn.random()
            if fate < share / 3:
                del self.jobs[job]
            elif fate < share * 2 / 3:
                text, title = self.row()
                self.jobs[job] = (text if fate < share / 2 else self.jobs[job][0], title)
        for _ in range(int(self.drawn.poisson(share / 3 * max(len(self.jobs), 1)))):
            self.jobs[f"j{self.drawn.integers(10**9):09}"] = self.row()

    def words(self, asked: Asked, earlier: pa.Table | None = None) -> Words:
        ids = sorted(self.jobs)
        texts, titles = (sparse.csr_matrix(np.array([self.jobs[i][side] for i in ids])) for side in (0, 1))
        order = self.drawn.permutation(len(ids))  # cells part otherwise every night
        return word_neighbours.words(strings(ids), texts, titles, COSTS, order, asked, earlier)


def strings(ids: list[str]) -> Strings:
    return Strings.of(pa.chunked_array([ids], pa.string()))


def night(given: Words, ids: list[str], cells: int = 5) -> pa.Table:
    """Return the table of all lists, made some jobs at a time."""
    parts = [
        word_neighbours.table(given, strings(ids), word_neighbours.lists(given, jobs))
        for jobs in np.array_split(np.arange(len(ids)), cells)
    ]
    return conform(pa.concat_tables(parts), contract(word_neighbours.TABLE))


def asked_for(made: pa.Table, asked: Asked) -> Iterator[tuple[list[int], list[int]]]:
    """Yield what is asked of the lists of each job."""
    for row in made.to_pylist():
        yield row["both"][: asked.sizes[0]], row["text"][: asked.sizes[1]]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("asked", [ASKED, EVERYTHING])
def test_lists_mended_night_after_night_are_those_of_a_search(seed: int, asked: Asked) -> None:
    world = World(np.random.default_rng(seed))
    world.jobs = {f"j{n:09}": world.row() for n in range(150)}
    earlier, mended = None, 0
    for number in range(8):
        ids = sorted(world.jobs)
        given = world.words(asked, earlier)
        made = night(given, ids)
        fresh = night(world.words(asked), ids)
        assert list(asked_for(made, asked)) == list(asked_for(fresh, asked)), f"night {number}"
        mended += int(given.stays.sum()) if given.earlier is not None else 0
        earlier = made.take(pa.array(world.drawn.permutation(len(made))))  # pieces are done in any order
        world.turn([0.02, 0.1, 0.3][number % 3])
    assert mended > 400  # or nothing was tried here


def test_where_nothing_changed_nobody_is_searched_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(np.random.default_rng(1))
    world.jobs = {f"j{n:09}": world.row() for n in range(150)}
    ids = sorted(world.jobs)
    first = night(world.words(ASKED), ids)
    given, looked = world.words(ASKED, first), []
    search = word_neighbours._search
    monkeypatch.setattr(
        word_neighbours, "_search", lambda *args: looked.append((len(args[1][2]), len(args[2]))) or search(*args)
    )
    again = night(given, ids)
    assert list(asked_for(again, ASKED)) == list(asked_for(first, ASKED))
    anew = sum(asking for among, asking in looked if among)
    assert anew < 15  # lists at whose end many share alike are worn out sooner


def test_who_asks_as_before_and_is_found_otherwise_is_found_otherwise() -> None:
    """A common word is looked up in the jobs in which it weighs most: a newcomer takes an old one's place there."""

    def row(weight: float) -> Row:
        text = np.zeros(TEXT_TERMS, np.float32)
        text[0], text[1] = weight, np.sqrt(1 - weight**2)
        return text, np.zeros(TITLE_TERMS, np.float32)

    asked = Asked((3, 3), 1.0, (10**6, 10**6), (2, 2), np.float32(1))
    world = World(np.random.default_rng(0))
    world.jobs = {"a": row(0.9), "b": row(0.8), "c": row(0.3), **{f"x{n}": world.row() for n in range(9)}}
    first = night(world.words(asked), sorted(world.jobs))
    world.jobs["z"] = row(0.85)
    given = world.words(asked, first)
    assert given.earlier is not None and given.stays.sum() == 12
    made, fresh = night(given, sorted(world.jobs)), night(world.words(asked), sorted(world.jobs))
    assert list(asked_for(made, asked)) == list(asked_for(fresh, asked))
    assert first.column("found_by")[1] != made.column("found_by")[1]


@pytest.mark.parametrize(("before", "after"), [(87, 60), (87, 55), (80, 55)])
def test_where_jobs_become_fewer_than_lists_are_long_nobody_is_lost(before: int, after: int) -> None:
    world = World(np.random.default_rng(before + after))
    world.jobs = {f"j{number:09}": world.row() for number in range(before)}
    was, asked = (word_neighbours.asked_by(RelateSettings(), jobs, 1.25) for jobs in (before, after))
    assert was.kept[0] > asked.kept[0]
    earlier = night(world.words(was), sorted(world.jobs))
    for job in world.drawn.permutation(sorted(world.jobs))[: before - after]:
        del world.jobs[job]
    ids = sorted(world.jobs)
    mended = world.words(asked, earlier)
    assert mended.earlier is not None and mended.stays.all()
    made, searched = (night(given, ids) for given in (mended, world.words(asked)))
    assert list(asked_for(made, asked)) == list(asked_for(searched, asked))
