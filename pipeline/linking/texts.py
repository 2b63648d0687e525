"""Postings and their texts ready to be compared in pairs: sets of words and shingles with their weights, numbers, title words."""

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa

from pipeline.linking.codes import positions, whole
from pipeline.linking.hours import told_in_texts, told_in_titles
from pipeline.linking.overlap import Floats, Sets
from pipeline.linking.phrases import Commonness
from pipeline.linking.roads import Ints
from pipeline.linking.shingled import Shingled, shingled
from pipeline.text import signatures
from pipeline.text import title_words as known
from pipeline.text.signatures import Words
from pipeline.text.titles import Title, parse_title
from pipeline.text.tokens import fingerprint, words

_YEAR_WORDS = (
    "years year yrs yr jaar jaren jahre jahren ans annees annee anos ano anni tahun nam ani let roku lat vuotta ar aar"
).split()
YEAR_WORDS = np.array(sorted(fingerprint(w) for w in _YEAR_WORDS), dtype=np.uint64)
"""Fingerprints of words for years, sorted."""
_STEM = 5  # letters that words of one stem share, in most languages: account-ant, account-ing
_RAREST = (
    10.0  # rarity of a word under one title core, whatever the number of cores: the model's bins must fit any night
)
_MOST_YEARS = 25  # a larger number before "years" is not asked experience
SMALL = frozenset(
    "and of the for in to a an with on at de en van voor und fur der die das des la le du da do e y i o em no na &".split()
)


_CODE = re.compile(r"\S*[0-9]{3}\S*")
"""A title's requisition numbers, pay and codes: none of its words."""


_title = lru_cache(maxsize=65_536)(
    parse_title
)  # a posting stands in several pieces of the candidates, and many share a title


@dataclass(frozen=True)
class Texts:
    """Postings of a batch, and what their texts and titles are made of. A text that several postings have stands there once.

    Attributes:
        rows: the postings, in the order the arrays follow that speak of postings.
        titles: their titles taken apart.
        text: number of each posting's text.
        sequence: the words of each text, in order.
        runs: the shingles of each text, in order.
        shingles: the same as sets.
        shingle_weights: of each shingle, by its commonness: 1, 1 / (1 + log2 t) and 1 / t.
        words: words of each text; `counts` how often each stands there, `idf` the rarity of each over title cores.
        years: experience each text asks for, years as bits.
        hours: hours, shift and contract each text tells, as bits of hours.KINDS.
        hours_titled: those each posting's title tells.
        told_levels: levels each posting's text names right before a word of the role ("Senior Engineer"), ranks as bits.
        title_words: words of each posting's title that are neither places, nor codes, nor say where one works.
        role_stems: words of its core and team alone (without level, grade, degree, year, contract and marks), cut to five
            letters, so that "accountant" and "accounting" are one.
    """

    rows: pa.Table
    titles: tuple[Title, ...]
    text: Ints
    sequence: Words
    runs: Shingled
    shingles: Sets
    shingle_weights: Floats
    words: Sets
    counts: Ints
    idf: Floats
    years: Ints
    hours: Ints
    hours_titled: Ints
    told_levels: Ints
    title_words: Sets
    role_stems: Sets


def prepare(rows: pa.Table, bodies: pa.Table, common: dict[str, Commonness]) -> Texts:
    """Return the postings `rows` with their texts taken apart; a posting without a text has an empty one."""
    text = positions(rows.column("body_id"), whole(bodies.column("body_id")))
    text[text < 0] = len(bodies)  # an empty text, after the others
    place_names = [frozenset(names) for names in rows.column("place_names").to_pylist()]
    titles = tuple(_title(t or "", p) for t, p in zip(rows.column("title").to_pylist(), place_names, strict=True))
    roles = [f"{t.core} {t.team or ''}" for t in titles]
    named = [" ".join((*sorted(p), t.place or "")) for p, t in zip(place_names, titles, strict=True)]
    short = [_CODE.sub(" ", t.clean) for t in titles], roles, named, [*map(_stemmed, roles)], [*map(_stemmed, named)]
    # All are cut together, so that a word has one number in texts and titles.
    cut = signatures.cut(pa.chunked_array([*bodies.column("text").chunks, pa.array([""]), *map(pa.array, short)]))
    sequence = _slice(cut, 0, len(bodies) + 1)
    title, role, place, role_stem, place_stem = (
        _slice(cut, begin, begin + len(rows)) for begin in range(len(bodies) + 1, len(cut.starts) - 1, len(rows))
    )
    runs = shingled(sequence)
    firsts = np.concatenate(([0], np.cumsum(runs.first)))[runs.starts].astype(np.int64)
    columns, starts, counts = signatures.coded_bag(sequence)
    total = max(common["word"].total, 2.0)
    titles_of = common["shingle"].of(runs.ids)
    return Texts(
        rows=rows,
        titles=titles,
        text=text,
        sequence=sequence,
        runs=runs,
        shingles=Sets(runs.numbers[runs.first], firsts, len(runs.ids)),
        shingle_weights=np.stack((np.ones(len(titles_of)), 1.0 / (1.0 + np.log2(titles_of)), 1.0 / titles_of)),
        words=Sets(columns, starts, len(cut.names)),
        counts=counts,
        idf=(_RAREST * np.log(total / common["word"].of(cut.names)) / np.log(total)).clip(min=0.05),
        years=_years(sequence),
        hours=told_in_texts(sequence),
        hours_titled=told_in_titles(titles),
        told_levels=_told_levels(sequence, text, _title_words(role, place)),
        title_words=_title_words(title, place),
        role_stems=_title_words(role_stem, place_stem),
    )


