"""One vacancy: a title and a text of its own, drawn from its occupation's sentences and its employer's paragraphs."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipeline.sample.banks import City, Occupation, Step, bank
from pipeline.sample.dice import Dice
from pipeline.sample.documents import Block, Document
from pipeline.sample.employers import CITY, EMPLOYER, TEAM, Employer
from pipeline.sample.grammar import Words, sentence
from pipeline.sample.voice import at_hand, contact, voiced


@dataclass(frozen=True)
class Pay:
    """A pay range; `period` is year, month or hour."""

    low: float
    high: float
    currency: str
    period: str


@dataclass(frozen=True)
class Vacancy:
    """A true job.

    Attributes:
        key: id of the vacancy in the truth; its relocations share it.
        family: id of its template family, empty where it has none.
        document: text with marks where employer, city and team stand.
        days: age in days when the first night comes.
    """

    key: str
    family: str
    occupation: Occupation
    employer: Employer
    step: Step
    title: str
    team: str
    place: City
    document: Document
    pay: Pay
    remote: str
    job_type: str
    requisition: str
    days: int
    traits: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Role:
    """What is fixed about a vacancy before its text is drawn; None leaves it to the dice."""

    occupation: Occupation
    step: Step | None = None
    title: str | None = None
    team: str | None = None
    place: City | None = None
    used_duties: tuple[str, ...] = ()


def vacancy(dice: Dice, key: str, employer: Employer, role: Role) -> Vacancy:
    """Return a vacancy of `employer`; the same dice, the same vacancy."""
    occupation = role.occupation
    step = role.step or dice.weighted(occupation.ladder, [s.share for s in occupation.ladder])
    base = role.title or dice.pick(occupation.titles)
    team = role.team if role.team is not None else (dice.pick(occupation.teams) if occupation.teams else "")
    place = role.place or employer.homes[min(dice.rank(len(employer.homes), 1.5), len(employer.homes) - 1)]
    pay = _pay(dice, occupation, step, place.country)
    style = employer.style[occupation.language]
    titled = f"{step.word} {base}".strip()
    if team and team != TEAM and dice.chance(0.35):
        titled = style.team_in_title.format(title=titled, team=team)
    remote = "remote" if dice.chance(occupation.remote) else "hybrid" if dice.chance(occupation.remote) else ""
    fixed = {
        "employer": EMPLOYER, "city": CITY, "team": team, "title": base, "years": step.years,
        "sector": employer.sector.industry.lower(),
    }  # fmt: skip
    common = bank("common" if occupation.language == "en" else occupation.language)
    words = Words(dice, fixed, {**common["slots"], **occupation.lists})
    return Vacancy(
        key=key, family="", occupation=occupation, employer=employer, step=step, title=titled, team=team, place=place,
        document=document(words, employer, occupation, pay, role.used_duties), pay=pay, remote=remote,
        job_type="parttime" if dice.chance(occupation.part_time) else "fulltime",
        requisition=requisition(key), days=dice.below(45),
    )  # fmt: skip


def requisition(key: str) -> str:
    """Return the employer's number of the vacancy; no two vacancies share one."""
    return "R" + "".join(c for c in key if c.isdigit())


