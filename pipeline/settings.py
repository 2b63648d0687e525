"""Settings: a frozen dataclass per stage; every threshold has one name, one unit, one home; one TOML overrides."""

import tomllib
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError

ENGINES = ("local", "spark")


@dataclass(frozen=True)
class RunSettings:
    """Where stages are worked on. The engine is no part of a run's identity: tables are the same from each (law 1)."""

    engine: str = field(default="local", repr=False)  # local, or spark: stages of grain rows run there
    master: str = field(default="local[*]", repr=False)  # of Spark: local[2], spark://host:7077, yarn, k8s://...
    broadcast_mb: int = field(default=256, repr=False)  # a larger table (MB of its files) is joined to pieces by Spark
    workers: int = 2  # processes for stages of grain rows
    batch_rows: int = 4_000  # rows of one piece
    duckdb_memory: str = "4GB"  # DuckDB spills beyond it
    keep_snapshots: int = 14  # snapshots kept besides the current one, and the run tables of each

    def __post_init__(self) -> None:
        """Raise a UsageError where there is no such engine."""
        if self.engine not in ENGINES:
            raise UsageError(f"[run] engine = {self.engine!r}: {' or '.join(ENGINES)} is wanted")


@dataclass(frozen=True)
class IngestSettings:
    """Bounds on what a feed may ask of us."""

    max_record_bytes: int = 4_000_000  # a longer record is rejected
    max_record_lines: int = 5_000  # a CSV record of more lines is taken for a broken quote
    batch_rows: int = 4_000  # listings handed on at a time
    batch_bytes: int = 8_000_000  # of text, after which a batch is handed on before it is full
    sniff_bytes: int = 262_144  # of a file looked at to find its reader
    max_unpacked_ratio: int = 100  # bytes that one byte of a packed file may stand for; beyond 32 MB more is a bomb


@dataclass(frozen=True)
class NormaliseSettings:
    """How listings are understood."""

    default_country: str | None = None  # ISO 3166 alpha-2, for places that tell none


@dataclass(frozen=True)
class DaysSettings:
    """How days are understood."""

    future_days: int = 2  # days after the run date (or the crawl) beyond which a posting date is nonsense


@dataclass(frozen=True)
class DeliveriesSettings:
    """When a feed that shrinks is taken for a crawl that broke off, and held back: what it does not bring stays."""

    shrink_band: float = 0.5  # share of the ids of its last accepted delivery below which a full delivery is held back,
    shrink_least: int = 5  # where at least so many ids fewer came, or none
    shrink_agree: int = 3  # deliveries in a row that agree on what is left are a lasting shrink, and accepted


@dataclass(frozen=True)
class SettleSettings:
    """How repeats of one id are settled, and how long a posting lives."""

    close_past_deadline: bool = True  # a posting closes after its last day (valid_through), though a feed brings it
    remember_days: int = 180  # days closed postings (they find their job again) and deliveries are remembered


@dataclass(frozen=True)
class UnchangedSettings:
    """What becomes of a night in which nothing changed."""

    stays: bool = True  # the snapshot of the night before stays; false: such a night publishes one of its own


@dataclass(frozen=True)
class FitSettings:
    """What is learned, and how often."""

    max_age_days: int = 7  # a fit older than this is made anew
    max_documents: int = 24_000  # different ads it is learned on; of more, a sample by hash of the id
    space_documents: int = 12_000  # of these, texts that spaces are decomposed from
    title_terms: int = 50_000  # words of titles kept
    character_terms: int = 100_000  # character grams of titles kept
    body_terms: int = 30_000  # words of texts kept
    word_terms: int = 20_000  # words whose neighbours in the texts tell what they mean
    phrases: int = 20_000  # pairs of title words kept as terms of their own
    common_titles: int = 2  # a sentence that stands under so many title cores tells of no one role
    max_document_share: float = 0.4  # a word of more than this share of the texts says nothing
    words: int = 150  # dimensions of the space of words, where the corpus carries them; so of the others
    topics: int = 200  # dimensions of the space of topics
    roles: int = 150  # dimensions of the space of roles
    documents_per_cluster: int = 8  # a cluster has so many documents on average, or more
    max_clusters: int = 3_000  # clusters at most


