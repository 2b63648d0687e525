"""Many texts cut at once: the same sentences and words as one text after the other gives."""

import random

import numpy as np
import pyarrow as pa
import pytest

from pipeline.text.cutting import Cut, cut
from pipeline.text.tokens import fingerprint, fingerprints, sentence_id, sentences, words

PIECES = (
    "We bake", "RYE bread", "C++", "c#", "node.js", "o'clock", "O\u2019Neill", "3.5 %", "a_b", "naïve", "Straße", "ＦＵＬＬ", "™", "e\u0301te\u0301",
    "•", "\u00a0", "\u2028", "\x85", "…", ". ", "! ", "?\t", ";\n", "\r\n", " - ", "·", "▪", "--", "+", "#", "..", "İstanbul", "日本語", "١٢٣", "x\u202fy", "ﬁne",
)  # fmt: skip


def _plain(texts: list[str | None]) -> list[list[list[str]]]:
    found = [[words(s) for s in sentences(text or "")] for text in texts]
    return [[s for s in text if s] for text in found]


def _told(made: Cut) -> list[list[list[str]]]:
    said = [
        [made.names[i] for i in made.ids[begin:end]]
        for begin, end in zip(made.sentences[:-1], made.sentences[1:], strict=True)
    ]
    return [said[begin:end] for begin, end in zip(made.texts[:-1], made.texts[1:], strict=True)]


@pytest.mark.parametrize("seed", range(20))
def test_words_are_those_of_one_text_after_the_other(seed: int) -> None:
    rng = random.Random(seed)
    texts: list[str | None] = [
        "".join(rng.choice(PIECES) + rng.choice(("", " ", "  ", "\n")) for _ in range(rng.randrange(30)))
        for _ in range(60)
    ]
    texts[7] = None
    assert _told(cut(pa.array(texts, pa.string()))) == _plain(texts)
    assert _told(cut(pa.chunked_array([texts[:13], texts[13:]], pa.string()).slice(5))) == _plain(texts[5:])


def test_sentences_have_one_fingerprint() -> None:
    made = cut(pa.array(["We bake. Rye bread!", "rye  BREAD", ""]))
    assert made.sentence_ids.tolist() == [sentence_id(s) for s in ("we bake", "rye bread", "Rye bread?")]
    assert sentence_id("bread rye") != sentence_id("rye bread")


def test_many_fingerprints_at_once_are_those_one_by_one() -> None:
    texts = ["", "7", "42+", "brød"]
    assert fingerprints(t.encode() for t in texts).tolist() == [fingerprint(t) for t in texts]


def test_nothing_is_cut_into_nothing() -> None:
    for texts in ([], [None], ["", " . "]):
        made = cut(pa.array(texts, pa.string()))
        assert (made.names, made.ids.tolist(), made.sentences.tolist()) == ([], [], [0])
        assert made.texts.tolist() == [0] * (len(texts) + 1)
        assert made.sentence_ids.dtype == np.uint64
