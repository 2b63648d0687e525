"""Stage `normalise`: each raw listing becomes one row of a posting's columns but its days, or the reason why not."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa

from pipeline.contracts import conform, contract
from pipeline.plan import Night
from pipeline.settings import NormaliseSettings
from pipeline.text import evidence, markup
from pipeline.text.apply_urls import Address, parse_address
from pipeline.text.bodies import Body, clean_all
from pipeline.text.employers import clean_employer, employer_key
from pipeline.text.languages import language_of
from pipeline.text.pay import Pay, parse_pay, yearly
from pipeline.text.pay_text import pay_in_text
from pipeline.text.places import Place, names_of, parse_place
from pipeline.text.title_employer import employer_in_title
from pipeline.text.titles import Title, parse_title
from pipeline.text.tokens import fingerprint, fold, short_id
from pipeline.text.told_levels import told_level
from pipeline.text.voices import Voice, voice_of

Row = dict[str, Any]
_title = lru_cache(maxsize=65536)(parse_title)
_voice = lru_cache(maxsize=4096)(voice_of)  # listings of one text stand together (sql/pieces/normalise.sql)
_pay_in_text = lru_cache(maxsize=4096)(pay_in_text)


@dataclass(frozen=True)
class _Parts:
    """What was understood of one listing, part by part."""

    title: Title
    employer: str | None
    key: str
    place: Place
    body: Body
    url: Address
    apply: Address
    pay: Pay
    pay_in_text: bool
    voice: Voice
    flags: tuple[str, ...]


def normalise(tables: Mapping[str, pa.Table], night: Night, settings: NormaliseSettings) -> dict[str, pa.Table]:
    """Return `normalised`, one row a raw listing in their order, and `normalised_bodies`, the text of each posting.

    A row is a function of its listing's key and the settings alone: the night does not count, so that what was understood
    once need not be again.

    Args:
        tables: raw_listings, any part of it.
        night: not looked at.
        settings: the stage's settings.
    """
    raw = tables["raw_listings"]
    columns = [column.to_pylist() for column in raw.columns]
    rows = [dict(zip(raw.column_names, values, strict=True)) for values in zip(*columns, strict=True)]
    titles = [_headline(row["title"]) for row in rows]
    employers = [clean_employer(row["company"]) for row in rows]
    bodies = clean_all(
        [row["description"] for row in rows],
        [row["description_format"] for row in rows],
        titles,
        [name or "" for name, _ in employers],
    )
    made = [
        _row(row, title, employer, body, settings)
        for row, title, employer, body in zip(rows, titles, employers, bodies, strict=True)
    ]
    texts = [
        {"listing_key": row["listing_key"], "body_id": row["body_id"], "text": body.text}
        for row, body in zip(made, bodies, strict=True)
        if row["body_id"]
    ]
    return {"normalised": _table("normalised", made), "normalised_bodies": _table("normalised_bodies", texts)}


def _table(name: str, rows: list[Row]) -> pa.Table:
    """Return rows as the table its contract promises."""
    promised = contract(name)
    columns = {field.name: pa.array([row[field.name] for row in rows], type=field.type) for field in promised.schema}
    return conform(pa.table(columns), promised)


@lru_cache(maxsize=65536)
def _headline(title: str | None) -> str:
    """Return a title on one line, '' where it says nothing."""
    line = markup.one_line(title)
    return line if any(c.isalnum() for c in line) and line.casefold() not in ("nan", "none", "null", "n/a") else ""


def _row(raw: Row, title: str, employer: tuple[str | None, str | None], body: Body, settings: NormaliseSettings) -> Row:
    parts = _understood(raw, title, employer, body, settings)
    source_id = " ".join((raw["source_id"] or "").split()) or None
    posting_id, basis = _identity(raw["source"], source_id, parts)
    reason, detail = _reject(title, basis)
    row = _described(parts, raw, settings)
    return row | {
        "listing_key": raw["listing_key"],
        "reject_reason": reason,
        "reject_detail": detail,
        "posting_id": None if reason else posting_id,
        "content_id": None if reason else _content_id(row, body),
        "source": raw["source"],
        "source_id": source_id,
        "id_basis": None if reason else basis,
        "body_id": None if reason else _body_id(body.text),
    }


def _understood(
    raw: Row, title: str, employer: tuple[str | None, str | None], body: Body, settings: NormaliseSettings
) -> _Parts:
    name, employer_flag = employer
    place = parse_place(raw["location"], raw["city"], raw["region"], raw["country"])
    if name is None:
        title, name = employer_in_title(title, place.names)
    key = employer_key(name)
    country = place.country or settings.default_country
    pay = parse_pay(raw["pay"], raw["pay_min"], raw["pay_max"], raw["pay_currency"], raw["pay_period"], country)
    stated = _pay_in_text(body.text, country) if pay.low is None and pay.high is None and not pay.flags else None
    pay = stated or pay
    url, apply = parse_address(raw["url"]), parse_address(raw["apply_url"])
    parsed = _title(title, place.names)
    voice = _voice(body.text, title, name, key)
    flags = (
        *parsed.flags, *pay.flags, employer_flag, place.flag, url.flag, apply.flag, voice.flag,
    )  # fmt: skip
    told = tuple(dict.fromkeys(flag for flag in flags if flag))
    return _Parts(parsed, name, key, place, body, url, apply, pay, stated is not None, voice, told)


def _identity(source: str, source_id: str | None, parts: _Parts) -> tuple[str | None, str | None]:
    """Return the posting's id and what it was made from, (None, None) where the listing has nothing to be told by."""
    if source_id:
        return short_id("p", source, source_id), "source id"
    for address in (parts.apply, parts.url):
        if address.url and address.specific:
            return short_id("p", source, "url", address.identity), "apply url"
    if parts.key or parts.place.text:
        place = fold(parts.place.text or "")
        return short_id("p", source, fold(parts.title.clean), parts.key, place), "title, employer and place"
    return None, None


