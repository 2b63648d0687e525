"""What feeds' own fields say: levels, contracts, wide places, addresses of applicant tracking systems, a year's pay."""

import pytest

from pipeline.text.apply_urls import parse_address
from pipeline.text.evidence import employment_type_of
from pipeline.text.pay import Pay, parse_pay, yearly
from pipeline.text.places import parse_place
from pipeline.text.told_levels import told_level


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("Entry level", "junior"), ("ENTRY_LEVEL", "junior"), ("Associate", "junior"), ("INTERNSHIP", "intern"),
        ("Director", "director"), ("Executive", "executive"), ("mid_level", "mid"), ("berufserfahren", "mid"),
        ("Berufseinsteiger", "graduate"), ("Senior", "senior"), ("Sénior", "senior"), ("Medior", "mid"),
        ("Praktikum", "intern"), ("Stagiair", "intern"), ("Júnior", "junior"), ("Gerente", "manager"),
        ("Mid-Senior level", None), ("MID_SENIOR_LEVEL", None), ("NOT_APPLICABLE", None), ("3-6 Yrs", None),
        ("Junior to Senior", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_a_level_field_tells_one_level_or_none(said: str | None, level: str | None) -> None:
    assert told_level(said) == level


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("unbefristet, Vollzeit", "full_time"), ("unbefristet", "permanent"), ("befristet", "temporary"),
        ("Festanstellung", "permanent"), ("Minijob", "part_time"), ("Werkvertrag", "contract"), ("Werkstudent", "internship"),
        ("vast contract", "permanent"), ("contract voor onbepaalde tijd", "permanent"), ("contract voor bepaalde tijd", "temporary"),
        ("uitzendkracht", "temporary"), ("oproepkracht", "temporary"), ("deeltijd", "part_time"), ("bijbaan", "part_time"),
        ("contrat à durée indéterminée", "permanent"), ("contrat à durée déterminée", "temporary"), ("CDI", "permanent"), ("CDD", "temporary"),
        ("temps partiel", "part_time"), ("alternance", "internship"), ("intérim", "temporary"),
        ("jornada completa", "full_time"), ("media jornada", "part_time"), ("contrato indefinido", "permanent"), ("becario", "internship"),
        ("temporal", "temporary"), ("autónomo", "contract"), ("tempo integral", "full_time"), ("tempo parcial", "part_time"),
        ("estágio", "internship"), ("PJ", "contract"), ("efetivo", "permanent"), ("temporário", "temporary"),
        ("CONTRACTOR", "contract"), ("Consultancy", "contract"), ("PER_DIEM", "temporary"), ("FullTime", "full_time"),
        ("fulltime_permanent", "full_time"), ("permanent, part-time", "part_time"), ("International", None), ("Temps plein", "full_time"),
    ],
)  # fmt: skip
def test_contract_words_of_six_languages(said: str, kind: str | None) -> None:
    assert employment_type_of(said) == kind


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("TX - Plano", ("Plano", "TX", "US")), ("Japan - Tokyo", ("Tokyo", None, "JP")), ("Virginia - McLean", ("McLean", "VA", "US")),
        ("Munich, , Germany", ("Munich", "Bayern", "DE")), ("North America, United States", (None, None, "US")),
        ("US-CA-Menlo Park", ("Menlo Park", "CA", "US")), ("USA.VA.Reston", ("Reston", "VA", "US")), ("JP-Tokyo", ("Tokyo", None, "JP")),
        ("US, CA, Santa Clara", ("Santa Clara", "CA", "US")), ("DE-Berlin-Das Center", ("Berlin", "Berlin", "DE")),
        ("CA-San Jose", (None, None, None)),
        ("EMEA", (None, None, None)), ("Europe", (None, None, None)), ("Remote - Berlin", ("Berlin", "Berlin", "DE")),
    ],
)  # fmt: skip
def test_places_as_applicant_tracking_systems_write_them(written: str, told: tuple[str | None, ...]) -> None:
    found = parse_place(written)
    assert (found.city, found.region, found.country) == told


def test_a_number_of_places_is_several() -> None:
    assert parse_place("3 Locations").flag == "several places"
    assert parse_place("3 Locations").country is None


@pytest.mark.parametrize(
    ("given", "url", "system", "requisition"),
    [
        ("https://boards.greenhouse.io/quayside/jobs/4000001?gh_jid=4000001&t=gh_src%3D", "https://job-boards.greenhouse.io/quayside/jobs/4000001", "greenhouse", None),
        ("https://job-boards.eu.greenhouse.io/quayside/jobs/4000001/", "https://job-boards.eu.greenhouse.io/quayside/jobs/4000001", "greenhouse", None),
        ("https://gannet.wd3.myworkdayjobs.com/en-US/Careers/job/Oslo/Planner_JR100200-1/apply?source=LinkedIn",
         "https://gannet.wd3.myworkdayjobs.com/Careers/job/Oslo/Planner_JR100200-1", "workday", "JR100200"),
        ("https://gannet.wd3.myworkdayjobs.com/Careers/job/Oslo/Planner_JR100200", "https://gannet.wd3.myworkdayjobs.com/Careers/job/Oslo/Planner_JR100200", "workday", "JR100200"),
        ("https://jobs.lever.co/acme/0aa1-77/apply?lever-source=x", "https://jobs.lever.co/acme/0aa1-77", "lever", None),
    ],
)  # fmt: skip
def test_addresses_of_one_ad_meet(given: str, url: str, system: str, requisition: str | None) -> None:
    found = parse_address(given)
    assert (found.url, found.system, found.requisition_id, found.specific) == (url, system, requisition, True)


@pytest.mark.parametrize(
    ("pay", "told"),
    [
        (parse_pay(None, "1500", "2000", "USD", "BIWEEKLY"), (39_000.0, 52_000.0, "year")),
        (parse_pay(None, "1500", "2000", "USD", "SEMIMONTHLY"), (36_000.0, 48_000.0, "year")),
        (parse_pay("$1,500 - $2,000 fortnightly", country="AU"), (39_000.0, 52_000.0, "year")),
        (parse_pay(None, "700", "800", "GBP", "WEEKLY"), (700.0, 800.0, "week")),
    ],
)
def test_pay_of_periods_that_are_none_of_ours(pay: Pay, told: tuple[float, float, str]) -> None:
    assert (pay.low, pay.high, pay.period) == told


def test_a_year_of_pay() -> None:
    assert yearly(20.0, "hour") == 41_600.0
    assert yearly(3_000.0, "month") == 36_000.0
    assert yearly(50_000.0, "year") == 50_000.0
    assert yearly(None, "year") is None
    assert yearly(50_000.0, None) is None
