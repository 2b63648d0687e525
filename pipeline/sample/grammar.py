"""Sentence templates: `[repair|service] {machine} within {2-4} hours` and how one becomes a sentence."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from pipeline.sample.dice import Dice

Node = str | tuple[str, object]
"""A piece of a template: plain text, ("slot", name), ("range", (low, high)) or ("one of", alternatives)."""

_TOKEN = re.compile(r"[\[\]|]|\{[^{}]+\}|[^\[\]|{}]+")
_DANGLING = re.compile(r"(?:\s*[,;:]|\s+(?:and|or|with))*\s+([.,;])(?!\w)")  # what an empty alternative leaves behind
_ARTICLE = re.compile(  # "a" before a vowel that is heard
    r"\b([Aa]) (?=[aeioAEIO]|[uU](?!ni|se|X|I|ti|s\b)"
    r"|(?:RN|LPN|ML|MLT|HR|HVAC|FP&A|SDET|X-Ray|SPED|MIG|LVN)\b)(?!one\b|eu|Eu)"
)
_THOUSANDS = re.compile(r"(?<![\d,])(\d)(\d{3}),000")
_RANGE = re.compile(r"(\d+)-(\d+)$")


@cache
def parse(template: str) -> tuple[Node, ...]:
    """Return the pieces of `template`; `[a|b]` may nest and may hold an empty alternative.

    Raises:
        ValueError: brackets do not match.
    """
    stack: list[list[list[Node]]] = [[[]]]
    for token in _TOKEN.findall(template):
        if token == "[":
            stack.append([[]])
        elif token == "|" and len(stack) > 1:
            stack[-1].append([])
        elif token == "]":
            if len(stack) == 1:
                raise ValueError(f"template {template!r}: ] without [")
            alternatives = tuple(tuple(branch) for branch in stack.pop())
            stack[-1][-1].append(("one of", alternatives))
        else:
            stack[-1][-1].append(_leaf(token))
    if len(stack) > 1:
        raise ValueError(f"template {template!r}: [ without ]")
    return tuple(stack[0][0])


def _leaf(token: str) -> Node:
    if not token.startswith("{"):
        return token
    name = token[1:-1]
    found = _RANGE.match(name)
    return ("range", (int(found[1]), int(found[2]))) if found else ("slot", name)


class Words:
    """What fills the slots of one text: fixed words, and lists dealt out without repeats until they are used up."""

    def __init__(self, dice: Dice, fixed: Mapping[str, str], lists: Mapping[str, Sequence[str]]) -> None:
        self.dice = dice
        self._fixed = dict(fixed)
        self._lists = lists
        self._decks: dict[str, list[str]] = {}

    def word(self, slot: str) -> str:
        """Return the next word for `slot`.

        Raises:
            KeyError: no list and no fixed word has that name.
        """
        if slot in self._fixed:
            return self._fixed[slot]
        deck = self._decks.get(slot)
        if not deck:
            if slot not in self._lists:
                raise KeyError(f"slot {{{slot}}} has no words: known are {sorted([*self._fixed, *self._lists])}")
            deck = self._decks[slot] = self.dice.sample(self._lists[slot], len(self._lists[slot]))
        word = deck.pop()
        return self.fill(word) if "[" in word or "{" in word else word

    def fill(self, template: str) -> str:
        """Return one sentence of `template`."""
        out: list[str] = []
        self._walk(parse(template), out)
        text = "".join(out)
        if " ." in text or " ," in text or " ;" in text:
            text = _DANGLING.sub(r"\1", text)
        if "a " in text or "A " in text:
            text = _ARTICLE.sub(r"\1n ", text)
        if ",000" in text:
            text = _THOUSANDS.sub(r"\1,\2,000", text)
        if text.endswith("..") and not text.endswith("..."):
            text = text[:-1]
        return " ".join(text.split()) if "  " in text or text[:1] == " " or text[-1:] == " " else text

    def _walk(self, nodes: tuple[Node, ...], out: list[str]) -> None:
        for node in nodes:
            if isinstance(node, str):
                out.append(node)
                continue
            kind, value = node
            if kind == "slot":
                out.append(self.word(str(value)))
            elif kind == "range":
                out.append(str(self.dice.between(*value)))  # type: ignore[misc]
            else:
                self._walk(self.dice.pick(value), out)  # type: ignore[arg-type]

    def some(self, templates: Sequence[str], k: int) -> list[str]:
        """Return `k` sentences of different templates."""
        return [sentence(self.fill(t)) for t in self.dice.sample(templates, k)]


def sentence(text: str) -> str:
    """Return `text` with a capital first letter."""
    return text[:1].upper() + text[1:]
