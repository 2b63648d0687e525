"""related-jobs run: one night, and what it says in the end."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.commands.options import DEFAULT_HOME, HomeOption, JsonOption, day_of, home_at
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.settings import Settings
    from pipeline.store import Home, Run

SettingsOption = Annotated[
    Path | None, typer.Option("--settings", help="TOML of settings; HOME/settings.toml where not given.")
]


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

    at, day = home_at(home), day_of(run_date)
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
                kept = ("run_date", "state", "snapshot", "unchanged_since", "is_current", "counts")
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
    if json_output:
        _closing_json(night)
    elif night.store.unchanged:
        _closing_unchanged(night)
    else:
        _closing(night)


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
        k: manifest.get(k)
        for k in ("run_date", "state", "snapshot", "unchanged_since", "is_current", "counts", "yesterday", "remarks")
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


def _closing_unchanged(night: "Run") -> None:
    from pipeline import terminal

    _warn(night)
    terminal.line(f"snapshot: {night.home.path / 'snapshots' / night.store.manifest['snapshot']}")
    terminal.line(night.store.unchanged)


def _warn(night: "Run") -> None:
    from pipeline import audit, terminal

    for remark in night.store.manifest.get("remarks", []):
        loud = remark["state"] == "held back"
        terminal.line(f"{'HELD BACK' if loud else remark['state']}: {remark['says']}", "bold red" if loud else "yellow")
    for result in audit.results(night.store):
        if not result["success"]:
            terminal.line(
                f"{result['severity']}: not kept: {result['rule']}: {result['says']} ({result['do']})", "yellow"
            )
