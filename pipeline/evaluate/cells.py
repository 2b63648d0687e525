"""Texts of ads as cells of a CSV file that people open in a spreadsheet."""

from typing import TypeVar

Value = TypeVar("Value")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(value: Value) -> Value | str:
    """Return a text that a spreadsheet would take for a formula behind an apostrophe, all else as it is.

    As OWASP recommends (https://owasp.org/www-community/attacks/CSV_Injection). For texts only: ids that other programs
    read back are never changed.
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
