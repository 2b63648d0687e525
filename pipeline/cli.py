"""related-jobs: the command line. Heavy imports stand inside the commands, so that --help answers at once."""

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline import cli_feeds
from pipeline.commands import asking, history, models, review, site
from pipeline.commands.options import DEFAULT_HOME, HomeOption, JsonOption
from pipeline.commands.options import home_at as _home
from pipeline.commands.options import snapshot_of as _snapshot
from pipeline.errors import RelatedJobsError, UsageError
from pipeline.measure import collect_less

if TYPE_CHECKING:
    from pipeline.settings import Settings
    from pipeline.store import Home, Run

app = typer.Typer(
    help="Finds the job ads that are the same, clusters jobs by their work, publishes related-jobs tables to DuckDB.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(models.evaluate_app, name="evaluate")
app.add_typer(models.fit_app, name="fit")
app.add_typer(cli_feeds.app, name="feeds")

SettingsOption = Annotated[
    Path | None, typer.Option("--settings", help="TOML of settings; HOME/settings.toml where not given.")
]


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


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--run-date {text!r}: a date as YYYY-MM-DD is wanted, as in 2026-11-22") from None


def _settings(home: "Home", path: Path | None) -> "Settings":
    from pipeline import settings

    if path is not None and not path.is_file():
        raise UsageError(f"--settings {path}: no such file")
    return settings.load(path or home.path / "settings.toml")


def _on_engine(settings: "Settings", engine: str | None, master: str | None) -> "Settings":
    """Return `settings` with the engine and the master that were asked for; a master alone asks for Spark."""
    from dataclasses import replace

    was = settings.run
    name = engine or ("spark" if master else was.engine)
    return replace(settings, run=replace(was, engine=name, master=master or was.master))


@app.command()
def run(
    feed: Annotated[
        list[str] | None, typer.Option("--feed", help="File, folder or glob; again for more feeds.")
    ] = None,
    more: Annotated[list[str] | None, typer.Argument(help="More feeds.", metavar="[PATH]...")] = None,
    run_date: Annotated[
        str | None, typer.Option(help="The night's name, YYYY-MM-DD; today (UTC) where not given.")
    ] = None,
    home: HomeOption = DEFAULT_HOME,
    mapping: Annotated[Path | None, typer.Option(help="TOML that maps the feeds' columns to ours.")] = None,
    settings: SettingsOption = None,
    force: Annotated[bool, typer.Option("--force", help="Redo a date that was published.")] = False,
    refit: Annotated[bool, typer.Option("--refit", help="Make a new fit, however young the one at hand is.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Take over nothing that an earlier night worked out.")] = False,
    accept_shrink: Annotated[
        list[str] | None, typer.Option(help="A feed that may shrink beyond the band tonight; again for more.")
    ] = None,
    end_feed: Annotated[
        list[str] | None, typer.Option(help="A feed that comes no more: what only it brought closes; again for more.")
    ] = None,
    accept_drift: Annotated[
        bool,
        typer.Option("--accept-drift", help="Publish though figures are far out of the band of the nights before."),
    ] = False,
    engine_name: Annotated[
        str | None, typer.Option("--engine", help="local or spark ([run] engine in settings.toml).")
    ] = None,
    master: Annotated[
        str | None, typer.Option(help="Spark's master, such as local[2] or spark://host:7077 ([run] master).")
    ] = None,
    json_output: JsonOption = False,
) -> None:
    """Do one night: read the feeds, find what is the same, relate, audit, publish. Without --feed: HOME/feeds.toml."""
    from pipeline import run as engine
    from pipeline import terminal
    from pipeline.auditor import beside

    at, day = _home(home), _day(run_date)
    feeds = _feeds(at, [*(feed or []), *(more or [])], mapping)
    with at.lock(f"related-jobs run of {day}"):
        said = {"accept_shrink": accept_shrink or (), "end_feeds": end_feed or ()}
        resolved = _on_engine(_settings(at, settings), engine_name, master)
        night = engine.begin(
            at,
            day,
            feeds,
            resolved,
            force=force,
            refit=refit,
            full=full,
            accept_drift=accept_drift,
            **said,
        )
        if night is None:
            store = at.run(day)
            if json_output:
                kept = ("run_date", "state", "snapshot", "is_current", "counts")
                typer.echo(json.dumps({k: store.manifest.get(k) for k in kept} | {"done": False}, indent=2))
                return
            terminal.line(f"run {day} was published from the same feeds: nothing to do (--force redoes it)")
            terminal.line(f"snapshot: {at.path / 'snapshots' / store.manifest['snapshot']}")
            return
        with beside(night.settings.run.workers) as check:
            if json_output:
                engine.run_night(night, check=check)
            else:
                terminal.line(f"run {day} in {at.path}")
                with terminal.progress() as told:
                    engine.run_night(night, told, check)
    _closing_json(night) if json_output else _closing(night)


def _feeds(home: "Home", paths: list[str], mapping: Path | None) -> list[Any]:
    from pipeline.ingest import feeds_from_paths, load_feeds

    if paths:
        return list(feeds_from_paths(paths, mapping))
    listed = home.path / "feeds.toml"
    if not listed.is_file():
        raise UsageError(f"no feed: name one with --feed PATH, or list feeds in {listed}")
    return list(load_feeds(listed))


def _closing_json(night: "Run") -> None:
    from dataclasses import asdict

    from pipeline import run as engine

    manifest = night.store.manifest
    value = {
        k: manifest.get(k) for k in ("run_date", "state", "snapshot", "is_current", "counts", "yesterday", "remarks")
    }
    value["database"] = str(night.home.path / "related_jobs.duckdb")
    value["stages"] = [asdict(r) for r in engine.records(night)]
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False))


