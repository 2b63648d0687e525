"""What people decided about pairs of postings: HOME/overrides.csv becomes the table `overrides`; it always wins."""

import csv
from datetime import date
from pathlib import Path

import pyarrow as pa

from pipeline.contracts import contract
from pipeline.errors import UsageError
from pipeline.store import Run

COLUMNS = ("posting_id_a", "posting_id_b", "decision", "author", "date", "reason")
LABEL_COLUMNS = ("label", "source_id_a", "source_id_b")
"""Columns that `review` adds for `evaluate duplicates --pairs`; a night does not read them."""
DECISIONS = ("must-link", "cannot-link", "variant")


def overrides(run: Run) -> None:
    """Put the decisions of people into the run, as table `overrides`; a home without the file has none.

    Raises:
        UsageError: a line can't be understood; names file, line, what came and what is wanted.
    """
    run.store.drop("overrides")
    run.store.write("overrides", read(run.home.path / "overrides.csv"))


def read(path: Path) -> pa.Table:
    """Return the decisions in `path`, one row a pair; of several about one pair the last line counts."""
    pairs: dict[tuple[str, str], dict[str, object]] = {}
    if path.is_file():
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            if tuple(rows.fieldnames or ()) not in (COLUMNS, COLUMNS + LABEL_COLUMNS):
                raise UsageError(
                    f"{path}: the first line must be {','.join(COLUMNS)}, with or without"
                    f" {','.join(LABEL_COLUMNS)} after it; it is {rows.fieldnames}"
                )
            for row in rows:
                decided = _decision(row, f"{path}, line {rows.line_num}")
                pairs[str(decided["posting_id_a"]), str(decided["posting_id_b"])] = decided
    return pa.Table.from_pylist([pairs[p] for p in sorted(pairs)], schema=contract("overrides").schema)


def _decision(row: dict[str, str | None], where: str) -> dict[str, object]:
    missing = [c for c in COLUMNS if not (row.get(c) or "").strip()]
    if missing or None in row:
        raise UsageError(f"{where}: {', '.join(missing) or 'more fields than columns'}; all of {COLUMNS} are wanted")
    a, b, decision, author, day, reason = (str(row[c]).strip() for c in COLUMNS)
    if decision not in DECISIONS:
        raise UsageError(f"{where}: decision {decision!r}; one of {', '.join(DECISIONS)} is wanted")
    if a == b:
        raise UsageError(f"{where}: {a} with itself; two postings are wanted")
    try:
        decided_on = date.fromisoformat(day)
    except ValueError:
        raise UsageError(f"{where}: date {day!r}; YYYY-MM-DD is wanted") from None
    return {
        "posting_id_a": min(a, b),
        "posting_id_b": max(a, b),
        "decision": decision,
        "author": author,
        "decided_on": decided_on,
        "reason": reason,
    }
