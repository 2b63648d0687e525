"""HOME/overrides.csv: what people decided; a line that can't be understood is told by its number."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.overrides import read

HEAD = "posting_id_a,posting_id_b,decision,author,date,reason\n"


def test_no_file_is_no_decision(tmp_path: Path) -> None:
    assert read(tmp_path / "overrides.csv").num_rows == 0


def test_pairs_are_ordered_and_the_last_word_counts(tmp_path: Path) -> None:
    path = tmp_path / "overrides.csv"
    path.write_text(
        HEAD + 'p2,p1,must-link,ann,2026-01-02,same desk\np1,p2,cannot-link,bob,2026-01-03,"other desk, other boss"\n'
    )
    assert read(path).to_pylist() == [
        {
            "posting_id_a": "p1",
            "posting_id_b": "p2",
            "decision": "cannot-link",
            "author": "bob",
            "decided_on": date(2026, 1, 3),
            "reason": "other desk, other boss",
        }
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a,b\n1,2\n", "the first line must be posting_id_a,"),
        (HEAD + "p1,p2,merge,ann,2026-01-02,x\n", "line 2: decision 'merge'; one of must-link"),
        (HEAD + "p1,p2,variant,ann,soon,x\n", "line 2: date 'soon'; YYYY-MM-DD is wanted"),
        (HEAD + "p1,p1,variant,ann,2026-01-02,x\n", "line 2: p1 with itself"),
        (HEAD + "p1,p2,variant,ann,2026-01-02,\n", "line 2: reason"),
        (HEAD + "p1,p2,variant,ann,2026-01-02,x,y\n", "line 2: more fields than columns"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "overrides.csv"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        read(path)
    assert told in str(caught.value) and str(path) in str(caught.value)
