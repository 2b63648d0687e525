"""The text of a Talent.com page: one posting, and the cards of related jobs below it (or cards alone).

No specification: worked out from a saved page. Labels come untranslated (`serp_jobs.job_card.full_time`) or in English
("Full-time"). A card is a title, twice; an employer and a place with a bullet between; labels (employment type, pay);
a snippet that ends in "show more"; an age and a "promoted" mark. Any piece may be missing. Nothing is known of
employers or roles.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from pipeline.ingest.feeds import Feed
from pipeline.ingest.lines import lines
from pipeline.ingest.model import Fields, Fit, Head, Listing, Reject, broken_off
from pipeline.settings import IngestSettings

SOURCE = "talent.com"
_KEY = re.compile(r"(?:[a-z_]+\.)+[a-z0-9_]+", re.IGNORECASE)
_TALENT_KEY = re.compile(r"\b(?:serp_jobs|job_description)\.[a-z_]+\.[a-z0-9_]+", re.IGNORECASE)
_BULLET = " • "
_DESCRIPTION = re.compile(r"job_description\.job_card\.job_description|(?:full )?job description:?", re.IGNORECASE)
_TYPE_HEADER = re.compile(r"serp_jobs\.job_preview\.job_type|job type:?", re.IGNORECASE)
_ALERT = re.compile(r"serp_jobs\.job_alerts\.\w+|create (?:a )?job alert\b.*|get (?:job )?alerts?\b.*", re.IGNORECASE)
_RELATED = re.compile(
    r"\w+\.internal_linking\.(?:related|similar)_\w+|(?:related|similar) (?:jobs|searches|job openings):?",
    re.IGNORECASE,
)
_MORE = re.compile(r"\s*(?:serp_jobs\.internal_linking\.show_more|show more)\s*$", re.IGNORECASE)
_PROMOTED = re.compile(r"serp_jobs\.job_card\.(?:promoted|sponsored)|promoted|sponsored", re.IGNORECASE)
_AGE = re.compile(
    r"(?:serp_jobs|job_description)\.\w+\.(?:last_updated_\w+|\d+_\w+_ago|\w*(?:today|yesterday|new|ago))"
    r"|(?:last updated|posted|updated)\b.*|(?:\d+\+?|an?) (?:minute|hour|day|week|month|year)s? ago"
    r"|today|yesterday|just now|new!?",
    re.IGNORECASE,
)
_PAY = re.compile(r"(?=.*\d)(?=.*(?:[$€£¥₹]|\b[A-Z]{3}\b)).*(?:hour|day|week|month|year|annual)\w*.*", re.IGNORECASE)
_DETECT = 32_768  # characters looked at to tell a page
_LABEL_LENGTH = 40  # characters; a longer line is a snippet


class _Row(NamedTuple):
    """A line that is not blank: its number from 1, and its text with white space single."""

    number: int
    text: str


class TalentPage:
    """The reader."""

    name = "talent_page"
    says = "the text of a Talent.com page (its name in the first line, labels such as serp_jobs.*, doubled titles)"

    def detect(self, head: Head) -> Fit | None:
        """Return how well the text fits: by its first line, its labels and its cards."""
        if head.encoding is None:
            return None
        text = head.text[:_DETECT]
        rows = [row for n, line in enumerate(text.splitlines(), 1) if (row := _row(n, line))]
        keys = len(_TALENT_KEY.findall(text))
        cards = sum(_employer_at(rows, n + 2) for n in _doubled(rows))
        named = bool(rows) and rows[0].text.casefold() == SOURCE.removesuffix(".com") + ".com"
        score = 0.5 * named + 0.3 * min(keys, 3) / 3 + 0.2 * min(cards, 2) / 2
        if score < 0.3 or not (keys or cards):
            return None
        return Fit(min(score + 0.2, 1.0), f"{keys} labels of Talent.com and {cards} cards are in it")

    def read(self, head: Head, feed: Feed, settings: IngestSettings) -> Iterator[Listing | Reject]:
        """Yield the posting, then each card."""
        assert head.encoding is not None
        rows: list[_Row] = []
        broken: str | None = None
        try:
            for number, text in enumerate(lines(head.file, head.encoding, settings.max_record_bytes), 1):
                if (row := _row(number, text)) is not None:
                    rows.append(row)
        except EOFError as error:
            broken = str(error)
        start = next((n for n, row in enumerate(rows) if _RELATED.fullmatch(row.text)), None)
        posting, cards = (rows, []) if start is None else (rows[:start], rows[start + 1 :])
        if start is None and not any(_DESCRIPTION.fullmatch(row.text) for row in rows):
            posting, cards = [], rows
        yield from _posting(posting)
        yield from _cards(cards)
        if broken:
            yield broken_off(rows[-1].number + 1 if rows else 1, broken)


def _row(number: int, text: str) -> _Row | None:
    plain = " ".join(text.replace("\x00", "").split())
    return _Row(number, plain) if plain else None


def _doubled(rows: list[_Row]) -> list[int]:
    """Return where a line is followed by the same once more."""
    return [n for n in range(len(rows) - 1) if rows[n].text == rows[n + 1].text]


def _is_footer(text: str) -> bool:
    """Tell whether the line is a card's last: an age, a promoted mark, or both."""
    parts = [part.strip() for part in text.split("•") if part.strip()]
    return bool(parts) and all(_AGE.fullmatch(part) or _PROMOTED.fullmatch(part) for part in parts)


