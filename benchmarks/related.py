"""Related jobs side by side with plain systems, over one corpus and the same judgements: python -m benchmarks.related --help.

The peers rank whole postings by one similarity, as sites that build it themselves do: TF-IDF cosine, BM25 more-like-this
(bm25s, where it is installed: `uv pip install bm25s`), character n-grams of titles, latent semantic analysis, and the
fusion of them by reciprocal ranks (Cormack, Clarke and Buettcher 2009). Ours are the boxes of `related-jobs evaluate
related`, with and without diversity. Seconds: ours are those of all stages from ingest on, the peers' those of their index
and search alone.
"""

import argparse
import csv
import json
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from pipeline.evaluate.grades import Card, Judgements, condensed, ndcg, scores
from pipeline.evaluate.related import evaluate_related, read_judgements, read_queries

RANKS = 50
DRAWS = 10_000
Scores = npt.NDArray[np.float64]
"""Likeness of each query (row) to each posting (column)."""


def main() -> None:
    """Rank with each system and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--postings", type=Path, required=True)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--judgements", type=Path, required=True)
    parser.add_argument(
        "--ours", type=Path, help="what `related-jobs evaluate related --out` wrote; run anew without it"
    )
    given = parser.parse_args()
    asked, graded = read_queries(given.queries), read_judgements(given.judgements)
    table = pq.read_table(given.postings, columns=["posting_id", "title", "company", "description"])
    ids, titles, employers, texts = (["" if v is None else str(v) for v in column.to_pylist()] for column in table)
    rows = np.array([ids.index(posting) for posting in asked.values()])
    both = [f"{title} {title} {text}" for title, text in zip(titles, texts, strict=True)]
    peers: dict[str, Callable[[], Scores]] = {
        "description TF-IDF": lambda: _tfidf(texts, rows),
        "title + description TF-IDF": lambda: _tfidf(both, rows),
        "title character 3- to 5-grams": lambda: _tfidf(titles, rows, analyzer="char_wb", ngram_range=(3, 5)),
        "LSA 200 of title + description": lambda: _lsa(both, rows),
        "BM25 more-like-this": lambda: _bm25(both, rows),
    }
    ranked: dict[str, dict[str, list[Card]]] = {}
    seconds: dict[str, float] = {}
    found: list[Scores] = []
    for name, peer in peers.items():
        begun = time.perf_counter()
        try:
            likeness = peer()
        except ImportError as missing:
            print(f"{name}: left out ({missing})")
            continue
        seconds[name] = time.perf_counter() - begun
        likeness[np.arange(len(rows)), rows] = -np.inf
        found.append(likeness)
        ranked[name] = _cards(asked, likeness, ids, employers)
    ranked["their fusion"], seconds["their fusion"] = (
        _cards(asked, _fused(found), ids, employers),
        sum(seconds.values()),
    )
    report, ours = _ours(given)
    ranked |= ours
    seconds |= dict.fromkeys(ours, report["seconds"])
    _print(ranked, graded, seconds)


def _tfidf(texts: Sequence[str], rows: npt.NDArray[np.int64], **options: object) -> Scores:
    from sklearn.feature_extraction.text import TfidfVectorizer

    matrix = TfidfVectorizer(sublinear_tf=True, min_df=2, **options).fit_transform(texts)
    return np.asarray((matrix[rows] @ matrix.T).toarray(), dtype=np.float64)


def _lsa(texts: Sequence[str], rows: npt.NDArray[np.int64]) -> Scores:
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    matrix = TfidfVectorizer(sublinear_tf=True, min_df=2, max_df=0.5).fit_transform(texts)
    placed = normalize(TruncatedSVD(200, random_state=0).fit_transform(matrix))
    return np.asarray(placed[rows] @ placed.T)


def _bm25(texts: Sequence[str], rows: npt.NDArray[np.int64]) -> Scores:
    import bm25s  # type: ignore[import-not-found]

    tokens = bm25s.tokenize(texts, show_progress=False, return_ids=False)
    index = bm25s.BM25()
    index.index(tokens, show_progress=False)
    # More like this: the 25 words of the asked ad that weigh most, as Lucene's MoreLikeThis takes them.
    often: dict[str, int] = {}
    for words in tokens:
        for word in set(words):
            often[word] = often.get(word, 0) + 1
    found = []
    for row in rows.tolist():
        words = tokens[row]
        best = sorted(set(words), key=lambda w: (-words.count(w) * np.log(len(texts) / often[w]), w))[:25]
        found.append(index.get_scores(best))
    return np.asarray(found, dtype=np.float64)


def _fused(found: Sequence[Scores]) -> Scores:
    total = np.zeros_like(found[0])
    for likeness in found:
        order = np.argsort(-likeness, axis=1, kind="stable")[:, :100]
        np.put_along_axis(
            total, order, np.take_along_axis(total, order, 1) + 1 / (60 + np.arange(1, order.shape[1] + 1)), 1
        )
    total[np.isneginf(found[0])] = -np.inf
    return total


def _cards(asked: dict[str, str], likeness: Scores, ids: list[str], employers: list[str]) -> dict[str, list[Card]]:
    order = np.argsort(-likeness, axis=1, kind="stable")[:, :RANKS]
    return {q: [Card(ids[i], ids[i], employers[i]) for i in row] for q, row in zip(asked, order.tolist(), strict=True)}


def _ours(given: argparse.Namespace) -> tuple[dict[str, float], dict[str, dict[str, list[Card]]]]:
    found: dict[str, dict[str, list[Card]]] = {}
    with tempfile.TemporaryDirectory() as made:
        folder = given.ours or Path(made)
        if given.ours is None:
            evaluate_related(given.postings, given.queries, given.judgements, folder)
        report: dict[str, float] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        for name, file in (("ours, ranking alone", "boxes_undiversified.csv"), ("ours, the box", "boxes.csv")):
            boxes: dict[str, list[Card]] = {}
            with (folder / file).open(encoding="utf-8", newline="") as rows:
                for row in csv.DictReader(rows):
                    boxes.setdefault(row["query_id"], []).append(Card(row["posting_id"], row["job_id"], ""))
            found[name] = boxes
    return report, found


def _print(ranked: dict[str, dict[str, list[Card]]], graded: Judgements, seconds: dict[str, float]) -> None:
    per_query = {name: _per_query(boxes, graded) for name, boxes in ranked.items()}
    best = per_query["ours, ranking alone"]
    rng = np.random.default_rng(0)
    drawn = rng.integers(0, len(best), (DRAWS, len(best)))
    print("| system | nDCG@10 | same ad again | graded | seconds | ours ahead in |\n|---|---|---|---|---|---|")
    for name, boxes in ranked.items():
        told = scores(boxes, graded)
        ahead = float(((best - per_query[name])[drawn].mean(axis=1) > 0).mean())
        print(
            f"| {name} | {told['ndcg_at_10']:.3f} | {told['duplicates_at_10']:.1%} | {told['judged_at_10']:.0%} "
            f"| {seconds[name]:.0f} | {'' if name.startswith('ours') else f'{ahead:.1%} of draws'} |"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n{len(best)} queries, {DRAWS:,} draws of a paired bootstrap over them; peak memory of all: {peak:,.0f} MB")


def _per_query(boxes: dict[str, list[Card]], graded: Judgements) -> Scores:
    judged = [q for q in sorted(graded) if max(graded[q].values(), default=0) > 0]
    return np.array(
        [ndcg(condensed(boxes.get(q, []), graded[q]), [g for g in graded[q].values() if g >= 0]) for q in judged]
    )


if __name__ == "__main__":
    main()
