"""Shards of the feed: entries cut along the bits of their keys' CRC-32 until each piece is small enough when gzipped."""

import gzip
import json
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby

BITS = 32
_RATIO = 5  # characters that gzip surely brings below one byte; boxes of real ads come to a sixth


_THREADS = 2  # that zip ahead of what is written


@dataclass(frozen=True)
class Entry:
    """What the feed holds under a key: `text` is JSON, `section` says of what kind."""

    crc: int
    section: str
    key: str
    text: str


@dataclass(frozen=True)
class Shard:
    """A file of the feed: `prefix` are the first bits, as 0 and 1, of the CRC-32 of every key in it."""

    prefix: str
    text: str
    gzipped: bytes


def split(entries: Iterator[Entry], sizes: Mapping[int, int], kilobytes: int, within: str = "") -> Iterator[Shard]:
    """Yield shards of at most `kilobytes` gzipped each, from `entries` in the order of their CRC.

    `within` are the first bits that all of them share.

    `sizes` are characters by the first 16 bits: from them alone follows where the first cuts are, so that the cuts do
    not move when a neighbour changes. A single entry that is larger is a shard of its own.
    """
    with ThreadPoolExecutor(_THREADS) as pool:  # zlib, most of the time it takes, needs no lock of Python's
        ahead: deque[Future[list[Shard]]] = deque()
        for prefix, piece in _pieces(entries, _first_cuts(sizes, kilobytes * 1000 * _RATIO, within)):
            ahead.append(pool.submit(lambda *given: list(_fitting(*given)), prefix, piece, kilobytes * 1000))
            if len(ahead) > 2 * _THREADS:
                yield from ahead.popleft().result()
        for found in ahead:
            yield from found.result()


def _pieces(entries: Iterator[Entry], prefixes: Iterator[str]) -> Iterator[tuple[str, list[Entry]]]:
    """Yield each prefix with the entries, in the order of their CRC, that begin with it."""
    waiting = next(entries, None)
    for prefix in prefixes:
        end = (int(prefix or "0", 2) + 1) << (BITS - len(prefix)) if prefix else 1 << BITS
        piece: list[Entry] = []
        while waiting is not None and waiting.crc < end:
            piece.append(waiting)
            waiting = next(entries, None)
        yield prefix, piece


def _first_cuts(sizes: Mapping[int, int], characters: int, within: str) -> Iterator[str]:
    """Yield the prefixes, in order, that hold no more than so many characters each, or are 16 bits long."""

    def cut(prefix: str, inside: list[tuple[int, int]]) -> Iterator[str]:
        if len(prefix) >= 16 or sum(size for _, size in inside) <= characters:
            yield prefix
            return
        bit = 1 << (15 - len(prefix))
        yield from cut(prefix + "0", [pair for pair in inside if not pair[0] & bit])
        yield from cut(prefix + "1", [pair for pair in inside if pair[0] & bit])

    yield from cut(within, sorted(sizes.items()))


def _fitting(prefix: str, piece: list[Entry], size: int) -> Iterator[Shard]:
    text = _text(piece)
    gzipped = gzip.compress(text.encode(), 6, mtime=0)
    if len(gzipped) <= size or len({e.crc for e in piece}) <= 1 or len(prefix) >= BITS:
        yield Shard(prefix, text, gzipped)
        return
    bit = 1 << (BITS - 1 - len(prefix))
    yield from _fitting(prefix + "0", [e for e in piece if not e.crc & bit], size)
    yield from _fitting(prefix + "1", [e for e in piece if e.crc & bit], size)


def _text(piece: list[Entry]) -> str:
    """Return the shard as JSON: an object a section, an entry a line."""
    sections = groupby(sorted(piece, key=lambda e: (e.section, e.key)), key=lambda e: e.section)
    bodies = [
        f'"{section}":{{\n' + ",\n".join(f"{json.dumps(e.key)}:{e.text}" for e in inside) + "\n}"
        for section, inside in sections
    ]
    return without_markup("{" + ",\n".join(bodies) + "}\n")


def without_markup(json_text: str) -> str:
    """Return JSON whose texts never become markup, wherever it stands: < > & are written as escapes."""
    return json_text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