def _is_employer(text: str) -> bool:
    """Tell whether the line reads "employer • place"."""
    employer, bullet, place = text.rpartition(_BULLET)
    return bool(bullet and employer and place) and not _MORE.search(text) and not _is_footer(text) and len(text) <= 250


def _employer_at(rows: list[_Row], n: int) -> bool:
    return n < len(rows) and _is_employer(rows[n].text)


def _value(text: str) -> str:
    """Return a label's value: the last part of an untranslated one, else its text."""
    text = text.removeprefix("•").strip()
    return text.rpartition(".")[2] if _KEY.fullmatch(text) else text


def _place(text: str) -> Fields:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    fields: Fields = {"location": text.strip()}
    if len(parts) >= 3:
        fields |= {"city": ", ".join(parts[:-2]), "region": parts[-2], "country": parts[-1]}
    elif len(parts) == 2:
        fields["country"] = parts[1]
    return fields


def _employer(text: str) -> Fields:
    employer, _, place = text.rpartition(_BULLET)
    return {"company": employer.strip(), **_place(place)}


def _age(text: str) -> str | None:
    """Return the age as one reads it ("30+ days ago"), the bare label where it tells none."""
    value = _value(text)
    if found := re.fullmatch(
        r"(?:last_updated_)?(\d+)(?:_(minute|hour|day|week|month)s?)?(?:_ago)?", value, re.IGNORECASE
    ):
        number, unit = int(found[1]), (found[2] or "day").lower()
        plus = "+" if number == 30 and unit == "day" else ""
        return f"{number}{plus} {unit}{'' if number == 1 else 's'} ago"
    return re.sub(r"^(?:last updated|posted|updated)\s*:?\s*", "", value, flags=re.IGNORECASE) or None


def _labels(texts: list[str]) -> Fields:
    """Return what the short lines of a card or header say: employment type, pay, age, promoted."""
    fields: Fields = {}
    kinds: list[str] = []
    for text in texts:
        for part in (p.strip() for p in text.split("•")):
            if not part or _TYPE_HEADER.fullmatch(part):
                continue
            if _PROMOTED.fullmatch(part):
                fields["promoted"] = True
            elif _AGE.fullmatch(part):
                fields["date_posted"] = _age(part)
            elif _PAY.fullmatch(part):
                fields["pay"] = part
            else:
                kinds.append(_value(part))
    return fields | ({"employment_type": ", ".join(kinds)} if kinds else {})


