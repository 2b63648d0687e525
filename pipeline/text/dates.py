"""Day of a date as feeds write it: ISO, epoch, numeric, written out, or an age counted from a reference day."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

EARLIEST = date(2000, 1, 1)
LANGUAGES = (
    "en",
    "nl",
    "de",
    "fr",
    "pt",
    "es",
    "it",
    "id",
)  # languages dateparser is allowed to try, each costs 2.6 ms

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ].*)?$", re.DOTALL)
_COMPACT = re.compile(r"(20\d{2})(\d{2})(\d{2})$")
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?:[t ,].*)?$")
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?:[t ,].*)?$")
_NUMBERS = re.compile(r"[\d/.: -]+(?:[t ][\d:.]+z?)?$")
_EPOCH = re.compile(r"\d{9,13}(?:\.\d+)?$|\d\.\d+[eE]\+?(?:9|1[0-2])$")
_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_ENGLISH = re.compile(
    r"(?:\w+day,? |(?:mon|tue|wed|thu|fri|sat|sun),? )?(?:(?P<day>\d{1,2})(?:st|nd|rd|th)?[ -])?"
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?,?[ -](?:(?P<day2>\d{1,2})(?:st|nd|rd|th)?,? )?(?P<year>20\d{2})(?:[ ,t].*)?$"
)

_TODAY = re.compile(
    r"\b(?:today|just (?:now|posted)|just|new|now|vandaag|zojuist|heute|gerade|soeben|aujourd'?hui|hoje|agora|hoy"
    r"|ahora|oggi|hari ini"
    r"|last[ _]updated[ _]today)\b"
)
_YESTERDAY = re.compile(r"\b(?:yesterday|gisteren|gestern|hier|ontem|ayer|ieri|kemarin)\b")
_UNITS = {
    0: "second seconds sec secs minute minutes min mins hour hours hr hrs h m minuut minuten uur uren stunde stunden"
    " heure heures hora horas minuto minutos ora ore jam menit",
    1: "day days d dag dagen tag tage tagen jour jours j dia dias día días giorno giorni hari",
    7: "week weeks w wk wks weken woche wochen semaine semaines semana semanas settimana settimane minggu",
    30: "month months mo mos maand maanden monat monate monaten mois mês mes meses mese mesi bulan",
    365: "year years y yr yrs jaar jaren jahr jahre jahren an ans année années ano anos año años anno anni tahun",
}
_DAYS = {word: days for days, listed in _UNITS.items() for word in listed.split()}
_AGE = re.compile(
    r"(?:(?P<n>\d{1,4})\s?\+?[ _]?|(?<!y )\b(?:an?|one|een|één|ein(?:e[nrm]?)?|une?|uma?|una|uno)[ _])"
    r"(?P<unit>[^\W\d_]+)"
)
_AGO = re.compile(
    r"\bago\b|\bgeleden\b|\bvor\b|\bil y a\b|\bhá\b|\bhace\b|\bfa\b|\blalu\b|\bold\b|\+|active|posted|veröffentlicht"
    r"|publi|geplaatst|last[ _]updated|_ago"
)
_UNTRANSLATED = re.compile(r"(?:last[_ ]updated|posted)[_ ](\d{1,3})(?:[_ ]days?(?:[_ ]ago)?)?$|(\d{1,3})_days_ago$")


@dataclass(frozen=True)
class Day:
    """A date understood.

    Attributes:
        day: the day, None where it can't be told.
        relative: it was an age and counts from the reference day.
        flag: what was odd: 'date not understood' or 'date out of range'.
    """

    day: date | None
    relative: bool = False
    flag: str | None = None


def parse_day(text: str | None, reference: date, *, month_first: bool = False, latest: date | None = None) -> Day:
    """Return the day that `text` names.

    Args:
        text: as delivered; None and '' give no day and no flag.
        reference: day from which ages count.
        month_first: 04/05/2024 is April 5, as in the US; only where the numbers leave it open.
        latest: a later day is out of range (None: ten years after the reference).
    """
    if text is None or not text.strip():
        return Day(None)
    found = _parsed(" ".join(text.split()).casefold(), reference, month_first)
    if found.day is None:
        return found
    end = latest or reference + timedelta(days=3653)
    return found if EARLIEST <= found.day <= end else Day(None, found.relative, "date out of range")


@lru_cache(maxsize=65536)
def _parsed(text: str, reference: date, month_first: bool) -> Day:
    day = _stated(text, month_first)
    if day is not None:
        return Day(day)
    if _EPOCH.match(text):
        return _from_epoch(float(text))
    age = _age(text)
    if age is not None:
        return (
            Day(reference - timedelta(days=age), relative=True) if age < 8000 else Day(None, True, "date out of range")
        )
    return _carefully(text, reference, month_first)


def _stated(text: str, month_first: bool) -> date | None:
    if m := _ISO.match(text) or _COMPACT.match(text) or _YEAR_FIRST.match(text):
        return _day(int(m[1]), int(m[2]), int(m[3]))
    if m := _NUMERIC.match(text):
        one, mark, two, year = int(m[1]), m[2], int(m[3]), int(m[4])
        year += 2000 if year < 100 else 0
        if one > 12 or (two <= 12 and not (month_first and mark != ".")):
            return _day(year, two, one)
        return _day(year, one, two)
    if (m := _ENGLISH.match(text)) and (m["day"] or m["day2"]):
        return _day(int(m["year"]), _MONTH_NAMES.index(m["month"][:3]) + 1, int(m["day"] or m["day2"]))
    return None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _from_epoch(seconds: float) -> Day:
    if seconds > 1e11:  # milliseconds
        seconds /= 1000
    return Day(datetime.fromtimestamp(seconds, tz=UTC).date())


def _age(text: str) -> int | None:
    """Return the days an age tells, None where `text` is not an age."""
    if m := _UNTRANSLATED.search(text):
        return int(m[1] or m[2])
    for m in _AGE.finditer(text):
        if m["unit"] in _DAYS and (_AGO.search(text) or m.end() == len(text)):
            return int(m["n"] or 1) * _DAYS[m["unit"]]
    if len(text) < 40 and _TODAY.search(text):
        return 0
    return 1 if len(text) < 40 and _YESTERDAY.search(text) else None


def _carefully(text: str, reference: date, month_first: bool) -> Day:
    """Ask dateparser, where the text has at least a number and a word (or a second number)."""
    unknown = Day(None, flag="date not understood")
    if (
        len(text) > 60
        or _NUMBERS.match(text)  # all shapes of numbers were tried: 2025-02-30 is no day
        or not re.search(r"\d", text)
        or not re.search(r"\d[^\d]+\w|\w[^\w]+\d|\w\d", text)
        or "variable" in text
    ):
        return unknown
    import dateparser

    found = dateparser.parse(
        text,
        languages=list(LANGUAGES),
        settings={
            "RELATIVE_BASE": datetime(reference.year, reference.month, reference.day),  # noqa: DTZ001
            "PREFER_DATES_FROM": "past",
            "REQUIRE_PARTS": ["day", "month"],
            "DATE_ORDER": "MDY" if month_first else "DMY",
            "RETURN_AS_TIMEZONE_AWARE": False,
        },
    )
    if found is None:
        return unknown
    return Day(found.date(), relative=not re.search(r"\b\d{4}\b", text))
