"""Laws and cases of markup: what comes out is plain text, one paragraph or list item a line."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.text import markup

PIECES = st.sampled_from(
    [
        "We build engines.", "Responsibilities", "Design and test", "<p>", "</p>", "<br/>", "<li>", "<b>", "</b>", "&amp;", "&nbsp;",
        "&lt;b&gt;", "&amp;lt;p&amp;gt;", "\n", "\n\n", "• ", "* ", "- ", "**bold**", "\\-", "[here](https://x.example)", "## Duties",
        "caf\u00e9", "cafÃ©", "donâ€™t", "\u2019", "\u00ad", "\u200b", "\ufffd", "e\u0301", "𝗪𝗲 hire", "a<b", "1. first", "softwareRequirements: none",
        "end.Begin here", " ", "___", "&#x27;", "&bogus;", "<script>x()</script>",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=14).map("".join)


@given(TEXTS, st.sampled_from([None, "text", "html", "markdown"]))
@settings(max_examples=300, deadline=None)
def test_clean_text_stays_as_it_is(text: str, kind: str | None) -> None:
    once = markup.to_text(text, kind)
    assert markup.to_text(once, "text") == once


@given(TEXTS)
@settings(max_examples=200, deadline=None)
def test_no_line_is_empty_or_padded(text: str) -> None:
    for line in markup.to_text(text).split("\n"):
        assert line == " ".join(line.split())
    assert "\n\n" not in markup.to_text(text)


@given(st.text(max_size=80))
@example("Â\x1b¡")
@settings(max_examples=200, deadline=None)
def test_repair_is_stable_and_never_fails(text: str) -> None:
    once = markup.repair(text)
    assert markup.repair(once) == once


@pytest.mark.parametrize(
    ("given_text", "kind", "wanted"),
    [
        ("<p>First.</p><ul><li>One</li><li>Two &amp; a half</li></ul>", "html", "First.\nOne\nTwo & a half"),
        ("&lt;p&gt;Twice escaped&lt;/p&gt;&lt;br&gt;Yes", None, "Twice escaped\nYes"),
        ("A paragraph that\nwas wrapped<br>by its author", "html", "A paragraph that was wrapped\nby its author"),
        ("**Who we are**\n\nWe build \\- and test.\n* one\n* two", "markdown", "Who we are\nWe build - and test.\none\ntwo"),
        ("# Role\nSee [our site](https://x.example/a) now", None, "Role\nSee our site now"),
        ("plain * with a star and snake_case_word", "text", "plain * with a star and snake_case_word"),
        ("We ship software.Requirements: three yearsMust be curious", None, "We ship software.\nRequirements: three years\nMust be curious"),
        ("ASP.Net and Node.Js, JavaScript, PowerPoint and LinkedIn", None, "ASP.Net and Node.Js, JavaScript, PowerPoint and LinkedIn"),
        ("Weâ€™re a cafÃ© chain", None, "We're a café chain"),
        ("soft\u00adware\u00a0engineer \u201cnow\u201d", None, 'software engineer "now"'),
        ("the team\ufffds goal \ufffd speed", None, "the team's goal speed"),
        ("<style>p{}</style><div>Hello</div><script>alert(1)</script>", None, "Hello"),
        ("if a < b and c > d then", None, "if a < b and c > d then"),
        (None, None, ""),
        ("", "html", ""),
    ],
)  # fmt: skip
def test_cases(given_text: str | None, kind: str | None, wanted: str) -> None:
    assert markup.to_text(given_text, kind) == wanted


def test_one_line_takes_markup_off_short_fields() -> None:
    assert markup.one_line(" R&amp;D <b>Engineer</b>\n (m/w/d) ") == "R&D Engineer (m/w/d)"
    assert markup.one_line(None) == ""
