"""An ad's text as blocks, and the markups boards deliver it in."""

import html
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Markup = Literal["markdown", "html", "glued", "text"]


@dataclass(frozen=True)
class Block:
    """A heading with what stands under it.

    Attributes:
        part: what it is about: intro, about, team, duties, wants, tools, pay, benefits, equal, wrapper or furniture.
        heading: empty where there is none.
        paragraphs: running text.
        items: list items, after the paragraphs.
    """

    part: str
    heading: str = ""
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()

    def mapped(self, change: Callable[[str], str]) -> "Block":
        """Return the block with every line changed."""
        return Block(
            self.part, change(self.heading), tuple(map(change, self.paragraphs)), tuple(map(change, self.items))
        )


class Change:
    """Words replaced by others, everywhere."""

    def __init__(self, *pairs: tuple[str, str]) -> None:
        self._pairs = [(old, new) for old, new in pairs if old]

    def __call__(self, line: str) -> str:
        """Return `line` with the words replaced."""
        for old, new in self._pairs:
            line = line.replace(old, new)
        return line


Document = tuple[Block, ...]


def render(document: Document, markup: Markup) -> str:
    """Return the text of `document` as a board with that markup delivers it."""
    return {"markdown": markdown, "html": as_html, "glued": glued, "text": plain}[markup](document)


def markdown(document: Document) -> str:
    """Return Markdown, as JobSpy makes it."""
    lines: list[str] = []
    for block in document:
        if block.heading:
            lines += [f"**{block.heading}**", ""]
        for paragraph in block.paragraphs:
            lines += [paragraph, ""]
        if block.items:
            lines += [*(f"* {item}" for item in block.items), ""]
    return "\n".join(lines).rstrip("\n")


def as_html(document: Document) -> str:
    """Return HTML, as applicant tracking systems deliver it."""
    out: list[str] = []
    for block in document:
        if block.heading:
            out.append(f"<h3>{html.escape(block.heading, quote=False)}</h3>")
        out += [f"<p>{html.escape(p, quote=False)}</p>" for p in block.paragraphs]
        if block.items:
            items = "".join(f"<li>{html.escape(i, quote=False)}</li>" for i in block.items)
            out.append(f"<ul>{items}</ul>")
    return "".join(out)


def glued(document: Document) -> str:
    """Return the text without any line break, as scrapers that lose them do: headings stick to their neighbours."""
    return "\n" + "".join(f"{b.heading}{' '.join(b.paragraphs)}{''.join(b.items)}" for b in document)


def plain(document: Document) -> str:
    """Return plain text with bullets."""
    parts = []
    for block in document:
        items = "\n".join(f"  • {item}" for item in block.items)
        parts += [part for part in (block.heading, *block.paragraphs, items) if part]
    return "\n\n".join(parts)
