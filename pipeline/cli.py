"""related-jobs: the command line. Heavy imports stand inside the commands, so that --help answers at once."""

import sys
from typing import Annotated

import typer

from pipeline import cli_feeds
from pipeline.commands import asking, boxes, history, models, night, review, site, ways
from pipeline.errors import RelatedJobsError
from pipeline.measure import collect_less

app = typer.Typer(
    help="Finds the job ads that are the same, clusters jobs by their work, publishes related-jobs tables to DuckDB.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(models.evaluate_app, name="evaluate")
app.add_typer(models.fit_app, name="fit")
app.add_typer(cli_feeds.app, name="feeds")


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"related-jobs {version('related-jobs')}")
        raise typer.Exit


@app.callback()
def everywhere(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = (
        False
    ),
) -> None:
    """Stand before every command."""


def main() -> None:
    """Run the command line; an error of ours becomes one clear line and its exit code."""
    collect_less()
    try:
        app()
    except RelatedJobsError as error:
        from pipeline import terminal

        terminal.error(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except OSError as error:
        from pipeline import terminal

        terminal.error(
            f"{error.filename or 'the system'}: {error.strerror or error}; free space or rights, then run again"
        )
        sys.exit(RelatedJobsError.exit_code)
    except Exception as error:
        if type(error).__module__.split(".")[0] not in ("duckdb", "_duckdb"):
            raise  # a fault of ours: its traceback is worth more than a line
        from pipeline import terminal

        first = str(error).strip().splitlines()[0]
        terminal.error(f"DuckDB: {first}; free space, rights or memory ([run] duckdb_memory), then run again")
        sys.exit(RelatedJobsError.exit_code)


app.command()(night.run)
app.command()(boxes.show)
app.command()(boxes.explain)
app.command()(ways.plan)
app.command()(ways.sample)
app.command()(asking.sql)
app.command()(site.render)
app.command()(site.serve)
app.command()(site.export)
app.command()(site.doctor)
app.command()(review.review)
app.command()(history.snapshots)
app.command()(history.rollback)

if __name__ == "__main__":
    main()
