"""Reviewing pairs: what differs is marked, an answer is both an override and a label."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import overrides
from pipeline.errors import UsageError
from pipeline.evaluate.labels import Labelled, read_pairs
from pipeline.review import Pair, marked, record
from pipeline.store import Home
from pipeline.terminal import console
from pipeline.terminal_pairs import show_pair

DAY = date(2026, 3, 2)


def pair(a: str = "p1", b: str = "p2") -> Pair:
    sides = [
        {"posting_id": i, "title": "Cook", "employer": e, "source_id": f"board-{i}"}
        for i, e in ((a, "Inn"), (b, "Bank"))
    ]
    return Pair(sides[0], sides[1], ("Stir the soup daily", "Stir the fish, daily."), {"probability": 0.5})


@given(st.lists(st.sampled_from("a b c d".split())), st.lists(st.sampled_from("a b c d".split())))
def test_marks_keep_every_word_and_what_is_not_marked_is_shared(a: list[str], b: list[str]) -> None:
    left, right = marked(" ".join(a), " ".join(b))
    assert " ".join(w for w, _ in left).split() == a and " ".join(w for w, _ in right).split() == b
    assert [w for w, alone in left if not alone] == [w for w, alone in right if not alone]


def test_an_answer_is_an_override_and_a_label(tmp_path: Path) -> None:
    home = Home(tmp_path)
    record(home, pair(), "relocation", "ann", "another town", DAY)
    record(home, pair("p3", "p1"), "variant", "ann", "other team, same text", DAY)
    record(home, pair(), "none", "bob", "looked again", DAY)  # the last word counts
    rows = overrides.read(tmp_path / "overrides.csv").to_pylist()
    assert [(r["posting_id_a"], r["posting_id_b"], r["decision"], r["author"]) for r in rows] == [
        ("p1", "p2", "cannot-link", "bob"), ("p1", "p3", "variant", "ann"),
    ]  # fmt: skip
    assert read_pairs(tmp_path / "overrides.csv") == [
        Labelled("board-p3", "board-p1", "variant"), Labelled("board-p1", "board-p2", "none"),
    ]  # fmt: skip


def test_lines_people_wrote_by_hand_stay(tmp_path: Path) -> None:
    path = tmp_path / "overrides.csv"
    path.write_text(
        ",".join(overrides.COLUMNS) + '\nx1,x2,must-link,eve,2026-01-01,"same, I called"\n', encoding="utf-8"
    )
    record(Home(tmp_path), pair(), "repost", "ann", "same", DAY)
    rows = overrides.read(path).to_pylist()
    assert [(r["posting_id_a"], r["decision"], r["reason"]) for r in rows] == [
        ("p1", "must-link", "same"), ("x1", "must-link", "same, I called"),
    ]  # fmt: skip
    assert len(read_pairs(path)) == 1


def test_a_file_that_cant_be_understood_is_not_added_to(tmp_path: Path) -> None:
    path = tmp_path / "overrides.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(UsageError, match="first line"):
        record(Home(tmp_path), pair(), "repost", "ann", "same", DAY)
    assert path.read_text(encoding="utf-8") == "a,b\n1,2\n"


def test_both_ads_are_shown_side_by_side() -> None:
    with console.capture() as shown:
        show_pair(pair(), 1, 3, 500)
    for words in ("1/3", "Inn", "Bank", "soup", "fish", "probability 0.50"):
        assert words in shown.get()
