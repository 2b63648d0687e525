"""The way of the data, as data: stages, what each reads and writes, and its grain. Standard library only."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Grain = Literal["feeds", "rows", "whole", "home"]
"""How a stage may be cut into pieces.

feeds: one piece a feed. rows: f(a ++ b) = f(a) ++ f(b) over the rows of the first table it reads, the others are
broadcast. whole: runs once over all of its tables. home: runs once and works on HOME (fits, snapshots) too.
"""


@dataclass(frozen=True)
class Night:
    """What a stage may know about the run besides its tables and settings."""

    run_date: date


@dataclass(frozen=True)
class Need:
    """What a piece of a stage needs of a table: the rows whose `key` stands in `columns` of its rows of the table `of`."""

    key: str
    of: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Stage:
    """One step of a run.

    Attributes:
        name: also the name of its settings section and of its Airflow task.
        group: Airflow task group a reader recognises.
        function: `module:function`, or `sql` where `sql/transforms/<table>.sql` makes each table it writes.
        reads: tables of this run; the first one is the one a `rows` stage is cut along.
        yesterday: tables of the snapshot before, read under the name `yesterday_<table>`; empty on the first night.
        writes: tables it makes.
        gate: suite in expectations/ that its tables must pass before the stage counts as done.
        starts: `night`: the stage follows the one before it. `snapshot`: it needs a published snapshot only, so that an
            orchestrator may run it apart from the night, once the snapshot is there.
        publishes: a new snapshot is current when it is done: an orchestrator tells others.
        ordered: sql/pieces/<name>.sql puts the rows of the first table it reads in the order in which pieces are cut.
        kept: a key that stands in the first table it reads and in all it writes. Of several rows with one key the first is
            worked on; rows of a key that an earlier run of the same making knows are taken over from there.
        told_by: columns that tell a row of the first table it reads, and stand in all it writes. Rows of which an earlier
            run of the same making knows the print are taken over from there; sql/kept/<name>.sql makes the prints, of all
            that a row's outcome hangs on, from the tables it names as the stage reads them.
        mends: those of the tables it writes of which it also reads, under the name `earlier_<table>`, what the newest earlier
            run of the same making wrote; empty where there is none. The other tables
            it writes must be the same with it and without; of what it mends, what those hang on.
        columns: of a wide table, those the stage reads; all of them where it is not named.
        ahead: it may be begun before its turn, as soon as what it reads is written, by a worker at hand, while the stages
            between go on: it works on its tables alone, says nothing to the manifest and has no gate.
        needs: of a table beside the one that is cut, what a piece needs of it, where that is not all of it: an engine may
            leave the other rows out. Each is `of` the first table or of one that stands before it.
        shares: `module:function` that makes, of the tables beside the one that is cut and the stage's settings, what the
            function of a piece takes as `shared` in their place: an engine may make it once for all workers, and gives
            it a mapping of its own, from which it may take what it needs no more.
    """

    name: str
    group: str
    says: str
    function: str
    grain: Grain
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    yesterday: tuple[str, ...] = ()
    gate: str | None = None
    starts: Literal["night", "snapshot"] = "night"
    publishes: bool = False
    ordered: bool = False
    kept: str | None = None
    told_by: tuple[str, ...] = ()
    mends: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    needs: Mapping[str, Need] = field(default_factory=dict, hash=False)
    ahead: bool = False
    shares: str = ""


FIT_TABLES = (
    "fits", "fit_terms", "fit_spaces", "fit_means", "fit_sentences", "fit_phrases", "fit_centroids",
)  # fmt: skip
"""Tables of a fit, as HOME keeps them."""
PHRASES = "fit_phrases"
"""The one of them that pairs are compared by, long before any other is asked for."""
_COMPARED = (
    "posting_id", "body_id", "title", "title_core", "place_names", "requisition_id", "employer_key",
    "text_employer", "posted_on", "language", "is_snippet", "city", "region", "country", "place", "latitude",
    "longitude",
)  # fmt: skip
"""Columns of postings by which pairs are compared."""
_FITTED = ("posting_id", "title_core", "team", "employer_key", "city", "region", "language", "body_id")
"""Columns of postings that a fit is learned from."""
_SHOWN = (
    "posting_id", "title", "title_core", "level", "employer_key", "city", "region", "country", "place", "latitude",
    "longitude", "remote", "language", "pay_min", "pay_max", "pay_period", "pay_currency",
)  # fmt: skip
"""Columns of postings by which a box is filled and its cards are told."""
_OF_SNAPSHOT = (
    "postings", "posting_states", "sightings", "deliveries", "listings", "rejects", "links", "jobs",
    "job_postings", "variant_families", "family_jobs", "lineage", "cuts", "clusters", "job_clusters",
    "related_jobs", "fits",
)  # fmt: skip
"""Tables of which the marts are made."""

PLAN: tuple[Stage, ...] = (
    Stage(
        "ingest",
        "ingest",
        "read the feeds: every record becomes a raw listing or a reject",
        "pipeline.ingest:read",
        "feeds",
        writes=("raw_listings", "raw_rejects"),
    ),
    Stage(
        "normalise",
        "ingest",
        "clean text, title, employer, place and pay of each listing",
        "pipeline.stages.normalise:normalise",
        "rows",
        reads=("raw_listings",),
        writes=("normalised", "normalised_bodies"),
        ordered=True,
        kept="listing_key",
    ),
    Stage(
        "days",
        "ingest",
        "resolve the day each listing was posted and the day it closes",
        "pipeline.stages.days:days",
        "whole",
        reads=("raw_listings", "normalised"),
        writes=("listing_days",),
        columns={
            "raw_listings": ("feed", "file", "position", "listing_key", "date_posted", "valid_through", "crawled_on"),
            "normalised": ("listing_key", "country"),
        },
    ),
    Stage(
        "deliveries",
        "ingest",
        "hold what each feed brought against what it brought before; a feed that broke off is held back",
        "pipeline.deliveries:deliveries",
        "home",
        reads=("listing_days", "normalised", "raw_rejects"),
        writes=("deliveries",),
    ),
    Stage(
        "settle",
        "ingest",
        "one posting per id: the fullest record wins; what did not come stays open or is closed",
        "sql",
        "whole",
        reads=("listing_days", "normalised", "normalised_bodies", "raw_listings", "raw_rejects", "deliveries"),
        yesterday=("postings", "posting_states", "sightings", "bodies"),
        writes=("listings", "sightings", "postings", "posting_states", "bodies", "rejects"),
        gate="postings",
    ),
    Stage(
        "unchanged",
        "ingest",
        "see whether anything changed since the night before: where nothing did, its snapshot stays and the run ends here",
        "pipeline.unchanged:unchanged",
        "home",
        reads=("postings", "posting_states", "sightings", "listings", "rejects", "deliveries"),
        yesterday=("postings", "posting_states", "sightings", "listings", "rejects", "jobs", "clusters", "fits"),
    ),
    Stage(
        "shingles",
        "deduplicate",
        "take a sample of the word runs of each text, by which texts are looked up",
        "pipeline.stages.shingles:shingles",
        "rows",
        reads=("bodies",),
        writes=("shingles",),
        kept="body_id",
    ),
    Stage(
        "block",
        "deduplicate",
        "find the pairs of postings worth comparing",
        "pipeline.stages.block:block",
        "whole",
        reads=("postings", "shingles"),
        writes=("candidates", "block_metrics"),
    ),
    Stage(
        "phrases",
        "deduplicate",
        "count how common words and phrases are, where the fit at hand is too old to tell",
        "pipeline.fits:phrases",
        "home",
        reads=("postings", "bodies"),
        writes=(PHRASES,),
        ahead=True,
        columns={"postings": ("title_core", "body_id")},
    ),
    Stage(
        "link",
        "deduplicate",
        "compare each pair and decide: repost, relocation, variant or none",
        "pipeline.stages.link:link",
        "rows",
        reads=("candidates", "postings", "bodies", PHRASES),
        writes=("first_links",),
        told_by=("posting_id_a", "posting_id_b"),
        columns={"postings": _COMPARED},
        needs={
            "postings": Need("posting_id", "candidates", ("posting_id_a", "posting_id_b")),
            "bodies": Need("body_id", "postings", ("body_id",)),
        },
    ),
    Stage(
        "bridge",
        "deduplicate",
        "compare what links call for: members of one group with those that could stand for it",
        "pipeline.stages.bridge:bridge",
        "whole",
        reads=("first_links", "candidates", "postings", "bodies", PHRASES),
        writes=("links", "bridged"),
        gate="links",
    ),
    Stage(
        "overrides",
        "deduplicate",
        "read what people decided about pairs (HOME/overrides.csv)",
        "pipeline.overrides:overrides",
        "home",
        writes=("overrides",),
    ),
    Stage(
        "group",
        "deduplicate",
        "join postings to jobs and jobs to variant families, every member checked against the canonical",
        "pipeline.stages.group:group",
        "whole",
        reads=("postings", "links", "candidates", "bridged", "overrides"),
        yesterday=("job_postings", "posting_states", "family_jobs", "variant_families"),
        writes=("jobs", "job_postings", "variant_families", "family_jobs", "lineage", "cuts"),
    ),
    Stage(
        "fit",
        "cluster",
        "learn vocabulary, weights and cluster centres, where the fit at hand is too old",
        "pipeline.fits:fit",
        "home",
        reads=("postings", "bodies", PHRASES),
        yesterday=("jobs", "job_postings"),
        writes=tuple(t for t in FIT_TABLES if t != PHRASES),
        ahead=True,
        columns={"postings": _FITTED},
    ),
    Stage(
        "vectorise",
        "cluster",
        "weigh the terms of each job (TF-IDF)",
        "pipeline.stages.vectorise:vectorise",
        "rows",
        reads=("jobs", "postings", "bodies", "fit_terms", "fit_spaces", "fit_means", "fit_sentences"),
        writes=("vectors",),
        told_by=("job_id",),
        columns={"postings": ("posting_id", "title_core", "team", "language", "body_id")},
        needs={
            "postings": Need("posting_id", "jobs", ("canonical_posting_id",)),
            "bodies": Need("body_id", "postings", ("body_id",)),
        },
    ),
    Stage(
        "cluster",
        "cluster",
        "put each job to the nearest centre of the fit",
        "pipeline.stages.cluster:cluster",
        "whole",
        reads=("vectors", "jobs", "postings", "fit_centroids"),
        yesterday=("jobs", "clusters"),
        writes=("job_clusters", "clusters"),
    ),
    Stage(
        "relate",
        "relate",
        "search neighbours, re-rank, diversify, and say why",
        "pipeline.stages.relate:relate",
        "rows",
        reads=("clusters", "vectors", "jobs", "postings", "job_clusters", "family_jobs", "fit_terms", "fits"),
        writes=("related_jobs", "word_neighbours"),
        mends=("word_neighbours",),
        columns={"postings": _SHOWN},
        shares="pipeline.stages.relate:prepared",
    ),
    Stage(
        "audit",
        "publish",
        "build the snapshot aside and check its marts",
        "pipeline.publish:build",
        "home",
        reads=_OF_SNAPSHOT,
        gate="marts",
    ),
    Stage(
        "publish",
        "publish",
        "make the checked snapshot current by one rename",
        "pipeline.publish:publish",
        "home",
        publishes=True,
    ),
    Stage("report", "publish", "write the run's report", "pipeline.report:report", "home", starts="snapshot"),
)


UNCHANGED = "unchanged"
SKIPPED = frozenset(s.name for s in PLAN[[s.name for s in PLAN].index(UNCHANGED) + 1 :] if s.starts == "night")
"""Stages that a night in which nothing changed has no use for."""


def stage(name: str) -> Stage:
    """Return the stage called `name`.

    Raises:
        KeyError: there is none.
    """
    for one in PLAN:
        if one.name == name:
            return one
    raise KeyError(f"no stage {name!r}: the plan has {', '.join(s.name for s in PLAN)}")


def groups(stages: Iterable[Stage] = PLAN) -> Iterator[tuple[str, tuple[Stage, ...]]]:
    """Yield each task group of `stages` with its stages, in their order."""
    stages = tuple(stages)
    for name in dict.fromkeys(s.group for s in stages):
        yield name, tuple(s for s in stages if s.group == name)


def started_by(what: Literal["night", "snapshot"]) -> tuple[Stage, ...]:
    """Return the stages of the night itself, or those that need its snapshot only, in the order of the plan."""
    return tuple(s for s in PLAN if s.starts == what)


def producer(table: str) -> Stage:
    """Return the stage that writes `table`.

    Raises:
        KeyError: no stage writes it.
    """
    for one in PLAN:
        if table in one.writes:
            return one
    raise KeyError(f"no stage writes {table!r}")


def ready(done: Stage) -> tuple[Stage, ...]:
    """Return the stages after the one that follows `done` which may be begun ahead: all they read is written by then.

    None that a night without change has no use for, before it is known whether this is one.
    """
    at = PLAN.index(done) + 1
    before, written = {one.name for one in PLAN[:at]}, {table for one in PLAN[:at] for table in one.writes}
    ahead = (one for one in PLAN[at + 1 :] if one.ahead and (UNCHANGED in before or one.name not in SKIPPED))
    return tuple(one for one in ahead if written.issuperset(one.reads))


def towards(*names: str) -> tuple[Stage, ...]:
    """Return the stages called `names` and those they need, in the order of the plan."""
    needed = set(names)
    for one in reversed(PLAN):
        if one.name in needed:
            needed |= {producer(table).name for table in one.reads}
    return tuple(one for one in PLAN if one.name in needed)


def mermaid() -> str:
    """Return the plan as a Mermaid flow chart: stages in their groups, tables on the arrows."""
    lines = ["flowchart LR"]
    for name, stages in groups():
        lines.append(f"  subgraph {name}_group[{name}]")
        lines += [f'    {s.name}["{s.name}<br/>{s.grain}"]' for s in stages]
        lines.append("  end")
    arrows: dict[tuple[str, str], list[str]] = {}
    for s in PLAN:
        for table in s.reads:
            arrows.setdefault((producer(table).name, s.name), []).append(table)
    lines += [f"  {a} -->|{', '.join(tables)}| {b}" for (a, b), tables in arrows.items()]
    lines += ["  audit --> publish --> report"]
    return "\n".join(lines) + "\n"
