"""What a feed is, and where feeds are named: feeds.toml, or paths on the command line."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError

_DATE = re.compile(r"(?<!\d)(?:19|20)\d\d[-_.]?(?:0[1-9]|1[0-2])[-_.]?(?:0[1-9]|[12]\d|3[01])(?!\d)|\{run_date\}")
_SUFFIX = re.compile(
    r"(\.(?:csv|tsv|txt|json|jsonl|ndjson|parquet|arrow|feather|xml|rss|atom|html?|gz|zst|zip))+$", re.IGNORECASE
)
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_GLOB = re.compile(r"[*?\[]")
_KINDS: dict[str, tuple[type, ...]] = {
    "name": (str,), "path": (str,), "format": (str,), "mapping": (str, dict), "source": (str,), "delta": (bool,),
    "delivery": (str,), "trust": (str,), "grace": (int,), "employer": (str,),
}  # fmt: skip
TRUST = ("employer", "board", "aggregator", "reseller")
DELIVERY = ("full", "delta")
STDIN = "-"


@dataclass(frozen=True)
class Feed:
    """Where listings come from.

    Attributes:
        name: of characters a-z 0-9 _ -; also the name of its files in a run.
        path: file, directory or glob; `{run_date}` in it stands for the night's date.
        format: reader or container that is to be used; None finds one by the content.
        mapping: which column is which: a table as in a mapping file, or the path of one.
        source: board of listings that do not tell theirs.
        delta: the feed delivers changes only (`delivery = "delta"`); a listing that is missing is not gone.
        employer: of listings that name none, such as those of one employer's own board.
        trust: who sends it: employer (its own openings), board, aggregator or reseller; None where nobody said.
        grace: full deliveries a listing may be missing from before it is closed.
    """

    name: str
    path: str
    format: str | None = None
    mapping: dict[str, Any] | Path | None = None
    source: str | None = None
    delta: bool = False
    trust: str | None = None
    grace: int = 0
    employer: str | None = None

    def __post_init__(self) -> None:
        """Refuse a name that is no plain name: it becomes part of file names.

        Raises:
            UsageError: the name is not 1 to 64 characters of a-z 0-9 _ -, `trust` or `grace` is not known, or a URL holds a secret.
        """
        if not _NAME.fullmatch(self.name):
            raise UsageError(f"feed name {self.name!r}: 1 to 64 characters of a-z 0-9 _ - are wanted")
        if self.trust is not None and self.trust not in TRUST:
            raise UsageError(f"feed {self.name}: trust = {self.trust!r}: one of {', '.join(TRUST)} is wanted")
        if self.grace < 0:
            raise UsageError(
                f"feed {self.name}: grace = {self.grace}: a number of full deliveries, 0 or more, is wanted"
            )

        if is_url(self.path) and "@" in self.path.split("://", 1)[1].split("/", 1)[0]:
            # The path stands in manifests, logs and the report. It is not repeated here.
            raise UsageError(
                f"feed {self.name}: its URL names a user or a password; take them out, and give them to fsspec by the "
                "environment or its own configuration (docs/how-to/new-feed.md)"
            )

    def on(self, run_date: date) -> "Feed":
        """Return the feed with `{run_date}` in its path filled in."""
        return replace(self, path=self.path.replace("{run_date}", run_date.isoformat()))


def load_feeds(feeds_toml: Path) -> tuple[Feed, ...]:
    """Return the feeds that `feeds_toml` names in its [[feed]] tables, in order.

    Paths are taken relative to the file's folder.

    Raises:
        UsageError: names the file, the feed, the key that is wrong, and what is known.
    """
    try:
        given = tomllib.loads(feeds_toml.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UsageError(f"{feeds_toml}: there is no such file; name the feeds in it, or give --feed PATH") from error
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{feeds_toml}: not valid TOML ({error})") from error
    entries = given.get("feed")
    if set(given) != {"feed"} or not isinstance(entries, list) or not entries:
        there = ", ".join(sorted(given)) or "nothing"
        raise UsageError(f"{feeds_toml}: [[feed]] tables are wanted, and nothing else; there is {there}")
    feeds = tuple(_feed(entry, f"{feeds_toml}: feed {n}", feeds_toml.parent) for n, entry in enumerate(entries, 1))
    names = [feed.name for feed in feeds]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(f"{feeds_toml}: two feeds are called {twice[0]!r}; names must differ")
    return feeds


def _feed(entry: Any, where: str, folder: Path) -> Feed:
    if not isinstance(entry, dict):
        raise UsageError(f"{where}: a table is wanted ([[feed]])")
    for key, value in entry.items():
        if key not in _KINDS:
            raise UsageError(f"{where} has no {key!r}; it may have {', '.join(_KINDS)}")
        if not isinstance(value, _KINDS[key]) or value == "" or (isinstance(value, bool) and bool not in _KINDS[key]):
            raise UsageError(f"{where}: {key} = {value!r}: {' or '.join(k.__name__ for k in _KINDS[key])} is wanted")
    missing = [key for key in ("name", "path") if key not in entry]
    if missing:
        raise UsageError(f"{where} has no {missing[0]!r}")
    if not _NAME.fullmatch(entry["name"]):
        raise UsageError(f"{where}: name = {entry['name']!r}: 1 to 64 characters of a-z 0-9 _ - are wanted")
    delivery = entry.get("delivery", "delta" if entry.get("delta") else "full")
    if delivery not in DELIVERY or ("delta" in entry and entry["delta"] != (delivery == "delta")):
        raise UsageError(
            f"{where}: delivery = {delivery!r}: full or delta is wanted, and once (delta = true is its older name)"
        )
    mapping = entry.get("mapping")
    path = entry["path"]
    return Feed(
        name=entry["name"],
        path=path if is_url(path) or path == STDIN else str(folder / path),
        format=entry.get("format"),
        mapping=folder / mapping if isinstance(mapping, str) else mapping,
        source=entry.get("source"),
        delta=delivery == "delta",
        trust=entry.get("trust"),
        grace=entry.get("grace", 0),
        employer=entry.get("employer"),
    )


def is_url(text: str) -> bool:
    """Tell whether a feed's path is a URL, such as s3://bucket/jobs.xml.gz."""
    return re.match(r"[a-z][a-z0-9+.-]+://", text) is not None


