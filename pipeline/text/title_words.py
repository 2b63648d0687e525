"""The words titles are taken apart with, read from title_words.toml."""

import tomllib
from pathlib import Path

_WORDS = tomllib.loads((Path(__file__).parent / "title_words.toml").read_text(encoding="utf-8"))

LEVELS = (
    "intern", "graduate", "junior", "mid", "senior", "staff", "principal", "lead", "manager", "director", "executive",
)  # fmt: skip
"""Levels, lowest first."""
ALIASES: dict[str, str] = _WORDS["aliases"]
KEPT_LEADS = frozenset(_WORDS["kept_leads"])
MONTHS = frozenset(_WORDS["months"])
NOT_AFTER: dict[str, frozenset[str]] = {k: frozenset(v) for k, v in _WORDS["not_after"].items()}
NOT_BESIDE: dict[str, frozenset[str]] = {k: frozenset(v) for k, v in _WORDS["not_beside"].items()}
NOT_BEFORE: dict[str, frozenset[str]] = {k: frozenset(v) for k, v in _WORDS["not_before"].items()}
NO_YEAR_AFTER = frozenset(_WORDS["no_year_after"])
OCCUPATIONS = frozenset(_WORDS["occupations"])
OCCUPATION_ENDINGS: tuple[str, ...] = tuple(_WORDS["occupation_endings"])
PLACES = frozenset(_WORDS["places"])
SEASONS = frozenset(_WORDS["seasons"])
SERVING = frozenset(_WORDS["serving"])
SERVING_LINKS = frozenset(_WORDS["serving_links"])
STAFF_RANKS = frozenset(_WORDS["staff_ranks"])
SHORT_DEGREES: dict[str, str] = _WORDS["short_degrees"]
STATES = frozenset(_WORDS["states"])

Phrase = tuple[tuple[str, ...], str, str]
"""Words, kind (level, head, degree, contract, remote, furniture, affirmative, gender), value."""


def phrases() -> dict[str, list[Phrase]]:
    """Return all phrases by their first word, the longest first; of one phrase in two groups the later group's kind holds."""
    table: dict[tuple[str, ...], tuple[str, str]] = {}
    groups = {"remote": "remote", "contracts": "contract", "degrees": "degree", "levels": "level", "heads": "head"}
    for section, kind in groups.items():
        for value, group in _WORDS[section].items():
            table.update({tuple(p.split()): (kind, value) for p in group})
    for kind in ("furniture", "affirmative", "gender"):
        table.update({tuple(p.split()): (kind, p) for p in _WORDS[kind]})
    found: dict[str, list[Phrase]] = {}
    for words, (kind, value) in table.items():
        found.setdefault(words[0], []).append((words, kind, value))
    for entries in found.values():
        entries.sort(key=lambda e: (-len(e[0]), e[0]))
    return found


def level_words() -> dict[str, str]:
    """Return the single words that name a level, with their level."""
    return {word: level for level, group in _WORDS["levels"].items() for word in group if " " not in word}


def contract_phrases(kind: str) -> tuple[str, ...]:
    """Return the phrases that name a contract, shift or hours `kind`."""
    return tuple(_WORDS["contracts"][kind])


def remote_words() -> frozenset[str]:
    """Return the single words that say where the work is done: at home, in an office, in both."""
    return frozenset(word for group in _WORDS["remote"].values() for word in group if " " not in word)
