"""Text of a file: which encoding it is in, and its lines, one after the other.

UTF-8 is taken strictly, and bytes that can't be it are taken as Windows-1252, one by one: a file of either, and one
that mixes them, comes out right without being read twice. UTF-16 and UTF-32 are told by their mark or by their NULs.
"""

import codecs
import logging
from collections.abc import Iterator

from pipeline.ingest.files import FeedFile, Unpacked

log = logging.getLogger(__name__)

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_BINARY = (
    b"PAR1",
    b"ARROW1",
    b"\xff\xff\xff\xff",
    b"PK\x03\x04",
    b"SQLite",
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
)


_CHUNK = 1 << 18
_repaired = 0  # bytes taken as Windows-1252 so far, for the note at the end of a file


class Cut(str):
    """The beginning of a line that is too long."""

    __slots__ = ()


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    global _repaired  # noqa: PLW0603  a decoder's error handler is told nothing else
    if not isinstance(error, UnicodeDecodeError):
        raise error
    _repaired += error.end - error.start
    return "".join(_windows(byte) for byte in error.object[error.start : error.end]), error.end


def _windows(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


codecs.register_error("related-jobs-windows", _as_windows)
_ERRORS = {"utf-8": "related-jobs-windows", "utf-8-sig": "related-jobs-windows"}


def encoding_of(data: bytes) -> str | None:
    """Return the encoding of a text that begins with `data`, None where it is no text."""
    if data.startswith(_BINARY):
        return None
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    sample = data[:4096]
    nuls = sample.count(0)
    if nuls * 5 >= len(sample) * 2 and len(sample) >= 4:  # Latin text in UTF-16 has a NUL in every pair
        even = sample[0::2].count(0)
        return "utf-16-be" if even * 2 > nuls else "utf-16-le"
    controls = sum(byte < 32 and byte not in (0, 9, 10, 11, 12, 13, 27) for byte in sample)
    return None if controls * 20 > len(sample) else "utf-8"


def decoded(data: bytes, encoding: str) -> str:
    """Return the text of `data`; a character that is cut off at the end is left out."""
    decoder = codecs.getincrementaldecoder(encoding)(_ERRORS.get(encoding, "replace"))
    return decoder.decode(data)


def pieces(file: FeedFile, encoding: str) -> Iterator[str]:
    """Yield the text of `file`, a piece at a time; where it is packed and breaks off, EOFError follows the last."""
    before = _repaired
    decoder = codecs.getincrementaldecoder(encoding)(_ERRORS.get(encoding, "replace"))
    with Unpacked(file) as raw:
        while chunk := raw.read(_CHUNK):
            yield decoder.decode(chunk)
        yield decoder.decode(b"", True)
        if raw.broken:
            raise EOFError(raw.broken)
    if _repaired > before:
        log.warning("%s: %d bytes are not UTF-8 and were taken as Windows-1252", file.path, _repaired - before)


def lines(file: FeedFile, encoding: str, longest: int) -> Iterator[str]:
    """Yield the lines of `file` with their ends; of one longer than `longest` characters its beginning, as a `Cut`.

    Where the file is packed and breaks off, the last line is what was left, and EOFError follows it.
    """
    before = _repaired
    decoder = codecs.getincrementaldecoder(encoding)(_ERRORS.get(encoding, "replace"))
    carry, end, skipping = "", "", False
    with Unpacked(file) as raw:
        more = True
        while more:
            chunk = raw.read(_CHUNK) or b""
            more = bool(chunk)
            carry += decoder.decode(chunk, not more)
            end = end or ("\r" if "\r" in carry and "\n" not in carry else "\n")
            *whole, carry = carry.split(end)
            if skipping and whole:
                whole, skipping = whole[1:], False
            for text in whole:
                yield text + end if len(text) < longest else Cut(text[:longest])
            if len(carry) >= longest:
                if not skipping:
                    yield Cut(carry[:longest])
                carry, skipping = "", True
        if carry and not skipping:
            yield carry
        if raw.broken:
            raise EOFError(raw.broken)
    if _repaired > before:
        log.warning("%s: %d bytes are not UTF-8 and were taken as Windows-1252", file.path, _repaired - before)
