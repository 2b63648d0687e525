"""What a person asks of a snapshot: the job behind an id or a title, its box, and a page's box before and after."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import resources
from pipeline.contracts import connect, opened
from pipeline.errors import UsageError
from pipeline.store import Run, Snapshot

Row = dict[str, Any]


@dataclass(frozen=True)
class PageBox:
    """A page that shows a box of its own: the listing it is about, its cards in its order, and the job it became."""

    about: Row
    cards: list[Row]
    job_id: str | None


def query(database: Path, name: str, **params: Any) -> list[Row]:
    """Return the rows of sql/<name>.sql over the snapshot's database."""
    with opened(database) as con:
        return list(con.sql(resources.sql(name), params=params).to_arrow_table().to_pylist())


def find_job(snapshot: Snapshot, asked: str) -> Row:
    """Return the job that `asked` names: a job id, a posting id, a board's id, or (RapidFuzz) the nearest title.

    Raises:
        UsageError: nothing comes near, or a board's id names several jobs.
    """
    found = query(snapshot.database, "show/job", id=asked)
    if len(found) > 1:
        listed = ", ".join(f"{r['job_id']} ({r['title']})" for r in found[:5])
        raise UsageError(f"{asked!r} names {len(found)} jobs: {listed}; ask for one of these ids")
    if found:
        return found[0]
    nearest = _nearest_title(snapshot, asked)
    return query(snapshot.database, "show/job", id=nearest)[0]


def _nearest_title(snapshot: Snapshot, asked: str) -> str:
    from rapidfuzz import fuzz, process, utils

    rows = query(snapshot.database, "show/titles")
    titles = {r["job_id"]: f"{r['title']} {r['employer'] or ''}" for r in rows}
    best = process.extract(asked, titles, scorer=fuzz.WRatio, processor=utils.default_process, limit=5)
    exact = [r["job_id"] for r in rows if r["title"].casefold() == asked.casefold()]
    if exact:
        return str(exact[0])
    if not best or best[0][1] < 60:  # WRatio under 60 shares no more than a common word
        near = "; ".join(f"{text} ({key})" for text, _, key in best[:3])
        raise UsageError(f"no job like {asked!r}; nearest: {near or 'none'}")
    return str(best[0][2])


def box(snapshot: Snapshot, job_id: str) -> list[Row]:
    """Return the cards of the job's box, by rank."""
    return query(snapshot.database, "show/box", job_id=job_id)


def page_boxes(run: Run, page_format: str = "talent_page") -> list[PageBox]:
    """Return the pages among the run's feeds that show a box of their own, with what became of it."""
    with connect() as con:
        for table in ("raw_listings", "listings", "job_postings"):
            con.read_parquet([str(p) for p in run.store.parts(table)]).create_view(table)
        rows = con.sql(resources.sql("show/page"), params={"format": page_format}).to_arrow_table().to_pylist()
    pages: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        pages.setdefault((row["feed"], row["file"]), []).append(row)
    return [PageBox(page[0], page[1:], page[0]["job_id"]) for page in pages.values()]