@dataclass(frozen=True)
class PhrasesSettings:
    """The words and phrases whose commonness is counted."""

    documents: int = 100_000  # different ads they are counted on; of more, a sample of title cores by hash
    most: int = 1_000_000  # words, and as many phrases of three, written down at most


@dataclass(frozen=True)
class ShinglesSettings:
    """The sample of shingles that a text is looked up by."""

    batch_rows: int = 100_000  # texts of one piece
    least_rows: int = 5_000  # texts of a piece, where so many must be shared among the workers
    sample_one_in: int = 16  # shingles a text is looked up by: one in so many
    beginning_words: int = 60  # the beginning, all that a snippet shows, is sampled more densely
    sample_beginning_one_in: int = 2  # shingles of the beginning a text is looked up by: one in so many


@dataclass(frozen=True)
class BlockSettings:
    """Which pairs are compared. Limits bound the pairs of a block: a larger one is split by a further key."""

    block_limit: int = 32  # postings of a block whose pairs are all taken
    phrase_limit: int = 24  # postings that may share a sampled shingle; more: only those that share the title too
    near_text_limit: int = 128  # postings of one template whose pairs are all taken; more: those of one title too
    near_text: float = 0.6  # share of their sketches from which two texts are nearly the same
    place_limit: int = 10  # postings of one title in one place whose pairs are all taken
    title_limit: int = 6  # postings with one whole title whose pairs are all taken
    neighbours: int = 4  # next postings each is paired with in a block that no key splits
    near_titles: int = 5  # next titles of an employer each is compared with, by first and by last words
    near_title_score: float = 60.0  # 0-100: RapidFuzz token set ratio of title cores
    least_shared: int = 2  # sampled shingles a pair must share
    least_share: float = 0.08  # of the smaller sample
    partners: int = 14  # strongest partners of a posting, within its employer and beyond it
    group_share: float = 0.5  # postings that share so much of the smaller sample probably are one group
    employer_groups: tuple[tuple[str, ...], ...] = ()  # taken from [group]


@dataclass(frozen=True)
class LinkSettings:
    """What makes two postings the same ad."""

    batch_rows: int = 50_000  # pairs of one piece; each piece cuts the texts of its postings anew
    least_rows: int = 15_000  # pairs of a piece, where so many must be shared among the workers
    same_ad: float = 0.6  # probability from which on a pair is the same ad; lower merges more variants
    employer_groups: tuple[tuple[str, ...], ...] = ()  # taken from [group]


@dataclass(frozen=True)
class BridgeSettings:
    """How components of links are completed."""

    hubs: int = 3  # postings of a component that could stand for its groups: all of its members are compared with them
    rounds: int = 2  # links found may join components, which are completed in the next round
    same_ad: float = 0.0  # taken from [link]
    employer_groups: tuple[tuple[str, ...], ...] = ()  # taken from [group]


@dataclass(frozen=True)
class OverridesSettings:
    """How decisions of people are read."""


@dataclass(frozen=True)
class GroupSettings:
    """How links become jobs and families."""

    employer_groups: tuple[tuple[str, ...], ...] = (("tiktok", "bytedance"),)  # employer keys that count as one
    aggregator_employers: int = 3  # employers whose ads one reposts, beyond those that bigger aggregators explain
    fuller_step: float = 1.25  # a text is fuller than another when it is about so many times as long
    against_unlinked: float = 0.5  # what a pair that was compared and not linked weighs against one job (a link: its p)
    stock_employers: int = 5  # employers whose ads share one text, for no one place: from so many on it is a stock text
    family_core_score: float = 70.0  # 0-100: title cores of a family's jobs agree with its canonical job's so much
    family_text_overlap: float = 0.35  # texts of a family's jobs agree with its canonical job's so much,
    family_far_text_overlap: float = 0.5  # so much where their title cores are not the same,
    family_house_text_overlap: float = 0.7  # and so much under an aggregator, whose own phrases stand in all its ads


