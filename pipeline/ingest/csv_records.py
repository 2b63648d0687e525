"""Container: CSV and its kin (RFC 4180; comma, semicolon, tab or bar between the fields), with records that span lines.

A record is read strictly. Where that fails, the lines it took are looked through for the next one that begins a record
of the right number of columns: what lies before it is one reject, and reading goes on there. So a quote that is never
closed costs the record it stands in, not the rest of the file. A record with stray quotes in it, and no other record
within, is read as it is.
"""

import csv
import re
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.ingest.lines import Cut, lines
from pipeline.ingest.model import Head, Record, Reject, Table, broken_off, line_texts
from pipeline.settings import IngestSettings

csv.field_size_limit(2**31 - 1)  # ours is max_record_bytes
_LONE_RETURN = re.compile(r"\r(?!\n)")
_ADDRESS = re.compile(r"(?:^|_)(?:url|link)(?:_|$)", re.IGNORECASE)
_SHAPE_ROWS = 50  # records whose look is learnt


def table_of(head: Head, settings: IngestSettings) -> Table | None:
    """Return the table, None where the first line does not name two columns or more."""
    if head.encoding is None:
        return None
    first = next(iter(line_texts(head)), "")
    delimiter, columns = max(((d, _header(first, d)) for d in ",\t;|"), key=lambda pair: len(pair[1]))
    if sum(bool(name) for name in columns) < 2:
        return None
    return Table("csv", columns, lambda: _Reading(head, settings, delimiter, columns).records())


def _header(line: str, delimiter: str) -> tuple[str, ...]:
    return tuple(name.strip().lstrip("\ufeff") for row in csv.reader([line], delimiter=delimiter) for name in row)


