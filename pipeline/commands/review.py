"""related-jobs review: the pairs the model was least sure of, side by side; a key decides."""

import getpass
import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from pipeline.commands.options import DEFAULT_HOME, HomeOption, home_at


def review(
    home: HomeOption = DEFAULT_HOME,
    pairs: Annotated[int, typer.Option(min=1, help="Pairs to show at most.")] = 20,
    author: Annotated[str | None, typer.Option(help="Who decides; your login where not given.")] = None,
    characters: Annotated[int, typer.Option(min=200, help="Characters of each text shown.")] = 2_500,
    json_output: Annotated[bool, typer.Option("--json", help="Print the pairs as JSON and ask nothing.")] = False,
) -> None:
    """Judge the most uncertain pairs: r repost, l relocation, v variant, n none, s skip, q quit. Writes HOME/overrides.csv."""
    from pipeline import review as reviewing
    from pipeline import terminal
    from pipeline.terminal_pairs import show_pair

    if json_output:
        shown = [asdict(pair) for pair in reviewing.uncertain(home_at(home), pairs)]
        typer.echo(json.dumps(shown, indent=2, ensure_ascii=False, default=str))
        return
    at, who, done = home_at(home), author or getpass.getuser(), 0
    for number, pair in enumerate(reviewing.uncertain(at, pairs), 1):
        show_pair(pair, number, pairs, characters)
        answer = _ask()
        if answer == "q":
            break
        if answer in reviewing.ANSWERS:
            reason = typer.prompt("why (enter: reviewed)", default="reviewed", show_default=False)
            with at.lock("related-jobs review"):
                day = datetime.now(UTC).date()
                reviewing.record(at, pair, reviewing.ANSWERS[answer], who, reason, day)
            done += 1
    terminal.line(
        f"{done} decisions in {at.path / 'overrides.csv'}; the next run obeys them (--force for the last date)"
    )


def _ask() -> str:
    while True:
        answer: str = typer.prompt("repost / relocation (l) / variant / none / skip / quit").strip().lower()
        if answer[:1] in tuple("rlvnsq"):
            return "l" if answer.startswith("rel") else answer[:1]
