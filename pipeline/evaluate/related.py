"""Score the boxes against graded judgements: the real stages over a file of postings, with and without diversity."""

import csv
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.errors import InputError
from pipeline.evaluate.cells import guarded
from pipeline.evaluate.grades import BOX, Card, Judgements, scores
from pipeline.evaluate.nights import night_over
from pipeline.plan import Night
from pipeline.ranking import box, boxes, corpus, neighbours
from pipeline.ranking.corpus import Corpus
from pipeline.ranking.ranker import Ranker, shipped
from pipeline.settings import RelateSettings, Settings
from pipeline.store import Run

RANKS = 50
"""Cards ranked for a query, so that ungraded ones can be skipped: the box a visitor sees is the first ten."""


TABLES = ("jobs", "postings", "job_postings", "family_jobs", "vectors", "job_clusters", "clusters", "fit_terms", "fits")
"""Tables of a run that rankings are made from."""


@dataclass(frozen=True)
class Rankings:
    """Cards of each query, best first: with the box's diversity, and as the ranking alone has them."""

    boxes: dict[str, list[Card]]
    undiversified: dict[str, list[Card]]
    asked: dict[str, str]


def evaluate_related(
    postings: Path, queries: Path, judgements: Path, out: Path | None = None, settings: Settings | None = None
) -> dict[str, Any]:
    """Return how good the boxes are that the real stages make of `postings`.

    Condensed lists: ungraded cards and those graded -1 (the same ad again) are dropped before nDCG@10 is taken, with
    gain 2^grade - 1; `judged_at_10` and `duplicates_at_10` say how many of the first ten cards were graded, and -1.

    Args:
        postings: table of posting_id, title, company, location, date_posted, description, url.
        queries: CSV of query_id, posting_id.
        judgements: CSV of query_id, posting_id, grade (3 excellent ... 0 not related, -1 the same ad).
        out: folder for boxes.csv, boxes_undiversified.csv, boxes_graded.csv (for reading) and report.json.
        settings: of the run; the defaults where none are given.

    Raises:
        InputError: a file can't be read.
    """
    asked, graded = read_queries(queries), read_judgements(judgements)
    begun = time.perf_counter()
    with night_over(postings, "relate", settings=settings) as run:
        seconds = time.perf_counter() - begun
        tables = {name: run.store.read(name) for name in TABLES}
        found = rankings(tables, run.night, run.settings.relate, asked, graded, shipped())
        report = {
            **{key: scores(found.boxes, graded)[key] for key in ("ndcg_at_10", "judged_at_10", "duplicates_at_10")},
            "precision_at_10": scores(found.boxes, graded)["precision_at_10"],
            "employers_at_10": employers(found.boxes),
            "coverage": coverage(run),
            "seconds": round(seconds, 1),
            "ndcg_at_10_undiversified": scores(found.undiversified, graded)["ndcg_at_10"],
            "judged_at_10_undiversified": scores(found.undiversified, graded)["judged_at_10"],
            "duplicates_at_10_undiversified": scores(found.undiversified, graded)["duplicates_at_10"],
            "employers_at_10_undiversified": employers(found.undiversified),
            "queries": len(found.boxes),
            "queries_missing": sorted(set(asked) - set(found.boxes)),
            "stage_seconds": stage_seconds(run),
        }
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)
            write_boxes(out / "boxes.csv", found.boxes)
            write_boxes(out / "boxes_undiversified.csv", found.undiversified)
            write_graded(out / "boxes_graded.csv", run, found, graded)
            (out / "report.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return report


def read_queries(path: Path) -> dict[str, str]:
    """Return the posting id of each query."""
    return {row["query_id"]: row["posting_id"] for row in _rows(path, ("query_id", "posting_id"))}


def read_judgements(path: Path) -> Judgements:
    """Return the grade of each posting of each query."""
    found: Judgements = {}
    for row in _rows(path, ("query_id", "posting_id", "grade")):
        try:
            found.setdefault(row["query_id"], {})[row["posting_id"]] = int(row["grade"])
        except ValueError as error:
            raise InputError(
                f"{path}: grade {row['grade']!r} of {row['posting_id']}: a whole number is wanted"
            ) from error
    return found


def rankings(
    tables: Mapping[str, pa.Table],
    night: Night,
    settings: RelateSettings,
    asked: Mapping[str, str],
    graded: Judgements,
    ranker: Ranker,
) -> Rankings:
    """Return the cards of each query whose posting is in the tables; the box is that of the job it was merged into."""
    known = corpus.read(dict(tables))
    search = neighbours.search(known, ranker, settings)
    fill_from = box.fillers(known.facts, known.member, known.distance, known.placed)
    members, number = _members(tables, known), {job: i for i, job in enumerate(known.facts.ids)}
    job_of = jobs_of(tables)
    found = Rankings({}, {}, {})
    for query, posting in sorted(asked.items()):
        if posting not in job_of:
            continue
        job = number[job_of[posting]]
        grades = graded.get(query, {})
        _, b, score = neighbours.of_job(search, job, night)
        ranked = box.ranked(np.zeros(len(b), np.int64), b, score, 1, settings.min_score)
        (cards,) = boxes.filled(known, [job], ranked, fill_from, settings, -(-RANKS // settings.limit))
        found.boxes[query] = [_card(known, members, other, grades) for other, _ in cards[:RANKS]]
        found.undiversified[query] = [_card(known, members, other, grades) for other in ranked.of(0)[:RANKS]]
        found.asked[query] = posting
    return found


def jobs_of(tables: Mapping[str, pa.Table]) -> dict[str, str]:
    """Return the job of each posting, by its id in the file; listings that became rejects are missing."""
    postings, members = tables["postings"], tables["job_postings"]
    own = dict(zip(postings.column("posting_id").to_pylist(), postings.column("source_id").to_pylist(), strict=True))
    ids, jobs = (members.column(name).to_pylist() for name in ("posting_id", "job_id"))
    return {own[posting]: job for posting, job in zip(ids, jobs, strict=True)}


def coverage(run: Run) -> float:
    """Return the share of all jobs whose box is full."""
    cards = run.store.read("related_jobs").group_by("job_id").aggregate([("rank", "max")])
    full = sum(n >= run.settings.relate.limit for n in cards.column("rank_max").to_pylist())
    return round(float(full) / max(1, run.store.count("jobs")), 4)


def employers(boxes: Mapping[str, Sequence[Card]]) -> float:
    """Return how many different employers the first ten cards have on average; unnamed ones count as one."""
    return round(float(np.mean([len({c.employer for c in cards[:BOX]}) for cards in boxes.values()] or [0])), 3)


def stage_seconds(run: Run) -> dict[str, float]:
    """Return the seconds of each stage that was run."""
    from pipeline.run import records

    return {record.stage: round(record.seconds, 1) for record in records(run)}


def write_boxes(path: Path, boxes: Mapping[str, Sequence[Card]]) -> None:
    """Write query_id, rank, posting_id and job_id of each card."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("query_id", "rank", "posting_id", "job_id"))
        for query, cards in boxes.items():
            writer.writerows((query, rank, card.posting_id, card.job_id) for rank, card in enumerate(cards, start=1))


def write_graded(path: Path, run: Run, found: Rankings, graded: Judgements) -> None:
    """Write the first ten cards of each box beside the ad asked for, with their grades, for people to read."""
    postings = run.store.read("postings").select(["source_id", "title", "employer", "level", "place"]).to_pylist()
    told = {row.pop("source_id"): [guarded(text) for text in row.values()] for row in postings}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("query_id", "rank", "grade", "posting_id", "title", "employer", "level", "place"))
        for query, cards in found.boxes.items():
            writer.writerow((query, 0, "", found.asked[query], *told[found.asked[query]]))
            for rank, card in enumerate(cards[:BOX], start=1):
                grade = graded.get(query, {}).get(card.posting_id, "")
                writer.writerow((query, rank, grade, card.posting_id, *told[card.posting_id]))


def _members(tables: Mapping[str, pa.Table], known: Corpus) -> list[list[tuple[str, str]]]:
    """Return the postings of each job by their ids in the file, the canonical first, with the employer."""
    postings = tables["postings"]
    told = dict(
        zip(
            postings.column("posting_id").to_pylist(),
            zip(postings.column("source_id").to_pylist(), postings.column("employer_key").to_pylist(), strict=True),
            strict=True,
        )
    )
    number = {job: i for i, job in enumerate(known.facts.ids)}
    found: list[list[tuple[str, str]]] = [[] for _ in known.facts.ids]
    rows = tables["job_postings"].to_pylist()
    for row in sorted(rows, key=lambda r: (not r["is_canonical"], r["posting_id"])):
        found[number[row["job_id"]]].append(told[row["posting_id"]])
    return found


def _card(known: Corpus, members: list[list[tuple[str, str]]], job: int, grades: Mapping[str, int]) -> Card:
    """Return the card of a job: it counts with its canonical posting, where that has no grade with its best one."""
    canonical, employer = members[job][0]
    counted = canonical
    if canonical not in grades:
        best = sorted((-grades[p], p) for p, _ in members[job] if p in grades)
        counted = best[0][1] if best else canonical
    return Card(counted, known.facts.ids[job], employer)


def _rows(path: Path, wanted: tuple[str, ...]) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: can't be read ({error})") from error
    missing = [name for name in wanted if not rows or name not in rows[0]]
    if missing:
        raise InputError(f"{path}: columns {', '.join(wanted)} are wanted, {', '.join(missing)} missing")
    return rows
