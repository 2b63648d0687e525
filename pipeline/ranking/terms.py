"""What is counted of a job, by channel.

title: words of the title's core. title_characters: character grams of core and team, which forgive spelling and
inflection. body: words of the text, less the boilerplate.
"""

from collections.abc import Collection, Mapping

import pyarrow as pa

from pipeline.ranking.arrays import strings
from pipeline.ranking.boilerplate import of_employer
from pipeline.text.tokens import fingerprint, sentences, words

CHANNELS = ("title", "title_characters", "body")
_GRAMS = (3, 4, 5)
_MIN_OWN_WORDS = 15  # a text with fewer words of its own is read with its boilerplate


def by_channel(
    postings: pa.Table, texts: Mapping[str, str], boilerplate: Mapping[str, frozenset[int]]
) -> dict[str, list[list[str]]]:
    """Return the terms of each posting, by channel.

    Args:
        postings: needs title_core, team, employer_key and body_id.
        texts: text of each body_id; one that is missing is empty.
        boilerplate: as pipeline.ranking.boilerplate.by_employer gives it.
    """
    titles = list(zip(strings(postings.column("title_core")), strings(postings.column("team")), strict=True))
    keys = zip(postings.column("body_id").to_pylist(), strings(postings.column("employer_key")), strict=True)
    return {
        "title": [words(core or team) for core, team in titles],
        "title_characters": [title_characters(f"{core} {team}") for core, team in titles],
        "body": [body_words(texts.get(body, ""), of_employer(boilerplate, employer)) for body, employer in keys],
    }


def title_characters(title: str) -> list[str]:
    """Return the character 3- to 5-grams of a title's words, each word between spaces (as scikit-learn's char_wb)."""
    grams: list[str] = []
    for word in words(title):
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
