"""Settings: a frozen dataclass per stage, every threshold with one name, one unit and one home; one TOML overrides them."""

import tomllib
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError


@dataclass(frozen=True)
class RunSettings:
    """How the local engine works."""

    workers: int = 2  # processes for stages of grain rows
    batch_rows: int = 4_000  # rows of one piece
    duckdb_memory: str = "4GB"  # DuckDB spills beyond it
    keep_snapshots: int = 14  # snapshots kept besides the current one


@dataclass(frozen=True)
class IngestSettings:
    """Bounds on what a feed may ask of us."""

    max_record_bytes: int = 4_000_000  # a longer record is rejected


@dataclass(frozen=True)
class NormaliseSettings:
    """How listings are understood."""

    default_country: str | None = None  # ISO 3166 alpha-2, for places that tell none


@dataclass(frozen=True)
class SettleSettings:
    """How repeats of one id are settled."""


@dataclass(frozen=True)
class FitSettings:
    """What is learned, and how often."""

    max_age_days: int = 7  # a fit older than this is made anew


@dataclass(frozen=True)
class BlockSettings:
    """Which pairs are compared."""


@dataclass(frozen=True)
class LinkSettings:
    """What makes two postings the same ad."""


@dataclass(frozen=True)
class GroupSettings:
    """How links become jobs and families."""

    employer_groups: tuple[tuple[str, ...], ...] = (("tiktok", "bytedance"),)  # employer keys that count as one employer


@dataclass(frozen=True)
class VectoriseSettings:
    """How a job becomes a vector."""


@dataclass(frozen=True)
class ClusterSettings:
    """How jobs are put to clusters."""


@dataclass(frozen=True)
class RelateSettings:
    """What a box shows."""

    limit: int = 10  # cards of a box
    max_per_employer: int = 2  # cards of one employer in a box


@dataclass(frozen=True)
class AuditSettings:
    """How the gates work."""

    examples: int = 3  # rows shown for a broken rule


@dataclass(frozen=True)
class PublishSettings:
    """What a snapshot carries."""

    body_characters: int = 0  # characters of each text in mart.postings; 0 leaves texts out, -1 carries them whole


@dataclass(frozen=True)
class ReportSettings:
    """What the report shows."""

    boxes: int = 10  # boxes shown


@dataclass(frozen=True)
class Settings:
    """All settings of a run, a section a stage."""

    run: RunSettings = field(default_factory=RunSettings)
    ingest: IngestSettings = field(default_factory=IngestSettings)
    normalise: NormaliseSettings = field(default_factory=NormaliseSettings)
    settle: SettleSettings = field(default_factory=SettleSettings)
    fit: FitSettings = field(default_factory=FitSettings)
    block: BlockSettings = field(default_factory=BlockSettings)
    link: LinkSettings = field(default_factory=LinkSettings)
    group: GroupSettings = field(default_factory=GroupSettings)
    vectorise: VectoriseSettings = field(default_factory=VectoriseSettings)
    cluster: ClusterSettings = field(default_factory=ClusterSettings)
    relate: RelateSettings = field(default_factory=RelateSettings)
    audit: AuditSettings = field(default_factory=AuditSettings)
    publish: PublishSettings = field(default_factory=PublishSettings)
    report: ReportSettings = field(default_factory=ReportSettings)

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain values, for the manifest."""
        return asdict(self)


def load(path: Path | None) -> Settings:
    """Return the defaults, overridden by the TOML file at `path` where there is one.

    Raises:
        UsageError: names the file, the section or the key that is not known, and what is.
    """
    settings = Settings()
    if path is None or not path.is_file():
        return settings
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not valid TOML ({error}); correct it or remove it") from error
    sections = {f.name for f in fields(settings)}
    for name, values in given.items():
        if name not in sections or not isinstance(values, dict):
            raise UsageError(f"{path}: no section [{name}]; there are {', '.join(sorted(sections))}")
        section = getattr(settings, name)
        known = {f.name: getattr(section, f.name) for f in fields(section)}
        for key, value in values.items():
            if key not in known:
                raise UsageError(f"{path}: [{name}] has no {key!r}; it has {', '.join(sorted(known)) or 'no keys'}")
            values[key] = _fitting(value, known[key], f"{path}: [{name}] {key}")
        settings = replace(settings, **{name: replace(section, **values)})
    return settings


def _fitting(value: Any, default: Any, where: str) -> Any:
    """Return `value` as the type of `default`, lists as tuples."""
    if isinstance(value, list):
        value = tuple(tuple(v) if isinstance(v, list) else v for v in value)
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if default is not None and type(value) is not type(default):
        raise UsageError(f"{where} = {value!r}: {type(default).__name__} is wanted, as in {default!r}")
    return value
