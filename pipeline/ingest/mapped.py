"""Tables with a mapping: a TOML that says which of their columns is which of ours; `EXAMPLE` shows all it may say.

Mappings of common formats ship in `mappings/`: one with [detect] is a reader of its own, found by its columns.
"""

import re
import tomllib
from collections.abc import Iterator
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import InputError, UsageError
from pipeline.ingest.addresses import tenant
from pipeline.ingest.feeds import Feed
from pipeline.ingest.files import FeedFile, sidecar
from pipeline.ingest.layout import listings, our_columns, our_marks
from pipeline.ingest.model import Fields, Fit, Head, Listing, Record, Reject, shown
from pipeline.ingest.values import as_json, as_mark, as_text, at, joined
from pipeline.settings import IngestSettings

EXAMPLE = """\
format = "ndjson"            # optional: csv, ndjson, json, xml, parquet, arrow
records = "data.jobs"        # optional: path of the list of records in JSON; of XML the name of the record's element
source = "acme board"        # or: source_column = "site"
[columns]                    # our column = theirs (a dotted path in nested JSON or XML; ? where it may be missing)
title = "jobTitle"
company = "employer.name|client.name|^publisher?"  # the first that says something; ^ is what stands before the records
description = ["intro?", "tasks?"]              # several, one after the other; a place's parts are joined with commas
[templates]                  # our column = text with their columns in it, where all of these are there
url = "https://acme.example/jobs/{id}"
[tenants]                    # our column = their column with an address whose ATS names the employer
company = "url"
[values.employment_type]     # what their words mean, where they are codes
PF = "permanent, full-time"
[constants]                  # our column = what it always is
country = "DE"
[only]                       # their column = values; other records are rejects
status = ["published"]
"""
_KEYS = (
    "format", "records", "source", "source_column", "columns", "templates", "tenants", "values", "constants", "only",
    "detect", "says",
)  # fmt: skip
_FIELD = re.compile(r"\{([^{}]+)\}")
_BLOCKS = ("description",)  # parts of these stand on lines of their own
_PLACES = ("location",)  # lists of these are several places


@dataclass(frozen=True)
class Theirs:
    """Where one of our columns comes from: of each part the first of its paths that says something; parts joined."""

    parts: tuple[tuple[str, ...], ...]
    optional: bool

    @property
    def paths(self) -> tuple[str, ...]:
        """All paths, in order."""
        return tuple(path for part in self.parts for path in part)


@dataclass(frozen=True)
class Mapping:
    """A mapping that was found valid; see `EXAMPLE` for what each part says."""

    where: str
    columns: dict[str, Theirs]
    format: str | None = None
    records: str | None = None
    source: str | None = None
    constants: dict[str, str | bool | None] = field(default_factory=dict)
    templates: dict[str, str] = field(default_factory=dict)
    tenants: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    only: dict[str, tuple[str, ...]] = field(default_factory=dict)
    detect: frozenset[str] = frozenset()
    says: str = ""


def mapping_of(feed: Feed, file: FeedFile) -> Mapping | None:
    """Return the mapping of a file: the feed's, else the one beside the file, else None.

    Raises:
        UsageError: it is not valid: names the mapping, the key, and what is known.
        InputError: it is not there.
    """
    if isinstance(feed.mapping, dict):
        return parsed(feed.mapping, f"feed {feed.name}, mapping")
    path = Path(feed.mapping) if feed.mapping else sidecar(file)
    if path is None or not path.is_file():
        if feed.mapping:
            raise InputError(f"feed {feed.name}: mapping {path}: there is no such file; correct the path")
        return None
    return load(path)


def load(path: Path) -> Mapping:
    """Return the mapping in the file at `path`.

    Raises:
        UsageError: it is not valid.
    """
    try:
        return parsed(tomllib.loads(path.read_text(encoding="utf-8")), f"mapping {path}")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"mapping {path}: not valid TOML ({error})") from error


def parsed(given: dict[str, Any], where: str) -> Mapping:
    """Return the mapping that `given` says.

    Raises:
        UsageError: it is not valid; the message begins with `where`.
    """
    for key in given:
        if key not in _KEYS:
            raise UsageError(f"{where} has no {key!r}; it may have {', '.join(_KEYS)}")
    tables = {
        key: dict(given.get(key) or {}) for key in ("columns", "constants", "templates", "tenants", "values", "only")
    }
    columns = tables["columns"]
    if not columns:
        raise UsageError(f'{where}: [columns] is wanted: our column = theirs, e.g. title = "jobTitle"')
    if given.get("source_column"):
        columns["source"] = given["source_column"]
    for name in {**columns, **tables["constants"], **tables["templates"], **tables["tenants"], **tables["values"]}:
        if name not in our_columns():
            raise UsageError(f"{where}: {name!r} is no column of ours; there are {', '.join(our_columns())}")
    detect = dict(given.get("detect") or {})
    return Mapping(
        where=where,
        columns={name: _theirs(name, value, where) for name, value in columns.items()},
        format=given.get("format") or detect.get("format"),
        records=given.get("records"),
        source=given.get("source"),
        constants={n: as_mark(v) if n in our_marks() else as_text(v) for n, v in tables["constants"].items()},
        templates={n: _text_of(v, f"{where}: [templates] {n}") for n, v in tables["templates"].items()},
        tenants={n: _text_of(v, f"{where}: [tenants] {n}") for n, v in tables["tenants"].items()},
        values={n: {str(k).lower(): v for k, v in dict(words).items()} for n, words in tables["values"].items()},
        only={
            n: tuple(str(v).lower() for v in (vs if isinstance(vs, list) else [vs])) for n, vs in tables["only"].items()
        },
        detect=frozenset(detect.get("columns") or ()),
        says=given.get("says") or "",
    )


