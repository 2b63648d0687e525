"""Postings and their texts ready to be compared in pairs: sets of words and shingles with their weights, numbers, title words."""

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.linking.codes import positions, whole
from pipeline.linking.hours import told_in_texts, told_in_titles
from pipeline.linking.overlap import Floats, Weighed, weighed
from pipeline.linking.phrases import Commonness
from pipeline.linking.roads import Ints
from pipeline.text import signatures
from pipeline.text import title_words as known
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
    """Postings of a batch and what their texts and titles are made of.

    Attributes:
        rows: the postings, in the order the arrays follow.
        titles: their titles taken apart.
        sequence: the words of each text, in order.
        shingles: shingles of each text; `plain` and `deep` weigh each by its commonness (1 / (1 + log2 t) and 1 / t).
        words: words of each text; `counts` how often each stands there, `idf` its rarity over title cores.
        columns: fingerprint of each column of `words`.
        years: experience the text asks for, years as bits.
        hours: hours, shift and contract the text tells, as bits of hours.KINDS; `hours_titled` those its title tells.
        told_levels: levels the text names right before a word of the role ("Senior Engineer"), ranks as bits.
        title_words: words of each title that are neither places, nor codes, nor say where one works, in `words`' columns
            where known, else beyond.
        role_words: likewise of its core and team alone: without level, grade, degree, year, contract and marks.
        role_stems: the same words cut to five letters, so that "accountant" and "accounting" are one.
    """

    rows: pa.Table
    titles: tuple[Title, ...]
    sequence: signatures.Words
    shingles: Weighed
    plain: Floats
    deep: Floats
    words: Weighed
    counts: Floats
    idf: Floats
    columns: NDArray[np.uint64]
    years: Ints
    hours: Ints
    hours_titled: Ints
    told_levels: Ints
    title_words: Weighed
    role_words: Weighed
    role_stems: Weighed


def prepare(rows: pa.Table, bodies: pa.Table, common: dict[str, Commonness]) -> Texts:
    """Return the postings `rows` with their texts taken apart; a posting without a text has an empty one."""
    # Each text is cut once, however many postings have it: 32,000 postings of a night have 24,000 texts.
    of = positions(rows.column("body_id"), whole(bodies.column("body_id")))
    of[of < 0] = len(bodies)  # an empty text, after the others
    cut_once = signatures.cut(pa.chunked_array([*bodies.column("text").chunks, pa.array([""])]))
    bag_once = signatures.bag(cut_once)
    cut = signatures.repeated(cut_once, of)
    place_names = [frozenset(names) for names in rows.column("place_names").to_pylist()]
    titles = tuple(_title(t or "", p) for t, p in zip(rows.column("title").to_pylist(), place_names, strict=True))
    whole_titles = [_CODE.sub(" ", t.clean) for t in titles]
    roles = [f"{t.core} {t.team or ''}" for t in titles]
    named = [" ".join((*sorted(p), t.place or "")) for p, t in zip(place_names, titles, strict=True)]
    once, shingle_ids = weighed(signatures.shingles(cut_once))
    shingle_sets, _ = once.repeated(of)
    titles_of = common["shingle"].of(shingle_ids)
    once, word_ids = weighed(bag_once)
    word_sets, where = once.repeated(of)
    total = max(common["word"].total, 2.0)
    role_words = _title_words(roles, named, word_ids)
    idf = (_RAREST * np.log(total / common["word"].of(word_ids)) / np.log(total)).clip(min=0.05)
    return Texts(
        rows=rows,
        titles=titles,
        sequence=cut,
        shingles=shingle_sets,
        plain=(1.0 / (1.0 + np.log2(titles_of)))[shingle_sets.columns],
        deep=(1.0 / titles_of)[shingle_sets.columns],
        words=word_sets,
        counts=bag_once.extra[where].astype(np.float64),
        idf=idf[word_sets.columns],
        columns=word_ids,
        years=_years(cut),
        hours=told_in_texts(cut_once)[of],
        hours_titled=told_in_titles(titles),
        told_levels=_told_levels(cut, role_words, word_ids),
        title_words=_title_words(whole_titles, named, word_ids),
        role_words=role_words,
        role_stems=_title_words([_stemmed(r) for r in roles], [_stemmed(n) for n in named], word_ids),
    )


