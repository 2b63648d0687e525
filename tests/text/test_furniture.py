"""Page furniture comes off, the ad's own words stay."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text import bodies, furniture

TITLE = "Bridge Inspector Graduate (Rivers, North) - 2025 Start (MS)"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"{TITLE}.We look after bridges.", "We look after bridges."),
        (f"{TITLE}.{TITLE}. Bridge Inspector Graduate (Riv...", ""),
        (f"{TITLE}.Join to apply for the {TITLE} role at Halden Works.We look after bridges.", "We look after bridges."),
        (f"{TITLE}.Be among the first 25 applicants.Get AI-powered advice on this job and more exclusive features. The river", "The river"),
        (f"{TITLE.replace('2025', '5')}.We look after bridges.", "We look after bridges."),
        (f"{TITLE} at Halden Works.We look after bridges.", "We look after bridges."),
        ("We look after bridges.\nShow more\nShow less", "We look after bridges."),
        ("We look after bridges.\nShow More Show Less\nReport", "We look after bridges."),
        ("We look after bridges.\nToon meer", "We look after bridges."),
        ("Over 200 applicants\nWe look after bridges.", "We look after bridges."),
        ("All qualified applicants are welcome.", "All qualified applicants are welcome."),
        ("Bridge Inspector Graduate will walk along rivers and write reports.", "Bridge Inspector Graduate will walk along rivers and write reports."),
        ("Report on the state of bridges.", "Report on the state of bridges."),
    ],
)  # fmt: skip
def test_furniture(text: str, left: str) -> None:
    assert bodies.clean(text, None, TITLE, "Halden Works").text == left


def test_marks_are_kept_as_provenance() -> None:
    body = bodies.clean("We look after bridges.\n#J-18808-Ljbffr\n[#LI-AB1]\n#LI-Remote", None, TITLE, "Halden Works")
    assert body.text == "We look after bridges."
    assert body.marks == ("#J-18808-Ljbffr", "#LI-AB1", "#LI-Remote")
    assert body.remote == "remote"


def test_a_mark_in_a_word_is_no_mark() -> None:
    assert furniture.take_off_marks("We use APIs and PI planning, #1 in rivers.") == (
        "We use APIs and PI planning, #1 in rivers.",
        (),
    )


PARTS = st.sampled_from(
    [TITLE, ".", "\n", " ", "Be among the first 25 applicants", "Show more", "We look after bridges.", "Join to apply for the X role at Y.", "#LI-AB1",
     "Halden Works", "...", "Apply now", "#J-18808-Ljbffr"]
)  # fmt: skip


@given(st.lists(PARTS, max_size=10).map("".join))
@settings(max_examples=200, deadline=None)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = bodies.clean(text, None, TITLE, "Halden Works").text
    assert bodies.clean(once, "text", TITLE, "Halden Works").text == once


def test_a_body_is_worked_on_once_for_each_distinct_text() -> None:
    cleaner = bodies.Cleaner()
    made = cleaner.clean_all([("a b c", None, "T", "E")] * 3)
    assert made[0] is made[1] is made[2] is cleaner.clean_all([("a b c", None, "T", "E")])[0]
