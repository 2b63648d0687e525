"""Stage vectorise: a row a job and channel, unit length, cut as one likes."""

import numpy as np
import pyarrow as pa
import pytest
from related_world import NIGHT, SETTINGS, posting, tables, world

from pipeline.ranking import meaning
from pipeline.stages.fit import fit
from pipeline.stages.vectorise import vectorise

SPACES = {meaning.WORDS, meaning.MEANING, meaning.TOPICS, meaning.ROLES}


@pytest.fixture(scope="module")
def fitted() -> dict[str, pa.Table]:
    made = tables(world(90))
    return made | fit(made, NIGHT, SETTINGS.fit)


def _rows(made: pa.Table) -> list[dict[str, object]]:
    return sorted(made.to_pylist(), key=lambda r: (r["job_id"], r["channel"]))


def test_pieces_equal_the_whole(fitted: dict[str, pa.Table]) -> None:
    whole = vectorise(fitted, NIGHT, SETTINGS.vectorise)["vectors"]
    pieces = [
        vectorise(fitted | {"jobs": fitted["jobs"].slice(start, 20)}, NIGHT, SETTINGS.vectorise)["vectors"]
        for start in range(0, 90, 20)
    ]
    assert _rows(pa.concat_tables(pieces)) == _rows(whole)


def test_vectors_have_unit_length(fitted: dict[str, pa.Table]) -> None:
    rows = vectorise(fitted, NIGHT, SETTINGS.vectorise)["vectors"].to_pylist()
    assert len(rows) == 90 * len({r["channel"] for r in rows})
    # What a short text foretells counts less: its vector is shorter.
    rows = [row for row in rows if row["channel"] != meaning.ROLES]
    lengths = {(row["job_id"], row["channel"]): float(np.linalg.norm(row["weights"])) for row in rows}
    nowhere = [key for key, length in lengths.items() if length == 0]
    assert len(nowhere) <= 5, "a small space does not carry every term"
    assert {channel for _, channel in nowhere} <= SPACES
    assert [length for length in lengths.values() if length] == pytest.approx(
        [1] * (len(rows) - len(nowhere)), abs=1e-5
    )


def test_a_short_text_speaks_as_far_as_there_is_text() -> None:
    east, north = np.array([[1.0, 0.0]] * 3, dtype=np.float32), np.array([[0.0, 1.0]] * 3, dtype=np.float32)
    placed = {meaning.MEANING: east, meaning.TOPICS: north, meaning.ROLES: north, meaning.WORDS: east}
    found = meaning.steadied(placed, np.array([0.0, 0.5, 1.0], dtype=np.float32))
    half = 0.5**0.5
    assert found[meaning.TOPICS].ravel() == pytest.approx([1, 0, half, half, 0, 1])
    assert found[meaning.ROLES].ravel() == pytest.approx([0, 0, 0, 0.5, 0, 1])
    assert found[meaning.WORDS] is east and placed[meaning.TOPICS] is north


def test_job_of_unknown_words_has_empty_vectors(fitted: dict[str, pa.Table]) -> None:
    strange = tables([posting(posting_id="px", title="qqqq", text="zzzz xxxx")])
    rows = vectorise(fitted | strange, NIGHT, SETTINGS.vectorise)["vectors"].to_pylist()
    assert {sum(np.abs(r["weights"])) for r in rows} == {0}


def test_no_jobs_no_vectors(fitted: dict[str, pa.Table]) -> None:
    made = vectorise(fitted | {"jobs": fitted["jobs"].slice(0, 0)}, NIGHT, SETTINGS.vectorise)
    assert made["vectors"].num_rows == 0


def test_common_sentences_are_left_out(fitted: dict[str, pa.Table]) -> None:
    from pipeline.contracts import contract
    from pipeline.text.tokens import sentence_id

    own = "Nurses of the ward give medication and dress wounds of patients, shift after shift, and keep the charts of them"
    house = "Kitchen and grill are stocked with sauces"
    cut = pa.table({"sentence_id": [sentence_id(house)], "titles": [9]}, contract("fit_sentences").schema)
    rows = [posting(posting_id="p1", title="nurse", text=f"{own}. {house}.", employer_key="employer x")]
    rows += [posting(posting_id="p2", title="nurse", text=f"{own}.", employer_key="employer x")]
    made = vectorise(fitted | tables(rows) | {"fit_sentences": cut}, NIGHT, SETTINGS.vectorise)["vectors"]
    of = {(r["job_id"], r["channel"]): r["weights"] for r in made.to_pylist()}
    assert of["jp1", "body"] == of["jp2", "body"]