def _years(cut: signatures.Words) -> Ints:
    """Return the numbers up to 25 that stand within three words before a word for years, as bits."""
    number = {fingerprint(f"{n}{mark}"): n for n in range(1, _MOST_YEARS + 1) for mark in ("", "+")}
    ids = np.array(sorted(number), dtype=np.uint64)
    worth = np.array([number[int(i)] for i in ids], dtype=np.int64)
    text_of = np.repeat(np.arange(len(cut.starts) - 1), np.diff(cut.starts))
    unit = np.flatnonzero(np.isin(cut.ids, YEAR_WORDS))
    bits = np.zeros(len(cut.starts) - 1, np.int64)
    for back in (1, 2, 3):
        near = unit[unit >= back]
        at = near - back
        known = np.searchsorted(ids, cut.ids[at]).clip(max=len(ids) - 1)
        hit = (ids[known] == cut.ids[at]) & (text_of[at] == text_of[near])
        np.bitwise_or.at(bits, text_of[near[hit]], np.int64(1) << worth[known[hit]])
    return bits


def level_bits(levels: tuple[str, ...]) -> int:
    """Return levels as bits, the lowest first."""
    return sum(1 << known.LEVELS.index(level) for level in levels)


def _told_levels(cut: signatures.Words, role_words: Weighed, columns: NDArray[np.uint64]) -> Ints:
    """Return the levels each text names right before a word of its own title's role, as bits."""
    worth = {fingerprint(word): level_bits((level,)) for word, level in known.level_words().items()}
    ids = np.array(sorted(worth), dtype=np.uint64)
    text_of = np.repeat(np.arange(len(cut.starts) - 1), np.diff(cut.starts))
    at = np.flatnonzero(np.isin(cut.ids[:-1], ids))
    at = at[text_of[at] == text_of[at + 1]]
    width = max(role_words.width, 1)
    role = np.repeat(np.arange(len(role_words.starts) - 1), np.diff(role_words.starts)) * width + role_words.columns
    next_word = np.searchsorted(columns, cut.ids[at + 1])
    at = at[np.isin(text_of[at] * width + next_word, role)]
    bits = np.zeros(len(cut.starts) - 1, np.int64)
    values = np.array([worth[int(i)] for i in ids], dtype=np.int64)
    np.bitwise_or.at(bits, text_of[at], values[np.searchsorted(ids, cut.ids[at])])
    return bits


def _stemmed(text: str) -> str:
    return " ".join(word[:_STEM] for word in words(text))


def _title_words(titles: list[str], named: list[str], columns: NDArray[np.uint64]) -> Weighed:
    """Return the words of each of `titles` that are neither small, nor say where one works, nor are in `named`, the names of its place."""
    bag = signatures.bag(signatures.cut(pa.array(titles, pa.string())))
    place = signatures.bag(signatures.cut(pa.array(named, pa.string())))
    small = np.array([fingerprint(w) for w in sorted(SMALL | known.remote_words())], dtype=np.uint64)
    owner = np.repeat(np.arange(len(titles)), np.diff(bag.starts))
    place_owner = np.repeat(np.arange(len(titles)), np.diff(place.starts))
    values = np.concatenate((columns, np.setdiff1d(np.concatenate((bag.values, place.values)), columns)))
    order = np.argsort(values)
    column = order[np.searchsorted(values, bag.values, sorter=order)]
    place_column = order[np.searchsorted(values, place.values, sorter=order)]
    keep = ~np.isin(bag.values, small) & ~np.isin(
        owner * len(values) + column, place_owner * len(values) + place_column
    )
    starts = np.concatenate(([0], np.cumsum(np.bincount(owner[keep], minlength=len(titles))))).astype(np.int64)
    return Weighed(column[keep].astype(np.int64), starts, len(values))