def feed_from_path(text: str, mapping: Path | None = None) -> Feed:
    """Return the feed at `text`, named after the file, directory or glob.

    A date in the name is left out, so that `acme-2026-11-21.csv` and `acme-2026-11-22.csv` are the same feed, a day
    apart; where nothing else is in it the folder gives the name.

    Raises:
        UsageError: nothing was given.
    """
    if not text.strip():
        raise UsageError("--feed: a path is wanted, nothing came")
    if text == STDIN:
        return Feed(name="stdin", path=text, mapping=mapping)
    return Feed(name=_name_of(text), path=text, mapping=mapping)


def feeds_from_paths(texts: Iterable[str], mapping: Path | None = None) -> tuple[Feed, ...]:
    """Return a feed for each path, names made unique (`acme`, `acme-2`) in the order of the paths' text."""
    feeds = [feed_from_path(text, mapping) for text in dict.fromkeys(texts)]
    taken: set[str] = set()
    named: dict[str, Feed] = {}
    for feed in sorted(feeds, key=lambda f: f.path):
        name, n = feed.name, 1
        while name in taken:
            n += 1
            name = f"{feed.name[:58]}-{n}"
        taken.add(name)
        named[feed.path] = replace(feed, name=name)
    return tuple(named[feed.path] for feed in feeds)


def _name_of(text: str) -> str:
    path = Path(text.partition("://")[2]) if is_url(text) else Path(text).absolute()
    parts = [part for part in path.parts if part != "/" and not _GLOB.fullmatch(part)]
    for part in reversed(parts):
        stem = _DATE.sub("", _SUFFIX.sub("", part))
        name = re.sub(r"[^a-z0-9]*[^a-z0-9_-]+|^[_-]+", "-", stem.lower())
        name = re.sub(r"[-_]{2,}", "-", name).strip("-_")[:64]
        if re.search(r"[a-z0-9]", name):
            return name
    return "feed"
