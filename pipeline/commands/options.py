"""Options that commands share, and what they stand for."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.store import Home, Snapshot

HomeOption = Annotated[
    Path,
    typer.Option("--home", envvar="RELATED_JOBS_HOME", help="Folder of runs, fits and snapshots.", file_okay=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]
DEFAULT_HOME = Path("related-jobs-home")


def home_at(path: Path) -> "Home":
    """Return the home in the folder `path`."""
    from pipeline.store import Home

    return Home(path.expanduser().absolute())


def snapshot_of(home: "Home") -> "Snapshot":
    """Return the snapshot that readers see.

    Raises:
        UsageError: nothing was published yet.
    """
    current = home.current()
    if current is None:
        raise UsageError(f"{home.path}: no snapshot yet; publish one with related-jobs run --feed PATH")
    return current


def day_of(text: str | None) -> date:
    """Return the date that --run-date names; today (UTC) where it names none.

    Raises:
        UsageError: it is not a date.
    """
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--run-date {text!r}: a date as YYYY-MM-DD is wanted, as in 2026-11-22") from None
