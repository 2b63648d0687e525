"""The optional dense channel: off by default, word vectors from a file, and what it does to a box."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from related_world import NIGHT, SETTINGS, boxes, night, posting, tables, world

from pipeline.errors import UsageError
from pipeline.ranking import dense
from pipeline.settings import Settings
from pipeline.stages.vectorise import vectorise

VECTORS = "3 2\nthe 0 0.1\nbaker 1 0\nboulanger 0.9 0.1\n"


def _with(path: Path) -> Settings:
    return replace(SETTINGS, vectorise=replace(SETTINGS.vectorise, dense_model=str(path)))


def test_words_of_one_meaning_bring_jobs_together(tmp_path: Path) -> None:
    (tmp_path / "words.vec").write_text(VECTORS, encoding="utf-8")
    rows = [*world(40), posting(posting_id="pa", title="baker"), posting(posting_id="pb", title="boulanger")]
    assert boxes(night(tables(rows)))["jpa"][0]["related_job_id"] != "jpb"
    assert boxes(night(tables(rows), _with(tmp_path / "words.vec")))["jpa"][0]["related_job_id"] == "jpb"


def test_without_a_model_nothing_is_added(tmp_path: Path) -> None:
    made = night(tables(world(20)))
    assert dense.DENSE not in made["vectors"].column("channel").to_pylist()
    (tmp_path / "words.vec").write_text(VECTORS, encoding="utf-8")
    more = vectorise(made, NIGHT, _with(tmp_path / "words.vec").vectorise)["vectors"].to_pylist()
    assert [row for row in more if row["channel"] != dense.DENSE] == made["vectors"].to_pylist()


def test_positions_are_of_unit_length_or_nowhere(tmp_path: Path) -> None:
    (tmp_path / "w.txt").write_text(VECTORS.partition("\n")[2], encoding="utf-8")  # GloVe has no first line
    found = dense.positions(str(tmp_path / "w.txt"), ["Baker", "zzz"], ["the boulanger", ""])
    assert np.linalg.norm(found, axis=1).round(5).tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    ("text", "says"),
    [("a b\n", "line 1"), ("a 1 2\nb 1\n", "line 2: 1 numbers, 2"), ("", "no word vectors")],
)
def test_a_file_that_is_none_says_so(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "bad.vec"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=says):
        dense.positions(str(path), ["a"], [""])


def test_a_model_that_is_not_there_says_so() -> None:
    with pytest.raises(UsageError, match="no such file or folder"):
        dense.positions("nowhere.vec", ["a"], [""])