def _slice(words: Words, begin: int, end: int) -> Words:
    """Return the texts from `begin` to `end`."""
    starts = words.starts[begin : end + 1]
    return Words(words.codes[starts[0] : starts[-1]], starts - starts[0], words.names)


def _years(cut: Words) -> Ints:
    """Return the numbers up to 25 that stand within three words before a word for years, as bits."""
    number = {fingerprint(f"{n}{mark}"): n for n in range(1, _MOST_YEARS + 1) for mark in ("", "+")}
    worth = _of_words(cut, number)
    unit = np.flatnonzero(np.isin(cut.names, YEAR_WORDS)[cut.codes])
    text = np.searchsorted(cut.starts, unit, side="right") - 1
    bits = np.zeros(len(cut.starts) - 1, np.int64)
    for back in (1, 2, 3):
        at = unit - back
        near = at >= cut.starts[text]
        told = worth[cut.codes[at[near]]]
        np.bitwise_or.at(bits, text[near], np.where(told > 0, np.int64(1) << told, 0))
    return bits


def _of_words(cut: Words, values: dict[int, int]) -> Ints:
    """Return the value of each word of the vocabulary, 0 where it has none."""
    ids = np.array(sorted(values), dtype=np.uint64)
    found = np.zeros(len(cut.names), np.int64)
    at = np.searchsorted(ids, cut.names).clip(max=len(ids) - 1)
    known_ = ids[at] == cut.names
    found[known_] = np.array([values[int(i)] for i in ids], dtype=np.int64)[at[known_]]
    return found


def level_bits(levels: tuple[str, ...]) -> int:
    """Return levels as bits, the lowest first."""
    return sum(1 << known.LEVELS.index(level) for level in levels)


def _told_levels(cut: Words, text: Ints, role: Sets) -> Ints:
    """Return the levels each posting's text names right before a word of its title's role, as bits."""
    worth = _of_words(cut, {fingerprint(word): level_bits((level,)) for word, level in known.level_words().items()})
    at = np.flatnonzero(worth[cut.codes[:-1]] > 0)
    of = np.searchsorted(cut.starts, at, side="right") - 1
    inside = at + 1 < cut.starts[of + 1]
    at, of = at[inside], of[inside]
    # Of every posting those of its text.
    starts = np.searchsorted(of, np.arange(len(cut.starts)))
    posting = np.repeat(np.arange(len(text)), np.diff(starts)[text])
    at = at[signatures.spread(starts, text)]
    roles = np.repeat(np.arange(len(text)), np.diff(role.starts)) * role.width + role.columns
    hit = np.isin(posting * role.width + cut.codes[at + 1], roles)
    bits = np.zeros(len(text), np.int64)
    np.bitwise_or.at(bits, posting[hit], worth[cut.codes[at[hit]]])
    return bits


@lru_cache(maxsize=65_536)
def _stemmed(text: str) -> str:
    return " ".join(word[:_STEM] for word in words(text))


def _title_words(titles: Words, places: Words) -> Sets:
    """Return the words of each title that are neither small, nor say where one works, nor are among the names of its place."""
    columns, starts, _ = signatures.coded_bag(titles)
    place_columns, place_starts, _ = signatures.coded_bag(places)
    width, count = max(len(titles.names), 1), len(starts) - 1
    small = np.array([fingerprint(w) for w in sorted(SMALL | known.remote_words())], dtype=np.uint64)
    owner, place_owner = (np.repeat(np.arange(count), np.diff(s)) for s in (starts, place_starts))
    keep = ~np.isin(titles.names, small)[columns]
    keep &= ~np.isin(owner * width + columns, place_owner * width + place_columns)
    kept = np.concatenate(([0], np.cumsum(np.bincount(owner[keep], minlength=count)))).astype(np.int64)
    return Sets(columns[keep], kept, width)
