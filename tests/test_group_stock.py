"""Stage group: stock texts that many employers use, and how far texts must agree to be a template."""

from typing import Any

import pytest
from test_group import clique, families, link, members, night, posting, variant

EMPLOYERS = [f"firm {n}" for n in range(8)]


def copies(**place: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return ads of eight employers with one text, and the links between them."""
    names = [f"p{n}" for n in range(len(EMPLOYERS))]
    return [posting(n, employer_key=e) for n, e in zip(names, EMPLOYERS, strict=True)], clique(names, **place)


def test_one_vacancy_through_eight_agencies_is_one_job() -> None:
    assert [len(m) for m in members(night(*copies(same_place=True))).values()] == [8]


@pytest.mark.parametrize("place", [{}, {"same_place": False, "kind": "relocation"}])
def test_a_ready_made_text_of_eight_employers_joins_nothing_and_is_told(place: dict[str, Any]) -> None:
    out = night(*copies(**place))
    assert sorted(len(m) for m in members(out).values()) == [1] * 8
    assert set(out["cuts"].column("reason").to_pylist()) == {"stock text"}
    assert out["cuts"].num_rows == 28


def test_a_few_employers_may_share_a_text_without_a_place() -> None:
    postings, links = copies()
    few = {p["posting_id"] for p in postings[:3]}
    some = [one for one in links if {one["posting_id_a"], one["posting_id_b"]} <= few]
    assert max(len(m) for m in members(night(postings, some)).values()) == 3


def test_an_employers_own_ads_with_a_ready_made_text_stay_one_job() -> None:
    postings, links = copies()
    again = posting("q0", employer_key=EMPLOYERS[0])
    links += [link(p["posting_id"], "q0") for p in postings]
    assert {"p0", "q0"} in members(night([*postings, again], links)).values()


@pytest.mark.parametrize(
    ("told", "overlap", "core", "together"),
    [
        ({}, 0.4, 100.0, True),
        ({}, 0.2, 100.0, False),  # what a house writes under every title
        ({}, 0.4, 80.0, False),  # another title needs more of the text
        ({}, 0.6, 80.0, True),
        ({"is_snippet": True}, 0.0, 100.0, True),  # a beginning can't tell
        ({"flags": ["posted for another employer"]}, 0.6, 100.0, False),
        ({"flags": ["posted for another employer"]}, 0.8, 100.0, True),
    ],
)
def test_a_template_is_more_than_a_house_style(
    told: dict[str, Any], overlap: float, core: float, together: bool
) -> None:
    stems = ("engineer", "engineer") if core == 100.0 else ("engineer", "developer")
    pair = [posting(n, title_stem=s, **told) for n, s in zip("ab", stems, strict=True)]
    out = night(pair, [variant("a", "b", text_overlap=overlap, core_score=core)])
    assert bool(families(out)) is together