@dataclass(frozen=True)
class VectoriseSettings:
    """How a job becomes a vector."""

    body_terms: int = 300  # words of a text kept with it, the strongest
    dense_model: str = ""  # path of a local embedding model (words, model2vec, sentence-transformers)
    enough_words: int = 40  # different known words from which on a text stands for itself; with fewer the title counts


@dataclass(frozen=True)
class ClusterSettings:
    """How jobs are put to clusters."""

    outlier_distance: float = 0.75  # one less the cosine with the centre; farther is an outlier
    stay: float = 0.3  # a job leaves its cluster of yesterday where the cosine with another centre is higher by so much


@dataclass(frozen=True)
class RelateSettings:
    """What a box shows."""

    limit: int = 10  # cards of a box
    max_per_employer: int = 2  # cards of one employer in a box
    batch_rows: int = 16  # clusters of one piece
    cell_jobs: int = 128  # jobs searched together at most: larger clusters are parted, to cost the same at any size
    probes: int = 16  # such cells that each is held against, the nearest: seconds grow with it, and with cell_jobs
    both_candidates: int = 75  # jobs among all that each finds, for its whole cell, by text and title at once
    text_candidates: int = 50  # the same by text alone; and so many are ranked for a box by text alone
    candidates: int = 80  # jobs ranked for a box: the likeliest of its cells and of what its cell found among all
    telling_share: float = 0.9  # share of the squared weights of a text, or title, that is looked for: telling words
    text_budget: int = 250_000  # postings to which the words of a text may lead: seconds grow with it
    title_budget: int = 60_000  # the same, of its title
    text_term_jobs: int = 8_000  # jobs that are found by one term of their texts, those in which it weighs most
    title_term_jobs: int = 4_000  # the same, of titles
    same_text: float = 0.85  # cosine of two texts, less common sentences, from which they are one ad under any title
    same_title_text: float = 0.5  # the same, where title, level and employer agree,
    same_unnamed_text: float = 0.7  # where neither names an employer,
    same_place_text: float = 0.3  # and where level, city and a title that hardly any other ad has agree
    min_score: float = 0.1  # a neighbour below it is none: the box is filled from the cluster instead
    level_gap: float = 3.0  # two stated levels so many ranks apart are no neighbours: intern 0, senior 3.5, director 6
    dense_share: float = 0.3  # share of the score that is the cosine by vectorise.dense_model, where there is one
    other_language: float = 0.5  # share of its score that an ad in another language keeps
    near_km: float = 50.0  # a job no farther than this is near
    near_bonus: float = 0.02  # added to the score of a job that is near, or remote like the one being read
    fresh_days: int = 7  # an ad posted in the last days is fresh
    fresh_bonus: float = 0.01  # added to the score of a fresh ad
    better_pay: float = 1.1  # pay of at least this many times that of the job being read is better pay


@dataclass(frozen=True)
class AuditSettings:
    """How the gates work."""

    examples: int = 3  # rows shown for a broken rule
    few_cards: int = 5  # a box with fewer is a poor one
    band_nights: int = 14  # nights before, whose mean and spread are the band of a figure
    band_least: int = 7  # nights before without which there is no band
    band_width: float = 3.0  # standard deviations from the mean, beyond which a figure is told (warning)
    band_least_share: float = 0.05  # a share within so much of the mean is never told
    stop_width: float = 8.0  # standard deviations beyond which a figure that tells of damage stops the night (critical)
    stop_least_share: float = 0.35  # a share within so much of the mean never stops it


@dataclass(frozen=True)
class PublishSettings:
    """What a snapshot carries."""

    body_characters: int = 0  # characters of each text in mart.bodies; 0 leaves texts out, -1 carries them whole
    gone_days: int = 30  # days a job or posting that left the feeds is remembered (mart.gone_jobs, mart.gone_postings)
    feed_shard_kilobytes: int = 64  # a shard of the feed is at most so large, gzipped (1 kilobyte = 1000 bytes)
    feed_job_files: bool = False  # a file a job, feed/jobs/<job_id>.json, instead of boxes in shards
    feed_grace_days: int = 3  # days files of an earlier feed stay, for pages in flight
    feed_family_jobs: int = 50  # openings of a variant family that a card unfolds, newest first
    feed_newest: int = 12  # newest jobs told of a cluster, for a job that is gone, and overall, for an unknown id
    feed_brotli: bool = False  # .br beside .gz; needs related-jobs[brotli]


