"""A small world of jobs written by us, for the stages fit, vectorise, cluster and relate."""

import random
from collections.abc import Mapping
from datetime import date
from typing import Any

import pyarrow as pa

from pipeline.contracts import contract
from pipeline.plan import Night
from pipeline.settings import Settings
from pipeline.stages.cluster import cluster
from pipeline.stages.fit import fit
from pipeline.stages.relate import relate
from pipeline.stages.vectorise import vectorise
from pipeline.text.tokens import short_id

NIGHT = Night(date(2026, 11, 22))
SETTINGS = Settings()

TRADES: dict[str, tuple[list[str], list[str]]] = {
    "nurse": (
        ["night nurse", "ward nurse", "staff nurse paediatrics", "dialysis nurse"],
        [
            "patients",
            "ward",
            "medication",
            "care",
            "vital",
            "signs",
            "wounds",
            "shift",
            "clinic",
            "doctors",
            "charts",
            "hospital",
            "infusion",
        ],
    ),
    "cook": (
        ["line cook", "pastry cook", "sous chef", "breakfast cook"],
        [
            "kitchen",
            "menu",
            "grill",
            "sauces",
            "hygiene",
            "plates",
            "guests",
            "restaurant",
            "knives",
            "stove",
            "dough",
            "oven",
        ],
    ),
    "programmer": (
        ["java developer", "backend developer", "web developer", "software developer"],
        [
            "code",
            "java",
            "spring",
            "services",
            "databases",
            "testing",
            "deployment",
            "git",
            "reviews",
            "kubernetes",
            "interfaces",
            "latency",
        ],
    ),
    "driver": (
        ["truck driver", "delivery driver", "bus driver", "forklift driver"],
        [
            "truck",
            "licence",
            "route",
            "parcels",
            "loading",
            "depot",
            "tachograph",
            "pallets",
            "traffic",
            "vehicle",
            "kilometres",
            "fuel",
        ],
    ),
    "teacher": (
        ["maths teacher", "primary school teacher", "physics teacher", "music teacher"],
        [
            "pupils",
            "lessons",
            "classroom",
            "school",
            "curriculum",
            "homework",
            "exams",
            "parents",
            "grades",
            "learning",
            "timetable",
            "reading",
        ],
    ),
}
ENDINGS = ("", "craft", "work", "hand", "lore", "room")
"""A trade has six times the words, so that two of its texts are alike and not the same."""
PLACES = [("Leeds", 53.80, -1.55), ("York", 53.96, -1.08), ("Bath", 51.38, -2.36), ("Truro", 50.26, -5.05)]


def posting(**given: Any) -> dict[str, Any]:
    """Return a posting's columns; what is not given is a default. `text` is its body."""
    text = given.pop("text", "")
    title = given.get("title", "untitled")
    core = given.get("title_core", title.lower())
    known = {
        "source": "board", "id_basis": "source id", "content_id": short_id("x", title, text), "feed": "feed",
        "title": title, "title_core": core, "title_stem": core, "degrees": [], "employer_key": "", "promoted": False,
        "body_id": short_id("b", text), "body_length": len(text), "is_snippet": False, "provenance": [], "flags": [],
        "versions": 1, "first_seen": NIGHT.run_date, "last_seen": NIGHT.run_date, "_text": text,
    }  # fmt: skip
    return known | given


def world(size: int, seed: int = 7) -> list[dict[str, Any]]:
    """Return `size` postings of five trades, with the trade under `_trade`."""
    rng = random.Random(seed)
    rows = []
    for i in range(size):
        trade = list(TRADES)[i % len(TRADES)]
        titles, stems = TRADES[trade]
        nouns = [stem + ending for stem in stems for ending in ENDINGS]
        city, latitude, longitude = rng.choice(PLACES)
        text = ". ".join(" ".join(rng.choices(nouns, k=8)) for _ in range(4))
        rows.append(
            posting(
                posting_id=f"p{i:05d}", title=rng.choice(titles), employer_key=f"employer {rng.randrange(40)}",
                level=rng.choice([None, "junior", "senior"]), city=city, latitude=latitude, longitude=longitude,
                country="GB", language="en", text=text, _trade=trade,
            )
        )  # fmt: skip
    return rows


def tables(rows: list[dict[str, Any]], families: Mapping[str, list[str]] | None = None) -> dict[str, pa.Table]:
    """Return postings, bodies, jobs (one a posting, `j` + its id) and family_jobs of `rows`, and no phrases."""
    promised = contract("postings").schema
    bodies = {row["body_id"]: row["_text"] for row in rows}
    family = {job: name for name, jobs in (families or {}).items() for job in jobs}
    jobs = [
        {
            "job_id": f"j{row['posting_id']}", "canonical_posting_id": row["posting_id"],
            "family_id": family.get(f"j{row['posting_id']}"), "postings": 1, "places": 1,
            "first_posted_on": row.get("posted_on"), "last_posted_on": row.get("posted_on"), "probability": 1.0,
        }
        for row in rows
    ]  # fmt: skip
    in_families = [
        {"family_id": name, "job_id": job, "degrees": [], "title_score": 90.0, "text_overlap": 0.8}
        for job, name in family.items()
    ]
    return {
        "postings": pa.Table.from_pylist([{n: row.get(n) for n in promised.names} for row in rows], promised),
        "bodies": pa.table({"body_id": list(bodies), "text": list(bodies.values())}, contract("bodies").schema),
        "jobs": pa.Table.from_pylist(jobs, contract("jobs").schema),
        "family_jobs": pa.Table.from_pylist(in_families, contract("family_jobs").schema),
        "fit_phrases": contract("fit_phrases").empty(),
    }


def night(
    made: dict[str, pa.Table], settings: Settings = SETTINGS, fitted: Mapping[str, pa.Table] | None = None
) -> dict[str, pa.Table]:
    """Return `made` with the tables of fit (or those of `fitted`), vectorise, cluster and relate."""
    made = dict(made) | dict(fitted if fitted is not None else fit(made, NIGHT, settings.fit))
    made |= vectorise(made, NIGHT, settings.vectorise)
    made |= {f"yesterday_{name}": contract(name, "mart").empty() for name in ("jobs", "clusters")}
    made |= cluster(made, NIGHT, settings.cluster)
    return made | relate(made, NIGHT, settings.relate)


def boxes(made: Mapping[str, pa.Table]) -> dict[str, list[dict[str, Any]]]:
    """Return the cards of each job's box, in their order."""
    found: dict[str, list[dict[str, Any]]] = {}
    for card in sorted(made["related_jobs"].to_pylist(), key=lambda c: (c["job_id"], c["rank"])):
        found.setdefault(card["job_id"], []).append(card)
    return found


def shuffled(made: Mapping[str, pa.Table], seed: int) -> dict[str, pa.Table]:
    """Return the tables with their rows in another order."""
    rng = random.Random(seed)
    return {n: t.take(pa.array(rng.sample(range(t.num_rows), t.num_rows), pa.int64())) for n, t in made.items()}
