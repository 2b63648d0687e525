"""Commands that need no night: what the stages of a run are, and listings to try one with."""

import json
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.options import JsonOption, day_of


def plan(
    mermaid: Annotated[bool, typer.Option("--mermaid", help="As a Mermaid flow chart.")] = False,
    json_output: JsonOption = False,
) -> None:
    """Print the stages of a run: what each reads and writes."""
    from pipeline import plan as way

    if json_output:
        from dataclasses import asdict

        stages = [asdict(s) for s in way.PLAN]
        typer.echo(json.dumps({"stages": stages, "mermaid": way.mermaid()} if mermaid else stages, indent=2))
        return
    if mermaid:
        typer.echo(way.mermaid(), nl=False)
        return
    from pipeline import terminal

    terminal.table(
        "Stages of a run",
        ("stage", "group", "grain", "reads", "writes", "gate", "what it does"),
        ((s.name, s.group, s.grain, s.reads, s.writes, s.gate, s.says) for s in way.PLAN),
    )


def sample(
    rows: Annotated[int, typer.Option(min=50, help="Listings to write, about.")] = 2_000,
    seed: Annotated[int, typer.Option(help="Same seed, same bytes.")] = 1,
    out: Annotated[Path, typer.Option(help="Folder to write to.", file_okay=False)] = Path("sample"),
    nights: Annotated[int, typer.Option(min=1, help="Deliveries, one a day.")] = 1,
    run_date: Annotated[str | None, typer.Option(help="Day of the first delivery, YYYY-MM-DD.")] = None,
    json_output: JsonOption = False,
) -> None:
    """Write believable listings of our own in several feed formats, with the truth beside them."""
    from pipeline import sample as generator
    from pipeline import terminal

    written = generator.write(out, rows, seed, nights=nights, run_date=day_of(run_date))
    if json_output:
        from dataclasses import asdict

        typer.echo(json.dumps(asdict(written), indent=2, default=str))
        return
    feeds = ", ".join(f"{name} {count:,}" for name, count in written.by_feed.items())
    terminal.line(f"{written.listings:,} listings ({feeds}), of which {written.rejects:,} must be rejected")
    for folder in written.folders:
        terminal.line(f"{folder / 'feeds.toml'} names the feeds; what is true of them: {folder / 'truth'}")
