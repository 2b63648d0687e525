"""Language of a text: function words where they decide, a trained model where not, None where the text is too short."""

import re
from collections import Counter
from functools import cache, lru_cache
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
_OWNERS: dict[str, tuple[str, ...]] = {}
for _language, _list in _FUNCTION_WORDS.items():
    for _word in _list.split():
        _OWNERS[_word] = (*_OWNERS.get(_word, ()), _language)
_WORD = re.compile(r"[^\W\d_]+")
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
    found = _WORD.findall(head.lower())
    counts: Counter[str] = Counter()
    often = Counter(found)
    for word in often.keys() & _OWNERS.keys():
        for language in _OWNERS[word]:
            counts[language] += often[word]
    ranked = counts.most_common(2)
    if ranked and ranked[0][1] >= max(5, len(found) / 12):
        second = ranked[1][1] if len(ranked) > 1 else 0
        if ranked[0][1] >= 1.6 * second + 2:
            return ranked[0][0]
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
