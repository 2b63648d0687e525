"""The files of a feed: found (paths, folders, globs, zip members, stdin, URLs), opened unpacked, and fingerprinted."""

import gzip
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from pipeline.errors import InputError
from pipeline.ingest.feeds import STDIN, Feed, is_url
from pipeline.settings import IngestSettings

_CHUNK = 1 << 20
_HARMLESS = 32 << 20  # bytes a packed file may always unpack to
_ASIDE = (".mapping.toml", "_SUCCESS", ".crc")
_MACOS = "__MACOSX/"  # what a Mac's archiver adds to zip files
_ENCRYPTED = 0x1  # flag bit of a zip member


@dataclass(frozen=True)
class FeedFile:
    """A file of a feed.

    Attributes:
        path: where it is; of a remote one, its URL.
        name: relative to the feed's path; of a member of a zip archive, `archive.zip/member`.
        member: name within the archive at `path`.
        system: the fsspec file system of a remote one.
        refused: why it is not opened, where it is not.
        ratio: bytes that one of its bytes may stand for, where it is packed.
    """

    path: Path | str
    name: str
    member: str | None = None
    system: Any = None
    refused: str | None = None
    ratio: int = IngestSettings.max_unpacked_ratio

    def stored_bytes(self) -> int:
        """Return its size as it is stored, packed where it is.

        Raises:
            OSError: it can't be opened.
        """
        if self.system is not None:
            return int(self.system.size(str(self.path)) or 0)
        if self.member is None:
            return Path(self.path).stat().st_size
        with zipfile.ZipFile(self.path) as archive:
            return archive.getinfo(self.member).compress_size

    def open(self) -> IO[bytes]:
        """Return its bytes as they are stored, or as the archive it is in unpacks them; they can be sought in.

        Raises:
            OSError: it can't be opened; `zipfile.BadZipFile` where its archive is broken.
        """
        plain: IO[bytes]
        if self.refused:
            raise OSError(self.refused)
        if self.system is not None:
            plain = self.system.open(str(self.path), "rb")
        elif self.member is None:
            plain = Path(self.path).open("rb")  # noqa: SIM115  the caller closes it
        else:
            try:
                plain = zipfile.ZipFile(self.path).open(self.member)  # noqa: SIM115
            except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:  # encrypted, unknown compression
                raise OSError(f"the member can't be unpacked ({error})") from error
        return plain


def files_of(feed: Feed, ratio: int = IngestSettings.max_unpacked_ratio) -> list[FeedFile]:
    """Return the files of `feed` in the order of their names: one, or all of a directory and its folders, or of a glob.

    Hidden files and mapping files (`*.mapping.toml`) are left out; a zip archive stands for its members. A link within a
    folder that leads out of it is refused when it is opened: who packed the folder does not say what is read here.

    Args:
        feed: what to look at.
        ratio: bytes that one byte of a packed file may stand for.

    Raises:
        InputError: there is none, or an archive can't be opened.
    """
    if "{run_date}" in feed.path:
        raise InputError(f"feed {feed.name}: {feed.path}: the run date is not filled in")
    if feed.path == STDIN:
        from pipeline.ingest.stdin import spooled

        return [FeedFile(spooled(), "stdin")]
    if is_url(feed.path):
        from pipeline.ingest.remote import remote_files

        found, kind = remote_files(feed), "glob"
    else:
        found, kind = _local(feed)
    found = [one for one in found if kind == "file" or not _aside(one.name)]
    kept = sorted((replace(f, ratio=ratio) for one in found for f in _members(one, feed)), key=lambda f: f.name)
    if not kept:
        kind = "holds no file" if kind == "folder" else "does not exist, and no file fits it as a pattern"
        raise InputError(f"feed {feed.name}: {feed.path} {kind}; correct the path")
    return kept


def _local(feed: Feed) -> tuple[list[FeedFile], str]:
    """Return the files at a path of this machine, and what it is: file, folder or glob."""
    path = Path(feed.path).expanduser()
    try:
        if path.is_file():
            return [FeedFile(path, path.name)], "file"
        if path.is_dir():
            return [_within(path, p) for p in path.rglob("*") if p.is_file()], "folder"
        return _globbed(path), "glob"
    except (OSError, ValueError) as error:
        raise InputError(f"feed {feed.name}: {feed.path} can't be read: {error}") from error


def _aside(name: str) -> bool:
    return name.endswith(_ASIDE) or any(part.startswith(".") and part.strip(".") for part in name.split("/"))


def _globbed(pattern: Path) -> list[FeedFile]:
    """Return what `pattern` fits, named from the first folder that has a wildcard in it."""
    parts = pattern.parts
    fixed = next((n for n, part in enumerate(parts) if any(c in part for c in "*?[")), None)
    if fixed is None:
        return []
    root = Path(*parts[:fixed])
    found = root.glob("/".join(parts[fixed:]))
    return [_within(root, p) for p in found if p.is_file()]


