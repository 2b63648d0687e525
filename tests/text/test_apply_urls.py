"""Addresses: one spelling each, nothing but http and https."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text.apply_urls import parse_address

SAME = [
    (
        "https://www.linkedin.com/jobs/view/bridge-inspector-at-halden-3891491582?position=1&pageNum=0&refId=x%3D&trackingId=y",
        "https://nl.linkedin.com/jobs/view/3891491582/?trk=public",
        "https://www.linkedin.com/jobs/view/3891491582",
    ),
    ("https://nl.indeed.com/viewjob?jk=c88aa57f9f451761&from=serp&vjs=3", "https://nl.indeed.com/viewjob?jk=c88aa57f9f451761"),
    ("https://jobs.lever.co/halden/ab-12/apply?lever-source=LinkedIn", "https://jobs.lever.co/halden/ab-12"),
    ("boards.greenhouse.io/halden/jobs/123?gh_src=abc", "https://boards.greenhouse.io/halden/jobs/123"),
    ("HTTP://Halden.Example:80/a//b/?utm_source=x&b=2&a=1#top", "http://halden.example/a/b?a=1&b=2"),
    ("https://t.example/redirect?rx_cid=3&rx_url=https%3A%2F%2Fhalden.example%2Fjob%2F7%3Futm_medium%3Dx", "https://halden.example/job/7"),
    ("https://halden.example/job?ref=linkedin&id=77", "https://halden.example/job?id=77"),
]  # fmt: skip


@pytest.mark.parametrize("spellings", SAME)
def test_spellings_meet(spellings: tuple[str, ...]) -> None:
    assert {parse_address(s).url for s in spellings} == {spellings[-1]}
    assert parse_address(spellings[0]).specific


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("javascript:alert(1)", "unsafe address"),
        ("JaVaScRiPt:alert(1)", "unsafe address"),
        (" java\nscript:alert(1)", "unsafe address"),
        ("data:text/html,<b>x</b>", "unsafe address"),
        ("mailto:a@halden.example", "unsafe address"),
        ("file:///etc/passwd", "unsafe address"),
        ("https://", "broken address"),
        ("https://[::1/", "broken address"),
        ("click here", "broken address"),
        ('{"urlOrigine": "x"}', "broken address"),
        ("https://user name@halden.example:99999/", "broken address"),
        (None, None),
        ("  ", None),
    ],
)
def test_what_is_no_address(text: str | None, flag: str | None) -> None:
    assert parse_address(text).url is None
    assert parse_address(text).flag == flag


@pytest.mark.parametrize(
    "text", ["https://halden.example", "https://halden.example/careers", "https://halden.example/en/jobs/", "https://halden.example/?utm_source=x"]
)  # fmt: skip
def test_a_site_s_front_door_names_no_ad(text: str) -> None:
    assert parse_address(text).url is not None
    assert not parse_address(text).specific


def test_systems() -> None:
    assert parse_address("https://jobs.ashbyhq.com/halden/1a2b").system == "ashby"
    assert parse_address("https://halden.wd3.myworkdayjobs.com/en-US/x/job/y_R-1").system == "workday"
    assert parse_address("https://ashbyhq.com.evil.example/x").system is None


@given(
    st.one_of(
        st.text(max_size=60),
        st.from_regex(
            r"https?://[a-z]{1,5}\.example(/[a-zA-Z0-9%_.-]{0,6}){0,3}(\?[a-z_=&0-9%]{0,20})?", fullmatch=True
        ),
    )
)
@settings(deadline=None)
def test_canonical_is_safe_and_stays_as_it_is(text: str) -> None:
    url = parse_address(text).url
    if url is not None:
        assert url.startswith(("http://", "https://"))
        assert not any(c.isspace() for c in url)
        assert parse_address(url).url == url
