"""What is taken off a title as it stands: gender marks, inflections, requisition numbers, pay, hours, decoration."""

import re
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.text.title_words import LEVELS
from pipeline.text.tokens import fold


@dataclass
class Found:
    """What was found on the way."""

    levels: list[str] = field(default_factory=list)
    head: str | None = None
    grades: list[int] = field(default_factory=list)
    degrees: set[str] = field(default_factory=set)
    contracts: set[str] = field(default_factory=set)
    flags: set[str] = field(default_factory=set)
    year: int | None = None
    remote: str | None = None
    gender: str | None = None
    requisition: str | None = None
    level_end: int = -1
    either: bool = False


RANK = {level: i for i, level in enumerate(LEVELS)}
WORD = re.compile(r"(?:(?<![\w.])\.(?=net\b))?[^\W_]+(?:[’'.&][^\W_]+)*[+#]*", re.IGNORECASE)
_GENDER = re.compile(
    r"[(\[]\s*(?:[mwfhvdxigknoau*]|div\.?|divers\w*)(?:\s*[/|,*:&-]\s*(?:[mwfhvdxigknoau*]|div\.?|divers\w*)){1,4}\s*[)\]]"
    r"|(?<![\w/])(?:[mwfhd](?:\s?[/|]\s?[mwfhvdx]){1,3}|v/m|f-m|h-f|m/k)(?![\w/])"
    r"|[(\[]\s*(?:all genders?|alle geschlechter|gn\*?|any gender|w?m?d?\*|mwd|mfd|fmd|wmd|mfx|homme\s?/\s?femme)\s*[)\]]",
    re.IGNORECASE,
)
_INFLECTED = re.compile(
    r"(?<=[^\W\d_]{3})(?:\s?\((?:a|e|in|se|ne|rice|trice|euse|o|as|es|-?in|-a|-o|innen|ère)\)|[:*_·•’]-?in(?:nen)?\b|/-?in(?:nen)?\b"
    r"|/-?a\b|[·•⋅]-?(?:e|se|ne|trice|euse|rice|ère)\b|\.(?:e|ne|se|euse|trice|rice)\b(?!\w)|/-?(?:se|trice|euse|ne|frau|ière|rice)\b|/e\b)",
    re.IGNORECASE,
)
_INFLECTING = frozenset("(:*_·•⋅’/.")
_REQUISITION = re.compile(
    r"[(\[#]?\s*(?<![^\W_])(?:"
    r"(?:req(?:uisition)?|job|posting|vacancy|reference|position|ref|stellen|kennziffer)\s*(?:id|no|nr|num(?:ber)?|code)?\s*[.:#-]*\s*#?"
    r"\s*(?P<a>[a-z]{0,4}[-_]?\d[\w.-]{2,15})"
    r"|(?:id|no|nr)\s*[.:#]+\s*(?P<e>[a-z]{0,4}[-_]?\d[\w.-]{2,15})"
    r"|(?P<b>(?:jr|r|req|rq|ref|job|jo|pos|j|p|tr|wd|ir|bh|cr|br)[-_]?\d{4,}(?:[-_]\d+)*)"
    r"|\#\s?(?P<c>[a-z]{0,4}-?\d{3,}(?:-\d+)*)|(?P<d>(?:[a-z]{1,5}[-_])?\d{5,}(?:-\d+)*|\d{2,4}-\d{4,}))"
    r"(?![^\W_])\s*[)\]]?",
    re.IGNORECASE,
)
_ZIP = re.compile(r"\b([A-Z]{2}),?\s*[-–]?\s*\d{5}(?:-\d{4})?\b")
_PAY = re.compile(
    r"[(\[]?\s*(?:up to|ab|bis zu|até|from|tot)?\s*(?:(?:[A-Z]{2})?[$€£]|(?:usd|eur|gbp|sgd|inr|aed|idr|rp|r\$)\s?)\s?\d[\d.,]*\s?[km]?\+?"
    r"(?:\s?(?:[-–]|to)\s?(?:[A-Z]{2})?[$€£]?\s?\d[\d.,]*\s?[km]?\+?)?(?:\s?(?:/|per|an|a|p\.?)\s?(?:hour|hr|h|year|yr|annum|day|month|week|stunde|uur|maand|mois|an|a))?\s*[)\]]?",
    re.IGNORECASE,
)
_HOURS = re.compile(
    r"[(\[]?\s*\b(\d{1,3}(?:\s?(?:[-–/]|to|a|à|bis|tot)\s?\d{1,3})?\+?)\s?-?\s?"
    r"(%|(?:hours?|hrs?|uur|stunden|std|heures?|horas?|h)(?:\s?(?:/|per|p\.?|a|por)\s?(?:week|wk|w|woche|semaine|semana))?"
    r"|months?|mois|monate?|maanden|meses|bulan|mos?|weeks?|semaines)(?![^\W_])\.?\s*[)\]]?",
    re.IGNORECASE,
)
_TRACKER = re.compile(r"#?\s?J-18808-Ljbffr\s*", re.IGNORECASE)
_DECORATION = re.compile(r"[*!~]{2,}|[\u2190-\u21ff\u2600-\u27bf\U0001f000-\U0001faff\ufe0f]+")
_STRAY = " -–—*•|,;:!#~_/<>"
_DIGIT = re.compile(r"\d")
YEAR = re.compile(r"20[1-3]\d")


def clean_title(title: str) -> str:
    """Return `title` for people to read: trackers, stray marks and doubled spaces off, where anything is left."""
    text = " ".join(title.split())
    if "18808" in text:
        text = _TRACKER.sub("", text)
    cleaned = text
    if not text.isascii() or "**" in text or "!!" in text or "~~" in text:
        cleaned = " ".join(_DECORATION.sub(" ", text).split())
    cleaned = cleaned.strip(_STRAY)
    return cleaned or text


@lru_cache(maxsize=65_536)
def fold_word(word: str) -> str:
    """Return `word` in lower case without accents; remembered, as titles repeat their words."""
    if word.isascii():
        return word.lower().replace("’", "'")
    return fold(word.replace("’", "'"))


def take_marks(text: str, found: Found) -> str:
    """Return `text` without gender marks, inflections, requisition number, pay and hours, noting them in `found`."""
    if "/" in text or "(" in text or "[" in text or "|" in text or "-" in text:
        mark = _GENDER.search(text)
        if mark:
            found.gender = (
                fold_word(re.sub(r"[^\w/*]", "", mark[0].replace("|", "/").replace(",", "/"))).strip("/") or None
            )
            text = (
                f"{text[: mark.start()]} , {text[mark.end() :]}" if text[mark.end() :].strip() else text[: mark.start()]
            )
    if not _INFLECTING.isdisjoint(text):
        text = _INFLECTED.sub("", text)
    if _DIGIT.search(text):
        text = _take_numbers(text, found)
    return text


def _take_numbers(text: str, found: Found) -> str:
    text = _PAY.sub(" , ", text)
    text = _ZIP.sub(r"\1", text)
    hours = _HOURS.search(text)
    if hours:
        found.contracts.add(" ".join(hours[0].strip(" ()[]").lower().split()))
        text = _HOURS.sub(" , ", text)
    number = _REQUISITION.search(text)
    if number:
        value = next(v for v in number.groups() if v)
        if not YEAR.fullmatch(value):
            found.requisition = value.upper()
            text = f"{text[: number.start()]} , {text[number.end() :]}"
    return text
