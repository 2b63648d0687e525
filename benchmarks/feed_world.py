"""A snapshot's database of so many jobs, made by SQL in seconds: what the feed and the preview read, nothing a night made."""

from pathlib import Path

import duckdb

from pipeline import resources
from pipeline.contracts import contract
from pipeline.publish import MARTS, VIEWS

_FILL = Path(__file__).parent / "feed_world.sql"


def build(database: Path, jobs: int, cards: int = 10) -> Path:
    """Write a database of `jobs` jobs, each with a box of `cards`; every 5th is in a family of 4, every 8th has 3 postings."""
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as con:
        con.execute("SET memory_limit = '4GB'")
        con.execute("CREATE SCHEMA mart")
        con.execute("USE mart")
        for mart in MARTS:  # columns and types, not the promises: a world need not fill columns that nobody here reads
            con.from_arrow(contract(mart, "mart").empty()).create(mart)
        for statement in _FILL.read_text(encoding="utf-8").split(";\n"):
            wanted = {"jobs": jobs, "cards": min(cards, jobs - 1)}
            if statement.strip():
                con.execute(statement, {k: v for k, v in wanted.items() if f"${k}" in statement})
        for view in VIEWS:
            con.execute(resources.sql(f"views/{view}"))
        con.execute("CHECKPOINT")
    return database
