"""Values of a JSON document, one at a time from a moving window: the standard library's decoder, given as much as it needs."""

import json
import re
from collections.abc import Iterator
from json.decoder import JSONDecodeError
from typing import Any

from pipeline.ingest.window import Window

_SPACE = re.compile(r"[\s\ufeff]*")
NEAR_END = 64  # characters: an error this near to the end of what is at hand may be for want of more
decoder = json.JSONDecoder(strict=False)


class NotJSONError(Exception):
    """What stands at the window is no JSON; `at` is where that shows."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


def space(text: str, at: int) -> int:
    """Return where the white space at `at` ends."""
    m = _SPACE.match(text, at)
    return m.end() if m else at


def members(window: Window) -> Iterator[Any]:
    """Yield the members of the list at the window, and move behind it."""
    window.move(window.at + 1)
    while (mark := peek(window)) != "]":
        if mark == ",":
            window.move(window.at + 1)
            continue
        yield value_at(window, 1 << 30)
    window.move(window.at + 1)


def keys(window: Window) -> Iterator[str]:
    """Yield the keys of the table at the window, standing at the value of each; the caller moves behind the value."""
    if peek(window) != "{":
        raise NotJSONError(f"a JSON object is wanted, {window.text[window.at]!r} came", window.at)
    window.move(window.at + 1)
    while (mark := peek(window)) != "}":
        if mark == ",":
            window.move(window.at + 1)
            continue
        if mark != '"':
            raise NotJSONError(f"a key is wanted, {mark!r} came", window.at)
        key = value_at(window, 1 << 16)
        if peek(window) != ":":
            raise NotJSONError(f"a colon is wanted behind the key {key!r}", window.at)
        window.move(window.at + 1)
        peek(window)
        yield str(key)
    window.move(window.at + 1)


def peek(window: Window) -> str:
    """Return the next character that is no white space, and stand at it."""
    while True:
        at = space(window.text, window.at)
        if at < len(window.text):
            window.move(at)
            return window.text[window.at]
        if not window.more():
            raise NotJSONError("the file ends in the middle", len(window.text))


def value_at(window: Window, longest: int) -> Any:
    """Return the value at the window and move behind it."""
    peek(window)
    while True:
        try:
            value, end = decoder.raw_decode(window.text, window.at)
        except JSONDecodeError as error:
            unsure = error.pos > len(window.text) - NEAR_END or error.msg.startswith("Unterminated")
            if not unsure or window.left() > longest or not _doubled(window):
                message = f"longer than max_record_bytes = {longest}" if window.left() > longest else error.msg
                raise NotJSONError(message, error.pos) from error
            continue
        except RecursionError as error:
            raise NotJSONError("nested too deeply", window.at + 1) from error
        if end == len(window.text) and window.text[end - 1] not in '}]"' and window.more():
            continue  # a number may go on
        window.move(end)
        return value


def _doubled(window: Window) -> bool:
    """Read on until twice as much is at hand, so that a long value is not tried again and again for a little more."""
    wanted, came = 2 * window.left(), False
    while window.left() < wanted and window.more():
        came = True
    return came


def skip(window: Window) -> None:
    """Move behind the value at the window, a member at a time where it is a list or a table."""
    mark = peek(window)
    if mark == "[":
        for _ in members(window):
            pass
    elif mark == "{":
        for _ in keys(window):
            skip(window)
    else:
        value_at(window, 1 << 26)


def end_of(window: Window, number: int) -> None:
    """Do nothing where nothing stands behind the document."""
    while True:
        at = space(window.text, window.at)
        if at < len(window.text):
            window.move(at)
            raise NotJSONError("more behind the end of the document", at)
        if not window.more():
            return
