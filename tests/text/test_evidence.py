"""What a text tells beside its work, and whose voice it speaks in."""

import pytest

from pipeline.text import evidence
from pipeline.text.employers import employer_key
from pipeline.text.voices import voice_of


@pytest.mark.parametrize(
    ("text", "remote"),
    [
        ("This is a fully remote position.", "remote"),
        ("A company is looking for a Bridge Inspector (Remote).", "remote"),
        ("Hybrid work schedule: three days at the river.", "hybrid"),
        ("Work Location: In person. We are on-site.", "onsite"),
        ("We do not offer remote-only roles.", "onsite"),
        ("We use remote sensing.", None),
        ("This position is remote. Work model: hybrid schedule.", None),
        ("", None),
    ],
)
def test_remote_of_text(text: str, remote: str | None) -> None:
    assert evidence.remote_of_text(text) == remote


@pytest.mark.parametrize(
    ("field", "told", "remote"),
    [
        ("Remote", None, "remote"),
        ("Remote", "hybrid", "remote"),
        ("On-site", None, "onsite"),
        ("Hybrid", None, "hybrid"),
        ("TELECOMMUTE", None, "remote"),
        ("True", None, "remote"),
        ("True", "hybrid", "hybrid"),
        ("False", None, None),
        ("False", "remote", "remote"),
        (None, "onsite", "onsite"),
    ],
)
def test_remote_of_field(field: str | None, told: str | None, remote: str | None) -> None:
    assert evidence.remote_of(field, told) == remote


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Req ID: R-12345\nWe look after bridges.", "R-12345"),
        ("Job ID: 251407 Date posted: 31/07/2024", "251407"),
        ("Job Number: R0193086Bridge Inspector, Senior", "R0193086"),
        ("Référence : 187XYTK", "187XYTK"),
        ("Requisition #: 2024-0815.", "2024-0815"),
        ("Kennziffer: 4711-B", "4711-B"),
        ("Phone number: 555 0100", None),
        ("Job ID: 12", None),
        ("We need 12345 bridges.", None),
        ("Posting date: 2024", None),
    ],
)
def test_requisition_in_text(text: str, number: str | None) -> None:
    assert evidence.requisition_in_text(text) == number


def test_cut_texts() -> None:
    assert evidence.is_cut("x" * 150 + "...")
    assert evidence.is_cut("x" * 150 + "…")
    assert not evidence.is_cut("x" * 150)
    assert not evidence.is_cut("x" * 50 + "...")
    assert not evidence.is_cut("x" * 5000 + "...")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("Full-time", "full_time"), ("fulltime", "full_time"), ("full_time", "full_time"), ("parttime", "part_time"),
        ("parttime, fulltime", "full_time"), ("Internship", "internship"), ("fulltime, internship", "internship"),
        ("Contract", "contract"), ("Temporary", "temporary"), ("permanent", "permanent"), ("CDI", "permanent"),
        ("Vollzeit", "full_time"), ("Volunteer", "volunteer"), ("Other", "other"), ("???", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_employment_types(value: str | None, kind: str | None) -> None:
    assert evidence.employment_type_of(value) == kind


def speak(text: str, employer: str, title: str = "Bridge Inspector") -> tuple[str | None, str | None]:
    voice = voice_of(text, title, employer, employer_key(employer))
    return voice.employer, voice.flag


CONTRADICTS = "employer contradicts text"
RESOLD = "posted for another employer"


@pytest.mark.parametrize(
    ("text", "employer", "wanted"),
    [
        # the header's employer is nowhere in a text that introduces another
        ("Northwind Robotics (NWR) is revolutionizing how bridges are built.", "Quarry Hill", ("Northwind Robotics", CONTRADICTS)),
        ("Northwind Robotics is a leading bridge company in the north.", "Quarry Hill", ("Northwind Robotics", CONTRADICTS)),
        ("At Northwind, we build bridges.", "Quarry Hill", ("Northwind", CONTRADICTS)),
        ("Northwind is looking for an inspector of bridges.", "Quarry Hill", ("Northwind", CONTRADICTS)),
        # the same, an abbreviation, a part, a parent named elsewhere in the text
        ("Northwind's River Team is looking for an inspector.", "Northwind", (None, None)),
        ("NWR is revolutionizing how bridges are built.", "North West Rivers", (None, None)),
        ("Northwind is a leading company. It belongs to Quarry Hill.", "Quarry Hill", (None, None)),
        ("Halden is a leading bridge company.", "Halden Works GmbH", (None, None)),
        ("HRW is seeking an inspector.", "Halden River Works (HRW)", (None, None)),
        # words that name nobody
        ("The ideal candidate is a leading voice.", "Quarry Hill", (None, None)),
        ("Bridge Inspector is a leading role in our company.", "Quarry Hill", (None, None)),
        ("Our Company is a leading bridge company.", "Quarry Hill", (None, None)),
        ("Millions of people cross our bridges.", "Quarry Hill", (None, None)),
        # agencies, boards and blind ads
        ("A company is looking for a Bridge Inspector.", "VirtualVocations", (None, RESOLD)),
        ("Our client is looking for an inspector.", "Quarry Hill", (None, RESOLD)),
        ("Our client, Northwind Robotics, is looking for an inspector.", "Dice", ("Northwind Robotics", RESOLD)),
        ("At Northwind, we build bridges.", "River Jobs", ("Northwind", RESOLD)),
        ("Wij zoeken namens onze opdrachtgever een inspecteur.", "Quarry Hill", (None, RESOLD)),
        ("Our client management team builds trust.", "Quarry Hill", (None, None)),
        ("", "Quarry Hill", (None, None)),
    ],
)  # fmt: skip
def test_voices(text: str, employer: str, wanted: tuple[str | None, str | None]) -> None:
    assert speak(text, employer) == wanted
