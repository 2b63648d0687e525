"""Writes a feed in the layout of a public LinkedIn scrape: Parquet, every column text, line breaks lost."""

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.sample.banks import bank
from pipeline.sample.dice import Dice, digest
from pipeline.sample.feeds import COUNTRY_NAMES, body, is_part_time, place, when
from pipeline.sample.listings import Listing

COLUMNS = (
    "job_id", "title", "company", "location", "posted_date", "worktype", "salary", "job_link", "job_description",
    "applicants", "seniority", "employment_type", "job_function", "industries", "search", "state", "path",
    "commit_date",
)  # fmt: skip
SCHEMA = pa.schema([pa.field(column, pa.string(), nullable=False) for column in COLUMNS])


class LinkedInFeed:
    """The Parquet being written; positions are record numbers."""

    BATCH = 10_000  # rows held back; a row group each

    def __init__(self, path: Path, night: date) -> None:
        self._writer = pq.ParquetWriter(path, SCHEMA, compression="snappy", version="2.6")
        self._night = night
        self._rows: list[dict[str, str]] = []
        self._written = 0

    def add(self, listing: Listing, posted: date) -> int:
        """Keep one record for the next batch and return its number."""
        self._rows.append(_row(listing, posted) | {"commit_date": self._night.isoformat()})
        position = self._written + len(self._rows)
        if len(self._rows) >= self.BATCH:
            self._flush()
        return position

    def close(self) -> None:
        """Write the last batch and finish the file."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(pa.Table.from_pylist(self._rows, schema=SCHEMA))
            self._written += len(self._rows)
            self._rows = []


def _row(listing: Listing, posted: date) -> dict[str, str]:
    vacancy, city = listing.vacancy, listing.place
    dice = Dice("linkedin", listing.number)
    country = COUNTRY_NAMES[city.country]
    state = (city.state or country).lower().replace(" ", "_")
    search = vacancy.occupation.key
    applicants = dice.pick(
        ("Be among the first 25 applicants", "Over 200 applicants", f"{dice.between(25, 199)} applicants")
    )
    return {
        "job_id": listing.source_id,
        "title": listing.title,
        "company": listing.company,
        "location": place(listing, f"{city.name}, {city.region if city.country == 'US' else country}"),
        "posted_date": when(listing, posted, posted.isoformat()),
        "worktype": vacancy.remote.capitalize() or dice.pick(("On-site", "On-site", "")),
        "salary": "",
        "job_link": _link(dice, listing),
        "job_description": body(listing, "glued"),
        "applicants": f"\n            {applicants}\n          ",
        "seniority": vacancy.step.seniority,
        "employment_type": "Part-time" if is_part_time(listing) else "Full-time",
        "job_function": bank("common")["functions"][vacancy.occupation.sector],
        "industries": vacancy.employer.sector.industry,
        "search": search,
        "state": state,
        "path": f"datasets/{search}/{state}.csv",
    }


def _link(dice: Dice, listing: Listing) -> str:
    words = "-".join("".join(c if c.isalnum() else " " for c in listing.title.lower()).split())
    return (
        f"https://linkedin.example/jobs/view/{words}-{listing.source_id}?position={dice.between(1, 60)}&pageNum=0"
        f"&refId={digest('ref', listing.number)}&trackingId={digest('track', listing.number)}"
    )
