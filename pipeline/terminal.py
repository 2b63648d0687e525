"""What a run, a box and a pair look like in a terminal (rich). Texts of feeds are never read as markup."""

from collections.abc import Callable, Iterable
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from pipeline.plan import PLAN, Stage
from pipeline.run import StageRecord

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

Row = dict[str, Any]

REASONS = 8
"""Measures shown with what they add to the model's log-odds; all are in the JSON."""


@contextmanager
def progress() -> Any:
    """Show each stage while it works, and a line with its rows, seconds and memory when it is done."""
    bar = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console, transient=True
    )
    with bar:
        task = bar.add_task("begin", total=None)

        def told(stage: Stage, record: StageRecord | None) -> None:
            if record is None:
                number = PLAN.index(stage) + 1
                bar.update(task, description=f"{number}/{len(PLAN)} {stage.name}: {stage.says}")
            else:
                console.print(_stage_line(record), soft_wrap=True)

        hear: Callable[[Stage, StageRecord | None], None] = told
        yield hear


def _stage_line(record: StageRecord) -> Text:
    rows = ", ".join(f"{name} {count:,}" for name, count in record.rows_out.items())
    line = Text(f"  {record.stage:<10}")
    line.append(f"{record.seconds:7.1f} s {record.peak_mb:6.0f} MB  ", style="dim")
    line.append(f"{record.rows_in:,} in" if record.rows_in else "")
    line.append(f" ({record.taken_over:,} known)" if record.taken_over else "", style="dim")
    line.append(f" -> {rows}" if rows else "")
    line.append(" (already done)" if record.reused else "", style="dim")
    return line


def table(title: str, columns: Iterable[str], rows: Iterable[Iterable[Any]], caption: str | None = None) -> None:
    """Print a table; cells are plain text whatever they hold."""
    shown = Table(title=Text(title), caption=caption, title_justify="left", caption_justify="left")
    for column in columns:
        shown.add_column(column, overflow="fold")
    for row in rows:
        shown.add_row(*(_cell(v) for v in row))
    console.print(shown)


def _cell(value: Any) -> Text:
    if isinstance(value, dict):
        return Text(", ".join(f"{name} {_cell(one)}" for name, one in value.items()))
    if isinstance(value, list | tuple):
        return Text(", ".join(map(str, value)))
    if isinstance(value, float):
        return Text(f"{value:.3f}")
    return Text("" if value is None else str(value))


def pair(told: Row) -> None:
    """Print what `explain` tells of two postings: a table a heading; of the model's reasons only the weightiest."""
    for heading, rows in told.items():
        if not isinstance(rows, dict):
            line(f"{heading}: {rows}")
            continue
        shown = dict(rows)
        if "reasons" in rows:
            first, rest = rows["reasons"][:REASONS], rows["reasons"][REASONS:]
            listed = ", ".join(f"{name} {weight:+.2f}" for name, weight in first)
            shown["reasons"] = f"{listed}; {len(rest)} lighter ones with --json" if rest else listed
        table(heading, ("what", "value"), shown.items())


def box(job: Row, cards: list[Row], title: str | None = None) -> None:
    """Print the box of a job."""
    heading = title or f"Related to {job['title']} ({job['employer'] or 'no employer named'})"
    table(
        heading,
        ("", "title", "employer", "place", "score", "why"),
        (
            (c["rank"], _card_title(c), c["employer"], c["place"], c["score"], _why(c))
            for c in cards
        ),
        caption=None if cards else "no related jobs: nothing else was published",
    )  # fmt: skip


def _card_title(card: Row) -> str:
    more = card["similar_openings"]
    return f"{card['title']}  (+{more} similar opening{'s' if more != 1 else ''})" if more else str(card["title"])


def _why(card: Row) -> str:
    return str(card["reason"]) + ("" if card["road"] == "neighbour" else f" [{card['road']}]")


def line(text: str, style: str | None = None) -> None:
    """Print one line of plain text."""
    console.print(Text(text, style=style or ""), soft_wrap=True)


def error(text: str) -> None:
    """Print an error to stderr."""
    errors.print(Text(f"error: {text}", style="red"), soft_wrap=True)
