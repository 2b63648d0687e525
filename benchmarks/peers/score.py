"""One peer over a table of postings: scores of the labelled pairs, seconds and peak memory, as JSON.

`python score.py PEER POSTINGS PAIRS OUT`; runs in the environment of this folder's lock, apart from the project.
"""

import csv
import json
import re
import resource
import sys
import time
from collections import defaultdict
from pathlib import Path

import pyarrow.parquet as pq

WORD = re.compile(r"\w+")
PERMUTATIONS = 128
SHINGLE = 3
LEAST = 0.3  # Jaccard from which LSH looks for pairs; the threshold itself is chosen on labels, in folds

Pairs = list[tuple[str, str]]


def shingles(text: str) -> set[str]:
    """Return the word 3-shingles of a text, the text itself where it is shorter."""
    words = WORD.findall(text.lower())
    return {" ".join(words[i : i + SHINGLE]) for i in range(max(len(words) - SHINGLE + 1, 1))}


def datasketch(rows: dict[str, dict], pairs: Pairs) -> list[float]:
    """MinHash-LSH: every posting is put into the index and asked of it; a pair it does not find scores 0."""
    from datasketch import MinHash, MinHashLSH

    index, made = MinHashLSH(threshold=LEAST, num_perm=PERMUTATIONS), {}
    for name, row in rows.items():
        made[name] = MinHash(num_perm=PERMUTATIONS)
        made[name].update_batch([s.encode() for s in shingles(row["description"] or "")])
        index.insert(name, made[name])
    found = {name: set(index.query(made[name])) for name in rows}
    return [made[a].jaccard(made[b]) if b in found[a] else 0.0 for a, b in pairs]


def rensa(rows: dict[str, dict], pairs: Pairs) -> list[float]:
    """The same with rensa's R-MinHash."""
    from rensa import RMinHash, RMinHashLSH

    number = {name: i for i, name in enumerate(rows)}
    index, made = RMinHashLSH(threshold=LEAST, num_perm=PERMUTATIONS, num_bands=32), {}
    for name, row in rows.items():
        made[name] = RMinHash(num_perm=PERMUTATIONS, seed=1)
        made[name].update(sorted(shingles(row["description"] or "")))
        index.insert(number[name], made[name])
    found = {name: set(index.query(made[name])) for name in rows}
    return [made[a].jaccard(made[b]) if number[b] in found[a] else 0.0 for a, b in pairs]


def rapidfuzz(rows: dict[str, dict], pairs: Pairs) -> list[float]:
    """RapidFuzz token_sort_ratio of titles, all pairs of one company; pairs of two companies score 0."""
    from rapidfuzz import fuzz, process

    by_company = defaultdict(list)
    for row in rows.values():
        by_company[(row["company"] or "").casefold().strip()].append((row["title"] or "").casefold())
    for titles in by_company.values():
        for begin in range(0, len(titles), 1_000):
            process.cdist(titles[begin : begin + 1_000], titles, scorer=fuzz.token_sort_ratio, workers=1)

    def score(a: dict, b: dict) -> float:
        one = (a["company"] or "").casefold().strip() == (b["company"] or "").casefold().strip()
        titles = ((r["title"] or "").casefold() for r in (a, b))
        return fuzz.token_sort_ratio(*titles) / 100 if one else 0.0

    return [score(rows[a], rows[b]) for a, b in pairs]


def ngrams(rows: dict[str, dict], pairs: Pairs) -> list[float]:
    """N-gram overlap: share of the shorter text's word 3-grams; an inverted index finds the pairs of all postings."""
    sets = {name: {hash(s) for s in shingles(row["description"] or "")} for name, row in rows.items()}
    index = defaultdict(list)
    for name, grams in sets.items():
        for gram in grams:
            index[gram].append(name)
    for name, grams in sets.items():
        met: dict[str, int] = defaultdict(int)
        for gram in grams:
            if len(index[gram]) <= 50:  # what more texts say tells no two apart
                for other in index[gram]:
                    met[other] += 1
        met.pop(name, None)
    return [len(sets[a] & sets[b]) / max(min(len(sets[a]), len(sets[b])), 1) for a, b in pairs]


def splink(rows: dict[str, dict], pairs: Pairs) -> list[float]:
    """Splink (Fellegi-Sunter, EM without labels) over title, company, place and the text's beginning and length."""
    import pandas as pd
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    frame = pd.DataFrame(
        {
            "unique_id": list(rows),
            "title": [(r["title"] or "").casefold().strip() or None for r in rows.values()],
            "company": [(r["company"] or "").casefold().strip() or None for r in rows.values()],
            "place": [(r["location"] or "").casefold().strip() or None for r in rows.values()],
            "beginning": [" ".join((r["description"] or "").casefold().split())[:200] or None for r in rows.values()],
            "words": [sorted(set(WORD.findall((r["description"] or "").lower())))[:400] for r in rows.values()],
        }
    )
    wanted = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[
            block_on("title", "company"),
            block_on("beginning"),
            block_on("title", "place"),
        ],
        comparisons=[
            cl.JaroWinklerAtThresholds("title", [0.97, 0.9, 0.8]),
            cl.JaroWinklerAtThresholds("company", [0.97, 0.88]),
            cl.JaroWinklerAtThresholds("place", [0.97, 0.85]),
            cl.JaroWinklerAtThresholds("beginning", [0.98, 0.9, 0.75]),
            cl.ArrayIntersectAtSizes("words", [200, 100, 50]),
        ],
    )
    linker = Linker(DuckDBAPI().register(frame), wanted)
    linker.training.estimate_probability_two_random_records_match([block_on("title", "company", "place")], recall=0.5)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("title", "company"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("beginning"))
    found = linker.inference.predict(threshold_match_probability=0.01).as_pandas_dataframe()
    ends = zip(found["unique_id_l"], found["unique_id_r"], found["match_probability"], strict=True)
    probability = {frozenset((a, b)): float(p) for a, b, p in ends}
    return [probability.get(frozenset(p), 0.0) for p in pairs]


PEERS = {f.__name__: f for f in (datasketch, rensa, rapidfuzz, ngrams, splink)}


def main() -> None:
    """Score the labelled pairs with one peer and write what came out."""
    name, postings, labels, out = sys.argv[1:]
    columns = ["posting_id", "title", "company", "location", "description"]
    rows = {row["posting_id"]: row for row in pq.read_table(postings, columns=columns).to_pylist()}
    pairs: Pairs = []
    if labels != "-":
        with Path(labels).open(encoding="utf-8", newline="") as file:
            pairs = [(r["posting_id_a"], r["posting_id_b"]) for r in csv.DictReader(file)]
    begun = time.perf_counter()
    scores = PEERS[name](rows, pairs)
    seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    Path(out).write_text(json.dumps({"seconds": seconds, "peak_mb": peak, "scores": scores}), encoding="utf-8")


if __name__ == "__main__":
    main()
