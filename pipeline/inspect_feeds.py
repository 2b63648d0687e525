"""Looking at feeds before they are used: which reader fits and why, and what a night would make of them."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import InputError
from pipeline.ingest import Feed
from pipeline.ingest.files import FeedFile, files_of
from pipeline.ingest.reading import read_file
from pipeline.ingest.registry import head_of, looks, ranked, sniffed
from pipeline.plan import Night
from pipeline.settings import Settings
from pipeline.stages.days import days
from pipeline.stages.normalise import normalise

FIELDS = (
    "title", "employer", "place", "city", "country", "body_length", "posted_on", "valid_through", "employment_type",
    "level_told", "remote", "pay_min", "url", "apply_url", "source_id", "requisition_id", "job_function", "language",
)  # fmt: skip
_ENOUGH = 500  # listings: loading what one needs costs a second or two
_NAMES = {"body_length": "text", "pay_min": "pay", "posted_on": "date", "level_told": "level"}


@dataclass(frozen=True)
class Detected:
    """Which readers fit a file.

    Attributes:
        reader: the one that would read it, None where none fits.
        why: what it was told by, or why none fits.
        others: further readers that fit, with their scores, 0 to 1.
        looks: container and columns.
        records: where the records stand: an element of XML, a path of JSON.
    """

    file: str
    reader: str | None
    score: float
    why: str
    others: tuple[tuple[str, float], ...]
    looks: str
    records: str | None


def detect(feed: Feed, settings: Settings) -> Iterator[Detected]:
    """Yield, for each file of the feed, which reader fits and why.

    Raises:
        InputError: the feed's files are not there.
    """
    for file in files_of(feed, settings.ingest.max_unpacked_ratio):
        try:
            head = head_of(feed, file, settings.ingest)
            found = ranked(head)
            chosen = sniffed(feed, file, settings.ingest)[1].name if found or feed.mapping else None
        except InputError as error:
            yield Detected(file.name, None, 0.0, str(error), (), "", None)
            continue
        where = head.table.path if head.table else None
        if chosen is None:
            yield Detected(file.name, None, 0.0, "no reader fits", (), looks(head), where)
            continue
        fits = {reader.name: fit for reader, fit in found}
        fit = fits.pop(chosen, None)
        why = fit.reason if fit else "it has a mapping"
        others = tuple((name, round(other.score, 2)) for name, other in fits.items())
        yield Detected(file.name, chosen, round(fit.score, 2) if fit else 1.0, why, others, looks(head), where)


@dataclass
class Checked:
    """What a night would make of a file.

    Attributes:
        listings: records, postings and rejects together.
        postings: listings that became postings, repeats of one id counted each time.
        ids: distinct posting ids.
        rejects: how many by reason.
        examples: of each reason the first: where it stands (line or number of the record) and what was wrong.
        filled: postings that have the field, by name.
        flags: what is odd about postings, and how often.
        first: the first postings.
        read_seconds: for reading; normalise_seconds: for understanding.
    """

    file: str
    reader: str = ""
    listings: int = 0
    postings: int = 0
    ids: int = 0
    rejects: Counter[str] = field(default_factory=Counter)
    examples: dict[str, tuple[int, str]] = field(default_factory=dict)
    filled: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    first: list[dict[str, Any]] = field(default_factory=list)
    read_seconds: float = 0.0
    normalise_seconds: float = 0.0

    @property
    def minutes_per_million(self) -> float | None:
        """Minutes that a million such listings take to read and understand, on one core; None for too few to tell."""
        if self.listings < _ENOUGH:
            return None
        return round((self.read_seconds + self.normalise_seconds) / self.listings * 1e6 / 60, 1)

    def share(self, name: str) -> float:
        """Return the share of postings that have the field."""
        return self.filled[name] / self.postings if self.postings else 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return all of it as plain values."""
        return {
            "file": self.file, "reader": self.reader, "listings": self.listings, "postings": self.postings,
            "distinct_ids": self.ids, "rejects": dict(self.rejects.most_common()),
            "examples": {reason: {"position": at, "detail": detail} for reason, (at, detail) in self.examples.items()},
            "filled": {_NAMES.get(name, name): round(self.share(name), 4) for name in FIELDS},
            "flags": dict(self.flags.most_common()), "first": self.first,
            "read_seconds": round(self.read_seconds, 3), "normalise_seconds": round(self.normalise_seconds, 3),
            "minutes_per_million": self.minutes_per_million,
        }  # fmt: skip


