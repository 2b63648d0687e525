"""The text of an ad cleaned: markup, page furniture and tracking marks off; and what the text tells beside."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.text import evidence, furniture, markup
from pipeline.text.languages import language_of


@dataclass(frozen=True)
class Body:
    """A text cleaned.

    Attributes:
        text: plain text, one paragraph or list item a line.
        marks: tracking marks taken off, in order.
        language: ISO 639-1, None where the text is too short to tell.
        remote: remote, hybrid or onsite, where the text (or a mark) says so clearly.
        requisition_id: the employer's number of the role, where the text states it.
        cut: it looks like the beginning of a longer text.
    """

    text: str
    marks: tuple[str, ...]
    language: str | None
    remote: str | None
    requisition_id: str | None
    cut: bool


_MARK_SAYS = {"#li-remote": "remote", "#li-hybrid": "hybrid", "#li-onsite": "onsite"}


def clean(description: str | None, markup_kind: str | None, title: str, employer: str) -> Body:
    """Return the cleaned text of `description`; `title` and `employer` are what its beginning may echo."""
    text, marks = _without_furniture(markup.to_text(description, markup_kind), title, employer)
    cut = evidence.is_cut(text)
    by_mark = {_MARK_SAYS[m.lower()] for m in marks if m.lower() in _MARK_SAYS}
    remote = by_mark.pop() if len(by_mark) == 1 else evidence.remote_of_text(text)
    return Body(text, marks, language_of(text), remote, evidence.requisition_in_text(text), cut)


def _without_furniture(text: str, title: str, employer: str) -> tuple[str, tuple[str, ...]]:
    """Return `text` without furniture and marks, and the marks; what one round lays bare, the next takes off."""
    marks: tuple[str, ...] = ()
    while True:
        left, found = furniture.take_off_marks(text)
        left = furniture.take_off(left, title, employer)
        if left == text:
            return text, tuple(dict.fromkeys(marks))
        text, marks = markup.lines(left), (*marks, *found)


def clean_all(
    descriptions: Sequence[str | None], kinds: Sequence[str | None], titles: Sequence[str], employers: Sequence[str]
) -> list[Body]:
    """Return each text cleaned, each distinct one worked on once."""
    known: dict[tuple[str | None, str | None, str, str], Body] = {}
    found = []
    for key in zip(descriptions, kinds, titles, employers, strict=True):
        body = known.get(key)
        if body is None:
            body = known[key] = clean(*key)
        found.append(body)
    return found
