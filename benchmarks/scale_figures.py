"""What is measured of a corpus (is it like the real one?) and of a night's search (does it find the exact neighbours?)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from pipeline.store import Run

LOOKED_AT = 10_000  # listings whose words are counted, of the real feed and of each corpus alike
QUERIES = 1_000
NEIGHBOURS = 10
_CHUNK = 10_000

CORPUS_COLUMNS = (
    "corpus", "listings", "characters (mean)", "(median)", "(p90)", "words of a text", "vocabulary of 2,500", f"of {LOOKED_AT:,}",
    "words in one text", "ids repeated", "texts repeated", "title and employer repeated", "employers", "of the top ten",
    "of those with 100 and more",
)  # fmt: skip
_CORPUS = """
CREATE TEMP TABLE listings AS
SELECT job_id, title, company, hash(job_description) AS text, length(job_description) AS size, hash(job_id, rowid) AS turn
FROM (SELECT *, row_number() OVER () AS rowid FROM feed)
"""
_PLAIN = """
WITH sizes AS (SELECT company, count(*) AS n FROM listings GROUP BY company)
SELECT count(*), avg(size), median(size), quantile_cont(size, 0.9),
    1 - count(DISTINCT job_id) / count(*), 1 - count(DISTINCT text) / count(*),
    1 - count(DISTINCT (title, company)) / count(*), count(DISTINCT company),
    (SELECT sum(n) FROM (SELECT n FROM sizes ORDER BY n DESC LIMIT 10)) / count(*),
    coalesce((SELECT sum(n) FROM sizes WHERE n >= 100), 0) / count(*)
FROM listings
"""
_WORDS = """
WITH looked AS (SELECT job_description FROM feed ORDER BY hash(job_id, job_description, 3) LIMIT $most),
texts AS (SELECT DISTINCT job_description FROM looked),
words AS (SELECT unnest(list_distinct(regexp_extract_all(lower(job_description), '[a-z0-9]+'))) AS word FROM texts),
counted AS (SELECT word, count(*) AS n FROM words GROUP BY word)
SELECT count(*), sum(n) / (SELECT count(*) FROM texts), count(*) FILTER (WHERE n = 1) / count(*) FROM counted
"""


def corpus(name: str, paths: list[Path]) -> tuple[Any, ...]:
    """Return the CORPUS_COLUMNS of a feed of linkedin_us_2024's columns."""
    with duckdb.connect(":memory:") as con:
        con.execute("SET enable_progress_bar = false")
        con.read_parquet([str(p) for p in paths]).create_view("feed")
        con.execute(_CORPUS)
        plain = con.execute(_PLAIN).fetchall()[0]
        few = con.execute(_WORDS, {"most": 2_500}).fetchall()[0]
        many = con.execute(_WORDS, {"most": LOOKED_AT}).fetchall()[0]
    count, mean, median, p90, ids, texts, titles, employers, ten, large = plain
    return (
        name, f"{count:,}", f"{mean:,.0f}", f"{median:,.0f}", f"{p90:,.0f}", f"{many[1]:.0f}", f"{few[0]:,}", f"{many[0]:,}",
        *(f"{v:.0%}" for v in (many[2], ids, texts, titles)), f"{employers:,}", f"{ten:.0%}", f"{large:.0%}",
    )  # fmt: skip


TEXT_TABLES = ("postings", "bodies", "fit_terms", "fit_spaces", "fit_means", "fit_sentences")
"""What vectors() reads."""


def recall(run: Run, queries: int = QUERIES) -> tuple[float, float]:
    """Return which share of the exact nearest ten the search weighed, and which it handed on to the ranking.

    Exact: by the cosine of the texts' TF-IDF vectors with all of their words, of a sample of jobs against all jobs.
    """
    from pipeline.ranking import corpus as jobs_of
    from pipeline.ranking import neighbours
    from pipeline.ranking.ranker import shipped

    known = jobs_of.read({name: run.store.read(name) for name in jobs_of.TABLES})
    search = neighbours.search(known, shipped(), run.settings.relate)
    drawn = np.random.default_rng(5).permutation(len(known.facts))[:queries]
    wanted = exact(run, np.sort(drawn))
    looked, kept = [], []
    for job, near in zip(np.sort(drawn).tolist(), wanted, strict=True):
        cell = int(search.cells.of[job])
        weighed = neighbours.searched(search, cell, neighbours.alike_in(search, cell))
        found = neighbours.worth_ranking(search, np.array([job]), weighed)[1]
        looked.append(np.isin(near, weighed).mean() if len(near) else 1.0)
        kept.append(np.isin(near, found).mean() if len(near) else 1.0)
    return float(np.mean(looked)), float(np.mean(kept))


def exact(run: Run, asked: npt.NDArray[np.int64]) -> list[npt.NDArray[np.int64]]:
    """Return of each asked job (a place among all, by id) the places of the ten whose texts are nearest, ties by place."""
    tables = {name: run.store.read(name) for name in TEXT_TABLES}
    jobs = run.store.read("jobs").sort_by("job_id")
    question = vectors(run, tables, jobs.take(pa.array(asked)))
    best = np.full((len(asked), NEIGHBOURS), -1.0)
    place = np.full((len(asked), NEIGHBOURS), -1, dtype=np.int64)
    for start in range(0, jobs.num_rows, _CHUNK):
        likeness = np.round((question @ vectors(run, tables, jobs.slice(start, _CHUNK)).T).toarray(), 6)
        inside = (asked >= start) & (asked < start + likeness.shape[1])
        likeness[np.flatnonzero(inside), asked[inside] - start] = -1.0
        both = np.hstack([best, likeness])
        places = np.hstack([place, np.broadcast_to(np.arange(start, start + likeness.shape[1]), likeness.shape)])
        order = np.argsort(-both, axis=1, kind="stable")[:, :NEIGHBOURS]
        best, place = np.take_along_axis(both, order, 1), np.take_along_axis(places, order, 1)
    return [p[b > 0] for p, b in zip(place, best, strict=True)]


def vectors(run: Run, tables: dict[str, pa.Table], jobs: pa.Table) -> sparse.csr_matrix:
    """Return the body vectors of jobs with all of their words."""
    from pipeline.ranking.arrays import to_sparse
    from pipeline.stages.vectorise import vectorise

    whole = replace(run.settings.vectorise, body_terms=10**6)
    made = vectorise(tables | {"jobs": jobs}, run.night, whole)["vectors"]
    rows = made.filter(pc.equal(made.column("channel"), "body"))
    size = int(pc.sum(pc.equal(tables["fit_terms"].column("channel"), "body")).as_py())
    return to_sparse(rows.column("term_ids"), rows.column("weights"), size)
