"""Pay in the running text of an ad: found only where the text clearly states it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from pipeline.text.pay import Pay, parse_pay, period_of

_MONEY = (
    r"(?:(?:USD|EUR|GBP|CAD|SGD|US|CA|C|S|A)?\s?[$€£]\s?\d[\d.,]*(?:\s?[kK]\b)?"
    r"|\b(?:USD|EUR|GBP|CAD|CHF)\s?\d[\d.,]*(?:\s?[kK]\b)?"
    r"|\b\d[\d.,]*\s?(?:[kK]\s?)?(?:€|EUR\b|USD\b|euros?\b|GBP\b))"
)
_SPAN = re.compile(
    rf"(?P<low>{_MONEY})(?:\s?(?:/|per |an? )\s?(?:hr|hour|yr|year|annum|month|uur|maand)\.?)?(?:\s?(?:bruto|gross"
    rf"|brutto|brut))?\s?(?:-|–|—|to|and|tot|en|bis|und|à|a|até|until)\s?(?P<high>{_MONEY}|\d[\d.,]+(?:\s?[kK]\b)?)"
)
MONEY_SIGNS = ("$", "€", "£", "EUR", "USD", "GBP", "CHF", "CAD", "euro")
_STATES_PAY = re.compile(
    r"salar|compensation|base pay|pay range|pay rate|hourly|wage|\bpay\b|rate\b|remuneration|annual|per year|per hour"
    r"|per annum|/hr|/hour|/yr|/year|gehalt|vergütung|salaris|bruto|brutto"
    r"|per maand|per month|maandsalaris|rémunération|salaire|brut|remunera|sal[áa]rio",
    re.IGNORECASE,
)
_NOT_PAY = re.compile(
    r"bonus|sign[- ]on|401|tuition|reimburse|referral|revenue|budget|funding|raised|series [a-e]|stipend|allowance"
    r"|million|billion|insurance|deductible|fee\b|discount|savings|assets|turnover|omzet"
    r"|umsatz|opleidingsbudget|contribution|per diem|grant|loan|portfolio|contract value|worth|\bcap\b|invest",
    re.IGNORECASE,
)
_MOST_SPANS = 200  # of money in a text that are looked at: a list of prices tells no pay


def pay_in_text(text: str, country: str | None = None, spots: tuple[int, ...] | None = None) -> Pay | None:
    """Return the pay that `text` clearly states: a range of money beside a word of pay, in bounds; None else.

    `spots` are where MONEY_SIGNS stand in it, in their order, where that is known.
    """
    if spots is None:
        spots = tuple(sorted(at for sign in MONEY_SIGNS for at in _all(text, sign)))
    for m in islice(_spans(text, spots), _MOST_SPANS):
        start, end = max(0, m.start() - 120), min(len(text), m.end() + 40)
        before = (
            text[start : m.start()].rpartition("\n")[2]
            if "\n" in text[start : m.start()][-60:]
            else text[start : m.start()]
        )
        after = text[m.end() : end].partition("\n")[0]
        if not _STATES_PAY.search(before + " " + after) and not _STATES_PAY.search(text[start : m.start()]):
            continue
        if _NOT_PAY.search(before[-60:]) or re.match(r"\s?(?:[mMbB]\b|million|billion|mln)", after):
            continue
        found = parse_pay(m.group() + _period_words(after, before), country=country)
        if (
            found.low is not None
            and found.high is not None
            and found.period is not None
            and not found.flags
            and found.high <= 6 * found.low
        ):
            return replace(found, raw=m.group().strip(" .,"))
    return None


def _spans(text: str, spots: tuple[int, ...]) -> Iterator[re.Match[str]]:
    """Yield the ranges of money in `text`, looked for only near a sign of money."""
    end = 0
    for at in spots:
        if at >= end and (m := _SPAN.search(text, max(end, at - 16), at + 64)):
            end = m.end()
            yield m


def _all(text: str, sign: str) -> Iterator[int]:
    at = text.find(sign)
    while at >= 0:
        yield at
        at = text.find(sign, at + 1)


def _period_words(after: str, before: str) -> str:
    """Return the words around a span that tell its period: behind it first, then before it."""
    for words in (after[:32], before[-60:]):
        if period := period_of(words):
            return f" per {period}"
    return ""
