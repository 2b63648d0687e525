"""Titles taken apart: cases in eight languages, and laws over made-up titles."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.text.title_employer import employer_in_title
from pipeline.text.title_words import LEVELS
from pipeline.text.titles import parse_title

SAN_JOSE = frozenset(("san jose", "ca", "california", "united states"))

FAMILY = [
    ("Machine Learning Engineer Graduate, Trust and Safety, USDS - 2025 Start (MS)", "Trust and Safety, USDS", 2025, ("master",)),
    ("Machine Learning Engineer Graduate (Recommendations, USDS) - 2025 Start (MS)", "Recommendations, USDS", 2025, ("master",)),
    ("Machine Learning Engineer Graduate (Ads Core Global) - 2025 Start (BS / MS)", "Ads Core Global", 2025, ("bachelor", "master")),
    ("Machine Learning Engineer Graduate (E-commerce Risk Control)- 2026 Start (Phd)", "E-commerce Risk Control", 2026, ("phd",)),
    ("Machine Learning Engineer Graduate (BRIC) - 2026 Start (PhD)", "BRIC", 2026, ("phd",)),
    ("General Hire : Machine Learning Engineer (Data and Eng, USDS) - 2025 Start (MS)", "Data and Eng, USDS", 2025, ("master",)),
    ("Machine Learning Engineer Graduate (Risk Data Mining, USDS) Start 2025 (MS)", "Risk Data Mining, USDS", 2025, ("master",)),
]  # fmt: skip


@pytest.mark.parametrize(("title", "team", "year", "degrees"), FAMILY)
def test_a_template_and_its_slots(title: str, team: str, year: int, degrees: tuple[str, ...]) -> None:
    found = parse_title(title, SAN_JOSE)
    assert (found.stem, found.level) == ("machine learning engineer graduate", "graduate")
    assert (found.team, found.start_year, found.degrees) == (team, year, degrees)


@pytest.mark.parametrize(
    ("title", "core", "level"),
    [
        ("Sr. Data Engineer - Remote", "data engineer", "senior"),
        ("Data Engineer, Senior", "data engineer", "senior"),
        ("Engineering Manager, Machine Learning", "engineering manager", "manager"),
        ("Associate Product Manager", "product manager", "junior"),
        ("Associate Director, Data Science", "associate director", "director"),
        ("Head of Data", "head of data", "director"),
        ("Staff Software Engineer", "software engineer", "staff"),
        ("Chief of Staff", "chief of staff", "executive"),
        ("Data Scientist Lead", "data scientist", "lead"),
        ("Data Science Lead", "data science lead", "lead"),
        ("Lead Generation Specialist", "lead generation specialist", None),
        ("Stage Manager", "stage manager", "manager"),
        ("Softwareentwickler/in (m/w/d) Vollzeit", "softwareentwickler", None),
        ("Werkstudent (m/w/d) Controlling", "controlling", "intern"),
        ("Stage - Contrôle de gestion (H/F)", "controle de gestion", "intern"),
        ("Alternance - Chargé de projet H/F", "charge de projet", "intern"),
        ("Développeur·se Fullstack confirmé·e - CDI (h/f)", "developpeur fullstack", "mid"),
        ("Desenvolvedor(a) Back-End Pleno", "desenvolvedor backend", "mid"),
        ("Analista de Sistemas Sênior - Vaga afirmativa para mulheres", "analista de sistemas", "senior"),
        ("Estagiário(a) de Marketing", "de marketing", "intern"),
        ("Magang Akuntansi", "akuntansi", "intern"),
        ("Becario de Finanzas", "de finanzas", "intern"),
        ("Medior Data-analist (32-40 uur)", "data analist", "mid"),
        ("Staff Nurse", "staff nurse", None),
        ("Senior Staff Accountant", "staff accountant", "senior"),
        ("Member of Technical Staff, Robotics Engineer", "robotics engineer", None),
        ("Executive Assistant, Chief Risk Officer", "executive assistant", None),
        ("Assistant to the Vice President", "assistant to the vice president", None),
        ("Assistant Vice President", "assistant vice president", "executive"),
        ("Assistant Director", "assistant director", "director"),
        ("CEO Assistant", "ceo assistant", None),
    ],
)
def test_core_and_level(title: str, core: str, level: str | None) -> None:
    found = parse_title(title)
    assert (found.core, found.level) == (core, level)


@pytest.mark.parametrize("mark", ["(m/w/d)", "(f/m/x)", "m/w/d", "(all genders)", "H/F", "(M/V)", "(gn)", "F/H"])
def test_gender_marks_leave_the_title(mark: str) -> None:
    found = parse_title(f"Bilanzbuchhalter {mark}")
    assert (found.core, found.team) == ("bilanzbuchhalter", None)
    assert found.gender_mark


@pytest.mark.parametrize(
    ("title", "number"),
    [
        ("Cook II - R-104455", "R-104455"), ("Nurse (Req #88123)", "88123"), ("Welder [24-00152]", "24-00152"),
        ("Baker - Job ID: AB-2291", "AB-2291"), ("Pilot JR0012345", "JR0012345"), ("Carpenter 2025", None),
    ],
)  # fmt: skip
def test_requisition_numbers(title: str, number: str | None) -> None:
    assert parse_title(title).requisition_id == number


def test_grades_years_and_versions_are_told_apart() -> None:
    assert parse_title("Warehouse Analyst III").grade == 3
    assert parse_title("Engineer, L5").grade == 5
    assert parse_title("SQL Server 2016 Administrator").start_year is None
    assert parse_title("Audit Intern - Summer 2026").start_year == 2026
    several = parse_title("Technician I/II")
    assert (several.grade, several.flags) == (None, ("several grades",))


def test_several_levels_are_said_and_the_lowest_stands() -> None:
    found = parse_title("Senior/Principal Hydrologist")
    assert (found.core, found.level, found.levels) == ("hydrologist", "senior", ("senior", "principal"))
    assert "several levels" in found.flags
    assert parse_title("Senior Staff Hydrologist").levels == ("staff",)


def test_the_second_shift_is_no_night_shift() -> None:
    assert parse_title("Picker - 2nd Shift").contract == "evening shift"
    assert parse_title("Picker - 3rd Shift").contract == "night shift"


def test_a_framework_is_no_season_and_a_builder_no_contract() -> None:
    assert parse_title("Full Stack Engineer (Java, Spring, React)").contract is None
    assert parse_title("Software Engineering Intern, Spring 2026").contract is not None
    assert parse_title("Java Developer Intern - Spring 2026").contract is not None
    assert parse_title("Estimator, General Contractor").contract is None
    assert parse_title("Data Analyst - Contractor").contract == parse_title("Data Analyst (Contract)").contract


@pytest.mark.parametrize(
    ("title", "role", "employer"),
    [
        ("Line Cook @ Copperline Grill", "Line Cook", "Copperline Grill"),
        ("Porter @Halden Works", "Porter", "Halden Works"),
        ("Business Analyst @ Springfield, IL", None, None),
        ("Data Engineer @ Remote", None, None),
        ("Gardener @ Leeds", None, None),
        ("Gardener @ London", None, None),
        ("mail@example", None, None),
        ("Porter @", None, None),
        ("@ Halden Works", None, None),
    ],
)
def test_employer_at_the_end_of_a_title(title: str, role: str | None, employer: str | None) -> None:
    assert employer_in_title(title, frozenset(("leeds",))) == (role or title, employer)


def test_a_place_is_no_team() -> None:
    assert parse_title("Data Scientist - Finance- San Jose", SAN_JOSE).team == "Finance"
    assert parse_title("Data Scientist - Finance - Boise, ID").place == "Boise, ID"
    assert parse_title("Gardener Utrecht", frozenset(("utrecht",))).core == "gardener"


def test_two_occupations_with_a_slash_are_one_core_however_it_is_spaced() -> None:
    assert (
        parse_title("Business Analyst / Systems Analyst").core == parse_title("Business Analyst/Systems Analyst").core
    )


def test_nothing_but_qualifiers_still_has_a_core() -> None:
    for title in ("Trainee", "Praktikum 2026", "Remote", "(m/w/d)", "???"):
        found = parse_title(title)
        assert found.core and found.stem


WORDS = st.sampled_from(
    ["Senior", "Data", "Engineer", "(", ")", "-", "/", "|", ",", "2025", "Start", "(MS)", "II", "m/w/d", "H/F", "Remote", "Berlin",
     "Größe", "#12345", "Lead", "or", "[", "]", "&", "C++", ".NET", "CDI", "·e", "Intern", "100%", "$50k", "—", "東京"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=60))
@example("\U0001d468 \uff21 \u0130")
def test_any_title_is_taken_apart_and_keeps_the_contract(title: str) -> None:
    found = parse_title(title, frozenset(("berlin",)))
    assert found == parse_title(title, frozenset(("berlin",)))
    assert found.level is None or found.level in LEVELS
    assert found.start_year is None or 2000 <= found.start_year <= 2100
    assert list(found.degrees) == sorted(found.degrees)
    assert found.core == found.core.casefold()
    if any(c.isalnum() for c in title):
        assert found.core


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(FAMILY), st.sampled_from(["  ", "\t", " ** ", " !! "]))
def test_decoration_changes_nothing(case: tuple[str, str, int, tuple[str, ...]], decoration: str) -> None:
    assert parse_title(decoration + case[0] + decoration, SAN_JOSE) == parse_title(case[0], SAN_JOSE)
