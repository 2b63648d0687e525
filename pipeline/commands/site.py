"""Commands for people who build the site: the box as HTML, and a preview of every job's page."""

import json
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.options import DEFAULT_HOME, HomeOption, JsonOption, home_at, snapshot_of


def render(
    job: Annotated[str, typer.Argument(help="Job id, the board's own id, or words of a title.")],
    home: HomeOption = DEFAULT_HOME,
    source: Annotated[str | None, typer.Option(help="Board of the id, where several boards use one id.")] = None,
    feed_url: Annotated[str, typer.Option(help="Where the page finds the feed.")] = "/feed",
    href: Annotated[str, typer.Option(help="Links to your own pages, such as /jobs/{id}; else to the boards.")] = "",
    params: Annotated[str, typer.Option(help="Tracking parameters, such as utm_source=related&pos={rank}.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="Cards.")] = 6,
    lang: Annotated[str, typer.Option(help="Language of labels: en, de, fr, nl, es, pt.")] = "en",
    page: Annotated[bool, typer.Option("--page", help="A whole page, not only the box.")] = False,
    json_output: JsonOption = False,
) -> None:
    """Print the box of a job as HTML: real links that work without a script; related-jobs.js takes it over."""
    from dataclasses import asdict

    from pipeline import show
    from pipeline.feed_reader import lookup
    from pipeline.widget.render import render as as_html

    at = home_at(home)
    snapshot = snapshot_of(at)
    key = str(show.find_job(snapshot, job)["job_id"]) if " " in job.strip() else job
    box = lookup(snapshot.path / "feed", key, source, limit)
    if json_output:
        typer.echo(json.dumps(asdict(box), indent=2, ensure_ascii=False))
        return
    html = as_html(box, feed_url=feed_url, language=lang, limit=limit, href=href, params=params, page=page)
    typer.echo(html, nl=False)


def serve(
    home: HomeOption = DEFAULT_HOME,
    host: Annotated[str, typer.Option(help="Address to listen at; others than this machine's show it to others.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(help="Port to listen at; 0 takes a free one.")] = 8000,
    json_output: JsonOption = False,
) -> None:
    """Preview the site: search, a page of every published job with its box, what is behind a card, the report."""
    from pipeline import terminal
    from pipeline.preview.server import open_server

    at = home_at(home)
    snapshot = snapshot_of(at)
    with open_server(at, host, port) as server:
        where = f"http://{host}:{server.server_address[1]}/"
        if json_output:
            typer.echo(json.dumps({"run_date": str(snapshot.run_date), "url": where}))
        else:
            terminal.line(f"run {snapshot.run_date} at {where} (Ctrl-C ends)")
        if not json_output and host not in ("127.0.0.1", "localhost", "::1"):
            terminal.line(f"{host} is not this machine alone: others on the network can see it", "yellow")
        server.serve_forever()


def export(
    out: Annotated[Path, typer.Option(help="Folder to write to.", file_okay=False)],
    home: HomeOption = DEFAULT_HOME,
    table: Annotated[
        list[str] | None, typer.Option(help="A table of mart; again for more; all where not given.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--every-snapshot", help="All snapshots kept, not only the current one.")
    ] = False,
    json_output: JsonOption = False,
) -> None:
    """Write tables as Parquet, partitioned by run date: OUT/<table>/run_date=<date>/<table>.parquet."""
    from pipeline import terminal
    from pipeline.export import export as write

    at = home_at(home)
    snapshots = at.snapshots() if every else [snapshot_of(at)]
    written = write(snapshots, out.expanduser().absolute(), tuple(table or ()))
    if json_output:
        typer.echo(json.dumps([{"table": w.table, "run_date": str(w.run_date), "rows": w.rows, "path": str(w.path)}
                               for w in written], indent=2))  # fmt: skip
        return
    terminal.table(
        f"Written to {out}", ("table", "run date", "rows"), ((w.table, w.run_date, f"{w.rows:,}") for w in written)
    )


def doctor(home: HomeOption = DEFAULT_HOME, json_output: JsonOption = False) -> None:
    """Check the set-up: versions, disk, memory, settings, feeds, lock, last run, snapshot, feed, DAGs; say what to do."""
    from dataclasses import asdict

    from pipeline import terminal
    from pipeline.doctor import examine

    findings = examine(home_at(home))
    if json_output:
        typer.echo(json.dumps([asdict(f) for f in findings], indent=2, ensure_ascii=False))
    else:
        signs = {"fine": ("ok", "green"), "warning": ("look", "yellow"), "wrong": ("WRONG", "bold red")}
        for one in findings:
            sign, style = signs[one.state]
            terminal.line(f"{sign:<6}{one.what:<10} {one.says}{'; ' + one.do if one.do else ''}", style)
    if any(f.state == "wrong" for f in findings):
        raise typer.Exit(1)
