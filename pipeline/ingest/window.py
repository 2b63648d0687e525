"""A moving window over the text of a file: what was read and is not done with, refilled as far as one asks."""

from collections.abc import Iterator

_TRIM = 1 << 18  # characters done with before they are dropped


class Window:
    """The text of a file from `at` on.

    Attributes:
        text: what is at hand; only what lies behind `at` is still wanted.
        at: where reading stands in `text`.
        line: number of the line that `at` stands in, from 1.
        broken: how the file broke off, None where it did not.
    """

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self.text, self.at, self.line = "", 0, 1
        self.ended = False
        self.broken: str | None = None

    def more(self) -> bool:
        """Read on; return whether anything came."""
        while not self.ended:
            try:
                piece = next(self._source)
            except StopIteration:
                self.ended = True
            except EOFError as error:
                self.ended, self.broken = True, str(error)
            else:
                if piece:
                    self.text += piece
                    return True
        return False

    def move(self, to: int) -> None:
        """Be done with the text before `to`."""
        self.line += self.text.count("\n", self.at, to)
        self.at = to
        if self.at > _TRIM:
            self.text, self.at = self.text[self.at :], 0

    def left(self) -> int:
        """Return the number of characters at hand."""
        return len(self.text) - self.at
