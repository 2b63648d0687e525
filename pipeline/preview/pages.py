"""The pages of the preview: search, a job with its box and what stands behind it, why two jobs are related."""

import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import show
from pipeline.errors import UsageError
from pipeline.feed_reader import lookup
from pipeline.store import Home, Snapshot
from pipeline.widget.render import render

if TYPE_CHECKING:
    from jinja2 import Environment

ROWS = 60  # jobs that a search shows
_CARDS = 10  # of the box on a job's page
_REASONS = 12  # of the duplicates' model on a page of a pair, strongest first


class NotFoundError(UsageError):
    """No page is there under this address; `page` says so to people."""

    def __init__(self, page: str) -> None:
        super().__init__("no such page")
        self.page = page


def search(home: Home, asked: str) -> str:
    """Return the page of jobs whose title, employer or cluster has every word of `asked`."""
    snapshot = _snapshot(home)
    words = _folded(asked).split()
    rows = show.query(snapshot.database, "serve/search", words=words, rows=ROWS)
    return _page("search", snapshot, asked=asked, rows=rows, most=ROWS)


def job(home: Home, asked: str, language: str = "en") -> str:
    """Return the page of the job that an id names: a job's, a posting's or a board's.

    Raises:
        NotFoundError: no published job has it; its page shows what a site's widget would show in its place.
    """
    snapshot = _snapshot(home)
    feed = snapshot.path / "feed"
    box = lookup(feed, asked, limit=_CARDS)
    found = show.query(snapshot.database, "serve/ids", id=asked)
    shown = render(box, feed_url="/feed", language=language, limit=_CARDS, href="/job/{id}")
    if not found:
        raise NotFoundError(_page("gone", snapshot, asked=asked, box=box, shown=shown))
    job_id = found[0]["job_id"]
    return _page(
        "job",
        snapshot,
        job=show.query(snapshot.database, "serve/job", job_id=job_id)[0],
        others=[row["job_id"] for row in found[1:]],
        postings=show.query(snapshot.database, "serve/postings", job_id=job_id),
        family=show.query(snapshot.database, "serve/family", job_id=job_id),
        cards=show.query(snapshot.database, "serve/cards", job_id=job_id),
        shown=shown,
    )


def why(home: Home, a: str, b: str) -> str:
    """Return the page that says why B is related to A, or a duplicate of it: every score and the shared terms."""
    from pipeline.explain import explain_pair

    told = explain_pair(home, a, b)
    link = told.get("As duplicates", {})
    # The model's dozens of measures go last and folded; the strongest few say enough.
    measures, reasons = link.pop("measures", {}), link.pop("reasons", [])
    strongest = dict(sorted(reasons, key=lambda r: -abs(r[1]))[:_REASONS])
    told = {h: rows for h, rows in told.items() if rows}
    return _page(
        "why", _snapshot(home), a=told.pop("A"), b=told.pop("B"), told=told, strongest=strongest, measures=measures
    )


def missing(home: Home, text: str) -> str:
    """Return a page that says what is not there."""
    return _page("missing", _snapshot(home), text=text)


def stylesheet() -> str:
    """Return the preview's style sheet."""
    return (Path(__file__).parent / "preview.css").read_text(encoding="utf-8")


def _snapshot(home: Home) -> Snapshot:
    current = home.current()
    if current is None:
        raise UsageError(f"{home.path}: no snapshot yet; publish one with related-jobs run --feed PATH")
    return current


def _page(name: str, snapshot: Snapshot, **values: Any) -> str:
    run_date = snapshot.run_date.isoformat()
    return _environment().get_template(f"preview/{name}.html.j2").render(run_date=run_date, **values)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader

    environment = Environment(
        loader=PackageLoader("pipeline", "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["shown"] = _shown
    environment.filters["web"] = _web
    return environment


def _web(url: str | None) -> str:
    """Return an address that a link may lead to, else nothing."""
    return url if url and url.startswith(("https://", "http://")) else ""


def _shown(value: Any) -> str:
    """Return a value as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.3f}".rstrip("0").rstrip(".")
    if isinstance(value, int):
        return f"{value:,}" if value >= 10_000 else str(value)  # a year is no quantity
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)


def _folded(text: str) -> str:
    """Return lower case without accents, as DuckDB's strip_accents makes it."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    return "".join(c for c in decomposed if not unicodedata.combining(c))
