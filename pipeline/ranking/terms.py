"""What is counted of a job, by channel: title words, title characters, words of the text less the boilerplate."""

from collections.abc import Collection

from pipeline.text.tokens import fingerprint, sentences, words

CHANNELS = ("title", "title_characters", "body")
PHRASED = frozenset({"title", "body"})
"""Channels whose pairs of neighbouring words may be terms of their own."""

_GRAMS = (3, 4, 5)
_MIN_OWN_WORDS = 15  # a text with fewer words of its own is read with its boilerplate


def title_words(core: str, team: str | None = None) -> list[str]:
    """Return the words of a title: those of its core, then those of the team or speciality beside it."""
    return words(core) + (words(team) if team else [])


def title_characters(core: str, team: str | None = None) -> list[str]:
    """Return the character 3- to 5-grams of the title's words, each word between spaces (as scikit-learn's char_wb)."""
    grams: list[str] = []
    for word in title_words(core, team):
        padded = f" {word} "
        for size in _GRAMS:
            grams += [padded[i : i + size] for i in range(max(1, len(padded) - size + 1))]
    return grams


def body_words(text: str, boilerplate: Collection[int] = ()) -> list[str]:
    """Return the words of a text, without the sentences whose fingerprint is boilerplate.

    A text that has hardly a word of its own keeps them all: a little is better than nothing.
    """
    if not boilerplate:
        return words(text)
    parts = [words(s) for s in sentences(text)]
    own = [w for part in parts if fingerprint(" ".join(part)) not in boilerplate for w in part]
    return own if len(own) >= _MIN_OWN_WORDS else [w for part in parts for w in part]
