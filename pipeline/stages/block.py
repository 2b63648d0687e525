"""Find the pairs of postings worth comparing, by several roads: text, employer and title, place and title, numbers, addresses."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from rapidfuzz import fuzz, process
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pipeline.contracts import conform, contract
from pipeline.linking.codes import Floats, days, keys, numbers, positions, speaking, whole
from pipeline.linking.roads import NO_KEY, Ints, Keys, Walk, mixed, shared, star, strongest, unique_pairs, walk, windows
from pipeline.linking.sketches import agreement, bands, sketches
from pipeline.plan import Night
from pipeline.settings import BlockSettings
from pipeline.text.signatures import spread
from pipeline.text.tokens import fold


@dataclass(frozen=True)
class _Ads:
    """Postings in the order of their ids, their columns as keys."""

    rows: pa.Table
    ids: pa.Array
    body: Ints
    employer: Keys
    core: Keys
    stem: Keys
    title: Keys
    city: Keys
    samples: tuple[Ints, Keys]
    sketch: Keys
    order: Ints


def block(tables: Mapping[str, pa.Table], night: Night, settings: BlockSettings) -> dict[str, pa.Table]:
    """Return candidates, at most about thirty a posting, and block_metrics: what each road found and what it had to split.

    Args:
        tables: postings, shingles.
        night: not used: candidates do not depend on the date.
        settings: BlockSettings.
    """
    ads = _ads(tables["postings"], tables["shingles"], settings)
    with ThreadPoolExecutor(1) as thread:  # the longest road beside all others: sorting needs no lock of Python's
        beside = thread.submit(_shared_phrases, ads, settings)
        texts = [_same_text(ads, settings), _near_text(ads, settings)]
        titles = [_employer_title, _employer_near_title, _title_place, _whole_title]
        others = [road(ads, settings) for road in (*titles, _numbers, _addresses)]
        phrases, share = beside.result()
    walks = [*texts, phrases, _groups(ads, texts, phrases, share, settings), *others]
    return {"candidates": _candidates(ads, walks), "block_metrics": _metrics(walks)}


def _ads(postings: pa.Table, shingles: pa.Table, settings: BlockSettings) -> _Ads:
    rows = postings.take(pc.sort_indices(postings, [("posting_id", "ascending")]))
    shingles = shingles.sort_by("body_id").combine_chunks()
    body = positions(rows.column("body_id"), whole(shingles.column("body_id")))
    lists = whole(shingles.column("shingles"))
    owner = np.asarray(pc.list_parent_indices(lists), dtype=np.int64)
    shingle = np.asarray(pc.list_flatten(lists), dtype=np.uint64)
    least = np.asarray(shingles.column("least"), dtype=np.uint64)
    core, stem = keys(rows.column("title_core")), keys(rows.column("title_stem"))
    city = keys(pc.coalesce(rows.column("city"), rows.column("place")))
    sketch = np.append(least, NO_KEY)[body]
    return _Ads(
        rows=rows,
        ids=whole(rows.column("posting_id")),
        body=body,
        employer=speaking(rows, settings.employer_groups),
        core=core,
        stem=stem,
        title=keys(_folded(rows.column("title"))),
        city=city,
        samples=_of_postings(body, owner, shingle),
        sketch=sketch,
        order=np.lexsort((np.arange(len(body)), sketch, city, stem)),
    )


def _folded(column: pa.ChunkedArray) -> pa.Array:
    encoded = pc.dictionary_encode(whole(column))
    return pa.array([fold(v) if v else v for v in encoded.dictionary.to_pylist()], pa.string()).take(encoded.indices)


def _of_postings(body: Ints, owner: Ints, shingle: Keys) -> tuple[Ints, Keys]:
    """Return posting and shingle of every sampled shingle of every posting's text."""
    starts = np.searchsorted(owner, np.arange(int(np.max(owner, initial=-1)) + 2))
    known = np.flatnonzero((body >= 0) & (body < len(starts) - 1))
    sizes = (starts[1:] - starts[:-1])[body[known]]
    offsets = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.repeat(known, sizes), shingle[np.repeat(starts[:-1][body[known]], sizes) + offsets]


def _same_text(ads: _Ads, settings: BlockSettings) -> Walk:
    """Return pairs with identical texts."""
    text = np.where(ads.body >= 0, (ads.body + 1).astype(np.uint64), NO_KEY)
    levels = [text, mixed(text, ads.core), mixed(text, ads.core, ads.city)]
    ordered = [level[ads.order] for level in levels]
    return walk("same text", ads.order, ordered, settings.block_limit, settings.neighbours)


