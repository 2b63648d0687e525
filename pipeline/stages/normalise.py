"""Stage `normalise`: each raw listing becomes one row of a posting's columns but its days, or the reason why not."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import pyarrow as pa

from pipeline.contracts import conform, contract
from pipeline.plan import Night
from pipeline.settings import NormaliseSettings
from pipeline.text import evidence, markup
from pipeline.text.apply_urls import Address, parse_address
from pipeline.text.bodies import Body, Cleaner
from pipeline.text.employers import clean_employer, employer_key
from pipeline.text.languages import language_of
from pipeline.text.pay import Pay, parse_pay, yearly
from pipeline.text.pay_text import pay_in_text
from pipeline.text.places import Place, names_of, parse_place
from pipeline.text.title_employer import employer_in_title
from pipeline.text.titles import Title, parse_title
from pipeline.text.tokens import fold, short_id
from pipeline.text.told_levels import told_level
from pipeline.text.voices import Voice, voice_of

Row = dict[str, Any]
_AT_ONCE = 250  # listings: what stands beside them for a while is made where that of the last ones was, in the processor's cache
_voice = lru_cache(maxsize=4096)(voice_of)  # listings of one text stand together (sql/pieces/normalise.sql)
_pay_in_text = lru_cache(maxsize=4096)(pay_in_text)


class _Parts(NamedTuple):
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
    cleaner = Cleaner()
    parts = [
        _understood_all(raw.slice(start, _AT_ONCE), cleaner, settings) for start in range(0, raw.num_rows, _AT_ONCE)
    ]
    return {
        "normalised": _table("normalised", [rows for rows, _ in parts]),
        "normalised_bodies": _table("normalised_bodies", [texts for _, texts in parts]),
    }


def _understood_all(raw: pa.Table, cleaner: Cleaner, settings: NormaliseSettings) -> tuple[pa.Table, pa.Table]:
    """Return the rows of a few listings, and their texts."""
    names, columns = raw.column_names, [column.to_pylist() for column in raw.columns]
    rows = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
    titles = [_headline(row["title"]) for row in rows]
    employers = [clean_employer(row["company"]) for row in rows]
    bodies = cleaner.clean_all(
        [
            (row["description"], row["description_format"], title, name or "")
            for row, title, (name, _) in zip(rows, titles, employers, strict=True)
        ]
    )
    made = [
        _row(row, title, employer, body, settings)
        for row, title, employer, body in zip(rows, titles, employers, bodies, strict=True)
    ]
    wanted = contract("normalised").schema
    columns = [
        [row[name] for row in made] for name in wanted.names
    ]  # Arrow makes a name anew each time it is asked for
    told = pa.table(
        [pa.array(values, type=field.type) for values, field in zip(columns, wanted, strict=True)], schema=wanted
    )
    return told, _texts(made, bodies)


def _texts(made: list[Row], bodies: list[Body]) -> pa.Table:
    """Return the texts of postings."""
    kept = [(row, body) for row, body in zip(made, bodies, strict=True) if row["body_id"]]
    columns = {
        "listing_key": pa.array([row["listing_key"] for row, _ in kept], type=pa.string()),
        "body_id": pa.array([row["body_id"] for row, _ in kept], type=pa.string()),
        "text": pa.array([body.data for _, body in kept], type=pa.binary()).cast(pa.string()),
    }
    return pa.table(columns, schema=contract("normalised_bodies").schema)


def _table(name: str, parts: list[pa.Table]) -> pa.Table:
    """Return parts of a table as the one its contract promises."""
    promised = contract(name)
    return conform(pa.concat_tables(parts) if parts else promised.empty(), promised)


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
    row.update(
        listing_key=raw["listing_key"],
        reject_reason=reason,
        reject_detail=detail,
        posting_id=None if reason else posting_id,
        content_id=None if reason else _content_id(row, body),
        source=raw["source"],
        source_id=source_id,
        id_basis=None if reason else basis,
        body_id=None if reason else body.body_id,
    )
    return row


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
    stated = (
        _pay_in_text(body.text, country, body.money) if pay.low is None and pay.high is None and not pay.flags else None
    )
    pay = stated or pay
    url, apply = parse_address(raw["url"]), parse_address(raw["apply_url"])
    parsed = parse_title(title, place.names)
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
    said = map(row.__getitem__, _CONTENT)
    return short_id("c", *[value if value is None else str(value) for value in said], end=body.data)
