"""Evidence of pairs, as columns: what titles, texts, employers, places and dates say. Language-free where it can be."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from pipeline.linking.codes import days, keys, numbers, whole
from pipeline.linking.ends import ends_agree
from pipeline.linking.gaps import gaps
from pipeline.linking.hours import CONTRACTS, HOURS, SHIFTS, agree
from pipeline.linking.overlap import Floats, Weighed, look_up, per_pair, shared
from pipeline.linking.roads import NO_KEY, Ints
from pipeline.linking.texts import SMALL, YEAR_WORDS, Texts, level_bits
from pipeline.text.signatures import spread
from pipeline.text.titles import Title
from pipeline.text.tokens import fold, words

Evidence = dict[str, Floats]
_EARTH_KM = 6371.0
_COMMUTE_KM = 30.0  # boards write one office as the city, its suburb or its district
UNKNOWN = -1.0
"""Value of a measure where one side does not tell."""
COMPARED = 0.3
"""Share of the shorter text that two texts have in common at least where they are compared word by word."""
_USUAL = frozenset(("", "full time", "permanent"))  # contract words that go without saying


def evidence(texts: Texts, left: Ints, right: Ints, employers: NDArray[np.uint64]) -> Evidence:
    """Return the evidence of each pair, by name; no pair's depends on the others.

    Args:
        texts: postings of the batch.
        left: position of each pair's first posting.
        right: of its second.
        employers: key of each posting's employer group, 0 where none is named.
    """
    order = np.argsort(left, kind="stable")
    a, b = left[order], right[order]
    found: Evidence = {}
    found |= _texts(texts, a, b)
    found |= _words(texts, a, b)
    found |= ends_agree(texts.sequence, a, b)
    found |= gaps(texts.sequence, YEAR_WORDS, a, b, found["containment"] >= COMPARED)
    found |= _titles(texts, a, b)
    found |= _title_words("title", texts, texts.title_words, a, b)
    found |= _title_words("stem", texts, texts.role_stems, a, b)
    found |= _qualifiers(texts, a, b)
    found |= _frame(texts, a, b, employers)
    found["slot"] = _slot(found)
    found["role_gap"] = _role_gap(found)
    back = np.empty(len(order), np.int64)
    back[order] = np.arange(len(order))
    return {name: values[back] for name, values in found.items()}


def _share(part: Floats, whole_: Floats) -> Floats:
    return np.asarray(np.divide(part, whole_, out=np.zeros(len(part)), where=whole_ > 1e-9).clip(0.0, 1.0))


def _texts(texts: Texts, a: Ints, b: Ints) -> Evidence:
    """Overlap of 3-word shingles: plain, and with common phrases weighed down (own, deep)."""
    sets = texts.shingles
    ones = np.ones(len(sets.columns))
    both, *sums = shared(sets, ones, [ones, texts.plain, texts.deep], a, b)
    size = np.diff(sets.starts).astype(np.float64)
    small, large = np.minimum(size[a], size[b]), np.maximum(size[a], size[b])
    found = {
        "text_overlap": _share(both, size[a] + size[b] - both),
        "containment": _share(both, small),
        "length": np.log1p(small),
        "length_ratio": _share(small, large),
    }
    for name, weights, common in (("own", texts.plain, sums[0]), ("deep", texts.deep, sums[1])):
        total = sets.total(weights)
        if name == "own":
            found["own_weight"] = np.minimum(total[a], total[b])
            found["own_rarity"] = _share(common, both)  # near 1: shared by these two alone; near 0: a stock text
        found[f"{name}_overlap"] = _share(common, total[a] + total[b] - common)
        found[f"{name}_containment"] = _share(common, np.minimum(total[a], total[b]))
    return found


def _words(texts: Texts, a: Ints, b: Ints) -> Evidence:
    """Overlap of single words: cosine, containment, and the mass of words that only one side has."""
    sets = texts.words
    mass = (1.0 + np.log(texts.counts)) * texts.idf
    norm = np.sqrt(sets.total(mass**2))
    total = sets.total(texts.idf)
    (product,) = shared(sets, mass, [mass], a, b)
    rare = texts.idf**2
    all_rare = sets.total(rare)
    common, common_rare = shared(sets, np.ones(len(mass)), [texts.idf, rare], a, b)
    only_a, only_b = (total[a] - common).clip(min=0), (total[b] - common).clip(min=0)
    return {
        "word_cosine": _share(product, norm[a] * norm[b]),
        "word_containment": _share(common, np.minimum(total[a], total[b])),
        "rare_containment": _share(common_rare, np.minimum(all_rare[a], all_rare[b])),
        "only_less": np.log1p(np.minimum(only_a, only_b)),
        "only_more": np.log1p(np.maximum(only_a, only_b)),
    }


def _titles(texts: Texts, a: Ints, b: Ints) -> Evidence:
    """RapidFuzz scores of titles, cores and stems, 0 to 100."""
    names = {
        "title": [fold(t.clean) for t in texts.titles],
        "core": [t.core for t in texts.titles],
        "stem": [t.stem for t in texts.titles],
    }
    pairs = {n: ([v[i] for i in a.tolist()], [v[i] for i in b.tolist()]) for n, v in names.items()}
    return {
        f"{n}_score": process.cpdist(*pairs[n], scorer=fuzz.token_sort_ratio, dtype=np.float64)
        for n in ("title", "core", "stem")
    }


def _title_words(view: str, texts: Texts, names: Weighed, a: Ints, b: Ints) -> Evidence:
    """Words that only one title has, and whether the texts confirm them; `view` names the measures.

    A word only one title has is confirmed where its own text has it and the other text does not, stressed where its own
    text has it more often, idle where its own text does not have it at all, echoed where the other text has it.
    """
    width = max(names.width, 1)
    title_keys = np.sort(np.repeat(np.arange(len(texts.titles)), np.diff(names.starts)) * width + names.columns)
    word_keys = np.repeat(np.arange(len(texts.titles)), np.diff(texts.words.starts)) * width + texts.words.columns
    sums = {name: np.zeros(len(a)) for name in ("only", "confirmed", "stressed", "idle", "echoed", "in_text")}
    sides = []
    for mine, other in ((a, b), (b, a)):
        where = spread(names.starts, mine)
        sizes = np.diff(names.starts)[mine]
        offsets = np.concatenate(([0], np.cumsum(sizes))).astype(np.int64)
        column = names.columns[where]
        pair = np.repeat(np.arange(len(mine)), sizes)
        in_both = look_up(title_keys, np.ones(len(title_keys)), other[pair] * width + column) > 0
        here = look_up(word_keys, texts.counts, mine[pair] * width + column)
        there = look_up(word_keys, texts.counts, other[pair] * width + column)
        only = per_pair((~in_both).astype(np.float64), offsets)
        sides.append(only)
        sums["only"] += only
        sums["confirmed"] += per_pair((~in_both & (here > 0) & (there == 0)).astype(np.float64), offsets)
        sums["stressed"] += per_pair((~in_both & (here > there)).astype(np.float64), offsets)
        sums["idle"] += per_pair((~in_both & (here == 0)).astype(np.float64), offsets)
        sums["echoed"] += per_pair((~in_both & (there > 0)).astype(np.float64), offsets)
        in_other = _share(per_pair((there > 0).astype(np.float64), offsets), sizes.astype(np.float64))
        sums["in_text"] = in_other if mine is a else np.minimum(sums["in_text"], in_other)
    found = {f"{view}_{name}": values for name, values in sums.items()}
    found[f"{view}_replaced"] = np.minimum(*sides)
    for name in ("confirmed", "stressed", "echoed"):
        found[f"{view}_{name}_share"] = np.where(sums["only"] > 0, _share(sums[name], sums["only"]), UNKNOWN)
    return found


def _qualifiers(texts: Texts, a: Ints, b: Ints) -> Evidence:
    """Agreement of what titles state beside the core: 1 agree, 0 differ, .5 only one states it, UNKNOWN none does."""
    titles = texts.titles
    pairs = list(zip(a.tolist(), b.tolist(), strict=True))
    found = {
        "level": np.array([_sets_agree(titles[i].levels, titles[j].levels) for i, j in pairs]),
        "grade": np.array([_agree(titles[i].grade, titles[j].grade) for i, j in pairs]),
        "degrees": np.array([_agree(titles[i].degrees, titles[j].degrees) for i, j in pairs]),
        "start_year": np.array([_agree(titles[i].start_year, titles[j].start_year) for i, j in pairs]),
        "contract": np.array([_agree(_unusual(titles[i].contract), _unusual(titles[j].contract)) for i, j in pairs]),
    }
    found = {n: v.astype(np.float64) for n, v in found.items()}
    found["team"] = _teams(titles, pairs)
    found["slot_shared"] = np.array([_shared_words(titles[i].team, titles[j].team) for i, j in pairs], dtype=np.float64)
    found["level_told"] = _level_told(texts, a, b)
    found["requisition"] = _both_agree(texts.rows.column("requisition_id"), a, b)
    ya, yb = texts.years[a], texts.years[b]
    told = (ya > 0) & (yb > 0)
    found["years"] = np.where(told, np.where(ya == yb, 1.0, np.where(ya & yb, 0.5, 0.0)), UNKNOWN)
    found["years_apart"] = np.where(told, np.abs(_lowest(ya) - _lowest(yb)), UNKNOWN)
    found["years_top_apart"] = np.where(told, np.abs(_highest(ya) - _highest(yb)), UNKNOWN)
    found["years_differ"] = np.where(told, np.bitwise_count(ya ^ yb).astype(np.float64), UNKNOWN)
    said = texts.hours | texts.hours_titled
    found["hours"] = agree(said[a], said[b], HOURS | SHIFTS)
    for name, bits in (("hours_told", HOURS), ("shift_told", SHIFTS), ("contract_told", CONTRACTS)):
        found[name] = agree(texts.hours[a], texts.hours[b], bits)
    return found


def _level_told(texts: Texts, a: Ints, b: Ints) -> Floats:
    """Return what the texts say of a level that only one title states.

    1: the other ad's text names it too; 0: the own text alone does; .5: neither; UNKNOWN: no title states one alone.
    """
    stated = np.array([level_bits(t.levels) for t in texts.titles], dtype=np.int64)
    told = texts.told_levels
    found = np.full(len(a), UNKNOWN)
    for mine, other in ((a, b), (b, a)):
        alone = (stated[mine] > 0) & (stated[other] == 0)
        own, others = (stated[mine] & told[mine]) > 0, (stated[mine] & told[other]) > 0
        found = np.where(alone, np.where(others, 1.0, np.where(own, 0.0, 0.5)), found)
    return found


def _unusual(contract: str | None) -> frozenset[str]:
    """Return the contract words of a title but for those that go without saying."""
    return frozenset((contract or "").split(", ")) - _USUAL


def _teams(titles: tuple[Title, ...], pairs: list[tuple[int, int]]) -> Floats:
    names = [fold(t.team or "") for t in titles]
    return np.array([_agree(names[i], names[j]) for i, j in pairs], dtype=np.float64)


def _shared_words(one: str | None, other: str | None) -> int:
    return len(set(words(one or "")) & set(words(other or "")) - SMALL)


def _lowest(bits: Ints) -> Floats:
    return np.asarray(np.log2(np.maximum(bits & -bits, 1).astype(np.float64)), dtype=np.float64)


def _highest(bits: Ints) -> Floats:
    return np.asarray(np.floor(np.log2(np.maximum(bits, 1).astype(np.float64))), dtype=np.float64)


def _agree(a: object, b: object) -> float:
    if not a and not b:
        return UNKNOWN
    return 0.5 if not a or not b else float(a == b)


def _sets_agree(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    if not a and not b:
        return UNKNOWN
    return 0.5 if not a or not b else float(not set(a).isdisjoint(b))


def _frame(texts: Texts, a: Ints, b: Ints, employers: NDArray[np.uint64]) -> Evidence:
    """Employer, place, date, language."""
    rows = texts.rows
    named = (employers[a] != NO_KEY) & (employers[b] != NO_KEY)
    names = [v or "" for v in rows.column("employer_key").to_pylist()]
    near = process.cpdist(
        [names[i] for i in a.tolist()], [names[i] for i in b.tolist()], scorer=fuzz.token_set_ratio, dtype=np.float64
    )
    same = employers[a] == employers[b]
    day = days(rows.column("posted_on"))
    apart = np.abs(day[a] - day[b])
    language = keys(rows.column("language"))
    spoken = (language[a] != NO_KEY) & (language[b] != NO_KEY)
    return {
        "employer": np.where(named, np.where(same, 1.0, 0.9 * near / 100.0), UNKNOWN),
        "place": _places(rows, a, b),
        "region": _both_agree(rows.column("region"), a, b),
        "country": _both_agree(rows.column("country"), a, b),
        "place_written": _both_agree(rows.column("place"), a, b),
        "place_names": _names_in_common(rows, a, b),
        "days_apart": np.where(np.isnan(apart), UNKNOWN, np.minimum(np.nan_to_num(apart), 400.0)),
        "language": np.where(spoken, (language[a] == language[b]) * 1.0, UNKNOWN),
        "same_text": (keys(rows.column("body_id"))[a] == keys(rows.column("body_id"))[b]) * 1.0,
        "snippet": np.asarray(whole(rows.column("is_snippet")).to_numpy(zero_copy_only=False), dtype=np.float64)[a]
        + np.asarray(whole(rows.column("is_snippet")).to_numpy(zero_copy_only=False), dtype=np.float64)[b],
    }


def _both_agree(column: pa.ChunkedArray, a: Ints, b: Ints) -> Floats:
    """Return 1 where both have the same, 0 where another, UNKNOWN where one has nothing."""
    key = keys(column)
    return np.where((key[a] == NO_KEY) | (key[b] == NO_KEY), UNKNOWN, (key[a] == key[b]) * 1.0)


def _names_in_common(rows: pa.Table, a: Ints, b: Ints) -> Floats:
    """Return how many names the places of both postings go by."""
    names = [frozenset(n) for n in rows.column("place_names").to_pylist()]
    return np.array([len(names[i] & names[j]) for i, j in zip(a.tolist(), b.tolist(), strict=True)], dtype=np.float64)


def _places(rows: pa.Table, a: Ints, b: Ints) -> Floats:
    """Return 1 where two postings are for one place or for two no farther apart than a commute, 0 where not.

    UNKNOWN where one tells no town: a country or region alone is not another place than a town in it.
    """
    city, place = keys(rows.column("city")), keys(rows.column("place"))
    north, east = (np.radians(numbers(rows.column(n))) for n in ("latitude", "longitude"))
    chord = (
        np.sin((north[a] - north[b]) / 2) ** 2
        + np.cos(north[a]) * np.cos(north[b]) * np.sin((east[a] - east[b]) / 2) ** 2
    )
    near = 2 * _EARTH_KM * np.arcsin(np.sqrt(np.nan_to_num(chord, nan=1.0).clip(0.0, 1.0))) <= _COMMUTE_KM
    towns = (city[a] != NO_KEY) & (city[b] != NO_KEY)
    neither = (city[a] == NO_KEY) & (city[b] == NO_KEY) & (place[a] != NO_KEY) & (place[b] != NO_KEY)
    same = np.where(towns, (city[a] == city[b]) | near, place[a] == place[b])
    return np.where(towns | neither, same * 1.0, UNKNOWN)


def _slot(found: Evidence) -> Floats:
    """Return 1 where equal cores have teams with words of their own, .5 where one has more, 0 where they agree.

    UNKNOWN where the cores differ.
    """
    differ = np.where(found["stem_replaced"] > 0, 1.0, np.where(found["stem_only"] > 0, 0.5, 0.0))
    return np.where(found["core_score"] >= 99.0, differ, UNKNOWN)


def _role_gap(found: Evidence) -> Floats:
    """Return how far apart the roles of two titles are.

    0 the same words; .5 the same, a level only one states; 1 one has more words; 1.5 another level; 2 each has words of its
    own; 3 likewise, in a slot beside equal cores.
    """
    gap = np.where(found["stem_replaced"] > 0, 2.0, np.where(found["stem_only"] > 0, 1.0, 0.0))
    gap = np.where(found["slot"] == 1.0, 3.0, gap)
    gap = np.where((gap == 0) & (found["level"] == 0.5), 0.5, gap)
    return np.asarray(np.where((gap <= 1) & (found["level"] == 0), 1.5, gap), dtype=np.float64)
