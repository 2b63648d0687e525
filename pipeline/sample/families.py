"""Variant families: one employer, one template, members that differ in team, level, degree, start year or shift."""

from dataclasses import replace

from pipeline.sample.banks import Occupation, Step, bank
from pipeline.sample.dice import Dice
from pipeline.sample.documents import Block, Change
from pipeline.sample.employers import CITY, EMPLOYER, TEAM, Employer
from pipeline.sample.grammar import Words, sentence
from pipeline.sample.vacancies import Pay, Role, Vacancy, amount, requisition, vacancy

YEARS = "⟦years⟧"


def family(dice: Dice, key: str, employer: Employer, occupation: Occupation, members: int) -> list[Vacancy]:
    """Return vacancies of one template; all have the same family, each its own key."""
    teams = dice.sample(occupation.teams, members)
    slot = "level" if len(occupation.ladder) > 2 and dice.chance(0.2) else _slot(dice, occupation, len(teams))
    step = dice.weighted(occupation.ladder, [s.share for s in occupation.ladder])
    base_step = replace(step, years=YEARS, pay=1.0 if slot == "level" else step.pay)
    template = vacancy(dice, key, employer, Role(occupation, step=base_step, team=TEAM))
    base = template.title[len(step.word) :].strip()
    out = []
    for i in range(members):
        own = f"{key}.{i}"
        one = replace(template, key=own, family=f"F{key[1:]}", traits=(slot,), requisition=requisition(own))
        if slot == "level":
            out.append(_levelled(one, occupation.ladder[i % len(occupation.ladder)], base, teams[0]))
        elif slot == "graduate":
            out.append(_graduate(dice, one, step, base, teams[i % len(teams)], i))
        else:
            out.append(_teamed(dice, one, step, base, teams[i % len(teams)], slot, i))
    distinct = {v.title: v for v in reversed(out)}
    return [v for v in out if distinct[v.title] is v]


def _slot(dice: Dice, occupation: Occupation, teams: int) -> str:
    if occupation.key in bank("common")["graduate"]["occupations"] and dice.chance(0.6):
        return "graduate"
    if occupation.key in bank("common")["shifts"]["occupations"] and dice.chance(0.5):
        return "shift"
    return "team" if teams >= 3 else "contract"


def _put(one: Vacancy, title: str, team: str, years: str, **more: object) -> Vacancy:
    change = Change((TEAM, team), (YEARS, years))
    document = tuple(block.mapped(change) for block in one.document)
    return replace(one, title=title, team=team, document=document, **more)  # type: ignore[arg-type]


def _levelled(one: Vacancy, step: Step, base: str, team: str) -> Vacancy:
    pay = replace(one.pay, low=_rounded(one.pay, one.pay.low, step.pay), high=_rounded(one.pay, one.pay.high, step.pay))
    # by way of marks: the new lower end may be the old upper one
    change = Change((amount(one.pay.low, pay), "⟦low⟧"), (amount(one.pay.high, pay), amount(pay.high, pay)),
                    ("⟦low⟧", amount(pay.low, pay)))  # fmt: skip
    document = tuple(block.mapped(change) if block.part == "pay" else block for block in one.document)
    return _put(replace(one, document=document), f"{step.word} {base}".strip(), team, step.years, step=step, pay=pay)


def _rounded(pay: Pay, value: float, factor: float) -> float:
    unit = {"hour": 0.25, "month": 100.0, "year": 500.0}[pay.period]
    return round(value * factor / unit) * unit


def _graduate(dice: Dice, one: Vacancy, step: Step, base: str, team: str, i: int) -> Vacancy:
    words = bank("common")["graduate"]
    degree, year = words["degrees"][i % len(words["degrees"])], words["years"][i % 3 > 1]
    title = f"{base} Graduate ({team}) - {year} Start ({degree})"
    text = Words(dice, {"team": team, "year": year, "degree": words["long"][degree]}, {}).some(words["sentences"], 2)
    block = Block("team", paragraphs=(" ".join(text),))
    plain = replace(step, word="Graduate", years="0", seniority="Entry level")
    done = _put(one, title, team, "0-1", step=plain, traits=("graduate", year, degree))
    return replace(done, document=(block, *done.document))


def _teamed(dice: Dice, one: Vacancy, step: Step, base: str, team: str, slot: str, i: int) -> Vacancy:
    common = bank("common")
    word, titled = one.occupation.team_word, f"{step.word} {base}".strip()
    if slot == "shift":
        shift = common["shifts"]["words"][i % len(common["shifts"]["words"])]
        title, sentences = f"{titled} - {team} - {shift}", common["shifts"]["sentences"]
        lists = {"team": team, "shift": shift.lower(), "word": word, "employer": EMPLOYER}
    elif slot == "contract":
        shift = common["contracts"]["words"][i % len(common["contracts"]["words"])]
        title, sentences = f"{titled} ({shift})", common["contracts"]["sentences"]
        lists = {"team": team, "shift": shift.lower(), "word": word, "employer": EMPLOYER}
    else:
        title = one.employer.style[one.occupation.language].team_in_title.format(title=titled, team=team)
        sentences, lists = common["team_sentences"], {"team": team, "word": word, "employer": EMPLOYER}
    text = Words(dice, lists, one.occupation.lists).some(sentences, 1)
    done = _put(one, title, team, step.years)
    document = done.document
    if slot == "team" and dice.chance(0.6):
        document = _own_duty(dice, done)
    return replace(done, document=(Block("team", paragraphs=tuple(text)), *document))


def _own_duty(dice: Dice, one: Vacancy) -> tuple[Block, ...]:
    """Return the document with one duty of the member's own in place of a shared one."""
    fixed = {
        "team": one.team, "employer": EMPLOYER, "city": CITY, "title": "this role", "years": one.step.years,
        "sector": one.employer.sector.industry.lower(),
    }  # fmt: skip
    words = Words(dice, fixed, one.occupation.lists)
    own = sentence(words.fill(dice.pick(one.occupation.duties)))
    return tuple(replace(b, items=(*b.items[:-1], own)) if b.part == "duties" else b for b in one.document)
