"""What the pieces of a stage share: made of the tables that come again with every piece, once."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

import pyarrow as pa

Made = TypeVar("Made")


class Once(Generic[Made]):
    """A function of tables (and settings) that is called anew only where others come than the last time.

    A stage of grain rows is called for each piece with the same other tables: the very same, as long as one worker works
    for one night. A function of tables alone returns the same for the same, so nothing hangs on whether it was called.
    """

    def __init__(self, function: Callable[..., Made]) -> None:
        """Keep what `function` makes."""
        self._function = function
        self._of: tuple[Any, ...] = ()
        self._made: Made | None = None

    def __call__(self, *given: Any) -> Made:
        """Return what the function makes of `given`: tables, which must be the very same, or values that may be equal."""
        if self._made is None or len(given) != len(self._of) or not all(map(_same, given, self._of)):
            self._made, self._of = None, ()  # before the next is made: both together may be too much
            self._made, self._of = self._function(*given), given
        return self._made


def _same(one: Any, other: Any) -> bool:
    return one is other or not (isinstance(one, pa.Table) or isinstance(other, pa.Table) or one != other)
