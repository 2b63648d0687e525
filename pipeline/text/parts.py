"""Texts cut into parts at spaces and marks: one walk over their bytes, in which each distinct part gets a number.

UTF-8 lets one do so byte by byte: no byte of a character beyond ASCII is below 128.
"""

from dataclasses import dataclass
from functools import cache
from secrets import randbits

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.compiled import compiled

Bytes = NDArray[np.uint8]
Kinds = NDArray[np.uint8]
Ints = NDArray[np.int64]
Codes = NDArray[np.int32]

SPACE, LINE, END, BLANK, LOWER, UPPER, DIGIT = (1 << bit for bit in range(7))
"""What a character may be: the end of a part, of a line; the end of a sentence where a blank comes next; for glued words."""
_KINDS = 0x20000  # code points; there are no letters of two cases beyond
_PLUS = ord("+")
_LOW = np.arange(256, dtype=np.uint8)
_LOW[ord("A") : ord("Z") + 1] += 32


@dataclass(frozen=True)
class Cut:
    """Parts of texts, one after the other.

    Attributes:
        codes: number of each part, by which it was first seen.
        lines: parts of each line that has any.
        parts_of: where each text's parts begin, and the end.
        lines_of: where each text's lines begin, and the end.
    """

    codes: Codes
    lines: Codes
    parts_of: Ints
    lines_of: Ints


def kinds(kept: bytes, spaces: str = "", lines: str = "", ends: str = "") -> Kinds:
    """Return the kind of each character: ASCII but letters, digits and what is `kept` parts words, as `spaces` do.

    Args:
        kept: marks that belong to words.
        spaces: characters that are as good as a space.
        lines: characters that end a line.
        ends: characters that end a line where a space follows.
    """
    found = np.zeros(_KINDS, dtype=np.uint8)
    found[[b for b in range(128) if not chr(b).isalnum() and b not in kept]] = SPACE
    found[[ord(c) for c in " " + spaces]] = SPACE | BLANK
    found[[ord(c) for c in lines]] = LINE
    found[[ord(c) for c in ends]] |= END
    return found


@cache
def letters() -> Kinds:
    """Return which characters are small letters, capitals and ASCII digits, as Arrow's expressions have them."""
    codes = [code for code in range(_KINDS) if not 0xD800 <= code < 0xE000]  # halves of pairs are no characters
    characters = pa.array([chr(code) for code in codes])
    found = np.zeros(_KINDS, dtype=np.uint8)
    for kind, pattern in ((LOWER, r"\p{Ll}"), (UPPER, r"\p{Lu}"), (DIGIT, "[0-9]")):
        found[codes] |= np.where(pc.match_substring_regex(characters, pattern), kind, 0).astype(np.uint8)
    return found


