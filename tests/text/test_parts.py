"""Texts cut into parts by one walk over their bytes: the parts that regular expressions find."""

import random

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from pipeline.text import signatures
from pipeline.text.parts import Parts, kinds, letters

GLUED = r"(\p{Ll}{3}|[0-9])(\p{Lu}\p{Ll}{2})|(\p{Ll}{3})([0-9]{1,2}\+)"
PIECES = (
    "skills", "Experience", "Abc", "ab", "A", "b", "5", "12+", "3+", "+", "é", "É", "naïve", "Écl", "straße", "ﬁ", "日本", "ß", "\U0001d41a", "\U0001d400", "\U0001f600",
    "İ", "ǅ", "ª", "\n", " ", "\t", "#", "C++", "-", "…", "(", "\x00", "�",
)  # fmt: skip


def _texts(seed: int, count: int = 80) -> list[str | None]:
    rng = random.Random(seed)
    return [None, "", *("".join(rng.choices(PIECES, k=rng.randrange(40))) for _ in range(count))]


def _plain(text: str | None) -> list[str]:
    low = "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in text or "")
    return "".join(c if ord(c) > 127 or c.isalnum() or c in "+#" else " " for c in low).split(" ")


@pytest.mark.parametrize("seed", range(10))
def test_parts_are_those_of_expressions(seed: int) -> None:
    texts = pa.array(_texts(seed), pa.string())
    for glued in (False, True):
        parts = Parts(kinds(b"+#") | letters() if glued else kinds(b"+#"), glued=glued)
        parted = pc.replace_substring_regex(texts, GLUED, r"\1\3 \2\4") if glued else texts
        for some in (slice(0, 30), slice(30, None)):  # numbers go on from one call to the next
            cut = parts.cut(texts.slice(some.start, None if some.stop is None else some.stop - some.start))
            names = parts.names().to_pylist()
            found = [
                [names[i] for i in cut.codes[begin:end]]
                for begin, end in zip(cut.parts_of[:-1], cut.parts_of[1:], strict=True)
            ]
            assert found == [[p for p in _plain(text) if p] for text in parted.to_pylist()[some]]
        assert len(set(names)) == len(names) == len(parts)
        assert parts.names(5).to_pylist() == names[5:]


def test_a_long_text_finds_room() -> None:
    words = [f"w{i}" for i in range(40_000)]
    parts = Parts(kinds(b""))
    cut = parts.cut(pa.array(["a", " ".join(words), " ".join(reversed(words))]))
    assert parts.names().to_pylist() == ["a", *words]
    assert cut.codes.tolist() == [0, *range(1, 40_001), *range(40_000, 0, -1)]


def test_lines_are_counted_where_they_have_parts() -> None:
    cut = Parts(kinds(b".", lines="\n•", ends=".…", spaces="\xa0")).cut(
        pa.array(["\n\na b. c.d…\xa0e\n", "", " \n ", "f.", "g•h"])
    )
    assert cut.lines.tolist() == [2, 1, 1, 1, 1, 1]
    assert np.diff(cut.lines_of).tolist() == [3, 0, 0, 1, 2]


def test_words_of_glued_sentences_stand_apart() -> None:
    one, other = (
        signatures.cut(pa.array([t])).ids.tolist()
        for t in ("Go skillsRust 5Years you are3+", "go skills rust 5 years you are 3+")
    )
    assert one == other
