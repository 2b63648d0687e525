"""A job title taken apart: its core (the occupation) and its qualifiers (level, degree, start year, team, place, ...).

The title is cut into words and the marks between them; known phrases (title_words) are labelled, what stays is put
together by segment: the segment that names an occupation is the core, the others are the team or the place.
"""

from collections.abc import Container
from dataclasses import dataclass
from functools import lru_cache

from pipeline.text import title_words as known
from pipeline.text.title_marks import RANK, WORD, Found, clean_title, fold_word, take_marks
from pipeline.text.title_parts import Segment, names_occupation, segments_of, take_places


@dataclass(frozen=True)
class Title:
    """A title taken apart.

    Attributes:
        clean: title for people to read: furniture, stray marks and doubled spaces taken off.
        core: occupation alone, folded (lower case, no accents, abbreviations unified), without level words.
        stem: core with its level words, folded; without team, place, year, degree, requisition and marks.
        level: one of intern, graduate, junior, mid, senior, staff, principal, lead, manager, director, executive.
        grade: number within the level (Engineer II: 2).
        degrees: bachelor, master, phd; sorted.
        contract: contract, shift, hours and season words, unified, sorted, joined by a comma.
        flags: 'several levels', 'several grades', 'affirmative'.
        levels: every level the title states, lowest first; empty where it states none.
    """

    clean: str
    core: str
    stem: str
    level: str | None = None
    grade: int | None = None
    degrees: tuple[str, ...] = ()
    start_year: int | None = None
    team: str | None = None
    contract: str | None = None
    gender_mark: str | None = None
    place: str | None = None
    requisition_id: str | None = None
    remote: str | None = None
    flags: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()


class _Asked:
    """No places at all; keeps the names that were looked for among them."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __contains__(self, name: object) -> bool:
        self.names.add(str(name))
        return False


def parse_title(title: str, known_places: frozenset[str] = frozenset()) -> Title:
    """Return `title` taken apart.

    Args:
        title: one line, Unicode already repaired; may still carry marks, brackets, requisition numbers.
        known_places: folded names the posting's own place goes by (city, region, country), to tell a place from a team.
    """
    title_alone, asked = _placeless(title)
    return title_alone if asked.isdisjoint(known_places) else _at_places(title, known_places)


@lru_cache(maxsize=16_384)
def _placeless(title: str) -> tuple[Title, frozenset[str]]:
    """Return `title` as it is understood where none of its words is a place, and the words of which that was asked."""
    asked = _Asked()
    return _parsed(title, asked), frozenset(asked.names)


@lru_cache(maxsize=16_384)
def _at_places(title: str, known_places: frozenset[str]) -> Title:
    return _parsed(title, known_places)


def _parsed(title: str, known_places: Container[str]) -> Title:
    clean = clean_title(title)
    found = Found()
    text = take_marks(clean, found)
    segments = segments_of(text, found)
    place = take_places(segments, known_places)
    core_at = _core_at(segments)
    core = _core(segments[core_at], found) if segments else ""
    team = _team(segments, core_at, core, found)
    if not core:  # nothing but qualifiers: a title such as "Trainee" or "Praktikum 2026"
        core = _bare(clean)
    level, levels = _level(found)
    grade = found.grades[0] if len(set(found.grades)) == 1 else None
    if len(set(found.grades)) > 1:
        found.flags.add("several grades")
    return Title(
        clean=clean,
        core=core,
        stem=_stem(core, level),
        level=level,
        grade=grade,
        degrees=tuple(sorted(found.degrees)),
        start_year=found.year,
        team=team,
        contract=", ".join(sorted(found.contracts)) or None,
        gender_mark=found.gender,
        place=place,
        requisition_id=found.requisition,
        remote=found.remote,
        flags=tuple(sorted(found.flags)),
        levels=levels,
    )


def _core_at(segments: list[Segment]) -> int:
    """Return which segment is the core: the first outside brackets that names an occupation, else the first."""
    for i, segment in enumerate(segments):
        if not segment.bracket and names_occupation(segment):
            return i
    return next((i for i, segment in enumerate(segments) if not segment.bracket), 0)


def _core(segment: Segment, found: Found) -> str:
    words: list[str] = []
    i = 0
    while i < len(segment.folded):
        pair = " ".join(segment.folded[i : i + 2])
        if pair in known.ALIASES:
            words.append(known.ALIASES[pair])
            i += 2
            continue
        word = segment.folded[i]
        words.append(known.ALIASES.get(word, word))
        i += 1
    while len(words) > 1 and words[-1] in ("and", "or", "in", "at", "for", "of", "with", "de", "the", "to"):
        words.pop()
    half = len(words) // 2
    if half and words[:half] == words[half:]:  # "Lead Data Analyst/Senior Data Analyst"
        words = words[:half]
        found.flags.update(["several levels"] if found.levels else [])
    core = " ".join(words)
    if found.head in ("director", "executive") and "senior" in found.levels and not core.startswith("senior"):
        core = f"senior {core}"
    return core


def _team(segments: list[Segment], core_at: int, core: str, found: Found) -> str | None:
    """Return the segments beside the core as the title writes them, without initials and repeats of the core.

    A repeat, as in "Data Scientist / Sr Data Scientist", says that several levels are on offer.
    """
    initials = "".join(w[0] for w in core.split())
    taken = []
    for i, segment in enumerate(segments):
        name = " ".join(segment.folded)
        if i == core_at or not segment.originals or name == initials:
            continue
        if name == core:
            found.flags.add("several levels")
        else:
            taken.append(" ".join(segment.originals))
    return ", ".join(taken) or None


def _level(found: Found) -> tuple[str | None, tuple[str, ...]]:
    """Return the level and all levels stated: intern and graduate before the rest, then the highest."""
    levels = tuple(sorted(set(found.levels), key=RANK.__getitem__))
    if found.head in ("director", "executive"):
        return found.head, (found.head,)
    if not levels:
        return found.head, (found.head,) if found.head else ()
    if len(levels) > 1 and found.either:
        found.flags.add("several levels")
        return levels[0], levels
    level = levels[0] if levels[0] in ("intern", "graduate") else levels[-1]
    return level, (level,)


def _stem(core: str, level: str | None) -> str:
    if level is None or level in ("manager", "director", "executive") or level in core.split():
        return core
    return f"{core} {level}" if level in ("intern", "graduate") else f"{level} {core}"


def _bare(text: str) -> str:
    return " ".join(fold_word(w) for w in WORD.findall(text)) or text.casefold()
