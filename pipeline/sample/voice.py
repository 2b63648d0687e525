"""How a text says what its template says: words that may stand for each other, and the team's work at hand."""

import re
from collections.abc import Callable
from functools import cache

from pipeline.sample.banks import Occupation, bank
from pipeline.sample.dice import Dice
from pipeline.sample.grammar import Words, sentence

_PER = re.compile(r"(?<=[a-z]s) a (day|week|month|year|shift|minute|quarter)\b(?! of)")  # "14 rooms a day"


@cache
def _groups() -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    groups = {word.lower(): tuple(group) for group in bank("common")["voice"]["groups"] for word in group}
    longest = sorted(groups, key=lambda word: (-len(word), word))
    return re.compile(r"\b(?:" + "|".join(map(re.escape, longest)) + r")\b(?! other| of )", re.IGNORECASE), groups


def voiced(dice: Dice, joint: str) -> Callable[[str], str]:
    """Return a change of sentences: words fall to one of their group, `and` to `joint` here and there."""
    pattern, groups = _groups()

    def said(found: re.Match[str]) -> str:
        word = dice.pick(groups[found[0].lower()])
        return sentence(word) if found[0][0].isupper() else word

    def change(line: str) -> str:
        line = _PER.sub(lambda found: f" per {found[1]}" if dice.chance(0.5) else found[0], pattern.sub(said, line))
        return line.replace(" and ", f" {joint} ") if joint != "and" and dice.chance(0.6) else line

    return change


def at_hand(words: Words, occupation: Occupation) -> str:
    """Return two or three sentences about the work at hand, in the occupation's own words."""
    said = bank("common")["focus"]
    own = Words(words.dice, {}, {"thing": occupation.lists["thing"], "season": said["season"]})
    return " ".join(own.some(said["sentences"], words.dice.between(2, 3)))


def contact(words: Words) -> str:
    """Return two or three sentences that only this vacancy has: persons, addresses, names used inside."""
    said, names, dice = bank("common")["contact"], bank("employers"), words.dice
    people = [f"{dice.pick(said['first_names'])} {dice.pick(names['people'])}" for _ in range(4)]
    inside = [dice.pick(names["first"]) + dice.pick(names["second"]) for _ in range(4)]
    own = Words(dice, {}, {"person": people, "name": inside, "month": bank("common")["slots"]["month"]})
    return " ".join(own.some(said["sentences"], dice.between(2, 4)))
