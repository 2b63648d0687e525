"""Many texts brought into lines at once: what markup.lines() says, in one compiled walk over their characters."""

import string
from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipeline.compiled import compiled
from pipeline.text import markup
from pipeline.text.signs import Block, Characters, Ints

Kinds = NDArray[np.uint16]
Words = NDArray[np.uint32]

_CODES = 0x20000  # code points; a text with one beyond is worked on by markup.lines()
(
    SPACE,
    ALNUM,
    INSIDE,
    LOWER,
    UPPER,
    BULLET,
    MARK,
    BEFORE,
    CAPITAL,
    SMALL,
    FIRST,
    END,
    BEHIND,
    ASCII_UPPER,
    ASCII_LOWER,
) = (1 << bit for bit in range(15))
"""What a character may be: white space, letter or digit, part of a word, of either case; the rest as markup's expressions say."""
_NEWLINE, _BLANK = ord("\n"), ord(" ")
_O, _STAR, _PLUS, _HYPHEN, _EN, _EM = (ord(c) for c in "o*+-–—")


@cache
def _kinds() -> Kinds:
    """Return what each character may be."""
    codes = [code for code in range(_CODES) if not 0xD800 <= code < 0xE000]  # halves of pairs are no characters
    letters = [chr(code) for code in codes]
    found = np.zeros(_CODES, dtype=np.uint16)
    for kind, holds in (
        (SPACE, str.isspace),
        (ALNUM | INSIDE, str.isalnum),
        (LOWER, str.islower),
        (UPPER, str.isupper),
    ):
        found[codes] |= np.fromiter(map(holds, letters), dtype=np.uint16, count=len(letters)) * np.uint16(kind)
    latin_small = string.ascii_lowercase + "".join(map(chr, range(0xE0, 0x100)))
    for kind, members in (
        (INSIDE, "_"), (BULLET, markup.BULLETS), (MARK, ".!?;:"), (BEFORE, latin_small + ")]%.!?"),
        (CAPITAL, string.ascii_uppercase + "".join(map(chr, range(0xC0, 0xDF)))), (SMALL, latin_small + "' "),
        (FIRST, markup.SECTIONS), (END, ")]%.!?0123456789"), (BEHIND, " :'&"),
        (ASCII_UPPER, string.ascii_uppercase), (ASCII_LOWER, string.ascii_lowercase),
    ):  # fmt: skip
        found[sorted({ord(member[0]) for member in members})] |= kind
    return found


def _table(words: Sequence[str]) -> Words:
    """Return words as rows of code points, ended by noughts."""
    table = np.zeros((len(words), max(map(len, words)) + 1), dtype=np.uint32)
    for row, word in zip(table, words, strict=True):
        row[: len(word)] = [ord(letter) for letter in word]
    return table


_SECTIONS = _table(sorted(markup.SECTIONS))
_NOT_GLUED = _table(sorted(markup.NOT_GLUED))
_HEADINGS = _table(sorted(heading[::-1] for heading in markup.HEADINGS))


def lines(texts: Sequence[str]) -> Block:
    """Return markup.lines() of each of `texts`."""
    block = Block.of(texts)
    out = np.empty(2 * len(block.codes) + 1, dtype=np.uint32)
    starts = np.zeros(len(block.starts), dtype=np.int64)
    odd = np.zeros(len(texts), dtype=np.bool_)
    _brought(block.codes, block.starts, _kinds(), _SECTIONS, _NOT_GLUED, _HEADINGS, out, starts, odd)
    made = Block(out[: starts[-1]], starts)
    if not odd.any():
        return made
    plain = zip(texts, made.texts(), odd, strict=True)
    return Block.of([markup.lines(text) if is_odd else line for text, line, is_odd in plain])


@compiled
def _stands(codes: Characters, at: int, end: int, step: int, words: Words, kind: Kinds, wanted: int) -> bool:
    """Return whether a word of `words` stands at `at`, read in steps of 1 or -1.

    A character of a `wanted` kind must come next; none of kind INSIDE for wanted INSIDE; any where it is nought.
    """
    for row in range(len(words)):
        size = 0
        while words[row, size] and at + step * size != end and codes[at + step * size] == words[row, size]:
            size += 1
        if words[row, size]:
            continue
        after = at + step * size
        what = 0 if after == end or codes[after] >= len(kind) else int(kind[codes[after]])
        if wanted == 0 or (wanted == INSIDE and not what & INSIDE) or (wanted != INSIDE and what & wanted):
            return True
    return False


