"""Signs found by one walk: where each of them stands, as str.find() says."""

import random
import re

import pytest

from pipeline.text import furniture
from pipeline.text.bodies import TELLING
from pipeline.text.signs import Block, Signs


def _plain(text: str, signs: tuple[str, ...]) -> list[tuple[int, int]]:
    return sorted((n, at) for n, sign in enumerate(signs) for at in range(len(text)) if text.startswith(sign, at))


@pytest.mark.parametrize("seed", range(10))
def test_signs_stand_where_they_are_found(seed: int) -> None:
    rng = random.Random(seed)
    signs = ("aba", "bab", "cc", "aab", "é$", "ccd")
    texts = ["", *("".join(rng.choices("aabbccdé$😀", k=rng.randrange(60))) for _ in range(50))]
    found = list(Signs(signs).found(Block.of(texts)))
    assert [sorted(one) for one in found] == [_plain(text, signs) for text in texts]
    whole = list(Signs(TELLING).found(Block.of([f"x{sign}" for sign in TELLING])))
    assert all((number, 1) in one for number, one in enumerate(whole))


def test_a_sign_does_not_end_with_another() -> None:
    with pytest.raises(ValueError, match="ends with"):
        Signs(("office", "ice"))


def test_case_does_not_matter_as_in_expressions() -> None:
    signs = ("skip", "0 is", "©")
    texts = ["SKIP", "ſ\u212aıp", "sKİp", "٣ IS", "7 iſ", "©", "skin", "O is"]
    found = [bool(one) for one in Signs(signs, any_case=True).found(Block.of(texts))]
    assert found == [bool(re.search(r"skip|\d is|©", text, re.IGNORECASE)) for text in texts]


def test_a_block_gives_its_texts_back() -> None:
    texts = ["", "a", "é😀", "\ud800", "", "日本"]
    assert Block.of(texts).texts() == texts
    assert Block.of([]).texts() == []


def test_no_note_is_without_a_sign() -> None:
    texts = [
        "Over 200 applicants", "12+ applicants", "Continue with Google", "text\nSeniority level\nEntry\nEmployment type\nFull",
        "text\nApply now and click easy apply", "text © 2024 Halden Works. All rights reserved.", "#LI-Remote x", "PDN-1", "PI٣",
        "#zr", "#CJP-1", "#J-18808-Ljbffr", "PandoLogic. Category: x",
    ]  # fmt: skip
    assert all(Signs(furniture.SIGNS, any_case=True).found(Block.of(texts)))
