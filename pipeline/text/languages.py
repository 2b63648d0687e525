"""Language of a text: function words where they decide, a trained model where not, None where the text is too short."""

import re
from functools import cache, lru_cache
from itertools import repeat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LANGUAGES = (
    "ar", "cs", "da", "de", "el", "en", "es", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko", "ms", "nl", "no",
    "pl",
    "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh",
)  # fmt: skip
_FUNCTION_WORDS = {
    "en": "the and of to for with you we our your is are will this that be as or an from have on by",
    "de": "und der die das mit für von wir sie zu den im ist ein eine auf werden bei dein dich ihre oder zur als",
    "fr": "et de la le les des vous nous pour dans en une est sur avec du au votre notre vos qui aux ou êtes",
    "nl": "en de het een van voor je met jij wij in op ons bij aan zijn of naar bent als die ook onze jouw hebt",
    "es": "y de la el los las en para con una del que por nuestro al se su como más tu",
    "pt": "e de da do para com em os as uma um que na no por nosso você dos das ou sua são seu",
    "it": "e di il la per con del della che una in le dei nel si al sono alla delle lavoro",
    "id": "dan yang dengan untuk di dari pada atau dalam memiliki kerja tahun bisa mampu minimal",
    "sv": "och att som för med av på du vi är en ett till eller våra din dig oss",
    "da": "og at som for med af på du vi er en et til eller vores din dig os",
    "pl": "i w na z do oraz się dla że jest nie lub naszych przy pracy",
}
_BITS = 16  # of a count: no head has so many words
_TALLIES: dict[str, int] = {}
"""Of each function word 1 in the place of each of its languages, `_BITS` a place: their sum counts all languages at once."""
for _place, _list in enumerate(_FUNCTION_WORDS.values()):
    for _word in _list.split():
        _TALLIES[_word] = _TALLIES.get(_word, 0) + (1 << _BITS * _place)
_WORD = re.compile(r"[^\W\d_]+")
_LETTERS = "".join(letter if letter.isalpha() else " " for letter in map(chr, range(128))).lower()
"""Of each ASCII character its small letter, a space where it is none: words are found four times as fast by it."""
_HEAD = 600  # characters looked at
_SHORT = 60  # characters; below, a text's language is not told
_UNSURE = 0.6  # probability the model must reach; Indonesian lists score .65 to .85 and are right


def language_of(text: str) -> str | None:
    """Return the ISO 639-1 code of the language of `text`, None where it is too short or too mixed to tell."""
    return _told(text[:_HEAD])


@lru_cache(maxsize=8192)
def _told(head: str) -> str | None:
    if len(head) < _SHORT:
        return None
    found = head.translate(_LETTERS).split() if head.isascii() else _WORD.findall(head.lower())
    tally = sum(map(_TALLIES.get, found, repeat(0)))
    counts = [(tally >> _BITS * place) & ((1 << _BITS) - 1) for place in range(len(_FUNCTION_WORDS))]
    second, first = sorted(counts)[-2:]
    if first >= max(5, len(found) / 12) and first >= 1.6 * second + 2:  # there are no two such
        return tuple(_FUNCTION_WORDS)[counts.index(first)]
    return _modelled(head)


@cache
def _model() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages(list(LANGUAGES))
    return model


def _modelled(head: str) -> str | None:
    code, probability = _model().classify(head)
    return str(code) if probability >= _UNSURE else None
