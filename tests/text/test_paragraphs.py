"""Lines made by one walk over characters: what the expressions of markup.lines() make of each text."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text import markup, paragraphs

PIECES = (
    "skills", "Experience", "The ", "Requirements:", "Your'", "Overview", "About us", "About Us", "Description", "word ", "Ab", "a.", "B", "c! ",
    " ", "  ", "\n", "\n\n", "\t", "\r", "\x1f", "\x1c", "\x85", "\u2003", "\u1680", "\u2028", "•", "• ", "· ", "- ", "-", "--", "–", "— ", "* ",
    "o ", "+ ", "o", "-Ab", "🔹", "🔹 ", "👉", "?", "D.", ".", ":", ";", "Net", "Net ", "Js_", "Co", "_", "___", "***", "É", "é", "ß", "÷ ", "×", "À ",
    "ÞA", "日本", "𝗪", "😀", "\U00020000", "\U000e0001", "ª", "ǅ", "İ", "Ⅷ", "²", "\ufeff", "\x00", "\ud800", "1", "2)", "%", "]", ")", "'", "&",
    "A", "b", "C", "e ", "If ", "Is:", "Nous ",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_lines_are_those_of_the_expressions(seed: int) -> None:
    rng = random.Random(seed)
    texts = ["", *("".join(rng.choices(PIECES, k=rng.randrange(30))) for _ in range(300))]
    assert paragraphs.lines(texts).texts() == [markup.lines(text) for text in texts]


@pytest.mark.parametrize("seed", range(3))
def test_no_table_is_read_behind_its_end(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not compiled, the same loops raise where an index is outside; compiled ones would read on."""
    for name in ("_stands", "_breaks", "_brought"):
        monkeypatch.setattr(paragraphs, name, getattr(paragraphs, name).py_func)
    rng, last = random.Random(seed), "\U0010ffff"
    texts = [
        "xA" + last,
        "x.Net" + last,
        last,
        "a." + last,
        *("".join(rng.choices((*PIECES, last), k=8)) for _ in range(80)),
    ]
    assert paragraphs.lines(texts).texts() == [markup.lines(text) for text in texts]


@given(st.lists(st.text(max_size=60), max_size=5))
@settings(max_examples=200, deadline=None)
def test_lines_of_any_text(texts: list[str]) -> None:
    assert paragraphs.lines(texts).texts() == [markup.lines(text) for text in texts]


@pytest.mark.parametrize("word", [*markup.SECTIONS, *markup.HEADINGS, *markup.NOT_GLUED])
def test_every_word_is_known(word: str) -> None:
    texts = [
        f"plain{word} next",
        f"plain. x{word}Next one",
        f"end.{word} next",
        f"end.{word}s next",
        f"U{word}: x",
        f"9{word}'s",
        word,
    ]
    assert paragraphs.lines(texts).texts() == [markup.lines(text) for text in texts]