def _text_of(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value:
        raise UsageError(f"{where} = {value!r}: a text is wanted")
    return value


def _theirs(name: str, value: Any, where: str) -> Theirs:
    given = value if isinstance(value, list) else [value]
    if not given or any(not isinstance(one, str) or not one.strip("?") for one in given):
        raise UsageError(f"{where}: {name} = {value!r}: the name of a column is wanted, or a list of names")
    parts = tuple(tuple(path.strip().removesuffix("?") for path in one.split("|")) for one in given)
    return Theirs(parts, optional=all("?" in one for one in given))


@dataclass(frozen=True)
class Mapped:
    """A reader of tables with a mapping: the feed's own, or one that ships.

    Attributes:
        shipped: mapping of a format that is found by its columns; None for the feed's.
    """

    name: str = "mapped"
    says: str = "a CSV, TSV, NDJSON, JSON, XML, Parquet or Arrow table with a mapping (--mapping FILE)"
    shipped: Mapping | None = None

    def detect(self, head: Head) -> Fit | None:
        """Return how well it fits: a format that ships by its columns; with the feed's mapping it is taken anyway."""
        if self.shipped is None or head.table is None or not self.shipped.detect:
            return None
        if self.shipped.format not in (None, head.table.container) or not self.shipped.detect <= set(
            head.table.columns
        ):
            return None
        score = min(0.88 + 0.01 * len(self.shipped.detect), 0.94)
        return Fit(score, f"it has the columns {', '.join(sorted(self.shipped.detect))}")

    def read(self, head: Head, feed: Feed, settings: IngestSettings) -> Iterator[Listing | Reject]:
        """Yield each record of the table as a listing or a reject.

        Raises:
            InputError: the mapping names a column that the table does not have.
        """
        mapping = self.shipped or mapping_of(feed, head.file)
        assert mapping is not None and head.table is not None
        if self.shipped is None and head.table.columns:
            check(mapping, head, feed)

        about = {f"^{name}": value for name, value in head.table.about.items()}

        def translate(record: Record) -> Fields | Reject:
            return _translated(record, mapping, about)

        return listings(head.table.records(), translate, feed)


def _translated(record: Record, mapping: Mapping, about: Table[str, str]) -> Fields | Reject:
    values = {**record.values, **about} if about else record.values
    for theirs, wanted in mapping.only.items():
        value = (as_text(at(values, theirs)) or "").strip().lower()
        if value and value not in wanted:
            detail = f"{theirs} is {value}; {' or '.join(wanted)} is wanted"
            return Reject(record.position, "not published", detail, as_json(record.values), record.lines)
    fields: Fields = dict(mapping.constants)
    for ours, source in mapping.columns.items():
        fields[ours] = _value(ours, source, values)
    for ours, template in mapping.templates.items():
        fields[ours] = fields.get(ours) or _filled(template, values)
    for ours, theirs in mapping.tenants.items():
        fields[ours] = fields.get(ours) or tenant(as_text(at(values, theirs)))
    for ours, words in mapping.values.items():
        told = str(fields.get(ours)).strip().lower()
        if told in words:
            fields[ours] = as_mark(words[told]) if ours in our_marks() else as_text(words[told])
    fields["source"] = fields.get("source") or mapping.source
    return fields


def _value(ours: str, source: Theirs, values: Table[str, Any]) -> str | bool | None:
    if ours in our_marks():
        return next((mark for path in source.paths if (mark := as_mark(at(values, path))) is not None), None)
    separator = "\n\n" if ours in _BLOCKS else ", "
    found = (next((text for path in part if (text := _text(ours, at(values, path)))), None) for part in source.parts)
    return next(found) if len(source.parts) == 1 else joined(found, separator)


def _text(ours: str, value: Any) -> str | None:
    if ours in _PLACES and isinstance(value, list) and not any(isinstance(one, (list, dict)) for one in value):
        return joined((as_text(one) for one in value), "; ")
    if isinstance(value, dict) and "#text" in value:
        return as_text(value["#text"])
    return as_text(value)


def _filled(template: str, values: Table[str, Any]) -> str | None:
    """Return the template with their columns in it, None where one of them says nothing."""
    found = {path: as_text(at(values, path)) for path in _FIELD.findall(template)}
    return None if None in found.values() else _FIELD.sub(lambda m: found[m[1]] or "", template)


def check(mapping: Mapping, head: Head, feed: Feed) -> None:
    """Do nothing where the table has every column that the mapping needs.

    Raises:
        InputError: names the file, the mapping's column, and the columns there are.
    """
    assert head.table is not None
    there = head.table.columns
    for ours, source in mapping.columns.items():
        if not source.optional and not any(path in there for path in source.paths):
            theirs = "|".join(source.paths)
            seen = " in its first records" if head.table.container in ("ndjson", "json", "xml") else ""
            raise InputError(
                f'{head.where(feed)}: {mapping.where} says {ours} = "{theirs}", and there is no such column{seen};'
                f' there are {shown(there, 60)}. Correct it, or write "{theirs}?" where it may be missing'
            )


def shipped() -> Iterator[Mapped]:
    """Yield a reader for each mapping that ships, in the order of their names."""
    for path in sorted((Path(__file__).parent / "mappings").glob("*.toml")):
        mapping = load(path)
        yield Mapped(path.stem, mapping.says, mapping)


READER = Mapped()
