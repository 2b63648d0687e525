"""Commands that score the real stages against labels, and those that refit the models that ship."""

import json
from pathlib import Path
from typing import Annotated

import typer

from pipeline.errors import UsageError

PostingsOption = Annotated[Path, typer.Option(help="Postings, as for evaluate duplicates.")]
JsonAnyway = Annotated[bool, typer.Option("--json", help="What is printed is JSON with and without it.")]
QueriesOption = Annotated[Path, typer.Option(help="query_id, posting_id.")]
JudgementsOption = Annotated[Path, typer.Option(help="query_id, posting_id, grade.")]

evaluate_app = typer.Typer(help="Score the real stages against labels.", no_args_is_help=True)
fit_app = typer.Typer(help="Refit a model that ships with the project.", no_args_is_help=True)


@evaluate_app.command("duplicates")
def evaluate_duplicates(
    postings: Annotated[
        Path, typer.Option(help="Table of posting_id, title, company, location, date_posted, description, url.")
    ],
    pairs: Annotated[Path, typer.Option(help="Labels: posting_id_a, posting_id_b, label.")],
    out: Annotated[Path | None, typer.Option(help="Folder for predictions.csv, errors.csv, report.json.")] = None,
    json_output: JsonAnyway = False,
) -> None:
    """Score linking and grouping against labelled pairs: precision, recall, F1 for the same ad, and blocking."""
    from pipeline.evaluate.duplicates import evaluate_duplicates as score

    typer.echo(json.dumps(score(postings, pairs, out), indent=2))


@evaluate_app.command("related")
def evaluate_related(
    postings: PostingsOption,
    queries: QueriesOption,
    judgements: JudgementsOption,
    out: Annotated[
        Path | None, typer.Option(help="Folder for boxes.csv, boxes_undiversified.csv, report.json.")
    ] = None,
    settings: Annotated[
        Path | None, typer.Option(help="settings.toml, such as one that names a dense model; the defaults without it.")
    ] = None,
    json_output: JsonAnyway = False,
) -> None:
    """Score the boxes against graded judgements."""
    from pipeline.evaluate.related import evaluate_related as score
    from pipeline.settings import load

    if settings is not None and not settings.is_file():
        raise UsageError(f"{settings}: no such file")
    typer.echo(json.dumps(score(postings, queries, judgements, out, load(settings)), indent=2))


@evaluate_app.command("titles")
def evaluate_titles(
    queries: Annotated[Path, typer.Option(help="TSV of query titles.")],
    corpus: Annotated[Path, typer.Option(help="TSV of corpus titles.")],
    qrels: Annotated[Path, typer.Option(help="Which match, TREC format.")],
    fit_on: Annotated[Path, typer.Option(help="Parquet of postings to learn from.")],
    json_output: JsonAnyway = False,
) -> None:
    """Score title-to-title relatedness: mean average precision."""
    from pipeline.evaluate.titles import evaluate_titles as score

    typer.echo(json.dumps(score(queries, corpus, qrels, fit_on), indent=2))


@fit_app.command("duplicates")
def fit_duplicates(
    postings: Annotated[list[Path], typer.Option(help="Postings, as for evaluate duplicates; again for more.")],
    pairs: Annotated[list[Path], typer.Option(help="Labels of each: posting_id_a, posting_id_b, label.")],
    out: Annotated[Path, typer.Option(help="Model file to write.")],
    json_output: JsonAnyway = False,
) -> None:
    """Refit the model that decides about pairs and write its file; prints scores cross-validated by connected component."""
    from pipeline.evaluate.duplicates_fit import fit_duplicates as refit

    if len(postings) != len(pairs):
        raise UsageError(
            f"{len(postings)} --postings and {len(pairs)} --pairs: each table of postings needs its labels"
        )

    typer.echo(json.dumps(refit(postings, pairs, out), indent=2))


@fit_app.command("related")
def fit_related(
    postings: PostingsOption,
    queries: QueriesOption,
    judgements: JudgementsOption,
    out: Annotated[Path, typer.Option(help="Ranking file to write.")],
    json_output: JsonAnyway = False,
) -> None:
    """Refit the ranking of related jobs and write its file; prints its nDCG@10 cross-validated by query."""
    from pipeline.evaluate.related_fit import fit_related as refit

    typer.echo(json.dumps(refit(postings, queries, judgements, out), indent=2))