def _near_text(ads: _Ads, settings: BlockSettings) -> Walk:
    """Return pairs whose texts are nearly the same, by MinHash: whole groups of one template, whatever their size up to the limit."""
    sketch = sketches(*ads.samples, len(ads.body))
    owner, key = bands(sketch)
    found, _ = shared("near text", owner, key, [ads.core, ads.city], settings.near_text_limit)
    alike = agreement(sketch, found.left, found.right) >= settings.near_text
    found.left, found.right = found.left[alike], found.right[alike]
    return found


def _shared_phrases(ads: _Ads, settings: BlockSettings) -> tuple[Walk, Floats]:
    """Return the pairs that share rarer shingles, each posting's strongest partners, and the share of the sample they share.

    Copies under other names, cut copies, templates: whatever employer and title say.
    """
    owner, shingle = ads.samples
    found, count = shared("shared phrases", owner, shingle, [ads.core, ads.city], settings.phrase_limit)
    sizes = np.bincount(owner, minlength=len(ads.body)).astype(np.float64)
    share = count / np.maximum(np.minimum(sizes[found.left], sizes[found.right]), 1.0)
    enough = (count >= settings.least_shared) & (share >= settings.least_share)
    found.left, found.right, share = found.left[enough], found.right[enough], share[enough]
    same_employer = (ads.employer[found.left] == ads.employer[found.right]) & (ads.employer[found.left] != NO_KEY)
    keep = np.zeros(len(share), bool)
    for part in (np.flatnonzero(same_employer), np.flatnonzero(~same_employer)):  # a template must not crowd out a copy
        keep[part] = strongest(found.left[part], found.right[part], share[part], settings.partners)
    found.left, found.right = found.left[keep], found.right[keep]
    return found, share[keep]


def _employer_title(ads: _Ads, settings: BlockSettings) -> Walk:
    """Return pairs of one employer and one title core."""
    base = mixed(ads.employer, ads.core)
    levels = [base, mixed(base, ads.stem), mixed(base, ads.title), mixed(base, ads.title, ads.city)]
    ordered = [level[ads.order] for level in levels]
    return walk("employer and title", ads.order, ordered, settings.block_limit, settings.neighbours)


def _employer_near_title(ads: _Ads, settings: BlockSettings) -> Walk:
    """Return pairs of one employer whose title cores are near in RapidFuzz's eyes: neighbours by first and by last words."""
    core = ads.rows.column("title_core").to_pylist()
    forward = [" ".join(sorted((c or "").split())) for c in core]
    backward = [" ".join(reversed((c or "").split())) for c in core]
    pairs = []
    found = Walk("employer and near title")
    for names in (forward, backward):
        rank = np.asarray(pc.array_sort_indices(pa.array(names, pa.string())), dtype=np.int64)
        near = windows(found.name, rank, ads.employer[rank], settings.near_titles)
        found.blocks, found.largest = near.blocks, near.largest
        pairs.append((near.left, near.right))
    left, right = unique_pairs(*(np.concatenate(side) for side in zip(*pairs, strict=True)))
    score = process.cpdist([core[i] or "" for i in left], [core[i] or "" for i in right], scorer=fuzz.token_set_ratio)
    found.left, found.right = left[score >= settings.near_title_score], right[score >= settings.near_title_score]
    return found


def _title_place(ads: _Ads, settings: BlockSettings) -> Walk:
    """Return pairs of one title core in one city, whatever the employer: agencies that write their own text."""
    base = mixed(ads.core, ads.city)
    base[ads.city == NO_KEY] = NO_KEY
    levels = [base, mixed(base, ads.stem), mixed(base, ads.title)]
    order = np.lexsort((np.arange(len(base)), _day(ads)))
    ordered = [level[order] for level in levels]
    return walk("title and place", order, ordered, settings.place_limit, settings.neighbours)


def _day(ads: _Ads) -> Floats:
    return np.nan_to_num(days(ads.rows.column("posted_on")), nan=-1.0)


def _whole_title(ads: _Ads, settings: BlockSettings) -> Walk:
    """Return pairs with one unusual whole title, wherever they stand."""
    order = ads.order
    return walk("whole title", order, [ads.title[order]], settings.title_limit, 0)


