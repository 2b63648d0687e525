"""LinkedIn postings as its scrapers lay them out: job_id, job_link, job_description, worktype, seniority.

`commit_date` is not the day of the crawl (on the real file it is 33 days after the newest posting), so crawled_on stays
open; `posted_date` is a date, and nothing needs to count from it.
"""

from pipeline.ingest.layout import Layout, columns_fit
from pipeline.ingest.model import Fields, Record
from pipeline.ingest.values import as_text

_OURS = {
    "source_id": "job_id",
    "title": "title", "company": "company", "location": "location", "url": "job_link",
    "description": "job_description", "date_posted": "posted_date", "employment_type": "employment_type",
    "level": "seniority", "remote": "worktype", "pay": "salary", "job_function": "job_function",
    "industry": "industries",
}  # fmt: skip
_WANTED = frozenset({"job_id", "job_link", "job_description", "title", "company"})


def _translate(record: Record) -> Fields:
    fields: Fields = {ours: as_text(record.values.get(theirs)) for ours, theirs in _OURS.items()}
    fields["source"] = "linkedin"
    fields["description_format"] = "text"
    return fields


READER = Layout(
    "linkedin", f"a LinkedIn table (columns {', '.join(sorted(_WANTED))})", columns_fit(_WANTED, 0.9), _translate
)
