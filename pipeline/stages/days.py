"""Stage `days`: the day each listing was posted and the day it closes, apart from what else it says."""

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any

import pyarrow as pa

from pipeline.contracts import conform, contract
from pipeline.plan import Night
from pipeline.settings import DaysSettings
from pipeline.text.dates import parse_day
from pipeline.text.markup import said

_PLACE = ("feed", "file", "position", "listing_key")


def days(tables: Mapping[str, pa.Table], night: Night, settings: DaysSettings) -> dict[str, pa.Table]:
    """Return `listing_days`, one row a raw listing in their order.

    Args:
        tables: raw_listings and normalised (the country a listing is of tells how its numbers are read: 3/4 is March in
            the US, April elsewhere).
        night: ages count from its run date where a listing tells no day it was crawled on.
        settings: the stage's settings.
    """
    raw, normalised = tables["raw_listings"], tables["normalised"]
    american = {
        key
        for key, country in zip(normalised["listing_key"].to_pylist(), normalised["country"].to_pylist(), strict=True)
        if country == "US"
    }
    resolved = _resolver(night, settings)
    delivered = (raw[name].to_pylist() for name in ("listing_key", "date_posted", "valid_through", "crawled_on"))
    made = [
        resolved(posted, closes, crawled, key in american)
        for key, posted, closes, crawled in zip(*delivered, strict=True)
    ]
    promised = contract("listing_days")
    columns = {name: raw[name] for name in _PLACE} | {
        field.name: pa.array([row[field.name] for row in made], type=field.type)
        for field in promised.schema
        if field.name not in _PLACE
    }
    return {"listing_days": conform(pa.table(columns), promised)}


def _resolver(night: Night, settings: DaysSettings) -> Any:
    """Return the function that resolves what was delivered; the same words are worked on once."""

    @lru_cache(maxsize=262_144)
    def resolved(posted_raw: str | None, closes_raw: str | None, crawled_raw: str | None, month_first: bool) -> Any:
        crawled = parse_day(crawled_raw, night.run_date).day or night.run_date
        latest = max(crawled, night.run_date) + timedelta(days=settings.future_days)
        posted = parse_day(posted_raw, crawled, month_first=month_first, latest=latest)
        closes = parse_day(closes_raw, crawled, month_first=month_first)
        flags = (posted.flag and f"posting {posted.flag}", closes.flag and f"closing {closes.flag}")
        return {
            "posted_on": posted.day,
            "posted_raw": said(posted_raw),
            "posted_relative": posted.relative,
            "valid_through": closes.day,
            "day_flags": sorted(flag for flag in flags if flag),
        }

    return resolved