def _within(root: Path, path: Path) -> FeedFile:
    """Return the file at `path` below `root`; refused where links lead it elsewhere."""
    name = path.relative_to(root).as_posix()
    real = path.resolve()
    if real.is_relative_to(root.resolve()):
        return FeedFile(path, name)
    return FeedFile(
        path, name, refused=f"a link that leads out of {root}: name the file it leads to as a feed of its own"
    )


def _members(file: FeedFile, feed: Feed) -> list[FeedFile]:
    """Return the members of a zip archive, `file` itself where it is none.

    Raises:
        InputError: the archive is broken, or a member is encrypted: which is said before anything is read.
    """
    if file.system is not None or file.refused or not _is_zip(file):
        return [file]
    where = f"feed {feed.name}, file {file.path}"
    try:
        with zipfile.ZipFile(file.path) as archive:
            members = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith(_MACOS)]
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError(f"{where}: a zip archive whose end is missing or broken ({error}); fetch it again") from error
    locked = next((m.filename for m in members if m.flag_bits & _ENCRYPTED), None)
    if locked is not None:
        raise InputError(f"{where}: member {locked!r} is encrypted; unpack the archive, or ask for it without password")
    kept = [FeedFile(file.path, f"{file.name}/{m.filename}", m.filename) for m in members if not _aside(m.filename)]
    return kept or [file]


def _is_zip(file: FeedFile) -> bool:
    try:
        with file.open() as stream:
            return stream.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except OSError:
        return False  # said when it is read


class Unpacked(io.RawIOBase):
    """The bytes of a file, unpacked. A packed file that breaks off ends there, and `broken` says how."""

    def __init__(self, file: FeedFile) -> None:
        """Open `file`.

        Raises:
            OSError: it can't be opened.
        """
        super().__init__()
        self.broken: str | None = None
        self._given, self._most = 0, max(_HARMLESS, file.ratio * file.stored_bytes())
        self._ratio = file.ratio
        self._plain = file.open()
        self._source: Any = self._plain
        try:
            magic = self._plain.read(4)
            self._plain.seek(0)
        except (EOFError, OSError, zlib.error, zipfile.BadZipFile) as error:
            self.broken = str(error) or type(error).__name__
            return
        if magic[:2] == b"\x1f\x8b":
            self._source = gzip.GzipFile(fileobj=self._plain)
        elif magic == b"\x28\xb5\x2f\xfd":
            import pyarrow as pa

            self._source = pa.CompressedInputStream(self._plain, "zstd")
        self._read = getattr(self._source, "read1", self._source.read)  # read() would lose what came before a break

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill `buffer`, return the number of bytes; 0 at the end, whether whole or broken off."""
        if self.broken:
            return 0
        try:
            data = self._read(len(buffer))
        except (EOFError, OSError, zlib.error, zipfile.BadZipFile) as error:
            self.broken = str(error) or type(error).__name__
            return 0
        self._given += len(data)
        if self._given > self._most:
            self.broken = f"it unpacks to more than {self._ratio} times its size (ingest.max_unpacked_ratio)"
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
    how = [feed.format, feed.source, feed.delta, feed.trust, feed.employer, mapping]
    digest.update(json.dumps(how, sort_keys=True, default=str).encode())
    for name, file in _stored(files_of(feed)):
        try:
            _digest(digest, name, file)
        except OSError as error:
            raise InputError(f"feed {feed.name}, file {file.path} can't be read: {error.strerror or error}") from error
    return digest.hexdigest()


def _stored(files: list[FeedFile]) -> Iterator[tuple[str, FeedFile]]:
    """Yield the files as they are stored (an archive once, not its members), each with the mapping beside it."""
    done: set[str] = set()
    for file in files:
        name = file.name.removesuffix(f"/{file.member}") if file.member else file.name
        if name in done:
            continue
        done.add(name)
        if not file.refused:
            yield name, FeedFile(file.path, name, system=file.system)
        beside = sidecar(file)
        if beside is not None and beside.is_file():
            yield name, FeedFile(beside, name)


def _digest(digest: "hashlib.blake2b", name: str, file: FeedFile) -> None:
    with file.open() as stream:
        size = stream.seek(0, io.SEEK_END)
        stream.seek(0)
        digest.update(f"\x00{name}\x00{size}\x00".encode("utf-8", "surrogateescape"))
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)


def sidecar(file: FeedFile) -> Path | None:
    """Return where a mapping that lies beside `file` would be; None for remote files."""
    if not isinstance(file.path, Path):
        return None
    return file.path.with_name(f"{file.path.name}.mapping.toml")
