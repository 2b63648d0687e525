"""Writes a feed as JobSpy's CSV."""

import csv
import gzip
import io
from datetime import date
from pathlib import Path

from pipeline.sample.feeds import apply_url, body, place, when
from pipeline.sample.listings import Listing
from pipeline.sample.vacancies import Pay

COLUMNS = (
    "id", "site", "job_url", "job_url_direct", "title", "company", "location", "job_type", "date_posted",
    "salary_source", "interval", "min_amount", "max_amount", "currency", "is_remote", "job_level", "job_function",
    "company_industry", "listing_type", "emails", "description", "company_url", "company_num_employees",
    "search_term", "lang",
)  # fmt: skip


class JobSpyFeed:
    """A JobSpy CSV, compressed; positions are the lines on which records begin, the header is line 1."""

    def __init__(self, path: Path, night: date) -> None:
        self._raw = path.open("wb")
        # no name and no time in the header: the same records, the same bytes
        self._gz = gzip.GzipFile(filename="", mode="wb", fileobj=self._raw, compresslevel=6, mtime=0)
        self._text = io.TextIOWrapper(self._gz, encoding="utf-8", newline="")
        self._csv = csv.writer(self._text, lineterminator="\n")
        self._csv.writerow(COLUMNS)
        self._line = 2

    def add(self, listing: Listing, posted: date) -> int:
        """Write one record and return its first line."""
        position = self._line
        row = _row(listing, posted)
        if "short record" in listing.dirt:
            row = {column: row[column] for column in COLUMNS[:4]}
            self._csv.writerow(row.values())
        else:
            self._csv.writerow([row.get(column, "") for column in COLUMNS])
        self._line += 1 + sum(value.count("\n") for value in row.values())
        return position

    def close(self) -> None:
        """Finish the file."""
        self._text.flush()
        self._text.detach()
        self._gz.close()
        self._raw.close()


def _row(listing: Listing, posted: date) -> dict[str, str]:
    vacancy, city, site = listing.vacancy, listing.place, listing.board
    # some boards do not tell the date of every ad
    told = "" if site == "zip_recruiter" and listing.number % 3 == 0 else posted.isoformat()
    of_glassdoor = site == "glassdoor"
    return {
        "id": listing.source_id,
        "site": site,
        "job_url": f"https://{site}.example/viewjob?jk={listing.source_id}",
        "job_url_direct": apply_url(listing),
        "title": listing.title,
        "company": listing.company,
        "location": place(listing, f"{city.name}, {city.region}, {city.country}"),
        "job_type": vacancy.job_type,
        "date_posted": when(listing, posted, told),
        **(_pay(listing.pay) if listing.pay else {}),
        "is_remote": str(vacancy.remote == "remote"),
        "job_level": vacancy.step.seniority.lower() if of_glassdoor else "",
        "company_industry": vacancy.employer.sector.industry,
        "listing_type": "organic" if of_glassdoor else "",
        "description": body(listing, "markdown"),
        "search_term": vacancy.occupation.titles[0].lower(),
        "lang": vacancy.occupation.language,
    }


def _pay(pay: Pay) -> dict[str, str]:
    return {
        "salary_source": "direct_data",
        "interval": {"year": "yearly", "month": "monthly", "hour": "hourly"}[pay.period],
        "min_amount": str(pay.low),
        "max_amount": str(pay.high),
        "currency": pay.currency,
    }
