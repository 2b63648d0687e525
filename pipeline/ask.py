"""Questions in SQL to the published snapshot: a query of one's own, or one that ships in sql/examples."""

import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline import resources
from pipeline.errors import UsageError

_LOCKED: dict[str, str | bool | int | float | list[str]] = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "lock_configuration": "true",
}
"""A query reaches the snapshot and nothing else: no file, no network, no extension, no setting (docs/how-to/query.md)."""


@dataclass(frozen=True)
class Answer:
    """Rows of a query: names of its columns, at most so many rows as asked for, and whether there were more."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    more: bool


def examples() -> dict[str, str]:
    """Return the queries that ship, by name; each begins with the question it answers as a comment."""
    found = sorted((resources.folder("sql") / "examples").glob("*.sql"))
    return {path.stem: path.read_text(encoding="utf-8") for path in found}


def question(query: str) -> str:
    """Return the question that a query of `examples` answers."""
    return query.partition("\n")[0].removeprefix("-- ")


def ask(database: Path, query: str, given: dict[str, str], most: int) -> Answer:
    """Return the first `most` rows of a query over `database`, which is only read.

    Args:
        database: related_jobs.duckdb of a snapshot.
        query: SQL, or the name of an example.
        given: values of the query's $names.
        most: rows to return at most.

    Raises:
        UsageError: DuckDB does not understand the query, one of its $names has no value, or no example has that name.
    """
    if re.fullmatch(r"[\w-]+", query) and query not in examples():
        raise UsageError(_no_question(query))
    text = examples().get(query, query)
    try:
        with duckdb.connect(str(database), read_only=True, config=_LOCKED) as con:
            done = con.execute(text, resources.params(text, given))
            rows = done.fetchmany(most + 1)
            return Answer(tuple(c[0] for c in done.description or ()), rows[:most], len(rows) > most)
    except duckdb.Error as error:
        raise UsageError(
            f"{_said(error)}; tables and columns: docs/tables.md, or related-jobs sql 'SHOW ALL TABLES'"
        ) from None


def _no_question(name: str) -> str:
    near = difflib.get_close_matches(name, examples(), n=3, cutoff=0.4)
    meant = f"did you mean {' or '.join(near)}? " if near else ""
    listed = ", ".join(examples())
    return f"no question {name!r}: {meant}There are {listed}; or SQL of your own, in quotes (docs/tables.md)"


def _said(error: duckdb.Error) -> str:
    """Return what DuckDB says, in one line, with what to do where a $name has no value."""
    text = " ".join(str(error).split())
    return f"{text} (give a value: --param NAME=VALUE)" if "parameter" in text.lower() else text
