"""Pay: range, currency and period from fields and from a pay string."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.text.markup import LONGEST_FIELD

PERIODS = {
    "hour": r"hr|hrs|hour|hourly|(?<=/)h|uur|stunde|stündlich|heure|horaire|hora|ora|jam|hod",
    "day": r"day|daily|dag|tag|täglich|jour|journalier|dia|día|hari|diem|day rate",
    "week": r"wk|week|weekly|woche|wöchentlich|semaine|hebdomadaire|semana|minggu",
    "month": r"mo|mth|month|monthly|maand|mnd|monat|monatlich|mois|mensuels?|mês|mes|mensal|mensual|mese|bulan|tháng",
    "year": r"yr|yrs|year|yearly|annum|annual|annually|annualized|jaar|jahr|jährlich|(?<=par )an|(?<=/)an|année"
    r"|annuels?|ano|año|anual|anno|tahun|p\.a\.|pa|lpa",
}
_PERIOD = re.compile(
    r"(?:^|[\s/(-]|per |a |an |par |pro |por |al )(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in PERIODS.items())
    + r")(?![\w])",
    re.IGNORECASE,
)
_CURRENCIES = (
    (re.compile(r"CA\$|C\$|\bCAD\b", re.IGNORECASE), "CAD"),
    (re.compile(r"A\$|AU\$|\bAUD\b"), "AUD"),
    (re.compile(r"S\$|\bSGD\b"), "SGD"),
    (re.compile(r"NZ\$|\bNZD\b"), "NZD"),
    (re.compile(r"HK\$|\bHKD\b"), "HKD"),
    (re.compile(r"R\$|\bBRL\b"), "BRL"),
    (re.compile(r"US\$|\bUSD\b"), "USD"),
    (re.compile(r"€|\bEUR\b|\beuros?\b", re.IGNORECASE), "EUR"),
    (re.compile(r"£|\bGBP\b"), "GBP"),
    (re.compile(r"\bCHF\b"), "CHF"),
    (re.compile(r"₹|\bINR\b"), "INR"),
    (re.compile(r"\bIDR\b|\bRp\.?(?=\s?\d)"), "IDR"),
    (re.compile(r"₫|\bVND\b"), "VND"),
    (re.compile(r"\bETB\b|\bBirr\b", re.IGNORECASE), "ETB"),
    (re.compile(r"zł|\bPLN\b"), "PLN"),
    (re.compile(r"\bSEK\b"), "SEK"),
    (re.compile(r"\bDKK\b"), "DKK"),
    (re.compile(r"\bNOK\b"), "NOK"),
    (re.compile(r"¥|\bJPY\b"), "JPY"),
    (re.compile(r"₪|\bILS\b|\bNIS\b"), "ILS"),
    (re.compile(r"\bMYR\b|\bRM(?=\s?\d)"), "MYR"),
    (re.compile(r"\bAED\b"), "AED"),
)
DOLLARS = {"US": "USD", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "SG": "SGD", "HK": "HKD"}
_AMOUNT = re.compile(r"(?<![\w.,])\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|(?<![\w.,])\d+(?:[.,]\d{1,2})?(?![\d])")
_THOUSANDS = re.compile(r"\s?(?:k|K|mil|thousand|duizend|tsd)\b")
_MILLIONS = re.compile(r"\s?(?:juta|jt|million|mio|M)\b")

# Least and most believable amount a period, in any currency but those of many digits.
_BOUNDS = {
    "hour": (1, 1_000),
    "day": (10, 10_000),
    "week": (50, 40_000),
    "month": (100, 150_000),
    "year": (2_000, 5_000_000),
}
# Of a full-time year, as most pay tables count it.
_IN_A_YEAR = {"hour": 2_080.0, "day": 260.0, "week": 52.0, "month": 12.0, "year": 1.0}
# Periods that are none of ours: paid as often a year.
_TIMES_A_YEAR = (
    (re.compile(r"\b(?:semi[- ]?monthly|twice a month)\b", re.IGNORECASE), 24),
    (
        re.compile(r"\b(?:bi[- ]?weekly|fortnight(?:ly)?|every (?:two|2) weeks|per (?:two|2) weeks)\b", re.IGNORECASE),
        26,
    ),
    (re.compile(r"\b(?:quarterly|per quarter)\b", re.IGNORECASE), 4),
)
_MANY_DIGITS = frozenset(("IDR", "VND", "JPY", "INR", "ETB"))


@dataclass(frozen=True)
class Pay:
    """Pay understood.

    Attributes:
        low: lower end, None where only the upper is told.
        high: upper end, None where only the lower is told.
        currency: ISO 4217.
        period: hour, day, week, month or year.
        raw: as delivered, or the words of the text that state it.
        flags: what was odd: 'pay ends swapped', 'pay out of range'.
    """

    low: float | None = None
    high: float | None = None
    currency: str | None = None
    period: str | None = None
    raw: str | None = None
    flags: tuple[str, ...] = ()


def yearly(amount: float | None, period: str | None) -> float | None:
    """Return what `amount` per `period` comes to in a full year; None where either is not known."""
    return None if amount is None or period is None else amount * _IN_A_YEAR[period]


@lru_cache(maxsize=16384)
def parse_pay(
    text: str | None,
    low: str | None = None,
    high: str | None = None,
    currency: str | None = None,
    period: str | None = None,
    country: str | None = None,
) -> Pay:
    """Return the pay that a pay string or the fields tell; fields win over the string.

    Args:
        text: as delivered in one string, such as "$118,657 - $187,200 annually" or "€ 3.500 - € 4.800 per maand".
        low: field of the lower end.
        high: field of the upper end.
        currency: field of the currency, a code or a sign.
        period: field of the period.
        country: ISO code of the place, which tells whose dollar it is.
    """
    found = _from_string(" ".join(text[:LONGEST_FIELD].split()), country) if text and text.strip() else Pay()
    ends = [_number(low), _number(high)]
    if ends != [None, None]:
        raw = found.raw or " - ".join(part.strip() for part in (low, high) if part and part.strip())
        found = replace(found, low=ends[0], high=ends[1], raw=raw, flags=())
    if found.low is None and found.high is None:
        return Pay(raw=found.raw)
    if currency and currency.strip():
        found = replace(found, currency=currency_of(currency, country) or found.currency)
    if period and period.strip():
        found = replace(found, period=period_of(period) or found.period)
    return _checked(_by_the_year(found, period or text or ""))


def _by_the_year(pay: Pay, words: str) -> Pay:
    """Return pay of a period that is none of ours (biweekly, semimonthly, quarterly) as pay of a year."""
    for pattern, times in _TIMES_A_YEAR:
        if pattern.search(words.replace("_", " ")):
            low, high = (None if end is None else end * times for end in (pay.low, pay.high))
            return replace(pay, low=low, high=high, period="year")
    return pay


def _number(text: str | None) -> float | None:
    amounts = amounts_of(text) if text else []
    return amounts[0] if amounts and amounts[0] > 0 else None


def _from_string(text: str, country: str | None) -> Pay:
    amounts = [a for a in amounts_of(text) if a > 0]
    if not amounts:
        return Pay(raw=text)
    amounts = amounts[:2]
    only_high = len(amounts) == 1 and re.search(
        r"\b(?:up to|bis zu|tot|jusqu'[àa]|até|hasta|max\.?|maximum)\b", text, re.IGNORECASE
    )
    low = None if only_high else amounts[0]
    only_low = len(amounts) == 1 and re.search(
        r"\b(?:from|starting|at least|vanaf|ab|[àa] partir|desde|min\.?|minimum)\b|\d\+", text, re.IGNORECASE
    )
    high = None if only_low else amounts[-1]
    return Pay(low, high, currency_of(text, country), period_of(text), text)


def amounts_of(text: str) -> list[float]:
    """Return the amounts in `text`, in order: 3.500 and 3,500 are thousands, 118k is 118000."""
    from price_parser import Price

    found: list[tuple[float, bool]] = []
    for m in _AMOUNT.finditer(text):
        price = Price.fromstring(m.group().replace(" ", "").replace("'", ""), decimal_separator=_decimal(m.group()))
        if price.amount is None:
            continue
        rest = text[m.end() :]
        amount = float(price.amount)
        if _THOUSANDS.match(rest):
            found.append((amount * 1000, True))
        elif _MILLIONS.match(rest):
            found.append((amount * 1_000_000, True))
        else:
            found.append((amount, False))
    if len(found) > 1 and found[1][1] and not found[0][1] and found[0][0] < 1000:
        found[0] = (found[0][0] * (1000 if found[1][0] < 1e6 else 1e6), True)  # "100-120k"
    return [amount for amount, _ in found]


def _decimal(amount: str) -> str:
    """Return the decimal separator of an amount: the last mark, unless three digits follow it."""
    m = re.search(r"([.,])(\d+)$", amount)
    return m[1] if m and len(m[2]) != 3 else ("," if m and m[1] == "." else ".")


def currency_of(text: str, country: str | None = None) -> str | None:
    """Return the ISO code of the currency that `text` names, a bare $ by the country."""
    for pattern, code in _CURRENCIES:
        if pattern.search(text):
            return code
    if "$" in text:
        return DOLLARS.get(country or "US", "USD" if country is None else None)
    return text.strip().upper() if re.fullmatch(r"\s*[A-Za-z]{3}\s*", text) else None


def period_of(text: str) -> str | None:
    """Return the period that `text` names."""
    m = _PERIOD.search(text)
    return m.lastgroup if m else None


def _checked(pay: Pay) -> Pay:
    """Return `pay` with its ends in order, a missing period told from the amount, and nothing unbelievable."""
    flags: tuple[str, ...] = ()
    if pay.low is not None and pay.high is not None and pay.low > pay.high:
        pay, flags = replace(pay, low=pay.high, high=pay.low), ("pay ends swapped",)
    period = pay.period or _likely_period(pay)
    most = max(end for end in (pay.low, pay.high) if end is not None)
    least = min(end for end in (pay.low, pay.high) if end is not None)
    if period is not None:
        bottom, top = _BOUNDS[period]
        top = top * 100_000 if pay.currency in _MANY_DIGITS else top
        if most > top or most < bottom or (least < bottom and pay.low is not None and pay.low * 50 < most):
            return Pay(raw=pay.raw, flags=(*flags, "pay out of range"))
    return replace(pay, period=period, flags=flags)


def _likely_period(pay: Pay) -> str | None:
    """Return the period an amount in a western currency can only mean, None where it is open."""
    if pay.currency not in ("USD", "EUR", "GBP", "CAD", "AUD", "CHF"):
        return None
    most = max(end for end in (pay.low, pay.high) if end is not None)
    if most >= 20_000:
        return "year"
    return "hour" if 7 <= most <= 120 and pay.currency in ("USD", "CAD", "AUD") else None