@compiled
def _breaks(
    codes: Characters, begin: int, at: int, end: int, kind: Kinds, sections: Words, not_glued: Words, headings: Words
) -> bool:
    """Return whether a line begins at `at` where none did: behind the end of a sentence, a heading or another word."""
    what, before = int(kind[codes[at]]), int(kind[codes[at - 1]])
    after = int(kind[codes[at + 1]]) if at + 1 < end and codes[at + 1] < len(kind) else 0
    far = int(kind[codes[at - 2]]) if at - 2 >= begin else 0
    sentence = before & MARK and what & CAPITAL and after & SMALL and far & BEFORE
    if sentence and not _stands(codes, at, end, 1, not_glued, kind, INSIDE):
        return True
    heading = before & ASCII_LOWER and what & ASCII_UPPER and after & (ASCII_UPPER | ASCII_LOWER)
    if heading and _stands(codes, at - 1, begin - 1, -1, headings, kind, 0):
        return True
    if not what & FIRST or not before & (LOWER | END):
        return False
    return not far & UPPER and _stands(codes, at, end, 1, sections, kind, BEHIND)


@compiled
def _without_bullets(out: Characters, begin: int, end: int, kind: Kinds) -> int:
    """Return where a line begins behind its bullets; `end` where nothing but a rule is left."""
    first = out[begin]
    if kind[first] & ALNUM and first != _O:
        return begin
    at, before = begin, begin - 1
    while at < end and at != before:
        before, code = at, out[at]
        after = out[at + 1] if at + 1 < end else np.uint32(0)
        if kind[code] & BULLET:
            while at < end and kind[out[at]] & BULLET:
                at += 1
            if at < end and out[at] == _BLANK:
                at += 1
        elif after == _BLANK and code in (_STAR, _O, _EN, _EM, _PLUS, _HYPHEN):
            at += 2
        elif code in (_HYPHEN, _EN) and after in (_HYPHEN, _EN):
            while at < end and out[at] in (_HYPHEN, _EN):
                at += 1
            if at < end and out[at] == _BLANK:
                at += 1
        elif code == _HYPHEN and kind[after] & ASCII_UPPER and at + 2 < end and kind[out[at + 2]] & ASCII_LOWER:
            at += 1
    for i in range(at, end):
        if kind[out[i]] & ALNUM:
            return at
    return end


@compiled
def _brought(
    codes: Characters,
    starts: Ints,
    kind: Kinds,
    sections: Words,
    not_glued: Words,
    headings: Words,
    out: Characters,
    ends: Ints,
    odd: NDArray[np.bool_],
) -> None:
    """Write the lines of each text, one after the other, and where each text ends; say which are `odd` and left out."""
    to = 0
    special = SPACE | CAPITAL | FIRST
    for text in range(len(starts) - 1):
        begin, end = int(starts[text]), int(starts[text + 1])
        first = line = to
        blank = False
        at = begin
        while at <= end:
            if at < end and codes[at] >= len(kind):
                odd[text] = True
                to = line = first
                break
            what = int(kind[codes[at]]) if at < end else 0
            if at == end or codes[at] == _NEWLINE or (
                what & special and at > begin and not what & SPACE
                and _breaks(codes, begin, at, end, kind, sections, not_glued, headings)
            ):  # fmt: skip
                if to > line:
                    bare = _without_bullets(out, line, to, kind)
                    if bare > line:
                        for i in range(bare, to):
                            out[line + i - bare] = out[i]
                        to = line + to - bare
                if to > line:
                    out[to] = _NEWLINE
                    to += 1
                    line = to
                blank = False
            if what & SPACE:
                blank = to > line
            elif at < end:
                if blank:
                    out[to] = _BLANK
                    to += 1
                    blank = False
                out[to] = codes[at]
                to += 1
            at += 1
            while at < end:  # most of a text: what is neither odd nor a capital nor the end of a line
                code = codes[at]
                if code == _BLANK:
                    blank = to > line
                elif code >= len(kind) or kind[code] & special:
                    break
                else:
                    if blank:
                        out[to] = _BLANK
                        to += 1
                        blank = False
                    out[to] = code
                    to += 1
                at += 1
        if to > first:
            to -= 1  # the end of the last line
        ends[text + 1] = to
