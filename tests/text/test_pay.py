"""Pay from strings, from fields and from texts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text.pay import parse_pay
from pipeline.text.pay_text import pay_in_text

CASES = [
    ("$118,657 - $187,200 annually", 118657, 187200, "USD", "year"),
    ("$55/hr", 55, 55, "USD", "hour"),
    ("$50 - $60 an hour", 50, 60, "USD", "hour"),
    ("€ 3.500 - € 4.800 per maand", 3500, 4800, "EUR", "month"),
    ("€3.736,00 - 5.473,50 bruto per maand", 3736, 5473.5, "EUR", "month"),
    ("£25,000 - £30,000 a year", 25000, 30000, "GBP", "year"),
    ("up to €60k", None, 60000, "EUR", "year"),
    ("100-120k USD", 100000, 120000, "USD", "year"),
    ("S$5,000 - S$7,000 monthly", 5000, 7000, "SGD", "month"),
    ("1.500 € brut par mois", 1500, 1500, "EUR", "month"),
    ("Competitive", None, None, None, None),
    ("$0", None, None, None, None),
]


@pytest.mark.parametrize(("text", "low", "high", "currency", "period"), CASES)
def test_strings(text: str, low: float | None, high: float | None, currency: str | None, period: str | None) -> None:
    pay = parse_pay(text)
    assert (pay.low, pay.high, pay.currency, pay.period) == (low, high, currency, period)
    assert pay.raw == text


def test_swapped_ends_are_repaired_and_flagged() -> None:
    pay = parse_pay("$187,200 - $118,657 annually")
    assert (pay.low, pay.high, pay.flags) == (118657, 187200, ("pay ends swapped",))


def test_unbelievable_pay_is_left_out_and_flagged() -> None:
    assert parse_pay("$90,000 per hour").flags == ("pay out of range",)
    assert parse_pay("$90,000 per hour").high is None


def test_fields_win_and_zero_is_no_end() -> None:
    pay = parse_pay(None, "0.0", "5090.0", "EUR", "monthly")
    assert (pay.low, pay.high, pay.currency, pay.period) == (None, 5090, "EUR", "month")
    assert parse_pay(None, "60000", None, "", "yearly").low == 60000


def test_a_dollar_is_the_country_s() -> None:
    assert parse_pay("$80,000 a year", country="CA").currency == "CAD"
    assert parse_pay("$80,000 a year", country="US").currency == "USD"


@pytest.mark.parametrize(
    ("text", "low", "high", "period"),
    [
        ("We offer a salary of $82,000 - $109,000 and a garden.", 82000, 109000, "year"),
        ("Pay range: $27/hr to $30/hr on W2.", 27, 30, "hour"),
        ("Salaris: € 3.200 tot € 4.100 bruto per maand.", 3200, 4100, "month"),
        ("The base pay is USD $133,600 - $256,800 per year.", 133600, 256800, "year"),
    ],
)
def test_texts_that_state_pay(text: str, low: float, high: float, period: str) -> None:
    pay = pay_in_text(text, None)
    assert pay is not None
    assert (pay.low, pay.high, pay.period) == (low, high, period)
    assert pay.raw is not None and pay.raw in text


@pytest.mark.parametrize(
    "text",
    [
        "We grew revenue from $100,000 to $200,000 last year.",
        "Sign-on bonus $5,000 - $10,000.",
        "We manage $2 - $3 billion of assets.",
        "Salary depends on experience.",
        "A training budget of € 1.000 - € 2.000 per year beside your salary",
    ],
)
def test_texts_that_do_not(text: str) -> None:
    assert pay_in_text(text) is None


@given(st.integers(20_000, 400_000), st.integers(20_000, 400_000))
@settings(deadline=None)
def test_ends_come_out_in_order(a: int, b: int) -> None:
    pay = parse_pay(f"${a:,} - ${b:,} per year")
    assert (pay.low, pay.high) == (min(a, b), max(a, b))
