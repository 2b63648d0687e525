"""What is planted: groups of listings whose truth is known, one after the other, without end."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from pipeline.sample.agencies import agency_copy
from pipeline.sample.banks import Occupation, cities, occupations
from pipeline.sample.dice import Dice
from pipeline.sample.edits import edited
from pipeline.sample.employers import LANGUAGES, Employer, employer
from pipeline.sample.families import family
from pipeline.sample.listings import Listing, elsewhere, show
from pipeline.sample.vacancies import Role, Vacancy, vacancy


class World:
    """The employers and groups of one seed.

    Args:
        seed: the world's name.
        employers: how many employers hire; their sizes follow a Zipf-like law.
    """

    def __init__(self, seed: int, employers: int) -> None:
        self.seed = seed
        self.employers = employers

    def group(self, night: int, index: int, number: int) -> list[Listing]:
        """Return the listings of group `index` of those born in `night`; their numbers count from `number`."""
        plant = f"P{night}-{index:06d}"
        dice = Dice(self.seed, "group", night, index)
        kind = dice.weighted(tuple(GROUPS), tuple(share for _, share in GROUPS.values()))
        return GROUPS[kind][0](self, dice, plant, number)

    def single(self, night: int, index: int, number: int) -> list[Listing]:
        """Return a group of one, for where a bigger one does not fit any more."""
        plant = f"P{night}-{index:06d}"
        return original(self, Dice(self.seed, "group", night, index, "one"), plant, number)

    def hires(self, dice: Dice) -> tuple[Employer, Occupation]:
        """Return an employer, the big ones more often, and an occupation it hires."""
        one = employer(self.seed, dice.rank(self.employers, 12.0))
        language = LANGUAGES[one.country]
        keys = [k for k in one.sector.occupations if language == "en" or k in occupations(language)]
        language = language if keys and dice.chance(0.7) else "en"
        return one, occupations(language)[dice.pick(keys if language != "en" else one.sector.occupations)]


def listings(world: World, rows: int, night: int, number: int) -> Iterator[Listing]:
    """Yield exactly `rows` listings, group by group; their numbers count from `number`."""
    made = index = 0
    while made < rows:
        group = world.group(night, index, number + made)
        if len(group) > rows - made:
            group = world.single(night, index, number + made)
        for i, listing in enumerate(group):
            yield replace(listing, number=number + made + i, born=night)
        made += len(group)
        index += 1


def _one(world: World, dice: Dice, plant: str) -> Vacancy:
    hirer, occupation = world.hires(dice)
    return vacancy(dice, f"V{plant[1:]}", hirer, Role(occupation))


def original(world: World, dice: Dice, plant: str, number: int) -> list[Listing]:
    """One vacancy, one listing."""
    return [show(dice, number, plant, "original", _one(world, dice, plant))]


def _copies(dice: Dice, first: Listing, number: int, count: int) -> list[Listing]:
    return [edited(dice, elsewhere(dice, first, number + i, "repost")) for i in range(count)]


def reposts(world: World, dice: Dice, plant: str, number: int) -> list[Listing]:
    """One vacancy, two to four listings: other boards, other days, small edits."""
    first = show(dice, number, plant, "original", _one(world, dice, plant))
    return [first, *_copies(dice, first, number + 1, dice.weighted((1, 2, 3), (0.7, 0.2, 0.1)))]


def relocations(world: World, dice: Dice, plant: str, number: int) -> list[Listing]:
    """One ad in several cities; some of them again on other boards."""
    first = show(dice, number, plant, "original", _one(world, dice, plant))
    others = [c for c in cities(first.place.country) if c != first.place]
    out = [first]
    for place in dice.sample(others, 2 + dice.rank(11, 3.0)):
        there = elsewhere(dice, first, number + len(out), "relocation", same_board=0.8)
        out.append(replace(there, place=place, title=there.title))
        if dice.chance(0.15):
            out.append(edited(dice, elsewhere(dice, out[-1], number + len(out), "repost")))
    return out


def variants(world: World, dice: Dice, plant: str, number: int) -> list[Listing]:
    """A variant family; some members again on other boards."""
    hirer, occupation = world.hires(dice)
    while len(occupation.teams) < 4:
        hirer, occupation = world.hires(dice)
    out: list[Listing] = []
    for one in family(dice, f"V{plant[1:]}", hirer, occupation, dice.between(3, 8)):
        out.append(show(dice, number + len(out), plant, "variant", one, note=one.traits[0]))
        if dice.chance(0.2):
            out += _copies(dice, out[-1], number + len(out), 1)
    return out


def agencies(world: World, dice: Dice, plant: str, number: int) -> list[Listing]:
    """One vacancy, the employer's own ad (mostly) and copies by agencies."""
    first = show(dice, number, plant, "original", _one(world, dice, plant))
    out = [first] if dice.chance(0.8) else []
    for _ in range(dice.weighted((1, 2, 3), (0.6, 0.3, 0.1))):
        out.append(agency_copy(dice, first, number + len(out)))
    if dice.chance(0.25):
        again = elsewhere(dice, out[-1], number + len(out), out[-1].kind)
        out.append(replace(again, company=out[-1].company, note=out[-1].note))
    return out