@dataclass(frozen=True)
class ReportSettings:
    """What the report shows."""

    boxes: int = 10  # boxes shown


@dataclass(frozen=True)
class Settings:
    """All settings of a run, a section a stage."""

    run: RunSettings = field(default_factory=RunSettings)
    ingest: IngestSettings = field(default_factory=IngestSettings)
    normalise: NormaliseSettings = field(default_factory=NormaliseSettings)
    days: DaysSettings = field(default_factory=DaysSettings)
    deliveries: DeliveriesSettings = field(default_factory=DeliveriesSettings)
    settle: SettleSettings = field(default_factory=SettleSettings)
    unchanged: UnchangedSettings = field(default_factory=UnchangedSettings)
    phrases: PhrasesSettings = field(default_factory=PhrasesSettings)
    shingles: ShinglesSettings = field(default_factory=ShinglesSettings)
    block: BlockSettings = field(default_factory=BlockSettings)
    link: LinkSettings = field(default_factory=LinkSettings)
    bridge: BridgeSettings = field(default_factory=BridgeSettings)
    overrides: OverridesSettings = field(default_factory=OverridesSettings)
    group: GroupSettings = field(default_factory=GroupSettings)
    fit: FitSettings = field(default_factory=FitSettings)
    vectorise: VectoriseSettings = field(default_factory=VectoriseSettings)
    cluster: ClusterSettings = field(default_factory=ClusterSettings)
    relate: RelateSettings = field(default_factory=RelateSettings)
    audit: AuditSettings = field(default_factory=AuditSettings)
    publish: PublishSettings = field(default_factory=PublishSettings)
    report: ReportSettings = field(default_factory=ReportSettings)

    def __post_init__(self) -> None:
        """Give block, link and bridge the employer groups, whose one home is [group], and bridge the threshold of [link]."""
        for name in ("block", "link", "bridge"):
            section = replace(getattr(self, name), employer_groups=self.group.employer_groups)
            object.__setattr__(self, name, section)
        object.__setattr__(self, "bridge", replace(self.bridge, same_ad=self.link.same_ad))

    def as_dict(self) -> dict[str, Any]:
        """Return the settings as plain values, for the manifest."""
        return asdict(self)


def load(path: Path | None) -> Settings:
    """Return the defaults, overridden by the TOML file at `path` where there is one.

    Raises:
        UsageError: names the file, the section or the key that is not known, and what is.
    """
    if path is None or not path.is_file():
        return Settings()
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not valid TOML ({error}); correct it or remove it") from error
    return override(given, str(path))


def override(given: dict[str, Any], where: str) -> Settings:
    """Return the defaults, overridden by the sections of `given`, which came from `where`.

    Raises:
        UsageError: a section or key is not known, or a value is of another type.
    """
    settings = Settings()
    sections = {f.name for f in fields(settings)}
    for name, values in given.items():
        if name not in sections or not isinstance(values, dict):
            raise UsageError(f"{where}: no section [{name}]; there are {', '.join(sorted(sections))}")
        section = getattr(settings, name)
        known = {f.name: getattr(section, f.name) for f in fields(section)}
        fitting = {}
        for key, value in values.items():
            if key not in known:
                raise UsageError(f"{where}: [{name}] has no {key!r}; it has {', '.join(sorted(known)) or 'no keys'}")
            fitting[key] = _fitting(value, known[key], f"{where}: [{name}] {key}")
        settings = replace(settings, **{name: replace(section, **fitting)})
    return settings


def _fitting(value: Any, default: Any, where: str) -> Any:
    """Return `value` as the type of `default`, lists as tuples."""
    if isinstance(value, list):
        value = tuple(tuple(v) if isinstance(v, list) else v for v in value)
    if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if value is None and default is None:
        return None
    if default is not None and type(value) is not type(default):
        raise UsageError(f"{where} = {value!r}: {type(default).__name__} is wanted, as in {default!r}")
    return value
