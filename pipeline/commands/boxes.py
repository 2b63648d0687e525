"""Commands about one job: its box, and why another is related to it or its duplicate."""

import json
from typing import Annotated

import typer

from pipeline.commands.options import DEFAULT_HOME, HomeOption, JsonOption, home_at, snapshot_of


def show(
    job: Annotated[str, typer.Argument(help="Job id, posting id, the board's own id, or words of a title.")],
    home: HomeOption = DEFAULT_HOME,
    json_output: JsonOption = False,
) -> None:
    """Print the box of one job."""
    from pipeline import show as shown
    from pipeline import terminal

    snapshot = snapshot_of(home_at(home))
    found = shown.find_job(snapshot, job)
    cards = shown.box(snapshot, found["job_id"])
    if json_output:
        typer.echo(json.dumps({**found, "related": cards}, indent=2, ensure_ascii=False, default=str))
        return
    terminal.line(
        f"{found['title']} | {found['employer'] or 'no employer named'} | {found['place'] or 'no place told'}"
    )
    terminal.line(
        f"{found['job_id']}: {found['postings']} postings, {found['places']} places; cluster: {found['cluster']}"
    )
    if found["family_id"]:
        terminal.line(f"one of {found['family_jobs']} similar openings (variant family {found['family_id']})")
    terminal.box(found, cards)


def explain(
    a: Annotated[str, typer.Argument(help="A job or posting: id, board's id, or title.")],
    b: Annotated[str, typer.Argument(help="Another one.")],
    home: HomeOption = DEFAULT_HOME,
    json_output: JsonOption = False,
) -> None:
    """Say why B is related to A, or a duplicate of it: every score and the shared terms."""
    from pipeline import terminal
    from pipeline.explain import explain_pair

    told = explain_pair(home_at(home), a, b)
    if json_output:
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False, default=str))
        return
    terminal.pair(told)
