"""JobSpy (https://github.com/speedyapply/JobSpy): the table its `scrape_jobs` makes, of any version.

`listing_type` tells promoted ads; `experience_range` stands for the level where there is no `job_level`; what tells of
the employer (company_*, ceo_*, logos), of the search (search_term, skills, emails) and of the board's page (benefits,
company_rating, vacancy_count, banner_photo_url) says nothing of the ad itself and is left aside.
Columns come and go between versions; those of 2023 have no id. A board's id is then taken from the address, and the
prefix newer versions put before it (`in-`, `li-`, `gd-`) is left out, so that one ad keeps one id over versions: on 27
real nights and three with other columns, all 7,619 ids there are agree with the address. Versions with an id write
Markdown; of older ones the text has to tell.
"""

import re

from pipeline.ingest.addresses import listing_id
from pipeline.ingest.layout import Layout, columns_fit
from pipeline.ingest.model import Fields, Record
from pipeline.ingest.values import as_text

_PREFIX = re.compile(r"^(?:in|li|gd|go|zr|nk|bayt|bdjobs)-(?=\w)")
_OURS = {
    "title": "title", "company": "company", "location": "location", "url": "job_url", "apply_url": "job_url_direct",
    "description": "description", "date_posted": "date_posted", "employment_type": "job_type", "level": "job_level",
    "pay_min": "min_amount", "pay_max": "max_amount", "pay_currency": "currency", "pay_period": "interval",
    "language": "lang", "industry": "company_industry", "job_function": "job_function",
}  # fmt: skip


def _translate(record: Record) -> Fields:
    values = record.values
    fields: Fields = {ours: as_text(values.get(theirs)) for ours, theirs in _OURS.items()}
    own = as_text(values.get("id"))
    site = as_text(values.get("site"))
    url = fields["url"]
    fields["source"] = site.strip().lower() if site else None
    fields["source_id"] = _PREFIX.sub("", own) if own else listing_id(url if isinstance(url, str) else None)
    fields["level"] = fields["level"] or as_text(values.get("experience_range"))
    fields["promoted"] = {"sponsored": True, "organic": False}.get((as_text(values.get("listing_type")) or "").lower())
    fields["remote"] = as_text(values.get("work_from_home_type")) or as_text(values.get("is_remote"))
    fields["description_format"] = "markdown" if "id" in values else None
    return fields


READER = Layout(
    "jobspy",
    "a JobSpy table (columns site, job_url, title)",
    columns_fit(frozenset({"site", "job_url", "title"}), 0.95),
    _translate,
)
