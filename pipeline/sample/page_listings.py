"""The listings of our page: a graduate family of eight, blind ads, one ad under a wrong header, and others."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pipeline.sample.banks import City, bank, occupations, sectors
from pipeline.sample.documents import Block, Document, glued
from pipeline.sample.employers import Employer, employer
from pipeline.sample.listings import Listing, own_id
from pipeline.sample.vacancies import Pay, Vacancy

PAGE_ROWS = 22
"""Listings planted for the page: 19 on it, and three of the family's ads in full on another board."""

IN_FULL = (0, 2, 5)
"""Members of the family that are also posted in full elsewhere."""

PAY = Pay(104_000.0, 139_500.0, "USD", "year")


def page_listings(seed: int) -> list[Listing]:
    """Return the page's posting, its 18 cards in order, then the full ads; their numbers count down from -1."""
    page = bank("page")
    members = page["template"]["members"]
    out = [_listing(seed, -1, _member(seed, 0), _document(members[0]), "variant", "page posting")]
    for i, card in enumerate(page["cards"], 2):
        if "family" in card:
            member = members[card["family"]]
            snippet = _snippet(member, page["employer"])
            out.append(_listing(seed, -i, _member(seed, card["family"]), _one(snippet), "variant", "snippet"))
        else:
            out.append(_card(seed, -i, card))
    for i, number in zip(IN_FULL, range(-PAGE_ROWS, -PAGE_ROWS + len(IN_FULL)), strict=True):
        out.append(
            _listing(seed, number, _member(seed, i), _document(members[i]), "repost", "in full", board="linkedin")
        )
    return out


def _one(text: str) -> Document:
    return (Block("intro", paragraphs=(text,)),)


def _document(member: Mapping[str, Any]) -> Document:
    words = {k: member[k] for k in ("about", "focus", "degree", "year")}
    template = bank("page")["template"]
    name = bank("page")["employer"]
    return (
        Block("team", paragraphs=(template["about"].format(**words),)),
        Block("duties", "Responsibilities", items=tuple(d.format(**words) for d in template["duties"])),
        Block("wants", "Qualifications", items=tuple(w.format(**words) for w in template["wants"])),
        Block("about", f"About {name}", paragraphs=(template["company"],)),
        Block("intro", "How we start", paragraphs=(template["join"],)),
        Block("equal", "Inclusion", paragraphs=(template["equal"],)),
        Block("pay", "Pay and Benefits", paragraphs=(template["pay"],)),
        Block("furniture", paragraphs=("#J-18808-Ljbffr",)),
    )


def _snippet(member: Mapping[str, Any], name: str) -> str:
    """Return the beginning of a member's ad as its card shows it: title echoed, furniture, then the text."""
    title = member["title"]
    head = f"{title}." + f"{title}. " * (member.get("echo", 1) - 1)
    if "lead" in member:
        head = f"{title}{member['lead']}"
    if member.get("join"):
        head += f"Join to apply for the {title} role at {name}."
    if member.get("furniture"):
        head += "Be among the first 25 applicants.Get AI-powered advice on this job and more exclusive features. "
    return f"{head}{glued(_document(member)).strip()}"


def _home() -> City:
    name, region = bank("page")["place"]
    return City(name, region, "US", "Texas")


def _employer(seed: int, name: str, place: City) -> Employer:
    style = employer(seed, 0).style
    return Employer(number=-1, name=name, legal=name, spellings=(name,) * 3, sector=sectors()["software"],
                    country="US", homes=(place,), style=style, blocks={})  # fmt: skip


def _member(seed: int, i: int) -> Vacancy:
    page = bank("page")
    member = page["template"]["members"][i]
    return _vacancy(
        seed, f"V-page.family.{i}", page["family"], page["employer"], _home(), member["title"],
        level="Graduate", team=member["team"], traits=("graduate", member["year"], member["degree"]),
    )  # fmt: skip


def _vacancy(
    seed: int, key: str, family: str, name: str, place: City, title: str, level: str = "", team: str = "",
    traits: tuple[str, ...] = (),
) -> Vacancy:  # fmt: skip
    occupation = occupations()[bank("page")["occupation"]]
    step = next((s for s in occupation.ladder if s.word == level), replace(occupation.ladder[1], word=level))
    return Vacancy(
        key=key, family=family, occupation=occupation, employer=_employer(seed, name, place), step=step,
        title=title, team=team, place=place, document=(), pay=PAY, remote="", job_type="fulltime", requisition="",
        days=35, traits=traits,
    )  # fmt: skip


def _card(seed: int, number: int, card: Mapping[str, Any]) -> Listing:
    name, region, state = card["place"]
    place = City(name, region, "US", state)
    aggregator = bank("agencies")["blind"]["names"][0]
    company = aggregator if card.get("blind") else card["company"]
    # who hides behind a blind ad is not known; the ad under a wrong header belongs to the employer its text names
    true = "" if card.get("blind") else card.get("wrong", company)
    key = f"V-page.{card.get('vacancy', number)}"
    vacancy = _vacancy(seed, key, "", true, place, card["title"], level=card.get("level", ""))
    first = next(
        c for c in bank("page")["cards"] if c.get("vacancy", c.get("text")) == card.get("vacancy", card.get("text"))
    )
    kind = "near_miss" if not card.get("blind") else "agency_copy" if first is card else "relocation"
    note = "wrong employer header" if card.get("wrong") else "blind snippet" if card.get("blind") else "snippet"
    return _listing(seed, number, vacancy, _one(card["text"]), kind, note, company=company,
                    days=12 if card.get("age") == "variable" else 35)  # fmt: skip


def _listing(
    seed: int, number: int, vacancy: Vacancy, document: Document, kind: str, note: str, board: str = "talent.com",
    company: str = "", days: int = 35,
) -> Listing:  # fmt: skip
    on_page = board == "talent.com"
    return Listing(
        number=number, plant="P-page", kind=kind, note=note, vacancy=vacancy, board=board,
        feed="talent" if on_page else board, source_id="" if on_page else own_id(board, number),
        company=company or vacancy.employer.name, place=vacancy.place, title=vacancy.title, document=document,
        pay=None, days=days,
    )  # fmt: skip
