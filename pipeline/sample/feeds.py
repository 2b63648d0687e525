"""The sample's feed files: each writer takes listings one by one and says at which position each one came to stand."""

import csv
import gzip
import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.sample.banks import bank
from pipeline.sample.dice import Dice, digest
from pipeline.sample.documents import Markup, render
from pipeline.sample.listings import Listing
from pipeline.sample.vacancies import Pay, amount

COUNTRY_NAMES = {"US": "United States", "GB": "United Kingdom", "NL": "Netherlands", "DE": "Germany", "FR": "France"}


class Feed(Protocol):
    """A feed file being written."""

    def add(self, listing: Listing, posted: date) -> int:
        """Write the listing and return its position: line or record number, from 1."""

    def close(self) -> None:
        """Finish the file."""


def body(listing: Listing, markup: Markup) -> str:
    """Return the text of the listing, cut where it is a cut copy."""
    text = render(listing.document, markup)
    if listing.cut == 1.0:
        return text
    kept = text[: int(len(text) * listing.cut)]
    return f"{kept[: kept.rfind(' ')]}..."


def when(listing: Listing, posted: date, clean: str) -> str:
    """Return the date as delivered: `clean`, nothing, or one that no calendar has."""
    if "broken date" not in listing.dirt:
        return clean
    return Dice("date", listing.number).pick(("2025-02-30", "0000-00-00", "soon", f"{posted:%d}/{posted:%Y}/13"))


def _place(listing: Listing, text: str) -> str:
    return "" if "missing place" in listing.dirt else text


JOBSPY_COLUMNS = (
    "id", "site", "job_url", "job_url_direct", "title", "company", "location", "job_type", "date_posted",
    "salary_source", "interval", "min_amount", "max_amount", "currency", "is_remote", "job_level", "job_function",
    "company_industry", "listing_type", "emails", "description", "company_url", "company_num_employees", "search_term", "lang",
)  # fmt: skip


class JobSpyFeed:
    """A JobSpy CSV, compressed; positions are the lines on which records begin, the header is line 1."""

    def __init__(self, path: Path, night: date) -> None:
        self._raw = path.open("wb")
        self._gz = gzip.GzipFile(filename="", mode="wb", fileobj=self._raw, compresslevel=6, mtime=0)
        self._text = io.TextIOWrapper(self._gz, encoding="utf-8", newline="")
        self._csv = csv.writer(self._text, lineterminator="\n")
        self._csv.writerow(JOBSPY_COLUMNS)
        self._line = 2

    def add(self, listing: Listing, posted: date) -> int:
        """Write one record and return its first line."""
        position = self._line
        row = self._row(listing, posted)
        if "short record" in listing.dirt:
            row = {column: row[column] for column in JOBSPY_COLUMNS[:4]}
            self._csv.writerow(row.values())
        else:
            self._csv.writerow([row.get(column, "") for column in JOBSPY_COLUMNS])
        self._line += 1 + sum(value.count("\n") for value in row.values())
        return position

    def _row(self, listing: Listing, posted: date) -> dict[str, str]:
        vacancy, place, pay = listing.vacancy, listing.place, listing.pay
        site, job = listing.board, listing.source_id
        return {
            "id": job, "site": site, "job_url": f"https://{site}.example/viewjob?jk={job}",
            "job_url_direct": _apply_url(listing), "title": listing.title, "company": listing.company,
            "location": _place(listing, f"{place.name}, {place.region}, {place.country}"),
            "job_type": vacancy.job_type, "date_posted": when(listing, posted, "" if site == "zip_recruiter" and listing.number % 3 == 0 else posted.isoformat()),
            **(_jobspy_pay(pay) if pay else {}), "is_remote": str(vacancy.remote == "remote"),
            "job_level": vacancy.step.seniority.lower() if site == "glassdoor" else "",
            "company_industry": vacancy.employer.sector.industry, "listing_type": "organic" if site == "glassdoor" else "",
            "description": body(listing, "markdown"), "search_term": vacancy.occupation.titles[0].lower(),
            "lang": vacancy.occupation.language,
        }  # fmt: skip

    def close(self) -> None:
        """Finish the file."""
        self._text.flush()
        self._text.detach()
        self._gz.close()
        self._raw.close()


def _apply_url(listing: Listing) -> str:
    if listing.kind == "agency_copy" or listing.number % 4:
        return ""
    slug = "".join(c for c in listing.vacancy.employer.name.lower() if c.isalnum() and c.isascii())
    return f"https://careers.{slug}.example/jobs/{listing.vacancy.requisition}"


def _jobspy_pay(pay: Pay) -> dict[str, str]:
    names = {"year": "yearly", "month": "monthly", "hour": "hourly"}
    return {"salary_source": "direct_data", "interval": names[pay.period], "min_amount": str(pay.low),
            "max_amount": str(pay.high), "currency": pay.currency}  # fmt: skip


LINKEDIN_COLUMNS = (
    "job_id", "title", "company", "location", "posted_date", "worktype", "salary", "job_link", "job_description",
    "applicants", "seniority", "employment_type", "job_function", "industries", "search", "state", "path", "commit_date",
)  # fmt: skip


