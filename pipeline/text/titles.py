"""A job title taken apart: its core (the occupation) and its qualifiers (level, degree, start year, team, place, marks)."""

from dataclasses import dataclass


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


def parse_title(title: str, known_places: frozenset[str] = frozenset()) -> Title:
    """Return `title` taken apart.

    Args:
        title: one line, Unicode already repaired; may still carry marks, brackets, requisition numbers.
        known_places: folded names the posting's own place goes by (city, region, country), to tell a place from a team.
    """
    clean = " ".join(title.split())
    core = clean.casefold()
    return Title(clean=clean, core=core, stem=core)
