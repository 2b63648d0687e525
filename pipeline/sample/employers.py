"""Invented employers: name, sector, cities, and the paragraphs each puts under every one of its ads."""

from dataclasses import dataclass
from functools import lru_cache

from pipeline.sample.banks import City, Sector, bank, cities, sectors
from pipeline.sample.dice import Dice
from pipeline.sample.documents import Block
from pipeline.sample.grammar import Words


@dataclass(frozen=True)
class Style:
    """How an employer's ads look: its headings, and where it speaks of itself."""

    duties: str
    wants: str
    tools: str
    about: str
    plus: str
    setting: str
    about_first: bool
    team_in_title: str
    pay_told: bool
    joint: str


HEADINGS = ("duties", "wants", "tools", "about", "plus", "setting")


@dataclass(frozen=True)
class Employer:
    """An invented employer.

    Attributes:
        number: its rank by size, from 0; employers are a function of seed and number.
        name: as people call it; `legal`: with its legal form; `spellings`: both and others, as boards write it.
        homes: cities it hires in, the seat first.
        blocks: about, benefits and equal opportunity paragraphs, by language.
    """

    number: int
    name: str
    legal: str
    spellings: tuple[str, ...]
    sector: Sector
    country: str
    homes: tuple[City, ...]
    style: dict[str, Style]
    blocks: dict[str, dict[str, Block]]


COUNTRIES = (("US", 0.85), ("NL", 0.05), ("DE", 0.04), ("FR", 0.02), ("GB", 0.04))
LANGUAGES = {"US": "en", "GB": "en", "NL": "nl", "DE": "de", "FR": "fr"}


@lru_cache(maxsize=4096)
def employer(seed: int, number: int) -> Employer:
    """Return the employer of rank `number` in the world of `seed`."""
    dice = Dice(seed, "employer", number)
    # few employers make most of the ads: the country of the biggest should not hang on one throw
    country = "US" if number < 6 else dice.weighted([c for c, _ in COUNTRIES], [w for _, w in COUNTRIES])
    kinds = list(sectors().values())
    sector = dice.weighted(kinds, [kind.share for kind in kinds])
    name = _name(dice, sector, number)
    homes = dice.sample(cities(country), 1 + int(40 / (number + 4)) + dice.below(3))
    legal = _legal(dice, name, country, sector)
    languages = {"en", LANGUAGES[country]}
    return Employer(
        number=number, name=name, legal=legal, spellings=_spellings(name, legal), sector=sector, country=country,
        homes=tuple(homes), style={lang: _style(dice, lang) for lang in sorted(languages)},
        blocks={lang: _blocks(dice, lang, sector, homes[0]) for lang in sorted(languages)},
    )  # fmt: skip


def _name(dice: Dice, sector: Sector, number: int) -> str:
    """Return a name no other employer has: its head is a function of `number`, one to one."""
    parts = bank("employers")
    first, second, people = parts["first"], parts["second"], parts["people"]
    shape = dice.pick(sector.names)
    if "{people}" in shape:
        lap, place = divmod(number, len(people) * (len(people) - 1))
        i, j = divmod((place * 7919 + 13) % (len(people) * (len(people) - 1)), len(people) - 1)
        return str(shape.replace("{people}", f"{people[i]} & {people[j + (j >= i)]}{_lap(lap)}"))
    lap, place = divmod(number, len(first) * len(second))
    i, j = divmod((place * 7919 + 13) % (len(first) * len(second)), len(second))
    return str(shape.replace("{head}", f"{first[i]}{second[j]}{_lap(lap)}"))


def _lap(lap: int) -> str:
    """Return the words that tell names apart once all heads are used: Ashbrook, Ashbrook Bay, Ashbrook Bay Mills."""
    words, out = bank("employers")["laps"], ""
    while lap:
        lap, word = divmod(lap - 1, len(words))
        out = f" {words[word]}{out}"
    return out


def _legal(dice: Dice, name: str, country: str, sector: Sector) -> str:
    if sector.key in ("public", "school"):
        return name
    return f"{name}{dice.pick(bank('employers')['legal'][country])}"


def _spellings(name: str, legal: str) -> tuple[str, ...]:
    other = name.replace(" & ", " and ") if " & " in name else name.upper() if len(name) < 14 else name
    return (name, legal, other)


def _style(dice: Dice, language: str) -> Style:
    headings = bank("common")["headings"] if language == "en" else bank(language)["headings"]
    return Style(
        **{part: dice.pick(headings[part]) for part in HEADINGS},
        about_first=dice.chance(0.45),
        team_in_title=dice.pick(["{title}, {team}", "{title} - {team}", "{title} ({team})"]),
        pay_told=dice.chance(0.55),
        joint=dice.weighted(("and", "&"), (0.65, 0.35)),
    )


def _blocks(dice: Dice, language: str, sector: Sector, seat: City) -> dict[str, Block]:
    common = bank("common") if language == "en" else bank(language)
    about, more = (sector.about, sector.more) if language == "en" else (tuple(common["about"]), tuple(common["more"]))
    words = Words(dice, {"employer": EMPLOYER, "seat": seat.name}, sector.lists | common["slots"])
    opening = words.some(about, 1) + words.some(more, dice.between(2, 4))
    benefits = words.some(common["benefits"], dice.between(4, 7))
    heading = dice.pick(common["headings"]["benefits"])
    if dice.chance(0.4):
        kept = Block("benefits", heading, paragraphs=(" ".join(f"{b}." for b in benefits),))
    else:
        kept = Block("benefits", heading, items=tuple(benefits))
    equal = words.some(common["equal"], 1)
    if language == "en" and dice.chance(0.5):
        equal += words.some(common["also"], 1)
    culture = words.some(common["culture"], dice.between(3, 5))
    return {
        "culture": Block("culture", dice.pick(common["headings"]["culture"]), paragraphs=(" ".join(culture),)),
        "about": Block("about", paragraphs=(" ".join(opening),)),
        "benefits": kept,
        "equal": Block("equal", paragraphs=tuple(equal)),
    }


EMPLOYER = "⟦employer⟧"
CITY = "⟦city⟧"
TEAM = "⟦team⟧"
"""Marks that stand in a text until it is known who shows it, and where."""