class LinkedInFeed:
    """A Parquet in the layout of a public LinkedIn scrape; positions are record numbers."""

    BATCH = 10_000

    def __init__(self, path: Path, night: date) -> None:
        self._schema = pa.schema([pa.field(c, pa.string(), nullable=False) for c in LINKEDIN_COLUMNS])
        self._writer = pq.ParquetWriter(path, self._schema, compression="snappy", version="2.6")
        self._night = night
        self._rows: list[dict[str, str]] = []
        self._written = 0

    def add(self, listing: Listing, posted: date) -> int:
        """Keep one record for the next batch and return its number."""
        self._rows.append(self._row(listing, posted))
        position = self._written + len(self._rows)
        if len(self._rows) >= self.BATCH:
            self._flush()
        return position

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
            self._written += len(self._rows)
            self._rows = []

    def _row(self, listing: Listing, posted: date) -> dict[str, str]:
        vacancy, place = listing.vacancy, listing.place
        dice = Dice("linkedin", listing.number)
        words = "-".join("".join(c if c.isalnum() else " " for c in listing.title.lower()).split())
        state = (place.state or COUNTRY_NAMES[place.country]).lower().replace(" ", "_")
        search = vacancy.occupation.key
        applicants = dice.pick(("Be among the first 25 applicants", "Over 200 applicants", f"{dice.between(25, 199)} applicants"))
        where = f"{place.name}, {place.region}" if place.country == "US" else f"{place.name}, {COUNTRY_NAMES[place.country]}"
        return {
            "job_id": listing.source_id, "title": listing.title, "company": listing.company,
            "location": _place(listing, where), "posted_date": when(listing, posted, posted.isoformat()),
            "worktype": {"remote": "Remote", "hybrid": "Hybrid", "": dice.pick(("On-site", "On-site", ""))}[vacancy.remote],
            "salary": "", "job_link": f"https://linkedin.example/jobs/view/{words}-{listing.source_id}?position={dice.between(1, 60)}"
            f"&pageNum=0&refId={digest('ref', listing.number)}&trackingId={digest('track', listing.number)}",
            "job_description": body(listing, "glued"), "applicants": f"\n            {applicants}\n          ",
            "seniority": vacancy.step.seniority, "employment_type": "Part-time" if vacancy.job_type == "parttime" else "Full-time",
            "job_function": bank("common")["functions"][vacancy.occupation.sector], "industries": vacancy.employer.sector.industry,
            "search": search, "state": state, "path": f"datasets/{search}/{state}.csv", "commit_date": self._night.isoformat(),
        }  # fmt: skip

    def close(self) -> None:
        """Write the last batch and finish the file."""
        self._flush()
        self._writer.close()


class OpenRosterFeed:
    """NDJSON of an invented job board with HTML texts and dates of three kinds; positions are lines."""

    def __init__(self, path: Path, night: date) -> None:
        self._file = path.open("w", encoding="utf-8", newline="\n")
        self._night = night
        self._line = 0

    def add(self, listing: Listing, posted: date) -> int:
        """Write one line and return its number."""
        line = json.dumps(self._record(listing, posted), ensure_ascii=False)
        if "torn record" in listing.dirt:
            line = line[: len(line) * 2 // 3]
        elif "not an object" in listing.dirt:
            line = json.dumps(listing.title)
        self._file.write(f"{line}\n")
        self._line += 1
        return self._line

    def _record(self, listing: Listing, posted: date) -> dict[str, Any]:
        vacancy, place = listing.vacancy, listing.place
        record: dict[str, Any] = {
            "ref": listing.source_id, "jobTitle": listing.title, "organisation": {"name": listing.company} if listing.company else None,
            "jobLocation": _place(listing, f"{place.name}, {place.state or place.region}, {COUNTRY_NAMES[place.country]}"),
            "postedOn": when(listing, posted, self._posted(listing, posted)),
            "contract": "Part-time" if vacancy.job_type == "parttime" else "Full-time", "workplace": vacancy.remote or "on site",
            "jobUrl": f"https://openroster.example/jobs/{listing.source_id}", "applyUrl": _apply_url(listing) or None,
            "requisition": vacancy.requisition if listing.kind != "agency_copy" else None,
            "bodyHtml": body(listing, "html"), "lang": vacancy.occupation.language,
        }  # fmt: skip
        if listing.pay:
            pay = listing.pay
            record["salary"] = f"{amount(pay.low, pay)} - {amount(pay.high, pay)} per {pay.period}"
        return record

    def _posted(self, listing: Listing, posted: date) -> str:
        """Return an ISO date, epoch milliseconds, or the age a visitor reads; one kind for each listing, every night."""
        kind = listing.number % 5
        if kind < 2:
            return posted.isoformat()
        if kind == 2:
            return str((posted - date(1970, 1, 1)) // timedelta(milliseconds=1))
        age = (self._night - posted).days
        if age >= 30:
            return "30+ days ago"
        return "today" if age <= 0 else "yesterday" if age == 1 else f"{age} days ago"

    def close(self) -> None:
        """Finish the file."""
        self._file.close()
