"""related-jobs sql: answers out of a database that is only read, examples by name, and clear words where it can't."""

import json
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from pipeline import ask
from pipeline.cli import app
from pipeline.errors import UsageError
from pipeline.store import Home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one snapshot of one table."""
    path = tmp_path_factory.mktemp("ask") / "home"
    snapshot = path / "snapshots" / "2026-11-22.1"
    snapshot.mkdir(parents=True)
    with duckdb.connect(str(snapshot / "related_jobs.duckdb")) as con:
        con.execute(
            "CREATE SCHEMA mart; CREATE TABLE mart.jobs AS SELECT i AS job_id, 'Cook ' || i AS title FROM range(100) t(i)"
        )
    Home(path).flip(snapshot)
    return path


def answer(home: Path, *words: str) -> str:
    done = CliRunner().invoke(app, ["sql", *words, "--home", str(home)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_rows_as_tables_and_json(home: Path) -> None:
    query = "SELECT job_id, title FROM mart.jobs WHERE job_id >= $from ORDER BY job_id"
    assert json.loads(answer(home, query, "--param", "from=98", "--json")) == [
        {"job_id": 98, "title": "Cook 98"}, {"job_id": 99, "title": "Cook 99"},
    ]  # fmt: skip
    shown = answer(home, query, "--param", "from=0", "--limit", "3")
    assert "Cook 2" in shown and "Cook 3" not in shown and "the first 3 rows" in shown


def test_a_cut_answer_says_so_and_a_whole_one_does_not(home: Path) -> None:
    database = home / "related_jobs.duckdb"
    assert not ask.ask(database, "SELECT * FROM mart.jobs", {}, 100).more
    assert ask.ask(database, "SELECT * FROM mart.jobs", {}, 99).more


def test_examples_are_listed_with_their_questions(home: Path) -> None:
    told = json.loads(answer(home, "--json"))
    assert len(told) >= 20 and told["duplicates_by_board"].endswith("?")
    assert "duplicates_by_board" in answer(home)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT nope FROM mart.jobs", "nope"),
        ("DELETE FROM mart.jobs", "read-only"),
        ("SELECT $x", "--param NAME=VALUE"),
        ("box_of_one_jobb", "did you mean box_of_one_job"),
    ],
)
def test_what_can_not_be_answered_is_one_line(home: Path, query: str, told: str) -> None:
    with pytest.raises(UsageError) as error:
        ask.ask(home / "related_jobs.duckdb", query, {}, 5)
    assert told in str(error.value) and "\n" not in str(error.value) and "docs/tables.md" in str(error.value)


def test_a_misspelt_question_names_the_nearest_and_all(home: Path) -> None:
    with pytest.raises(
        UsageError,
        match=r"no question 'duplicate_by_bord': did you mean duplicates_by_board.*There are .*box_of_one_job",
    ):
        ask.ask(home / "related_jobs.duckdb", "duplicate_by_bord", {}, 9)
