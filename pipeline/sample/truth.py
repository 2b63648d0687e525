"""The truth about every listing, written beside the feeds."""

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.sample.listings import Listing

_COLUMNS: tuple[tuple[str, pa.DataType, str], ...] = (
    ("night", pa.date32(), "Run date of the delivery"),
    ("feed", pa.string(), "Name of the feed in feeds.toml"),
    ("file", pa.string(), "File, relative to the feed's path"),
    ("position", pa.int64(), "Line (text formats) or record number (columnar ones) in the file, from 1"),
    ("source", pa.string(), "Board the listing stands on"),
    ("source_id", pa.string(), "The board's own id, NULL where it has none"),
    ("listing", pa.int64(), "Running number in the world, the same every night"),
    ("plant", pa.string(), "Group it was planted with"),
    ("kind", pa.string(), "original, repost, relocation, variant, agency_copy, near_miss or version"),
    ("note", pa.string(), "Which sort of that kind"),
    ("vacancy_id", pa.string(), "True job: postings of one vacancy are one job"),
    ("family_id", pa.string(), "True variant family, NULL where it has none"),
    ("occupation", pa.string(), "True occupation, the same in every language"),
    ("sector", pa.string(), "Sector of the occupation"),
    ("language", pa.string(), "Language of the text, ISO 639-1"),
    ("level", pa.string(), "Level word of the vacancy, empty for the plain level"),
    ("team", pa.string(), "Team of the vacancy"),
    ("employer", pa.string(), "True employer, also where an agency hides it"),
    ("shown_company", pa.string(), "Employer as delivered"),
    ("title", pa.string(), "Title as delivered"),
    ("city", pa.string(), "True city"),
    ("region", pa.string(), "True region"),
    ("country", pa.string(), "True country, ISO 3166 alpha-2"),
    ("posted", pa.date32(), "True date posted"),
    ("edits", pa.list_(pa.string()), "What was done to the ad on its way"),
    ("dirt", pa.list_(pa.string()), "Dirt it was given"),
    ("reject_reason", pa.string(), "Why it must become a reject, NULL where it must become a posting"),
    ("change", pa.string(), "new, same, edited or returned, against the night before"),
)

SCHEMA = pa.schema([pa.field(name, kind, metadata={"comment": comment}) for name, kind, comment in _COLUMNS])


class Truth:
    """truth/listings.parquet being written; a row a listing, in the order of the world."""

    BATCH = 20_000

    def __init__(self, path: Path, night: date) -> None:
        self._writer = pq.ParquetWriter(path, SCHEMA, compression="snappy", version="2.6")
        self._night = night
        self._rows: list[dict[str, Any]] = []

    def add(self, listing: Listing, position: int, file: str, posted: date) -> None:
        """Add the truth about one listing."""
        vacancy, place = listing.vacancy, listing.place
        self._rows.append({
            "night": self._night, "feed": listing.feed, "file": file, "position": position,
            "source": listing.board, "source_id": listing.source_id or None, "listing": listing.number,
            "plant": listing.plant, "kind": listing.kind, "note": listing.note, "vacancy_id": vacancy.key,
            "family_id": vacancy.family or None, "occupation": vacancy.occupation.key,
            "sector": vacancy.occupation.sector, "language": vacancy.occupation.language,
            "level": vacancy.step.word, "team": vacancy.team, "employer": vacancy.employer.name,
            "shown_company": listing.company, "title": listing.title, "city": place.name, "region": place.region,
            "country": place.country, "posted": posted, "edits": list(listing.edits), "dirt": list(listing.dirt),
            "reject_reason": listing.reject or None, "change": listing.change,
        })  # fmt: skip
        if len(self._rows) >= self.BATCH:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(pa.Table.from_pylist(self._rows, schema=SCHEMA))
            self._rows = []

    def close(self) -> None:
        """Write the last rows and finish the file."""
        self._flush()
        self._writer.close()