def _posting(rows: list[_Row]) -> Iterator[Listing | Reject]:
    """Yield the page's own posting, nothing where there is none."""
    if rows and rows[0].text.casefold() == SOURCE:
        rows = rows[1:]
    if not rows:
        return
    title = rows[0]
    split = next((n for n, row in enumerate(rows) if _DESCRIPTION.fullmatch(row.text)), None)
    header = rows[1 : split if split is not None else len(rows)]
    employer = next(
        (n for n, r in enumerate(header) if _is_employer(r.text) and not r.text.startswith(title.text)), None
    )
    fields: Fields = {"title": title.text}
    if employer is not None:
        fields |= _employer(header[employer].text)
    else:
        joined = next((r.text for r in header if r.text.startswith(title.text) and _is_employer(r.text)), None)
        fields |= _employer(joined.removeprefix(title.text)) if joined else {}
    body = rows[split + 1 :] if split is not None else header[employer + 1 :] if employer is not None else []
    after = header[employer + 1 :] if employer is not None else header
    labels = [r.text for r in after if r.text != title.text and len(r.text) <= _LABEL_LENGTH + 20 and split is not None]
    end = next((n for n, row in enumerate(body) if _ALERT.fullmatch(row.text)), len(body))
    fields |= _labels([text for text in labels if not text.startswith(title.text)])
    fields["description"] = _text(body[:end])
    yield _listing(title.number, fields, is_snippet=False)


def _text(rows: list[_Row]) -> str | None:
    """Return the text of `rows`, blank lines where they were."""
    if not rows:
        return None
    gaps = ["\n\n" if b.number - a.number > 1 else "\n" for a, b in pairwise(rows)]
    return "".join(row.text + gap for row, gap in zip(rows, [*gaps, ""], strict=True))


def _listing(position: int, fields: Fields, is_snippet: bool) -> Listing:
    return Listing(position, fields | {"source": SOURCE, "is_snippet": is_snippet, "description_format": "text"})


def _cards(rows: list[_Row]) -> Iterator[Listing | Reject]:
    """Yield each card. Lines in front of the first and behind the last are the page's furniture."""
    starts = _starts(rows)
    for start, stop in pairwise([*starts, len(rows)]):
        piece = rows[start:stop]
        if _is_card(piece):
            yield _card(piece)
        elif stop != len(rows):
            detail = "neither a doubled title nor a line 'employer • place'"
            yield Reject(piece[0].number, "not a card", detail, "\n".join(row.text for row in piece), len(piece))


def _starts(rows: list[_Row]) -> list[int]:
    """Return where cards begin: at a doubled title, behind an age, or before the employer of a card that has one."""
    starts: list[int] = []
    has_employer = False
    for n, row in enumerate(rows):
        doubled = n + 1 < len(rows) and rows[n + 1].text == row.text and not _is_footer(row.text)
        behind = n > 0 and _is_footer(rows[n - 1].text) and not _is_footer(row.text)
        second = has_employer and _employer_at(rows, n + 1) and not _MORE.search(row.text) and not _is_footer(row.text)
        again = bool(starts) and n == starts[-1] + 1 and row.text == rows[n - 1].text
        first = not starts and _employer_at(rows, n + 1)
        if (doubled or behind or second or first) and not again:
            starts.append(n)
            has_employer = False
        has_employer = has_employer or _is_employer(row.text)
    return starts


def _is_card(piece: list[_Row]) -> bool:
    return len(piece) > 1 and (piece[0].text == piece[1].text or _is_employer(piece[1].text))


def _card(piece: list[_Row]) -> Listing:
    title, rest = piece[0], [row.text for row in piece[1:]]
    if rest and rest[0] == title.text:
        rest = rest[1:]
    fields: Fields = {"title": title.text, "promoted": False}
    if rest and _is_employer(rest[0]):
        fields |= _employer(rest.pop(0))
    start, stop = _snippet(rest)
    before = rest[:start] if start < len(rest) else [text for text in rest if _KEY.fullmatch(text)]
    fields |= _labels([text for text in before if not _is_footer(text)] + [text for text in rest if _is_footer(text)])
    fields["description"] = "\n".join(_MORE.sub("", text) for text in rest[start:stop] if not _is_footer(text)) or None
    return _listing(title.number, fields, is_snippet=True)


def _snippet(texts: list[str]) -> tuple[int, int]:
    """Return where a card's snippet begins and ends: from its first long line to its "show more", else to its age."""
    start = next(
        (n for n, text in enumerate(texts) if _MORE.search(text) or len(text) > _LABEL_LENGTH or _is_footer(text)),
        len(texts),
    )
    ends = [n + 1 for n, text in enumerate(texts) if n >= start and (_MORE.search(text) or _is_footer(text))]
    return start, ends[0] if ends else len(texts)


READER = TalentPage()
