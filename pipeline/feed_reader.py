"""What a page reads from a feed, read the same way in Python: the box of a job, of a board's id, of a job that is gone."""

import json
import re
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import RelatedJobsError, UsageError
from pipeline.feed import SCHEMA_VERSION

Card = dict[str, Any]
_HOPS = 3  # from a board's id to a job's id it had, to the one it was merged into


@dataclass(frozen=True)
class Box:
    """A box as a page shows it.

    Attributes:
        kind: related; gone: the job is closed, cards are its cluster's newest; newest: nobody knows the id.
        job: the job the id stands for, or the id itself where it is unknown.
        families: openings of the cards' variant families, by family.
    """

    asked: str
    kind: str
    job: str
    run_date: str
    title: str | None
    cards: list[Card]
    families: dict[str, list[Card]] = field(default_factory=dict)


def lookup(feed: Path, key: str, source: str | None = None, limit: int = 10) -> Box:
    """Return the box for a job's id or a board's id (`source` names the board where several use one id).

    Raises:
        UsageError: there is no feed, or it is of a version this program can't read.
    """
    manifest = _manifest(feed)
    box = _find(feed, manifest, key, source, key, _HOPS)
    cards = box.cards[:limit]
    families = {f: _shard(feed, manifest, f).get("families", {}).get(f, []) for f in _families(cards)}
    return Box(key, box.kind, box.job, box.run_date, box.title, cards, families)


def _families(cards: list[Card]) -> list[str]:
    return list(dict.fromkeys(c["family"] for c in cards if c.get("similar") and c.get("family")))


def _find(feed: Path, manifest: Card, asked: str, source: str | None, key: str, hops: int) -> Box:
    found = _shard(feed, manifest, key)
    if manifest["job_files"] and re.fullmatch(r"j[0-9a-f]{16}", key):
        found = _read(feed / "jobs" / f"{key}.json", found)
    day = manifest["run_date"]
    job = found.get("jobs", {}).get(key)
    if job and job["related"]:
        return Box(asked, "related", key, day, job["title"], job["related"])
    alias = found.get("ids", {}).get(key)
    if alias and hops:
        return _find(feed, manifest, asked, source, alias.get(source or "", next(iter(alias.values()))), hops - 1)
    gone = found.get("gone", {}).get(key)
    kin = _shard(feed, manifest, gone["cluster"]).get("newest", {}).get(gone["cluster"]) if gone else None
    if gone and kin:
        return Box(asked, "gone", key, day, gone["title"], kin)
    newest = _read(feed / manifest["newest"])["newest"]
    return Box(asked, "newest", key, day, job["title"] if job else None, [c for c in newest if c["id"] != key])


def _manifest(feed: Path) -> Card:
    if not (feed / "manifest.json").is_file():
        raise UsageError(f"{feed}: no feed here (manifest.json is missing); publish one with related-jobs run")
    manifest = _read(feed / "manifest.json")
    if manifest.get("schema_version") != SCHEMA_VERSION:
        raise UsageError(
            f"{feed}: a feed of version {manifest.get('schema_version')}, {SCHEMA_VERSION} is wanted; "
            "publish it anew with related-jobs run --force"
        )
    return manifest


def _shard(feed: Path, manifest: Card, key: str) -> Card:
    names = manifest.get("shards")
    if names is None:
        names = _named(feed, "index", manifest["index"], key).get("shards", {})
    return _named(feed, "shards", names, key)


def _named(feed: Path, folder: str, names: dict[str, str], key: str) -> Card:
    bits = f"{zlib.crc32(key.encode()):032b}"
    for length in range(len(bits) + 1):
        digest = names.get(bits[:length])
        if digest:
            return _read(feed / folder / f"{bits[:length] or 'all'}-{digest}.json")
    return {}


def _read(path: Path, otherwise: Card | None = None) -> Card:
    if otherwise is not None and not path.is_file():
        return otherwise
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise RelatedJobsError(
            f"{path}: the feed is broken ({error}); publish it anew with related-jobs run --force"
        ) from error
