"""The files of a feed: found, opened (plain, gzip, zstd) and fingerprinted."""

import gzip
import hashlib
import io
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from pipeline.errors import InputError
from pipeline.ingest.feeds import Feed

_CHUNK = 1 << 20
_ASIDE = (".mapping.toml", "_SUCCESS", ".crc")


@dataclass(frozen=True)
class FeedFile:
    """A file of a feed; `name` is relative to the feed's path."""

    path: Path
    name: str


def files_of(feed: Feed) -> list[FeedFile]:
    """Return the files of `feed` in the order of their names: one, or all of a directory and its folders, or of a glob.

    Hidden files and mapping files (`*.mapping.toml`) are left out.

    Raises:
        InputError: there is none.
    """
    if "{run_date}" in feed.path:
        raise InputError(f"feed {feed.name}: {feed.path}: the run date is not filled in")
    path = Path(feed.path).expanduser()
    try:
        if path.is_file():
            return [FeedFile(path, path.name)]
        if path.is_dir():
            found = [FeedFile(p, p.relative_to(path).as_posix()) for p in path.rglob("*") if p.is_file()]
        else:
            found = _globbed(path)
    except (OSError, ValueError) as error:
        raise InputError(f"feed {feed.name}: {feed.path} can't be read: {error}") from error
    kept = sorted((f for f in found if not _aside(f.name)), key=lambda f: f.name)
    if not kept:
        kind = "holds no file" if path.is_dir() else "does not exist, and no file fits it as a pattern"
        raise InputError(f"feed {feed.name}: {feed.path} {kind}; correct the path")
    return kept


def _aside(name: str) -> bool:
    return name.endswith(_ASIDE) or any(part.startswith(".") for part in name.split("/"))


def _globbed(pattern: Path) -> list[FeedFile]:
    """Return what `pattern` fits, named from the first folder that has a wildcard in it."""
    parts = pattern.parts
    fixed = next((n for n, part in enumerate(parts) if any(c in part for c in "*?[")), None)
    if fixed is None:
        return []
    root = Path(*parts[:fixed])
    found = root.glob("/".join(parts[fixed:]))
    return [FeedFile(p, p.relative_to(root).as_posix()) for p in found if p.is_file()]


class Unpacked(io.RawIOBase):
    """The bytes of a file, unpacked. A packed file that breaks off ends there, and `broken` says how."""

    def __init__(self, path: Path) -> None:
        """Open `path`.

        Raises:
            OSError: it can't be opened.
        """
        super().__init__()
        self.broken: str | None = None
        self._plain: IO[bytes] = path.open("rb")
        magic = self._plain.read(4)
        self._plain.seek(0)
        self._source: Any = self._plain
        if magic[:2] == b"\x1f\x8b":
            self._source = gzip.GzipFile(fileobj=self._plain)
        elif magic == b"\x28\xb5\x2f\xfd":
            import pyarrow as pa

            self._source = pa.CompressedInputStream(self._plain, "zstd")

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer`, return the number of bytes; 0 at the end, whether whole or broken off."""
        if self.broken:
            return 0
        try:
            data = self._source.read1(len(buffer))  # read() would lose what came before a break
        except (EOFError, OSError, zlib.error) as error:
            self.broken = str(error) or type(error).__name__
            return 0
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the file."""
        self._plain.close()
        super().close()


def fingerprint_of(feed: Feed) -> str:
    """Return a fingerprint of the feed's files (names and bytes) and of how they are to be read."""
    digest = hashlib.blake2b(digest_size=16)
    mapping = feed.mapping
    if mapping is not None and not isinstance(mapping, dict):
        mapping = (
            {"file": Path(mapping).read_text(encoding="utf-8", errors="replace")} if Path(mapping).is_file() else {}
        )
    how = [feed.format, feed.source, feed.delta, mapping]
    digest.update(json.dumps(how, sort_keys=True, default=str).encode())
    for file in files_of(feed):
        for path in (file.path, sidecar(file)):
            if path.is_file():
                try:
                    _digest(digest, file.name, path)
                except OSError as error:
                    raise InputError(
                        f"feed {feed.name}, file {path} can't be read: {error.strerror or error}"
                    ) from error
    return digest.hexdigest()


def _digest(digest: "hashlib.blake2b", name: str, path: Path) -> None:
    digest.update(f"\x00{name}\x00{path.stat().st_size}\x00".encode("utf-8", "surrogateescape"))
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)


def sidecar(file: FeedFile) -> Path:
    """Return where a mapping that lies beside `file` would be."""
    return file.path.with_name(f"{file.path.name}.mapping.toml")
