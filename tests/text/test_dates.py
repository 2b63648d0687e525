"""Days in the ways feeds write them; nonsense gives no day and a flag."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text.dates import EARLIEST, parse_day

NIGHT = date(2025, 3, 10)

STATED = [
    ("2024-04-23", date(2024, 4, 23)),
    ("2024-11-19T22:05:24.000Z", date(2024, 11, 19)),
    ("2026-04-03T21:17:11-04:00", date(2026, 4, 3)),
    ("2025-01-05 14:14:42.014000", date(2025, 1, 5)),
    ("1713549929000.0", date(2024, 4, 19)),
    ("1713549929", date(2024, 4, 19)),
    ("1.71238E+12", date(2024, 4, 6)),
    ("31/08/2022", date(2022, 8, 31)),
    ("08/31/2022", date(2022, 8, 31)),
    ("17.6.2024", date(2024, 6, 17)),
    ("April 1, 2024", date(2024, 4, 1)),
    ("19 Jan 2019", date(2019, 1, 19)),
    ("Mon, 05 Jan 2026 10:00:00 GMT", date(2026, 1, 5)),
    ("17 juli 2024", date(2024, 7, 17)),
    ("3. März 2024", date(2024, 3, 3)),
    ("1er avril 2024", date(2024, 4, 1)),
    ("15 de março de 2024", date(2024, 3, 15)),
]
AGES = [
    ("30+ days ago", 30),
    ("Today", 0),
    ("Just posted", 0),
    ("1 day ago", 1),
    ("yesterday", 1),
    ("3 weeks ago", 21),
    ("a month ago", 30),
    ("19 hours ago", 0),
    ("Posted 3 Days Ago", 3),
    ("vor 4 Tagen", 4),
    ("vor einem Tag", 1),
    ("3 dagen geleden", 3),
    ("gisteren", 1),
    ("il y a 3 jours", 3),
    ("il y a un mois", 30),
    ("há 2 dias", 2),
    ("hace una semana", 7),
    ("30d+", 30),
    ("job_description.job_card.30_days_ago", 30),
]


@pytest.mark.parametrize(("text", "day"), STATED)
def test_stated(text: str, day: date) -> None:
    found = parse_day(text, NIGHT)
    assert (found.day, found.relative, found.flag) == (day, False, None)


@pytest.mark.parametrize(("text", "days"), AGES)
def test_ages_count_from_the_reference_day(text: str, days: int) -> None:
    found = parse_day(text, NIGHT)
    assert (found.day, found.relative, found.flag) == (NIGHT - timedelta(days=days), True, None)


@pytest.mark.parametrize("text", ["Mar", "nonsense", "2024-13-45", "0", "12", "soon", "last_updated_variable_days"])
def test_nonsense_is_flagged(text: str) -> None:
    assert parse_day(text, NIGHT).day is None
    assert parse_day(text, NIGHT).flag == "date not understood"


def test_out_of_range_is_flagged() -> None:
    assert parse_day("1850-01-01", NIGHT).flag == "date out of range"
    assert parse_day("2025-03-20", NIGHT, latest=NIGHT + timedelta(days=2)).flag == "date out of range"
    assert parse_day("2025-03-11", NIGHT, latest=NIGHT + timedelta(days=2)).day == date(2025, 3, 11)


def test_the_order_of_day_and_month_follows_the_country_only_where_the_numbers_leave_it_open() -> None:
    assert parse_day("04/05/2024", NIGHT).day == date(2024, 5, 4)
    assert parse_day("04/05/2024", NIGHT, month_first=True).day == date(2024, 4, 5)
    assert parse_day("31/08/2024", NIGHT, month_first=True).day == date(2024, 8, 31)


def test_nothing_gives_nothing() -> None:
    assert parse_day(None, NIGHT) == parse_day("  ", NIGHT)
    assert parse_day(None, NIGHT).flag is None


@given(st.dates(EARLIEST, date(2030, 1, 1)))
@settings(deadline=None)
def test_iso_and_epoch_agree(day: date) -> None:
    seconds = (day - date(1970, 1, 1)).days * 86400 + 43200
    assert parse_day(day.isoformat(), NIGHT).day == parse_day(str(seconds), NIGHT).day == day
    assert parse_day(str(seconds * 1000), NIGHT).day == day


@given(st.text(max_size=20))
@settings(deadline=None)
def test_any_text_gives_a_day_in_range_or_none(text: str) -> None:
    found = parse_day(text, NIGHT)
    assert found.day is None or EARLIEST <= found.day <= NIGHT + timedelta(days=3653)
