"""The sentence banks: occupations, employers, places and common phrases, read from bank/*.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

_BANK = Path(__file__).resolve().parent / "bank"

SECTOR_FILES = (
    "tech", "health", "trades", "logistics", "retail", "finance", "education", "hospitality", "public", "office",
)  # fmt: skip


@dataclass(frozen=True)
class City:
    """A place: `region` is a US state or a European province as boards write it; `state` its long name."""

    name: str
    region: str
    country: str
    state: str = ""


@dataclass(frozen=True)
class Step:
    """A level of an occupation: `word` of the title, `years` asked for, factor of `pay`, `share` of the vacancies."""

    word: str
    years: str
    pay: float
    share: float
    seniority: str


@dataclass(frozen=True)
class Occupation:
    """Sentences and facts of one occupation in one language.

    Attributes:
        key: the same in every language.
        pay: yearly (or hourly, where `hourly`) range of the plain level, in US dollars.
        sectors: kinds of employers that hire it.
        lists: words for the slots of its sentences.
    """

    key: str
    sector: str
    language: str
    titles: tuple[str, ...]
    ladder: tuple[Step, ...]
    teams: tuple[str, ...]
    team_word: str
    pay: tuple[float, float]
    hourly: bool
    remote: float
    part_time: float
    sectors: tuple[str, ...]
    intros: tuple[str, ...]
    duties: tuple[str, ...]
    wants: tuple[str, ...]
    skills: tuple[str, ...]
    lists: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Sector:
    """A kind of employer: how it is named and how it speaks of itself."""

    key: str
    share: float
    names: tuple[str, ...]
    industry: str
    about: tuple[str, ...]
    more: tuple[str, ...]
    lists: Mapping[str, tuple[str, ...]]
    occupations: tuple[str, ...] = field(default=())


@cache
def bank(name: str) -> dict[str, Any]:
    """Return bank/<name>.toml."""
    return tomllib.loads((_BANK / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def cities(country: str) -> tuple[City, ...]:
    """Return the cities of `country` (ISO 3166 alpha-2), biggest first."""
    states = bank("places")["states"]
    rows = bank("places")["cities"][country]
    return tuple(
        City(name, region, country, states.get(region, "") if country == "US" else "") for name, region in rows
    )


@cache
def occupations(language: str = "en") -> dict[str, Occupation]:
    """Return the occupations that have sentences in `language`, by key."""
    ladders = {
        name: tuple(Step(*row) for row in rows) for name, rows in bank("common")["ladders"].items()
    }  # fmt: skip
    english = {key: (sector, _with_more(key, entry)) for sector in SECTOR_FILES for key, entry in bank(sector).items()}
    if language == "en":
        return {key: _occupation(key, sector, "en", entry, ladders) for key, (sector, entry) in english.items()}
    translated = bank(language)
    out = {}
    for key, entry in translated["occupations"].items():
        sector, base = english[key]
        own = {**base, "ladder": "plain", "teams": [], "slots": {}, **entry}
        out[key] = _occupation(key, sector, language, own, ladders | {"plain": (Step(*translated["plain"]),)})
    return out


def _with_more(key: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    more = bank("more")[key]
    slots = {**entry.get("slots", {}), "thing": more["things"]}
    return {
        **entry, "duties": entry["duties"] + more["duties"], "wants": entry["wants"] + more["wants"], "slots": slots,
    }  # fmt: skip


def _occupation(
    key: str, sector: str, language: str, entry: Mapping[str, Any], ladders: Mapping[str, tuple[Step, ...]]
) -> Occupation:
    low, high = entry["pay"]
    return Occupation(
        key=key, sector=sector, language=language, titles=tuple(entry["titles"]), ladder=ladders[entry["ladder"]],
        teams=tuple(entry["teams"]), team_word=entry.get("team_word", "team"), pay=(float(low), float(high)),
        hourly=entry.get("hourly", False), remote=entry.get("remote", 0.0), part_time=entry.get("part_time", 0.0),
        sectors=tuple(entry["sectors"]), intros=tuple(entry["intros"]), duties=tuple(entry["duties"]),
        wants=tuple(entry["wants"]), skills=tuple(entry["skills"]),
        lists={name: tuple(words) for name, words in entry.get("slots", {}).items()},
    )  # fmt: skip


@cache
def sectors() -> dict[str, Sector]:
    """Return the kinds of employers, by key, each with the occupations it hires."""
    hires: dict[str, list[str]] = {}
    for occupation in occupations().values():
        for sector in occupation.sectors:
            hires.setdefault(sector, []).append(occupation.key)
    return {
        key: Sector(
            key=key, share=entry["share"], names=tuple(entry["names"]), industry=entry["industry"],
            about=tuple(entry["about"]), more=tuple(entry["more"]), occupations=tuple(hires[key]),
            lists={name: tuple(words) for name, words in entry.get("slots", {}).items()},
        )
        for key, entry in bank("employers")["sectors"].items()
    }  # fmt: skip
