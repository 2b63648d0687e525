"""related-jobs sql: an answer out of the snapshot without another tool."""

import json
from typing import Annotated

import typer

from pipeline.commands.options import DEFAULT_HOME, HomeOption, JsonOption, home_at, snapshot_of
from pipeline.errors import UsageError


def sql(
    query: Annotated[
        str | None, typer.Argument(help="SQL over mart.*, or the name of an example; all examples where not given.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    param: Annotated[list[str] | None, typer.Option(help="NAME=VALUE for a query with $NAME; again for more.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Rows at most.")] = 40,
    json_output: JsonOption = False,
) -> None:
    """Ask the published snapshot: `related-jobs sql "SELECT count(*) FROM mart.jobs"`, or an example by its name."""
    from pipeline import ask as asking
    from pipeline import terminal

    if query is None:
        told = {name: asking.question(text) for name, text in asking.examples().items()}
        if json_output:
            typer.echo(json.dumps(told, indent=2))
        else:
            terminal.table("Examples", ("name", "question"), told.items(), "related-jobs sql NAME answers one of them")
        return
    given = dict(one.partition("=")[::2] for one in param or ())
    if not all(given):
        raise UsageError("--param: NAME=VALUE is wanted, as in --param job_id=j0123456789abcdef")
    answer = asking.ask(snapshot_of(home_at(home)).database, query, given, limit)
    if json_output:
        rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
        typer.echo(json.dumps(rows, indent=2, ensure_ascii=False, default=str))
        return
    more = f"the first {limit} rows; --limit shows more" if answer.more else None
    terminal.table(asking.question(query) if query.startswith("-- ") else "", answer.columns, answer.rows, more)