class Parts:
    """The distinct parts of texts, numbered in the order in which they are first seen.

    An open hash table, compared byte by byte. Its multiplier is drawn anew in each process, so that no feed can be made
    of words that fall into one place; numbers do not hang on it.
    """

    _multiply = np.uint64(randbits(64) | 1)

    def __init__(self, kind: Kinds, *, glued: bool = False) -> None:
        """Cut by kinds(); with `glued` also where a new sentence is glued to the one before, by letters()."""
        self._kind, self._glued, self._known = kind, glued, 0
        self._plain = (kind[:256] == (LOWER if glued else 0)) & (np.arange(256) < 128)
        if not glued:  # capitals are hashed as small letters
            self._plain[ord("A") : ord("Z") + 1] = False
        self._table = np.zeros((1 << 12, 4), dtype=np.int64)  # hash, number + 1, bytes, where in the pool
        self._begins = np.zeros((1 << 11) + 1, dtype=np.int64)
        self._pool = np.empty(1 << 16, dtype=np.uint8)

    def __len__(self) -> int:
        """Return the number of parts seen so far."""
        return self._known

    def names(self, first: int = 0) -> pa.Array:
        """Return the parts as text, ASCII in lower case, from number `first` on."""
        begins = self._begins[first : self._known + 1]
        offsets = pa.py_buffer((begins - begins[0]).astype(np.int32))
        pool = pa.py_buffer(self._pool[begins[0] : begins[-1]].copy())
        return pa.Array.from_buffers(pa.string(), len(begins) - 1, [None, offsets, pool])

    def cut(self, texts: pa.Array | pa.ChunkedArray) -> Cut:
        """Return `texts` (strings; NULL is an empty text) as parts, all together less than 2 GB."""
        whole, data = _raw(texts)
        starts = np.frombuffer(whole.buffers()[1], dtype=np.int32)[: len(whole) + 1]
        codes = np.empty((len(data) + len(whole)) // 2 + 1, dtype=np.int32)
        lines = np.empty(len(codes), dtype=np.int32)
        ends = np.zeros((2, len(whole) + 1), dtype=np.int64)
        at = 0
        while True:
            at, self._known = _encoded(
                data, starts, at, self._kind, self._plain, _LOW, self._glued, self._multiply,
                self._table, self._begins, self._pool, self._known, codes, lines, ends,
            )  # fmt: skip
            if at == len(whole):
                break
            self._grow(int(starts[at + 1] - starts[at]))
        parts, found = ends[:, -1]
        return Cut(codes[:parts].copy(), lines[:found].copy(), ends[0], ends[1])

    def _grow(self, size: int) -> None:
        """Make room for a text of so many bytes, and as much again."""
        most = self._known + size // 2 + 1
        if 2 * most > len(self._table):
            table = np.zeros((1 << (2 * most - 1).bit_length(), 4), dtype=np.int64)
            begins = np.zeros(len(table) // 2 + 1, dtype=np.int64)
            _placed(self._table, table)
            begins[: self._known + 1] = self._begins[: self._known + 1]
            self._table, self._begins = table, begins  # both or neither
        used = int(self._begins[self._known])
        if used + size > len(self._pool):
            self._pool = np.concatenate((self._pool[:used], np.empty(used + 2 * size, dtype=np.uint8)))


def _raw(texts: pa.Array | pa.ChunkedArray) -> tuple[pa.Array, Bytes]:
    """Return `texts` as one array that begins at its beginning, none NULL, and the bytes it stands on."""
    chunks = texts.chunks if isinstance(texts, pa.ChunkedArray) else [texts]
    whole = pa.concat_arrays([*chunks, pa.array([], pa.string())]).fill_null("")
    data = whole.buffers()[2]
    return whole, np.frombuffer(data, dtype=np.uint8) if data is not None else np.empty(0, np.uint8)


@compiled
def _placed(old: Ints, table: Ints) -> None:
    """Put what stands in an old table into an empty one."""
    mask = len(table) - 1
    for at in range(len(old)):
        if old[at, 1]:
            slot = old[at, 0] & mask
            while table[slot, 1]:
                slot = (slot + 1) & mask
            for column in range(4):  # a row at once takes ten times as long to compile
                table[slot, column] = old[at, column]


@compiled
def _number(
    data: Bytes, begin: int, end: int, low: Bytes, hashed: np.uint64, table: Ints, begins: Ints, pool: Bytes, known: int
) -> int:
    """Return the number of the part data[begin:end], whose hash is `hashed`; `known` where it is new: now it is in the table."""
    mask, code, size = np.int64(len(table) - 1), np.int64(hashed), end - begin
    slot = code & mask
    while table[slot, 1]:
        if table[slot, 0] == code and table[slot, 2] == size:
            first = table[slot, 3]
            i = 0
            while i < size and pool[first + i] == low[data[begin + i]]:
                i += 1
            if i == size:
                return int(table[slot, 1]) - 1
        slot = (slot + np.int64(1)) & mask
    first = begins[known]
    for i in range(size):
        pool[first + i] = low[data[begin + i]]
    table[slot, 0], table[slot, 1], table[slot, 2], table[slot, 3] = code, known + 1, size, first
    begins[known + 1] = first + size
    return known


@compiled
def _character(data: Bytes, at: int, end: int) -> tuple[int, int]:
    """Return code point and bytes of the UTF-8 character at `at`; (0, 1) at the end."""
    if at >= end:
        return 0, 1
    byte = int(data[at])
    if byte < 0xC0 or at + 1 >= end:
        return byte, 1
    if byte < 0xE0 or at + 2 >= end:
        return (byte & 0x1F) << 6 | (int(data[at + 1]) & 0x3F), 2
    if byte < 0xF0 or at + 3 >= end:
        return (byte & 0x0F) << 12 | (int(data[at + 1]) & 0x3F) << 6 | (int(data[at + 2]) & 0x3F), 3
    low = (int(data[at + 1]) & 0x3F) << 12 | (int(data[at + 2]) & 0x3F) << 6 | (int(data[at + 3]) & 0x3F)
    return (byte & 0x07) << 18 | low, 4


@compiled
def _glued(data: Bytes, at: int, end: int, width: int, kind: Kinds, what: int) -> int:
    """Return where the beginning of a new sentence that is glued to what stands before `at` ends; 0 where none is.

    A capital and two small letters, or one or two digits and a plus.
    """
    second, wide = _character(data, at + width, end)
    third, wider = _character(data, at + width + wide, end)
    if what & UPPER:
        small = second < len(kind) and third < len(kind) and (kind[second] & LOWER) and (kind[third] & LOWER)
        return at + width + wide + wider if small else 0
    if second == _PLUS:
        return at + width + wide
    if second < 128 and (kind[second] & DIGIT) and third == _PLUS:
        return at + width + wide + wider
    return 0


@compiled
def _encoded(
    data: Bytes,
    starts: Codes,
    first: int,
    kind: Kinds,
    plain: NDArray[np.bool_],
    low: Bytes,
    glued: bool,
    multiply: np.uint64,
    table: Ints,
    begins: Ints,
    pool: Bytes,
    known: int,
    codes: Codes,
    lines: Codes,
    ends: Ints,
) -> tuple[int, int]:
    """Cut texts from number `first` on while there is room in the table; return the first that is left, and parts known."""
    for text in range(first, len(starts) - 1):
        begin, end = int(starts[text]), int(starts[text + 1])
        if 2 * (known + (end - begin) // 2 + 1) > len(table) or begins[known] + end - begin > len(pool):
            return text, known
        parts, found = ends[0, text], ends[1, text]
        line, ended, small, digit = parts, False, 0, False
        at = part = free = begin
        hashed = np.uint64(0)
        while at <= end:
            run = at
            while at < end and plain[data[at]]:
                hashed = (hashed ^ np.uint64(data[at])) * multiply
                hashed ^= hashed >> np.uint64(32)
                at += 1
            if at > run:
                small, digit, ended = small + at - max(run, free) if at > free else 0, False, False
            if at == end:
                code, width, what = 0, 1, SPACE
            elif data[at] < 128:
                code, width = int(data[at]), 1
                what = int(kind[code])
            else:
                code, width = _character(data, at, end)
                what = int(kind[code]) if code < len(kind) else 0
            new_line = (what & LINE) != 0 or (ended and (what & BLANK) != 0)
            apart = new_line or (what & SPACE) != 0
            joint = False
            if glued:
                if at >= free and (((what & UPPER) and (small >= 3 or digit)) or ((what & DIGIT) and small >= 3)):
                    stop = _glued(data, at, end, width, kind, what)
                    joint, free = stop > 0, max(free, stop)
                small = small + 1 if at >= free and what & LOWER else 0
                digit = at >= free and (what & DIGIT) != 0
            if (apart or joint) and part < at:
                number = _number(data, part, at, low, hashed, table, begins, pool, known)
                known += number == known
                codes[parts] = number
                parts += 1
            if apart or joint:
                part = at + width if apart else at
                hashed = np.uint64(0)
            if not apart:
                for i in range(at, at + width):
                    hashed = (hashed ^ np.uint64(low[data[i]])) * multiply
                    hashed ^= hashed >> np.uint64(32)
            if new_line and parts > line:
                lines[found] = parts - line
                found += 1
                line = parts
            ended = (what & END) != 0
            at += width
        if parts > line:
            lines[found] = parts - line
            found += 1
        ends[0, text + 1], ends[1, text + 1] = parts, found
    return len(starts) - 1, known
