"""Commands about the snapshots that HOME keeps: which there are, and going back to one."""

import json
from typing import Annotated

import typer

from pipeline.commands.options import DEFAULT_HOME, HomeOption, JsonOption, home_at


def snapshots(home: HomeOption = DEFAULT_HOME, json_output: JsonOption = False) -> None:
    """List the snapshots kept, newest first: which one readers see, what each was built on, what was rolled back."""
    from dataclasses import asdict

    from pipeline import history, terminal

    at = home_at(home)
    found, log = history.kept(at), history.log(at)
    if json_output:
        typer.echo(json.dumps({"snapshots": [asdict(k) for k in found], "rollbacks": log}, indent=2))
        return
    terminal.table(
        f"Snapshots in {at.path / 'snapshots'}",
        ("snapshot", "state", "stands for", "built on", "postings", "jobs", "MB"),
        ((k.snapshot, k.state, k.stands_for, k.built_on, k.postings, k.jobs, f"{k.megabytes:.1f}") for k in found),
        caption=None if found else "none yet: publish one with related-jobs run --feed PATH",
    )
    for entry in log:
        terminal.line(f"{entry['at']}: rolled back from {entry['from']} to {entry['to']}")


def rollback(
    to: Annotated[
        str, typer.Argument(help="Run date (YYYY-MM-DD) or id of the snapshot to go back to.", metavar="DATE")
    ],
    home: HomeOption = DEFAULT_HOME,
    json_output: JsonOption = False,
) -> None:
    """Let readers see the snapshot of DATE again, by one rename; the next night builds on it."""
    from pipeline import history, terminal

    at = home_at(home)
    with at.lock(f"related-jobs rollback to {to}"):
        was = at.current()
        now = history.rollback(at, to)
    withdrawn = sorted(at.withdrawn())
    if json_output:
        told = {"from": was.path.name if was else None, "to": now.path.name, "withdrawn": withdrawn}
        typer.echo(json.dumps(told, indent=2))
        return
    terminal.line(f"readers see {now.path.name} again (it was {was.path.name if was else 'none'})")
    if withdrawn:
        terminal.line(f"withdrawn, still kept: {', '.join(withdrawn)}; the next night builds on {now.path.name}")
    terminal.line("a date after it is redone by related-jobs run --run-date DATE, without --force")