def document(
    words: Words, employer: Employer, occupation: Occupation, pay: Pay, used: tuple[str, ...] = ()
) -> Document:
    """Return the blocks of a whole ad; templates in `used` are not drawn for the duties again while others are left."""
    dice, style, own = words.dice, employer.style[occupation.language], employer.blocks[occupation.language]
    fresh = [d for d in occupation.duties if d not in used] or list(occupation.duties)
    common = bank("common" if occupation.language == "en" else occupation.language)
    setting = common["setting"]
    intro = Block("intro", paragraphs=tuple(words.some((*occupation.intros, *common.get("intros", ())), 1)))
    about = replace(own["about"], heading=style.about.replace("{employer}", EMPLOYER))
    blocks = [about, intro] if style.about_first else [intro, about]
    blocks.append(
        Block("duties", style.duties, items=_lines(words, "duties", fresh, dice.between(5, 7), occupation.language))
    )
    wants = _lines(words, "wants", occupation.wants, dice.between(5, 7), occupation.language)
    plus = dice.between(1, 2) if len(wants) > 5 else 0
    blocks.append(Block("wants", style.wants, items=wants[: len(wants) - plus]))
    if plus:
        blocks.append(Block("wants", style.plus, items=wants[-plus:]))
    if setting:
        blocks.append(Block("setting", style.setting, paragraphs=(" ".join(words.some(setting, dice.between(3, 5))),)))
    if occupation.skills and dice.chance(0.6):
        skills = dice.sample(occupation.skills, dice.between(4, 8))
        blocks.append(Block("tools", style.tools, paragraphs=(", ".join(skills),)))
    if style.pay_told:
        blocks.append(Block("pay", paragraphs=(pay_sentence(dice, pay, occupation.language),)))
    if occupation.language == "en":
        blocks.append(Block("contact", paragraphs=(contact(words),)))
        blocks.insert(2, Block("intro", paragraphs=(at_hand(words, occupation),)))
        change = voiced(dice, style.joint)
        blocks = [replace(b.mapped(change), heading=b.heading) if b.part in VOICED else b for b in blocks]
    return (*blocks, own["benefits"], own["culture"], own["equal"])


VOICED = ("intro", "duties", "wants", "setting")
_SHORT = 6  # words; shorter lines are put together, two to an item


def _lines(words: Words, part: str, templates: Sequence[str], k: int, language: str) -> tuple[str, ...]:
    """Return list items of `k` sentences; short ones share an item, an odd one (in English) gets a common tail."""
    dice, tails = words.dice, bank("common")["tails"][part]
    out: list[str] = []
    short = ""
    for line in _worded(words, templates, k):
        if line.count(" ") >= _SHORT:
            out.append(line)
        elif short:
            out.append(f"{short} {line}")
            short = ""
        else:
            short = line
    if short and language == "en" and dice.chance(0.7):
        tail = words.fill(dice.pick(tails))
        short = f"{short.rstrip('.')}{'' if tail[0] in ',;' else ' '}{tail}."
    return (*out, short) if short else tuple(out)


_LEAST = 4  # words a line should have; the bank's alternatives are drawn again for a longer one


def _worded(words: Words, templates: Sequence[str], k: int) -> list[str]:
    """Return `k` sentences of different templates, those of too few words drawn again a few times."""
    out = []
    for template in words.dice.sample(templates, k):
        line = words.fill(template)
        for _ in range(3):
            if line.count(" ") + 1 >= _LEAST:
                break
            line = words.fill(template)
        out.append(sentence(line))
    return out


_CURRENCY = {"US": ("USD", 1.0), "GB": ("GBP", 0.55), "NL": ("EUR", 0.6), "DE": ("EUR", 0.65), "FR": ("EUR", 0.5)}


def _pay(dice: Dice, occupation: Occupation, step: Step, country: str) -> Pay:
    currency, factor = _CURRENCY[country]
    shift = step.pay * factor * (0.9 + dice.below(21) / 100)
    low, high = occupation.pay[0] * shift, occupation.pay[1] * shift
    if occupation.hourly:
        return Pay(round(low * 4) / 4, round(high * 4) / 4, currency, "hour")
    if country == "NL":
        return Pay(round(low / 1200) * 100.0, round(high / 1200) * 100.0, currency, "month")
    return Pay(round(low / 500) * 500.0, round(high / 500) * 500.0, currency, "year")


def amount(value: float, pay: Pay) -> str:
    """Return an amount as people write it."""
    sign = {"USD": "$", "GBP": "£", "EUR": "€"}[pay.currency]
    return f"{sign}{value:,.2f}" if pay.period == "hour" else f"{sign}{value:,.0f}"


def pay_sentence(dice: Dice, pay: Pay, language: str) -> str:
    """Return the sentence that tells the pay."""
    common = bank("common") if language == "en" else bank(language)
    template = dice.pick(common["pay"])
    period: str = common["periods"][pay.period]
    return str(template).format(low=amount(pay.low, pay), high=amount(pay.high, pay), period=period)