def field_names() -> tuple[str, ...]:
    """Return the names of the fields whose fill is counted, as they are shown."""
    return tuple(_NAMES.get(name, name) for name in FIELDS)


def check(feed: Feed, day: date, settings: Settings, first: int = 3) -> Iterator[Checked]:
    """Yield, for each file of the feed, what reading and understanding it gives; nothing is written.

    Args:
        feed: what to look at.
        day: ages such as "3 days ago" count from it.
        settings: as for a night.
        first: postings shown of each file.

    Raises:
        InputError: the feed's files are not there.
    """
    feed = feed.on(day)
    for file in files_of(feed, settings.ingest.max_unpacked_ratio):
        yield _checked(feed, file, Night(day), settings, first)


def _checked(feed: Feed, file: FeedFile, night: Night, settings: Settings, first: int) -> Checked:
    told = Checked(file.name)
    ids: set[str] = set()
    batches = read_file(feed, file, settings.ingest)
    while True:
        began = time.process_time()
        try:
            batch = next(batches, None)
        except InputError as error:
            _note(told, "unreadable file", 0, str(error))
            return told
        told.read_seconds += time.process_time() - began
        if batch is None:
            told.ids = len(ids)
            return told
        listings, rejects = batch
        for reject in rejects.to_pylist():
            _note(told, reject["reason"], reject["position"], reject["detail"])
        if listings.num_rows:
            told.reader = listings["format"][0].as_py()
            began = time.process_time()
            rows = understood(listings, night, settings)
            told.normalise_seconds += time.process_time() - began
            _count(told, rows, ids, first)


def understood(listings: pa.Table, night: Night, settings: Settings) -> pa.Table:
    """Return what a night understands of raw listings: `normalised` and `listing_days`, a row each, in their order."""
    made = normalise({"raw_listings": listings}, night, settings.normalise)["normalised"]
    dated = days({"raw_listings": listings, "normalised": made}, night, settings.days)["listing_days"]
    for name in dated.column_names:
        if name not in ("listing_key", "day_flags"):
            made = made.append_column(name, dated[name])
    both = zip(made["flags"].to_pylist(), dated["day_flags"].to_pylist(), strict=True)
    flags = pa.array([sorted(a + b) for a, b in both], made.schema.field("flags").type)
    return made.set_column(made.schema.get_field_index("flags"), "flags", flags)


def _note(told: Checked, reason: str, position: int, detail: str) -> None:
    told.listings += 1
    told.rejects[reason] += 1
    told.examples.setdefault(reason, (position, detail))


def _count(told: Checked, rows: pa.Table, ids: set[str], first: int) -> None:
    rejected = rows.filter(pc.is_valid(rows["reject_reason"]))
    for row in rejected.select(["reject_reason", "position", "reject_detail"]).to_pylist():
        _note(told, row["reject_reason"], row["position"], row["reject_detail"])
    kept = rows.filter(pc.is_valid(rows["posting_id"]))
    told.listings += kept.num_rows
    told.postings += kept.num_rows
    ids.update(kept["posting_id"].to_pylist())
    for name in FIELDS:
        column = kept[name]
        there = pc.sum(pc.greater(column, 0)).as_py() if name == "body_length" else len(column) - column.null_count
        told.filled[name] += int(there or 0)
    for flags in kept["flags"].to_pylist():
        told.flags.update(flags)
    if len(told.first) < first:
        told.first += kept.slice(0, first - len(told.first)).to_pylist()
