"""All spellings of an employer meet under one key; different employers do not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text.employers import clean_employer, employer_key, same_house

SAME = [
    ("TikTok", "TIKTOK PTE. LTD.", "TikTok Inc.", "Tiktok"),
    ("ByteDance", "BYTEDANCE PTE. LTD."),
    ("Amazon", "Amazon.com Services LLC", "Amazon.com, Inc.", "AMAZON.COM"),
    ("Halden & Vik", "Halden and Vik GmbH", "Halden & Vik GmbH & Co. KG", "The Halden and Vik Company"),
    ("U.S. Bank", "US Bank", "U. S. Bank"),
    ("Kestrel Foods", "Kestrel Foods P.L.C.", "Kestrel Foods PLC", "Kestrel Foods (Singapore) Pte Ltd"),
    ("Vierkant", "Vierkant B.V.", "VIERKANT BV", "Vierkant N.V."),
    ("Société Nordique", "SOCIETE NORDIQUE S.A.S.", "Nordique SARL"),
    ("Maju Jaya", "PT Maju Jaya Tbk", "PT. Maju Jaya"),
    ("McHale's", "McHale\u2019s Corporation", "McHales"),
]


@pytest.mark.parametrize("spellings", SAME)
def test_spellings_meet(spellings: tuple[str, ...]) -> None:
    assert len({employer_key(clean_employer(s)[0]) for s in spellings}) == 1


def test_different_employers_stay_apart() -> None:
    names = [
        "TikTok",
        "ByteDance",
        "Amazon Web Services (AWS)",
        "Amazon",
        "Halden Energy",
        "Halden Foods",
        "Co",
        "Group",
    ]
    assert len({employer_key(n) for n in names}) == len(names)
    assert all(employer_key(n) for n in names)


@pytest.mark.parametrize(
    ("company", "name", "flag"),
    [
        ("Halden Works4.2 ★", "Halden Works", None),
        ("Halden Works\n3.8", "Halden Works", None),
        ("Halden Works, Inc. (NYSE:HWX)", "Halden Works, Inc.", None),
        ('Halden Works (<a href="https://halden.example">https://halden.example</a>)', "Halden Works", None),
        ("Halden &amp; Vik", "Halden & Vik", None),
        ("KÃ¶rner Pumpen", "Körner Pumpen", None),
        ("Halden Works is hiring!", "Halden Works", None),
        ("Confidential", None, None),
        ("nan", None, None),
        ("", None, None),
        (None, None, None),
        ("Refreshed June 30, 2026", None, "employer field holds a date"),
        ('{"nom": "Halden Works", "x": 1}', "Halden Works", "employer field holds an object"),
        ('{"description": "We are', None, "employer field holds an object"),
    ],
)
def test_clean(company: str | None, name: str | None, flag: str | None) -> None:
    assert clean_employer(company) == (name, flag)


@given(st.text(max_size=40))
@settings(deadline=None)
def test_folding_twice_is_folding_once_and_never_loses_a_name(name: str) -> None:
    clean = clean_employer(name)[0]
    key = employer_key(clean)
    assert employer_key(key) == key
    assert bool(key) == (clean is not None)


def test_same_house() -> None:
    assert same_house("depository clearing corporation", "dcc")
    assert same_house("halden works", "halden")
    assert not same_house("medium", "orbital sidekick")
    assert not same_house("quarry hill", "blue heron robotics")
