"""Postings and their texts ready to be compared in pairs: sets of words and shingles with their weights, numbers, title words."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipeline.linking.hours import told_in_texts
from pipeline.linking.overlap import Floats, Sets
from pipeline.linking.phrases import Commonness
from pipeline.linking.roads import Ints
from pipeline.linking.said import Said
from pipeline.linking.shingled import Shingled, shingled
from pipeline.linking.titled import SMALL, STRINGS, Titled, level_bits, titles_of
from pipeline.text import signatures
from pipeline.text import title_words as known
from pipeline.text.signatures import Words
from pipeline.text.tokens import fingerprint

_YEAR_WORDS = (
    "years year yrs yr jaar jaren jahre jahren ans annees annee anos ano anni tahun nam ani let roku lat vuotta ar aar"
).split()
YEAR_WORDS = np.array(sorted(fingerprint(w) for w in _YEAR_WORDS), dtype=np.uint64)
"""Fingerprints of words for years, sorted."""
_RAREST = (
    10.0  # rarity of a word under one title core, whatever the number of cores: the model's bins must fit any night
)
_MOST_YEARS = 25  # a larger number before "years" is not asked experience


@dataclass(frozen=True)
class Texts:
    """Postings of a batch, and what their texts and titles are made of. What several postings have stands there once.

    Attributes:
        rows: the postings, in the order the arrays follow that speak of postings.
        titles: their titles taken apart.
        title: number of each posting's title.
        text: number of each posting's text.
        sequence: the words of each text, in order.
        runs: the shingles of each text, in order.
        words: words of each text; `counts` how often each stands there, `idf` the rarity of each over title cores.
        years: experience each text asks for, years as bits.
        hours: hours, shift and contract each text tells, as bits of hours.KINDS.
        hours_titled: those each posting's title tells.
        told_levels: levels each posting's text names right before a word of the role ("Senior Engineer"), ranks as bits.
        title_words: words of each title that are neither places, nor codes, nor say where one works.
        role_stems: words of its core and team alone (without level, grade, degree, year, contract and marks), cut to five
            letters, so that "accountant" and "accounting" are one.
    """

    rows: pa.Table
    titles: tuple[Titled, ...]
    title: Ints
    text: Ints
    sequence: Words
    runs: Shingled
    words: Sets
    counts: Ints
    idf: Floats
    years: Ints
    hours: Ints
    hours_titled: Ints
    told_levels: Ints
    title_words: Sets
    role_stems: Sets


def prepare(rows: pa.Table, texts: Said, common: dict[str, Commonness]) -> Texts:
    """Return the postings `rows` with their titles and texts taken apart.

    Args:
        rows: postings.
        texts: theirs.
        common: how common words and shingles are.
    """
    titles, of = titles_of(rows)
    strings = [text for column in zip(*(t.strings for t in titles), strict=True) for text in column]
    # Cut by one cutter, a word has one number in texts and titles; here they are numbered in the order of fingerprints.
    sequence, cut_titles = _in_order(texts.words, texts.cutter.cut(pa.array(strings, pa.string())))
    title, role, place, role_stem, place_stem = (
        _slice(cut_titles, turn * len(titles), (turn + 1) * len(titles)) for turn in range(STRINGS)
    )
    columns, starts, counts = signatures.coded_bag(sequence)
    total = max(common["word"].total, 2.0)
    return Texts(
        rows=rows,
        titles=titles,
        title=of,
        text=texts.text,
        sequence=sequence,
        runs=shingled(sequence),
        words=Sets(columns, starts, len(sequence.names)),
        counts=counts,
        idf=(_RAREST * np.log(total / common["word"].of(sequence.names)) / np.log(total)).clip(min=0.05),
        years=_years(sequence),
        hours=told_in_texts(sequence),
        hours_titled=np.array([t.hours for t in titles], dtype=np.int64)[of],
        told_levels=_told_levels(sequence, texts.text, _title_words(role, place), of),
        title_words=_title_words(title, place),
        role_stems=_title_words(role_stem, place_stem),
    )


def _in_order(one: Words, other: Words) -> tuple[Words, Words]:
    """Return two lots of words that one cutter cut, the later one last, under numbers in the order of their fingerprints."""
    used = np.zeros(len(other.names), np.bool_)
    used[one.codes] = used[other.codes] = True
    names, order = np.unique(other.names[used], return_inverse=True)
    number = np.zeros(len(used), np.int32)
    number[used] = order
    return Words(number[one.codes], one.starts, names), Words(number[other.codes], other.starts, names)


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


def _told_levels(cut: Words, text: Ints, role: Sets, title: Ints) -> Ints:
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
    roles = np.repeat(np.arange(len(text)), np.diff(role.starts)[title]) * role.width
    roles += role.columns[signatures.spread(role.starts, title)]
    hit = np.isin(posting * role.width + cut.codes[at + 1], roles)
    bits = np.zeros(len(text), np.int64)
    np.bitwise_or.at(bits, posting[hit], worth[cut.codes[at[hit]]])
    return bits


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
