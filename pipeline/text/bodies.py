"""The text of an ad cleaned: markup, page furniture and tracking marks off; and what the text tells beside."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.text import evidence, furniture, markup, paragraphs
from pipeline.text.languages import language_of
from pipeline.text.pay_text import MONEY_SIGNS
from pipeline.text.signs import Block, Signs
from pipeline.text.tokens import fingerprint_of


@dataclass(frozen=True)
class Body:
    """A text cleaned.

    Attributes:
        text: plain text, one paragraph or list item a line.
        data: `text` in UTF-8.
        body_id: what is told by `data` alone.
        marks: tracking marks taken off, in order.
        language: ISO 639-1, None where the text is too short to tell.
        remote: remote, hybrid or onsite, where the text (or a mark) says so clearly.
        requisition_id: the employer's number of the role, where the text states it.
        cut: it looks like the beginning of a longer text.
        money: where signs of money stand in `text` (pay_text.MONEY_SIGNS).
    """

    text: str
    data: bytes
    body_id: str
    marks: tuple[str, ...]
    language: str | None
    remote: str | None
    requisition_id: str | None
    cut: bool
    money: tuple[int, ...] = ()


_MARK_SAYS = {"#li-remote": "remote", "#li-hybrid": "hybrid", "#li-onsite": "onsite"}


_BLOCK = 32  # texts worked on together: their characters stay in the processor's cache
_LETTERS = 500_000  # characters after which a block is full
TELLING = (*evidence.REMOTE_SIGNS, *evidence.NUMBER_SIGNS, *MONEY_SIGNS)
_NUMBERS = len(evidence.REMOTE_SIGNS)  # where signs of numbers begin among them
_MONEY = _NUMBERS + len(evidence.NUMBER_SIGNS)
Key = tuple[str | None, str | None, str, str]
"""Description, its markup, title and employer."""


@cache
def _signs() -> tuple[Signs, Signs]:
    """Return what is looked for in all texts: signs of furniture, and of what a text tells."""
    return Signs(furniture.SIGNS, any_case=True), Signs(TELLING)


def clean(description: str | None, markup_kind: str | None, title: str, employer: str) -> Body:
    """Return the cleaned text of `description`; `title` and `employer` are what its beginning may echo."""
    return _cleaned([(description, markup_kind, title, employer)])[0]


class Cleaner:
    """Cleans texts, each distinct one once; it remembers those of its last call, for one text's listings stand together."""

    def __init__(self) -> None:
        """Begin with no text known."""
        self._known: dict[Key, Body] = {}

    def clean_all(self, keys: Sequence[Key]) -> list[Body]:
        """Return what clean() says of each of `keys`."""
        distinct = dict.fromkeys(keys)
        found = {key: self._known[key] for key in distinct if key in self._known}
        for block in _blocks(key for key in distinct if key not in found):
            found.update(zip(block, _cleaned(block), strict=True))
        self._known = found
        return [found[key] for key in keys]


def _blocks(keys: Iterable[Key]) -> Iterator[list[Key]]:
    """Yield keys a few at a time: _BLOCK of them, or fewer where their texts are long."""
    block: list[Key] = []
    letters = 0
    for key in keys:
        block.append(key)
        letters += len(key[0] or "")
        if len(block) == _BLOCK or letters > _LETTERS:
            yield block
            block, letters = [], 0
    if block:
        yield block


def _cleaned(keys: list[Key]) -> list[Body]:
    """Return a few texts cleaned."""
    block = paragraphs.lines([markup.unmarked(description, kind) for description, kind, _, _ in keys])
    furnished, telling = _signs()
    texts: list[str] = []
    marks: list[tuple[str, ...]] = []
    lined = block.texts()
    for text, signs, (_, _, title, employer) in zip(lined, furnished.found(block), keys, strict=True):
        bare, found = _without_furniture(text, title, employer, noted=bool(signs))
        texts.append(bare)
        marks.append(found)
    if texts != lined:
        block = Block.of(texts)
    return list(map(_body, texts, marks, telling.found(block)))


def _body(text: str, marks: tuple[str, ...], spots: list[tuple[int, int]]) -> Body:
    """Return a clean text and what it tells, by where TELLING signs stand in it."""
    by_mark = {_MARK_SAYS[m.lower()] for m in marks if m.lower() in _MARK_SAYS}
    if len(by_mark) == 1:
        remote: str | None = by_mark.pop()
    else:
        remote = evidence.remote_of_text(text, [spot for spot in spots if spot[0] < _NUMBERS])
    number = evidence.requisition_in_text(text, [spot for spot in spots if _NUMBERS <= spot[0] < _MONEY])
    money = tuple(sorted(at for sign, at in spots if sign >= _MONEY))
    data = text.encode("utf-8", "surrogatepass")
    body_id = f"b{fingerprint_of(data):016x}"
    return Body(text, data, body_id, marks, language_of(text), remote, number, evidence.is_cut(text), money)


def _without_furniture(text: str, title: str, employer: str, *, noted: bool) -> tuple[str, tuple[str, ...]]:
    """Return `text` without furniture and marks, and the marks; what one round lays bare, the next takes off.

    `noted` is false where the text holds none of furniture.SIGNS.
    """
    marks: tuple[str, ...] = ()
    while True:
        left, found = furniture.take_off_marks(text) if noted else (text, ())
        left = furniture.take_off(left, title, employer, noted=noted)
        if left == text:
            return text, tuple(dict.fromkeys(marks))
        text, marks, noted = markup.lines(left), (*marks, *found), True