def _closing(night: "Run") -> None:
    """Print a box, the rejects, the snapshot's place, and the figures, in this order: the last lines are read first."""
    from pipeline import show, terminal
    from pipeline.store import Snapshot

    manifest = night.store.manifest
    snapshot = Snapshot(night.home.path / "snapshots" / manifest["snapshot"])
    pages = show.page_boxes(night)
    for page in pages[:1]:
        about = page.about
        terminal.table(
            f"Before: the box of {about['title']} ({about['company']}) as its page shows it",
            ("", "title", "employer", "place"),
            ((n, c["title"], c["company"], c["location"]) for n, c in enumerate(page.cards, 1)),
        )
    if pages and pages[0].job_id:
        job = show.find_job(snapshot, pages[0].job_id)
        terminal.box(job, show.box(snapshot, job["job_id"]), f"After: related to {job['title']} ({job['employer']})")
    else:
        for row in show.query(snapshot.database, "show/most_repeated"):
            job = show.find_job(snapshot, row["job_id"])
            terminal.box(job, show.box(snapshot, job["job_id"]))
    rejects = show.query(snapshot.database, "show/rejects")
    if rejects:
        terminal.table("Rejects", ("feed", "reason", "listings", "for example"),
                       ((r["feed"], r["reason"], r["listings"], r["example"]) for r in rejects))  # fmt: skip
    _warn(night)
    counts = manifest["counts"]
    terminal.line(f"rejected: {counts['rejects']:,} of {counts['listings']:,} listings (mart.rejects says why)")
    terminal.line(f"snapshot: {snapshot.path}")
    if manifest["is_current"]:
        terminal.line(
            f"tables:   {night.home.path / 'related_jobs.duckdb'} (mart.*), boxes: {night.home.path / 'feed'}"
        )
    else:
        terminal.line(f"a newer night is current: {night.home.path / 'related_jobs.duckdb'} stays as it was")
    groups, jobs = counts["duplicate_groups"], counts["jobs"]
    terminal.line(f"{counts['listings']:,} listings, {groups:,} near-duplicate groups, {jobs:,} jobs")


def _warn(night: "Run") -> None:
    from pipeline import audit, terminal

    for remark in night.store.manifest.get("remarks", []):
        loud = remark["state"] == "held back"
        terminal.line(f"{'HELD BACK' if loud else remark['state']}: {remark['says']}", "bold red" if loud else "yellow")
    for result in audit.results(night):
        if not result["success"]:
            terminal.line(
                f"{result['severity']}: not kept: {result['rule']} ({result['rows']} rows; {result['do']})", "yellow"
            )


@app.command()
def show(
    job: Annotated[str, typer.Argument(help="Job id, posting id, the board's own id, or words of a title.")],
    home: HomeOption = DEFAULT_HOME,
    json_output: JsonOption = False,
) -> None:
    """Print the box of one job."""
    from pipeline import show as shown
    from pipeline import terminal

    snapshot = _snapshot(_home(home))
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


@app.command()
def explain(
    a: Annotated[str, typer.Argument(help="A job or posting: id, board's id, or title.")],
    b: Annotated[str, typer.Argument(help="Another one.")],
    home: HomeOption = DEFAULT_HOME,
    json_output: JsonOption = False,
) -> None:
    """Say why B is related to A, or a duplicate of it: every score and the shared terms."""
    from pipeline import terminal
    from pipeline.explain import explain_pair

    told = explain_pair(_home(home), a, b)
    if json_output:
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False, default=str))
        return
    terminal.pair(told)


@app.command()
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


@app.command()
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

    written = generator.write(out, rows, seed, nights=nights, run_date=_day(run_date))
    if json_output:
        from dataclasses import asdict

        typer.echo(json.dumps(asdict(written), indent=2, default=str))
        return
    feeds = ", ".join(f"{name} {count:,}" for name, count in written.by_feed.items())
    terminal.line(f"{written.listings:,} listings ({feeds}), of which {written.rejects:,} must be rejected")
    for folder in written.folders:
        terminal.line(f"{folder / 'feeds.toml'} names the feeds; what is true of them: {folder / 'truth'}")


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