def _reject(title: str, basis: str | None) -> tuple[str | None, str | None]:
    if not title:
        return "no title", "the title is empty or says nothing; a posting needs one"
    if basis is None:
        return (
            "nothing to tell it by",
            "no id, no address of its own, no employer and no place: such ads can't be told apart",
        )
    return None, None


def _described(parts: _Parts, raw: Row, settings: NormaliseSettings) -> Row:
    """Return the columns that say what the posting is about."""
    place, pay, title, body, in_text = parts.place, parts.pay, parts.title, parts.body, parts.pay_in_text
    country = place.country or settings.default_country
    return {
        **_title_columns(title),
        "requisition_id": evidence.requisition_of(raw["requisition_id"])
        or title.requisition_id
        or body.requisition_id
        or evidence.requisition_of(parts.apply.requisition_id or parts.url.requisition_id),
        "employer": parts.employer,
        "employer_key": parts.key,
        "text_employer": parts.voice.employer,
        "place": place.text,
        "city": place.city,
        "region": place.region,
        "country": country,
        "place_names": sorted(names_of(place.text, place.city, place.region, country)),
        "latitude": place.latitude,
        "longitude": place.longitude,
        "remote": title.remote or evidence.remote_of(raw["remote"], place.remote or body.remote),
        "employment_type": evidence.employment_type_of(raw["employment_type"]),
        "employment_type_raw": markup.said(raw["employment_type"]),
        "level_told": told_level(raw["level"]),
        "level_raw": markup.said(raw["level"]),
        "pay_min": pay.low,
        "pay_max": pay.high,
        "pay_currency": pay.currency,
        "pay_period": pay.period,
        "pay_yearly_min": yearly(pay.low, pay.period),
        "pay_yearly_max": yearly(pay.high, pay.period),
        "pay_predicted": None if pay.low is None and pay.high is None else bool(raw["pay_predicted"]) and not in_text,
        "pay_raw": pay.raw,
        "language": body.language or _told_language(raw["language"], body.text) or language_of(title.clean),
        "url": parts.url.url,
        "apply_url": parts.apply.url or parts.url.url,
        "industry": markup.said(raw["industry"]),
        "job_function": markup.said(raw["job_function"]),
        "promoted": bool(raw["promoted"]),
        "trust": raw["trust"],
        "body_length": len(body.text),
        "is_snippet": bool(raw["is_snippet"]) or body.cut,
        "provenance": list(body.marks),
        "flags": sorted(parts.flags),
    }


def _title_columns(title: Title) -> Row:
    return {
        "title": title.clean,
        "title_core": title.core,
        "title_stem": title.stem,
        "level": title.level,
        "grade": title.grade,
        "degrees": list(title.degrees),
        "start_year": title.start_year,
        "team": title.team,
        "contract": title.contract,
        "gender_mark": title.gender_mark,
        "title_place": title.place,
    }


def _told_language(code: str | None, text: str) -> str | None:
    """Return the feed's language code where there is no text to contradict it: feeds often give one code for all."""
    if not code or text:
        return None
    short = code.strip().lower().replace("_", "-").split("-")[0]
    return short if len(short) == 2 and short.isalpha() else None


_CONTENT = (
    "title", "employer", "place", "remote", "employment_type", "pay_min", "pay_max", "pay_currency", "pay_period",
    "requisition_id", "industry", "job_function", "is_snippet",
)  # fmt: skip


def _content_id(row: Row, body: Body) -> str:
    """Return the fingerprint of what the ad says; its days and how it is tracked do not count."""
    return short_id("c", *(_as_text(row[name]) for name in _CONTENT), body.text)


def _as_text(value: str | float | None) -> str | None:
    return None if value is None else str(value)


def _body_id(text: str) -> str:
    return f"b{fingerprint(text):016x}"