def _numbers(ads: _Ads, settings: BlockSettings) -> Walk:
    """Return pairs with one requisition number of one employer."""
    number = keys(ads.rows.column("requisition_id"))
    base = mixed(number, ads.employer)
    levels = [base, mixed(base, ads.title), mixed(base, ads.title, ads.city)]
    ordered = [level[ads.order] for level in levels]
    return walk("requisition", ads.order, ordered, settings.block_limit, settings.neighbours)


def _addresses(ads: _Ads, settings: BlockSettings) -> Walk:
    """Return pairs with one address where one applies."""
    base = keys(ads.rows.column("apply_url"))
    levels = [base, mixed(base, ads.core), mixed(base, ads.title)]
    ordered = [level[ads.order] for level in levels]
    return walk("apply address", ads.order, ordered, settings.block_limit, settings.neighbours)


def _groups(ads: _Ads, texts: list[Walk], phrases: Walk, share: Floats, settings: BlockSettings) -> Walk:
    """Return pairs of every posting with those that could stand for its group: groups are verified against one posting.

    Groups are guessed: what hangs together by (near) identical texts or by phrases most of which are shared. In each, every
    posting meets the fullest text, and the fullest of its own title.
    """
    strong = share >= settings.group_share
    left = np.concatenate([*(w.left for w in texts), phrases.left[strong]])
    right = np.concatenate([*(w.right for w in texts), phrases.right[strong]])
    size = len(ads.body)
    graph = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(size, size))
    label = connected_components(graph, directed=False)[1].astype(np.int64)
    length = np.nan_to_num(numbers(ads.rows.column("body_length")))
    order = np.lexsort((np.arange(size), _day(ads), -length))
    rank = np.empty(size, np.int64)
    rank[order] = np.arange(size)
    of_title = np.unique(mixed(label.astype(np.uint64) + np.uint64(1), ads.stem), return_inverse=True)[1].astype(
        np.int64
    )
    heads = [star(label, rank, settings.partners), star(of_title, rank, settings.partners)]
    found = Walk(
        "group heads", blocks=int((np.bincount(label) > 1).sum()), largest=int(np.max(np.bincount(label), initial=0))
    )
    found.left, found.right = unique_pairs(*(np.concatenate(side) for side in zip(*heads, strict=True)))
    return found


def _candidates(ads: _Ads, walks: list[Walk]) -> pa.Table:
    """Return the pairs of all roads, each once with the roads that found it.

    Pairs of one employer stand together, then pairs of strangers by title: a piece of them then needs the fewest texts
    (300,000 listings, 64 pieces: 620,000; with strangers among their employers' pairs 709,000).
    """
    size = len(ads.body)
    ordered = sorted(walks, key=lambda w: w.name)
    key = np.concatenate([(w.left * size + w.right) * len(ordered) + road for road, w in enumerate(ordered)])
    key.sort()
    key, road = key // len(ordered), key % len(ordered)
    first = np.flatnonzero(np.concatenate((np.ones(min(len(key), 1), bool), np.diff(key) != 0)))
    left, right = key[first] // size, key[first] % size
    strangers = ads.employer[left] != ads.employer[right]
    employer = np.where(strangers, NO_KEY, ads.employer[left])
    together = np.lexsort((ads.sketch[left], ads.core[left], employer, strangers))  # left and right ascend already
    # In order as numbers, then as texts: to put lists of texts in order takes five times as long.
    starts = np.append(first, len(key))
    roads = pa.array([w.name for w in ordered], pa.string()).take(pa.array(road[spread(starts, together)]))
    offsets = np.concatenate(([0], np.cumsum(np.diff(starts)[together])))
    table = pa.table(
        {
            "posting_id_a": ads.ids.take(pa.array(left[together])),
            "posting_id_b": ads.ids.take(pa.array(right[together])),
            "roads": pa.ListArray.from_arrays(pa.array(offsets.astype(np.int32)), roads),
        }
    )
    return conform(table, contract("candidates"))


def _metrics(walks: list[Walk]) -> pa.Table:
    columns = {
        "road": [w.name for w in walks],
        "pairs": [len(w.left) for w in walks],
        "blocks": [w.blocks for w in walks],
        "largest": [w.largest for w in walks],
        "split": [w.split for w in walks],
        "unsplit": [w.walked for w in walks],
    }
    return conform(pa.table(columns).sort_by("road"), contract("block_metrics"))
