"""related-jobs feeds: look at feeds before a night uses them. Heavy imports stand inside the commands."""

import json
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.ingest import Feed
    from pipeline.inspect_feeds import Checked
    from pipeline.settings import Settings

app = typer.Typer(
    help="Look at feeds: which reader fits, what comes of them, a mapping to begin with.", no_args_is_help=True
)
PathArgument = Annotated[str, typer.Argument(help="File, folder, glob or URL; - reads standard input.", metavar="PATH")]
FormatOption = Annotated[str | None, typer.Option("--format", help="Reader to use, instead of finding one.")]
MappingOption = Annotated[Path | None, typer.Option("--mapping", help="TOML that maps the columns to ours.")]
SettingsOption = Annotated[Path | None, typer.Option("--settings", help="TOML of settings.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]


def _feed(path: str, mapping: Path | None, form: str | None, source: str | None = None) -> "Feed":
    from pipeline.ingest import feed_from_path

    return replace(feed_from_path(path, mapping), format=form, source=source)


def _settings(path: Path | None) -> "Settings":
    from pipeline import settings

    if path is not None and not path.is_file():
        raise UsageError(f"--settings {path}: no such file")
    return settings.load(path)


@app.command("detect")
def detect_reader(
    path: PathArgument, mapping: MappingOption = None, settings: SettingsOption = None, json_output: JsonOption = False
) -> None:
    """Say which reader fits each file, and why."""
    from pipeline import terminal
    from pipeline.inspect_feeds import detect

    found = list(detect(_feed(path, mapping, None), _settings(settings)))
    if json_output:
        typer.echo(json.dumps([asdict(one) for one in found], indent=2, ensure_ascii=False))
        return
    for one in found:
        terminal.line(f"{one.file}: {one.reader or 'no reader'}" + (f" ({one.score:.2f})" if one.reader else ""))
        terminal.line(f"  because {one.why}")
        if one.records:
            terminal.line(f"  records: {one.records}")
        if one.others:
            terminal.line("  others that fit: " + ", ".join(f"{name} ({score:.2f})" for name, score in one.others))
        if one.looks and not one.reader:
            terminal.line(f"  it is {one.looks}")


@app.command()
def check(
    path: PathArgument,
    mapping: MappingOption = None,
    form: FormatOption = None,
    source: Annotated[str | None, typer.Option(help="Board of listings that do not tell theirs.")] = None,
    run_date: Annotated[
        str | None, typer.Option(help="Day ages count from, YYYY-MM-DD; today (UTC) otherwise.")
    ] = None,
    first: Annotated[int, typer.Option(min=0, help="Postings shown of each file.")] = 3,
    settings: SettingsOption = None,
    json_output: JsonOption = False,
) -> None:
    """Read a feed and show what would come of it: counts, fill rates, rejects, first postings. Writes nothing."""
    from pipeline.inspect_feeds import check as checked

    try:
        day = date.fromisoformat(run_date) if run_date else datetime.now(UTC).date()
    except ValueError:
        raise UsageError(f"--run-date {run_date!r}: a date as YYYY-MM-DD is wanted, as in 2026-11-22") from None
    found = []
    for one in checked(_feed(path, mapping, form, source), day, _settings(settings), first):
        found.append(one)
        if not json_output:
            _print(one)
    if json_output:
        typer.echo(json.dumps([one.as_dict() for one in found], indent=2, ensure_ascii=False, default=str))
    elif len(found) > 1:
        _total(found)
    if not any(one.postings for one in found):
        raise typer.Exit(3)


def _print(one: "Checked") -> None:
    from pipeline import terminal
    from pipeline.inspect_feeds import FIELDS, field_names

    speed = (
        "nothing came of it"
        if not one.postings
        else f"{one.minutes_per_million or 'too few to tell the'} minutes per million"
    )
    terminal.line(
        f"{one.file}: {one.reader or 'no reader'}; {one.listings:,} listings, {one.postings:,} postings"
        f" ({one.ids:,} different ids), {sum(one.rejects.values()):,} rejects; {speed}"
    )
    for reason, count in one.rejects.most_common():
        at, detail = one.examples[reason]
        terminal.line(f"  rejected: {reason}, {count:,} times; first at {at or 'the whole file'}: {detail}")
    if one.postings:
        shares = (f"{shown} {one.share(name):.0%}" for shown, name in zip(field_names(), FIELDS, strict=True))
        terminal.line("  filled: " + ", ".join(shares))
    if one.flags:
        terminal.line("  odd: " + ", ".join(f"{flag} {count:,}" for flag, count in one.flags.most_common()))
    for row in one.first:
        about = (row["employer"] or "no employer", row["place"] or "no place", row["posted_on"] or "no date")
        terminal.line(
            f"  - {row['title']} | {about[0]} | {about[1]} | {about[2]} | {_pay(row)} | {row['apply_url'] or 'no address'}"
        )


def _pay(row: dict[str, object]) -> str:
    if row["pay_min"] is None and row["pay_max"] is None:
        return "no pay"
    ends = " to ".join(f"{end:,.0f}" for end in (row["pay_min"], row["pay_max"]) if isinstance(end, float))
    return f"{ends} {row['pay_currency'] or '?'} per {row['pay_period'] or '?'}"


def _total(found: "list[Checked]") -> None:
    from collections import Counter

    from pipeline import terminal

    rejects: Counter[str] = sum((one.rejects for one in found), Counter())
    by_reason = ", ".join(f"{reason} {count:,}" for reason, count in rejects.most_common()) or "none"
    listings, postings = sum(one.listings for one in found), sum(one.postings for one in found)
    terminal.line(f"{len(found)} files: {listings:,} listings, {postings:,} postings; rejects: {by_reason}")


@app.command()
def init(
    path: PathArgument,
    out: Annotated[Path | None, typer.Option(help="Mapping file to write; printed where not given.")] = None,
    settings: SettingsOption = None,
    json_output: JsonOption = False,
) -> None:
    """Begin a mapping for a file of your own: guesses which of its columns is which of ours."""
    from pipeline import terminal
    from pipeline.draft_mapping import draft

    if out is not None and out.exists():
        raise UsageError(f"--out {out}: there is a file already; choose another name, or remove it")
    text = draft(_feed(path, None, None), _settings(settings))
    if out is not None:
        out.write_text(text, encoding="utf-8")
    if json_output:
        import tomllib

        told = {"out": str(out) if out else None, "mapping": tomllib.loads(text), "text": text}
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False, default=str))
    elif out is None:
        typer.echo(text, nl=False)
    else:
        terminal.line(f"{out}: read it, correct it, then related-jobs feeds check --mapping {out} {path}")


@app.command()
def formats(json_output: JsonOption = False) -> None:
    """List the formats that are read."""
    from pipeline import terminal
    from pipeline.ingest.registry import CONTAINERS, READERS

    if json_output:
        readers = [{"name": r.name, "looks_for": r.says} for r in READERS.values()]
        typer.echo(json.dumps({"formats": readers, "with_a_mapping": list(CONTAINERS)}, indent=2))
        return
    terminal.table("Formats", ("name", "what it looks for"), ((r.name, r.says) for r in READERS.values()))
    terminal.line(f"with a mapping of your own: {', '.join(CONTAINERS)}; each plain, .gz, .zst, or in a .zip")
