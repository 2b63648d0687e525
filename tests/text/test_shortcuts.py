"""Short ways of understanding a text: they say what the long way says."""

import random
from collections import Counter

import pytest

from pipeline.text import bodies, employers, evidence, furniture, languages, markup, voices
from pipeline.text import titles as titles_module
from pipeline.text.pay_text import pay_in_text
from pipeline.text.titles import parse_title

TITLE, EMPLOYER = "Bridge Engineer II", "Halden Works"
PIECES = (
    "Bridge Engineer II", "bridge engineer", "Halden Works", "Halden", "The role", " at ", "We look after bridges.", "Apply now", "show more", "New",
    "\n", "\n\n", ". ", ": ", "! ", "...", "… see more", "#LI-Remote", "#J-18808-Ljbffr", "[", "]", "200 applicants", "Over 12+ applicants",
    "all qualified applicants", "© 2024 Halden. All rights reserved.", "Continue with Google", "Seniority level", "Employment type", "This is a remote role",
    "hybrid work", "Remote", "on-site", "3 days per week in the office", "Job ID: AB-12345", "Req #: 2024-118", "ref: #778899", ":", "#", "# 9",
    "$80,000 - $95,000 per year", "pay: ", "€ 3.500 tot € 4.800 bruto per maand", "USD 20 to 30", "euro", "é", "Ärzte", "😀", "²", "12", "ſhow more", "\u212a",
)  # fmt: skip


def _texts(seed: int, count: int = 150) -> list[str]:
    rng = random.Random(seed)
    return ["".join(rng.choices(PIECES, k=rng.randrange(1, 14))) for _ in range(count)]


def _long_way(text: str) -> tuple[str, tuple[str, ...]]:
    """Return a text without furniture, and its marks, looked through for everything."""
    marks: tuple[str, ...] = ()
    while True:
        left, found = furniture.take_off_marks(text)
        left = furniture.take_off(left, TITLE, EMPLOYER)
        if left == text:
            return text, tuple(dict.fromkeys(marks))
        text, marks = markup.lines(left), (*marks, *found)


@pytest.mark.parametrize("seed", range(8))
def test_bodies_are_those_of_the_long_way(seed: int) -> None:
    texts = _texts(seed)
    for text, body in zip(
        texts, bodies.Cleaner().clean_all([(t, "text", TITLE, EMPLOYER) for t in texts]), strict=True
    ):
        assert (body.text, body.marks) == _long_way(markup.to_text(text, "text"))
        assert body.requisition_id == evidence.requisition_in_text(body.text)
        assert body.remote == evidence.remote_of_text(body.text) or any("remote" in mark.lower() for mark in body.marks)
        assert pay_in_text(body.text, "US", body.money) == pay_in_text(body.text, "US")


@pytest.mark.parametrize("seed", range(8))
def test_no_echo_is_missed_by_its_first_word(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = _texts(seed + 100)
    short = [furniture.take_off(text, TITLE, EMPLOYER) for text in texts]
    monkeypatch.setattr(furniture, "_may_echo", lambda *_: True)
    assert short == [furniture.take_off(text, TITLE, EMPLOYER) for text in texts]


@pytest.mark.parametrize("seed", range(5))
def test_function_words_of_all_languages_are_counted_at_once(seed: int) -> None:
    rng = random.Random(seed)
    known = [word for words in languages._FUNCTION_WORDS.values() for word in words.split()]
    told = 0
    for _ in range(200):
        some = rng.sample(list(languages._FUNCTION_WORDS), 2)
        own = [word for language in some[: rng.randrange(1, 3)] for word in languages._FUNCTION_WORDS[language].split()]
        found = rng.choices([*own * 8, *known, "xylo"], k=rng.randrange(14, 90))
        counts = Counter(
            language for word in found for language, words in languages._FUNCTION_WORDS.items() if word in words.split()
        )
        (first, most), (_, second) = [*counts.most_common(2), ("", 0), ("", 0)][:2]
        if most >= max(5, len(found) / 12) and most >= 1.6 * second + 2:
            told += 1
            assert languages.language_of(f"{' '.join(found)} {'1' * 60}"[:600]) == first
    assert told > 50


def test_voices_are_looked_for_only_where_their_words_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    heads = [
        "Northwind Robotics (NWR), is a firm", "Northwind is the leading company", "Northwind is seeking a welder", "x About Northwind is", "ABOUT Northwind:",
        "Over Northwind\nx", "Über Northwind: x", "At Northwind, we build", "Join Northwind and", "Bij Northwind, wij", "Bei Northwind wir", "Chez Northwind, nous",
        "Our client, Northwind Robotics, is", "our client Northwind has", "a role at Northwind.", "Nothing is here", "This is it",
    ]  # fmt: skip
    named = [voices._named(head, TITLE) for head in heads]
    assert sum(name is not None for name in named) >= 14
    monkeypatch.setattr(voices, "_SAYS_WORDS", (("",),) * len(voices._SAYS))
    assert named == [voices._named(head, TITLE) for head in heads]


@pytest.mark.parametrize("seed", range(5))
def test_legal_forms_are_those_of_the_long_way(seed: int) -> None:
    def long_way(tokens: list[str]) -> list[str]:
        changed = True
        while changed:
            changed = False
            for form in employers._TAIL_FORMS:
                if len(tokens) > len(form) and tuple(tokens[-len(form) :]) == form:
                    tokens, changed = tokens[: -len(form)], True
            while len(tokens) > 1 and tokens[-1] in ("and", "the"):
                tokens, changed = tokens[:-1], True
            for form in employers._HEAD_FORMS:
                if len(tokens) > len(form) and tuple(tokens[: len(form)]) == form:
                    tokens, changed = tokens[len(form) :], True
        return tokens

    rng = random.Random(seed)
    words = [
        *{word for form in (*employers._TAIL_FORMS, *employers._HEAD_FORMS) for word in form},
        "and",
        "the",
        *["halden", "works"] * 20,
    ]
    words.sort()
    for _ in range(400):
        tokens = rng.choices(words, k=rng.randrange(7))
        assert employers._without_forms(tokens) == long_way(tokens)


def test_titles_without_a_place_are_understood_once() -> None:
    titles = [
        "Nurse, Zwolle",
        "Nurse (Zwolle)",
        "Nurse Zwolle",
        "Welder - Halden, OH",
        "Welder in Halden",
        "Senior Welder",
        "Halden Cook / Welder",
        "Cook | New Halden Town",
    ]
    places = [
        frozenset[str](),
        frozenset(("zwolle",)),
        frozenset(("halden", "oh")),
        frozenset(("new halden town", "cook")),
    ]
    told = [(parse_title(title, known), titles_module._parsed(title, known)) for title in titles for known in places]
    assert all(short == long for short, long in told)
    assert len({long for _, long in told}) > len(titles) + 4  # places do tell


@pytest.mark.parametrize("seed", range(4))
def test_odd_letters_of_a_long_text_are_those_of_a_short_one(seed: int) -> None:
    rng = random.Random(seed)
    text = "".join(rng.choices("ab \n\t\x7f\x00é’•😀\ud800\U000e0001Ã©", k=700))
    assert markup._odd_letters(text) == {letter for letter in text if not " " <= letter <= "~"}


def test_ascii_words_are_those_of_the_expression() -> None:
    rng = random.Random(3)
    for _ in range(300):
        head = "".join(rng.choices([chr(code) for code in range(128)], k=80))
        assert head.translate(languages._LETTERS).split() == languages._WORD.findall(head.lower())