def same_title(world: World, dice: Dice, plant: str, number: int) -> list[Listing]:
    """One employer, one title, two truly different roles."""
    hirer, occupation = world.hires(dice)
    title, step = dice.pick(occupation.titles), dice.pick(occupation.ladder)
    teams = dice.sample(occupation.teams, 2) or ["", ""]
    half = dice.sample(occupation.duties, len(occupation.duties) // 2)
    used = (tuple(half), tuple(d for d in occupation.duties if d not in half))
    place = dice.pick(hirer.homes)
    return [
        show(dice, number + i, plant, "near_miss", vacancy(dice, f"V{plant[1:]}.{i}", hirer, role), note="same title")
        for i, role in enumerate(
            Role(occupation, step=step, title=title, team=teams[i % len(teams)], place=place, used_duties=used[i])
            for i in range(2)
        )
    ]


def other_level(world: World, dice: Dice, plant: str, number: int) -> list[Listing]:
    """One employer, one title at two levels, each with a text of its own."""
    hirer, occupation = world.hires(dice)
    title = dice.pick(occupation.titles)
    steps = dice.sample(occupation.ladder, 2)
    return [
        show(dice, number + i, plant, "near_miss",
             vacancy(dice, f"V{plant[1:]}.{i}", hirer, Role(occupation, step=step, title=title)), note="other level")
        for i, step in enumerate(steps)
    ]  # fmt: skip


def same_boilerplate(world: World, dice: Dice, plant: str, number: int) -> list[Listing]:
    """One employer and its paragraphs, different occupations."""
    hirer, first = world.hires(dice)
    known = occupations(first.language)
    others = [known[k] for k in hirer.sector.occupations if k in known and k != first.key]
    roles = [first, *dice.sample(others, dice.between(1, 2))]
    return [
        show(dice, number + i, plant, "near_miss",
             vacancy(dice, f"V{plant[1:]}.{i}", hirer, Role(occupation)), note="same boilerplate")
        for i, occupation in enumerate(roles)
    ]  # fmt: skip


def other_employer(world: World, dice: Dice, plant: str, number: int) -> list[Listing]:
    """One title at different employers of one city."""
    first, occupation = world.hires(dice)
    title, step, place = dice.pick(occupation.titles), dice.pick(occupation.ladder), dice.pick(first.homes)
    hirers = [first]
    while len(hirers) < 3:
        one = employer(world.seed, dice.below(world.employers))
        if one not in hirers and one.country == first.country and one.sector.key in occupation.sectors:
            hirers.append(one)
        elif dice.chance(0.01):  # a small world may not have three such employers
            break
    role = Role(occupation, step=step, title=title, place=place)
    return [
        show(
            dice, number + i, plant, "near_miss", vacancy(dice, f"V{plant[1:]}.{i}", hirer, role), note="other employer"
        )
        for i, hirer in enumerate(hirers)
    ]


def versions(world: World, dice: Dice, plant: str, number: int) -> list[Listing]:
    """One listing delivered again under the same id: word for word, or with another text."""
    first = show(dice, number, plant, "original", _one(world, dice, plant))
    again = replace(first, number=number + 1, kind="version", note="same text")
    if dice.chance(0.5):
        again = edited(dice, replace(again, note="other text"), ("items left out", "page furniture", "pay left out"))
    return [first, again]


Group = Callable[[World, Dice, str, int], list[Listing]]

GROUPS: dict[str, tuple[Group, float]] = {
    "original": (original, 0.5),
    "reposts": (reposts, 0.22),
    "relocations": (relocations, 0.025),
    "variants": (variants, 0.035),
    "agencies": (agencies, 0.055),
    "same title": (same_title, 0.03),
    "other level": (other_level, 0.025),
    "same boilerplate": (same_boilerplate, 0.03),
    "other employer": (other_employer, 0.02),
    "versions": (versions, 0.025),
}
"""Kinds of groups with their shares, chosen so that about 30 % of the listings repeat a title and company."""