class _Shape:
    """What the records of a file look like: columns that are never empty, columns that are addresses."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        self._width, self._rows = len(columns), 0
        self._full = self._address = frozenset(range(len(columns)))
        self._named = [n for n, name in enumerate(columns) if _ADDRESS.search(name)]

    def learn(self, row: list[str]) -> None:
        if self._rows < _SHAPE_ROWS:
            self._rows += 1
            self._full = frozenset(n for n in self._full if row[n])
            self._address = frozenset(n for n in self._address if not row[n] or row[n].startswith("http"))

    def fits(self, row: list[str]) -> bool:
        if len(row) != self._width:
            return False
        if self._rows == 0:
            return any(row) and all(not row[n] or row[n].startswith("http") for n in self._named)
        filled = sum(bool(row[n]) for n in self._full)
        return filled * 2 >= len(self._full) and all(not row[n] or row[n].startswith("http") for n in self._address)


class _TooLongError(Exception):
    """A record takes more lines or bytes than the settings allow."""


class _Window:
    """The lines that are not done with, from the one that reading stands at: `self[0]`."""

    def __init__(self, source: Iterator[str], settings: IngestSettings) -> None:
        self._source = source
        self._ahead: list[str] = []
        self.line = 1  # number of the line that reading stands at
        self._longest, self._most = settings.max_record_bytes, settings.max_record_lines
        self.broken: str | None = None

    def get(self, index: int) -> str | None:
        """Return the line `index` lines ahead, None where the file has ended."""
        while len(self._ahead) <= index:
            try:
                self._ahead.append(next(self._source))
            except StopIteration:
                return None
            except EOFError as error:
                self.broken = str(error)
                return None
        return self._ahead[index]

    def done(self, count: int) -> list[str]:
        """Move on by `count` lines, return them."""
        gone, self._ahead[:count] = self._ahead[:count], []
        self.line += count
        return gone

    def texts(self, index: int) -> Iterator[str]:
        """Yield the text of the lines from `index` ahead, as many as one record may take."""
        size = 0
        for n in range(index, index + self._most):
            text = self._ahead[n] if n < len(self._ahead) else self.get(n)
            if text is None:
                return
            size += len(text)
            if size > self._longest or type(text) is Cut:
                break
            yield text
        raise _TooLongError


class _Parsed(NamedTuple):
    """What stands at a line: a record ([] if none can be read), its lines, what is wrong, whether it ended."""

    row: list[str]
    lines: int
    wrong: str = ""
    ended: bool = True


class _Reading:
    """One reading of one file."""

    def __init__(self, head: Head, settings: IngestSettings, delimiter: str, columns: tuple[str, ...]) -> None:
        assert head.encoding is not None
        self._window = _Window(lines(head.file, head.encoding, settings.max_record_bytes), settings)
        self._delimiter, self._width, self._shape = delimiter, len(columns), _Shape(columns)
        self._header = list(columns)
        self._names = [name if columns.index(name) == n else f"{name}.{n + 1}" for n, name in enumerate(columns)]

    def records(self) -> Iterator[Record | Reject]:
        """Yield the file's records and rejects; every line but blank ones and the header's belongs to one of them."""
        window, end = self._window, 1
        self._skip_header()
        while window.get(0) is not None:
            parsed = self._parsed(0)
            if parsed.lines > 1 and not parsed.wrong and self._runs_into_next(parsed):
                parsed = _Parsed([], parsed.lines, "a quote that is not closed", ended=False)
            if not parsed.row and not parsed.wrong:
                window.done(parsed.lines)
                continue
            item = self._recovered(parsed) if parsed.wrong else self._item(parsed)
            end = item.position + item.lines
            yield item
        if window.broken:
            yield broken_off(end, window.broken)

    def _skip_header(self) -> None:
        while (text := self._window.get(0)) is not None and not text.strip():
            self._window.done(1)
        self._window.done(1)

    def _parsed(self, index: int, strict: bool = True) -> _Parsed:
        """Return what stands `index` lines ahead."""
        texts = self._window.texts(index)
        if not strict:
            texts = (_LONE_RETURN.sub(" ", text) for text in texts)
        reader = csv.reader(texts, delimiter=self._delimiter, strict=strict)
        try:
            row = next(reader)
        except _TooLongError:
            return _Parsed([], max(reader.line_num, 1), "more lines or bytes than one record may have", ended=False)
        except csv.Error as error:
            return _Parsed([], reader.line_num, str(error), ended=False)
        if not row or (len(row) == 1 and (self._window.get(index) or "").isspace()):
            return _Parsed([], reader.line_num)
        if len(row) == self._width:
            return _Parsed(row, reader.line_num)
        if not any(row[self._width :]) and self._shape.fits(row[: self._width]):  # empty ones too many, and not shifted
            return _Parsed(row[: self._width], reader.line_num)
        return _Parsed([], reader.line_num, f"{self._width} columns are wanted, {len(row)} came")

    def _item(self, parsed: _Parsed) -> Record | Reject:
        position = self._window.line
        texts = self._window.done(parsed.lines)
        if parsed.row == self._header:
            return Reject(
                position, "repeated header", "the names of the columns once more", "".join(texts), parsed.lines
            )
        self._shape.learn(parsed.row)
        return Record(position, dict(zip(self._names, parsed.row, strict=False)), parsed.lines)

    def _begins(self, index: int) -> bool:
        """Tell whether a record like the others begins `index` lines ahead."""
        text = self._window.get(index)
        return text is not None and self._delimiter in text and self._shape.fits(self._parsed(index).row)

    def _seems_to_begin(self, index: int) -> bool:
        """Tell whether a record begins there, or one that is damaged itself: a line of the right number of columns."""
        text = self._window.get(index)
        if text is None or self._delimiter not in text:
            return False
        row = next(csv.reader([_LONE_RETURN.sub(" ", text)], delimiter=self._delimiter), [])
        return self._shape.fits(row) or self._begins(index)

    def _runs_into_next(self, parsed: _Parsed) -> bool:
        """Tell whether a record that seems whole ends with the quote that opens the text of the next one.

        It does where a quote was not closed and the next record's last field begins with a new line; what comes behind
        is no record then.
        """
        index = parsed.lines - 1
        if not (self._window.get(index) or "").rstrip("\r\n").endswith(f'{self._delimiter}"'):
            return False
        behind = parsed.lines
        while (text := self._window.get(behind)) is not None and text.isspace():
            behind += 1
        if text is None or self._shape.fits(self._parsed(behind).row):
            return False
        other = self._parsed(index)
        return (other.lines > 1 or not other.ended) and self._seems_to_begin(index)

    def _recovered(self, parsed: _Parsed) -> Record | Reject:
        """Return what becomes of the record ahead, which can't be read as it is; reading goes on behind it."""
        window, start, count = self._window, self._window.line, parsed.lines
        within = next((n for n in range(1, count) if self._begins(n)), None)
        if within is None and not parsed.ended and not parsed.wrong.startswith("unexpected end"):
            leniently = self._parsed(0, strict=False)
            if self._shape.fits(leniently.row) and not any(self._seems_to_begin(n) for n in range(1, leniently.lines)):
                return self._item(leniently)
        upto = within or (count if parsed.ended else 1)
        while within is None and not parsed.ended and window.get(upto) is not None and not self._seems_to_begin(upto):
            upto += 1
        skipped = window.done(upto)
        if isinstance(skipped[0], Cut):
            reason = "record too long"
        elif within is None and window.get(0) is None and not skipped[-1].endswith(("\n", "\r")):
            reason = "torn record"
        else:
            reason = "wrong column count" if parsed.ended else "broken quote"
        detail = f"lines {start} to {start + upto - 1}: {parsed.wrong}"
        return Reject(start, reason, detail, "".join(skipped[:20]), upto)
