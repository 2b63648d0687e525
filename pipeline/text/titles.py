"""A job title taken apart: its core (the occupation) and its qualifiers (level, degree, start year, team, place, marks).

The title is cut into words and the marks between them; known phrases (title_words) are labelled, what stays is put together
by segment: the segment that names an occupation is the core, the others are the team or the place.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.text import title_words as known


@dataclass(frozen=True)
class Title:
    """A title taken apart.

    Attributes:
        clean: title for people to read: furniture, stray marks and doubled spaces taken off.
        core: occupation alone, folded (lower case, no accents, abbreviations unified), without level words.
        stem: core with its level words, folded; without team, place, year, degree, requisition and marks.
        level: one of intern, graduate, junior, mid, senior, staff, principal, lead, manager, director, executive.
        grade: number within the level (Engineer II: 2).
        degrees: bachelor, master, phd; sorted.
        contract: contract, shift, hours and season words, unified, sorted, joined by a comma.
        flags: 'several levels', 'several grades', 'affirmative'.
        levels: every level the title states, lowest first; empty where it states none.
    """

    clean: str
    core: str
    stem: str
    level: str | None = None
    grade: int | None = None
    degrees: tuple[str, ...] = ()
    start_year: int | None = None
    team: str | None = None
    contract: str | None = None
    gender_mark: str | None = None
    place: str | None = None
    requisition_id: str | None = None
    remote: str | None = None
    flags: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()


@dataclass
class _Segment:
    """Words between two hard marks."""

    bracket: bool
    joined: bool = False  # a slash stands before it
    originals: list[str] = field(default_factory=list)
    folded: list[str] = field(default_factory=list)
    occupation: bool = False


@dataclass
class _Found:
    """What was found on the way."""

    levels: list[str] = field(default_factory=list)
    head: str | None = None
    grades: list[int] = field(default_factory=list)
    degrees: set[str] = field(default_factory=set)
    contracts: set[str] = field(default_factory=set)
    flags: set[str] = field(default_factory=set)
    year: int | None = None
    remote: str | None = None
    gender: str | None = None
    requisition: str | None = None
    level_end: int = -1
    either: bool = False


_PHRASES = known.phrases()
_RANK = {level: i for i, level in enumerate(known.LEVELS)}
_GRADES = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6}
_STAGED = re.compile(r"(?:l|ic|p|e|t|g|m|lvl|lv)\d{1,2}")
_WORD = re.compile(r"(?:(?<![\w.])\.(?=net\b))?[^\W_]+(?:[’'.&][^\W_]+)*[+#]*", re.IGNORECASE)
_HARD = re.compile(r"[()\[\]{}|,;:•·@*!<>«»~=]|\s[-–—/\\]|[-–—/\\]\s|[–—]|--")
_GENDER = re.compile(
    r"[(\[]\s*(?:[mwfhvdxigknoau*]|div\.?|divers\w*)(?:\s*[/|,*:&-]\s*(?:[mwfhvdxigknoau*]|div\.?|divers\w*)){1,4}\s*[)\]]"
    r"|(?<![\w/])(?:[mwfhd](?:\s?[/|]\s?[mwfhvdx]){1,3}|v/m|f-m|h-f|m/k)(?![\w/])"
    r"|[(\[]\s*(?:all genders?|alle geschlechter|gn\*?|any gender|w?m?d?\*|mwd|mfd|fmd|wmd|mfx|homme\s?/\s?femme)\s*[)\]]",
    re.IGNORECASE,
)
_INFLECTED = re.compile(
    r"(?<=[^\W\d_]{3})(?:\s?\((?:a|e|in|se|ne|rice|trice|euse|o|as|es|-?in|-a|-o|innen|ère)\)|[:*_·•’]-?in(?:nen)?\b|/-?in(?:nen)?\b"
    r"|/-?a\b|[·•⋅]-?(?:e|se|ne|trice|euse|rice|ère)\b|\.(?:e|ne|se|euse|trice|rice)\b(?!\w)|/-?(?:se|trice|euse|ne|frau|ière|rice)\b|/e\b)",
    re.IGNORECASE,
)
_INFLECTING = frozenset("(:*_·•⋅’/.")
_REQUISITION = re.compile(
    r"[(\[#]?\s*(?<![^\W_])(?:"
    r"(?:req(?:uisition)?|job|posting|vacancy|reference|position|ref|stellen|kennziffer)\s*(?:id|no|nr|num(?:ber)?|code)?\s*[.:#-]*\s*#?"
    r"\s*(?P<a>[a-z]{0,4}[-_]?\d[\w.-]{2,15})"
    r"|(?:id|no|nr)\s*[.:#]+\s*(?P<e>[a-z]{0,4}[-_]?\d[\w.-]{2,15})"
    r"|(?P<b>(?:jr|r|req|rq|ref|job|jo|pos|j|p|tr|wd|ir|bh|cr|br)[-_]?\d{4,}(?:[-_]\d+)*)"
    r"|\#\s?(?P<c>[a-z]{0,4}-?\d{3,}(?:-\d+)*)|(?P<d>(?:[a-z]{1,5}[-_])?\d{5,}(?:-\d+)*|\d{2,4}-\d{4,}))"
    r"(?![^\W_])\s*[)\]]?",
    re.IGNORECASE,
)
_ZIP = re.compile(r"\b([A-Z]{2}),?\s*[-–]?\s*\d{5}(?:-\d{4})?\b")
_PAY = re.compile(
    r"[(\[]?\s*(?:up to|ab|bis zu|até|from|tot)?\s*(?:(?:[A-Z]{2})?[$€£]|(?:usd|eur|gbp|sgd|inr|aed|idr|rp|r\$)\s?)\s?\d[\d.,]*\s?[km]?\+?"
    r"(?:\s?(?:[-–]|to)\s?(?:[A-Z]{2})?[$€£]?\s?\d[\d.,]*\s?[km]?\+?)?(?:\s?(?:/|per|an|a|p\.?)\s?(?:hour|hr|h|year|yr|annum|day|month|week|stunde|uur|maand|mois|an|a))?\s*[)\]]?",
    re.IGNORECASE,
)
_HOURS = re.compile(
    r"[(\[]?\s*\b(\d{1,3}(?:\s?(?:[-–/]|to|a|à|bis|tot)\s?\d{1,3})?\+?)\s?-?\s?"
    r"(%|(?:hours?|hrs?|uur|stunden|std|heures?|horas?|h)(?:\s?(?:/|per|p\.?|a|por)\s?(?:week|wk|w|woche|semaine|semana))?"
    r"|months?|mois|monate?|maanden|meses|bulan|mos?|weeks?|semaines)(?![^\W_])\.?\s*[)\]]?",
    re.IGNORECASE,
)
_TRACKER = re.compile(r"#?\s?J-18808-Ljbffr\s*", re.IGNORECASE)
_DECORATION = re.compile(r"[*!~]{2,}|[\u2190-\u21ff\u2600-\u27bf\U0001f000-\U0001faff\ufe0f]+")
_STRAY = " -–—*•|,;:!#~_/<>"
_ENDS = frozenset(("hard", "either", "slash"))
_PARTS = _ENDS | {"/"}
_OR = frozenset(("or", "ou", "oder", "of", "to", "o", "atau", "and", "&"))
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"20[1-3]\d")


def parse_title(title: str, known_places: frozenset[str] = frozenset()) -> Title:
    """Return `title` taken apart.

    Args:
        title: one line, Unicode already repaired; may still carry marks, brackets, requisition numbers.
        known_places: folded names the posting's own place goes by (city, region, country), to tell a place from a team.
    """
    clean = clean_title(title)
    found = _Found()
    text = _take_marks(clean, found)
    segments = _segments(text, found)
    place = _take_places(segments, known_places)
    core_at = _core_at(segments)
    core = _core(segments[core_at], found) if segments else ""
    team = _team(segments, core_at, core, found)
    if not core:  # nothing but qualifiers: a title such as "Trainee" or "Praktikum 2026"
        core = _bare(clean)
    level, levels = _level(found)
    grade = found.grades[0] if len(set(found.grades)) == 1 else None
    if len(set(found.grades)) > 1:
        found.flags.add("several grades")
    return Title(
        clean=clean,
        core=core,
        stem=_stem(core, level),
        level=level,
        grade=grade,
        degrees=tuple(sorted(found.degrees)),
        start_year=found.year,
        team=team,
        contract=", ".join(sorted(found.contracts)) or None,
        gender_mark=found.gender,
        place=place,
        requisition_id=found.requisition,
        remote=found.remote,
        flags=tuple(sorted(found.flags)),
        levels=levels,
    )


def clean_title(title: str) -> str:
    """Return `title` for people to read: trackers, stray marks and doubled spaces off; all of it where nothing else is left."""
    text = " ".join(title.split())
    if "18808" in text:
        text = _TRACKER.sub("", text)
    cleaned = text
    if not text.isascii() or "**" in text or "!!" in text or "~~" in text:
        cleaned = " ".join(_DECORATION.sub(" ", text).split())
    cleaned = cleaned.strip(_STRAY)
    return cleaned or text


@lru_cache(maxsize=65_536)
def _fold(word: str) -> str:
    if word.isascii():
        return word.lower().replace("’", "'")
    plain = unicodedata.normalize("NFKD", word.casefold().replace("ß", "ss").replace("’", "'"))
    return "".join(c for c in plain if not unicodedata.combining(c))


def _take_marks(text: str, found: _Found) -> str:
    """Return `text` without gender marks, inflections, requisition number, pay and hours, noting them in `found`."""
    if "/" in text or "(" in text or "[" in text or "|" in text or "-" in text:
        mark = _GENDER.search(text)
        if mark:
            found.gender = _fold(re.sub(r"[^\w/*]", "", mark[0].replace("|", "/").replace(",", "/"))).strip("/") or None
            text = (
                f"{text[: mark.start()]} , {text[mark.end() :]}" if text[mark.end() :].strip() else text[: mark.start()]
            )
    if not _INFLECTING.isdisjoint(text):
        text = _INFLECTED.sub("", text)
    if _DIGIT.search(text):
        text = _take_numbers(text, found)
    return text


def _take_numbers(text: str, found: _Found) -> str:
    text = _PAY.sub(" , ", text)
    text = _ZIP.sub(r"\1", text)
    hours = _HOURS.search(text)
    if hours:
        found.contracts.add(" ".join(hours[0].strip(" ()[]").lower().split()))
        text = _HOURS.sub(" , ", text)
    number = _REQUISITION.search(text)
    if number:
        value = next(v for v in number.groups() if v)
        if not _YEAR.fullmatch(value):
            found.requisition = value.upper()
            text = f"{text[: number.start()]} , {text[number.end() :]}"
    return text


def _segments(text: str, found: _Found) -> list[_Segment]:
    """Return the segments of `text` with what is left of them after known phrases were labelled and noted in `found`."""
    words, folded, breaks, brackets = _cut(text)
    segments: list[_Segment] = []
    i = 0
    while i < len(words):
        if breaks[i] in _ENDS or not segments:
            segments.append(_Segment(brackets[i], joined=breaks[i] == "slash"))
        segment = segments[-1]
        size = _label(i, words, folded, breaks, segment, found)
        if size:
            i += size
            continue
        glue = "-" if breaks[i] == "-" else "/" if breaks[i] == "/" else ""
        if glue and segment.originals:
            segment.originals[-1] = f"{segment.originals[-1]}{glue}{words[i]}"
        else:
            segment.originals.append(words[i])
        segment.folded.append(folded[i])
        i += 1
    return _joined([s for s in segments if s.folded])


def _joined(segments: list[_Segment]) -> list[_Segment]:
    """Return the segments, two occupations with a slash between as one: "Business Analyst / Systems Analyst"."""
    kept: list[_Segment] = []
    for segment in segments:
        before = kept[-1] if kept else None
        if (
            before
            and segment.joined
            and before.bracket == segment.bracket
            and _names_occupation(before)
            and _names_occupation(segment)
        ):
            before.originals += ["/", *segment.originals]
            before.folded += segment.folded
        else:
            kept.append(segment)
    return kept


def _cut(text: str) -> tuple[list[str], list[str], list[str], list[bool]]:
    """Return words, folded words, the kind of mark before each ('', '-', '/', 'either' or 'hard') and whether each is in brackets."""
    words: list[str] = []
    folded: list[str] = []
    breaks: list[str] = []
    brackets: list[bool] = []
    end, depth = 0, 0
    for match in _WORD.finditer(text):
        between = text[end : match.start()]
        end = match.end()
        kind = ""
        if between not in ("", " ", ". "):
            if between in ("-", "/"):
                kind = between
            elif between.strip() == "/":
                kind = "slash"
            elif "/" in between or "|" in between:
                kind = "either"
            elif _HARD.search(between):
                kind = "hard"
            if kind in _ENDS:
                depth += between.count("(") + between.count("[") - between.count(")") - between.count("]")
        word = match[0]
        low = _fold(word)
        if kind == "-" and folded and folded[-1] in known.OCCUPATIONS and len(low) > 3 and low not in _PHRASES:
            kind = "hard"
        words.append(word)
        folded.append(low)
        breaks.append(kind)
        brackets.append(depth > 0)
    return words, folded, breaks, brackets


def _label(i: int, words: list[str], folded: list[str], breaks: list[str], segment: _Segment, found: _Found) -> int:
    """Return how many words from `i` on are a known phrase that leaves the title, 0 where the word stays."""
    word = folded[i]
    alone = i + 1 >= len(words) or breaks[i + 1] in _ENDS
    first = not segment.folded
    for phrase, kind, value in _PHRASES.get(word, ()):
        size = len(phrase)
        if size > 1 and (
            tuple(folded[i : i + size]) != phrase
            or not (_ENDS if kind == "gender" else _PARTS).isdisjoint(breaks[i + 1 : i + size])
        ):
            continue
        after = folded[i + size] if i + size < len(words) and breaks[i + size] not in _ENDS else ""
        before = segment.folded[-1] if segment.folded else ""
        text = " ".join(phrase)
        if after in known.NOT_A_LEVEL_BEFORE.get(text, ()) or before in known.NOT_A_LEVEL_AFTER.get(text, ()):
            continue
        if _note(text, kind, value, first, bool(after), before, words[i], found):
            if kind == "level":
                _mark_either(i, size, folded, breaks, found)
            return size
        if kind in ("level", "head"):
            return 0
    return _label_number(i, word, words, folded, breaks, segment, alone, found)


def _mark_either(i: int, size: int, folded: list[str], breaks: list[str], found: _Found) -> None:
    """Note that two levels are offered as a choice: a slash, a bar or an "or" stands between them."""
    if found.level_end >= 0 and len(set(found.levels)) > 1:
        between = range(found.level_end, i + 1)
        found.either = found.either or any(
            breaks[j] in ("/", "either", "slash") or (j < i and folded[j] in _OR) for j in between
        )
    found.level_end = i + size


def _note(text: str, kind: str, value: str, first: bool, followed: bool, before: str, word: str, found: _Found) -> bool:
    """Note a phrase in `found`; return whether it leaves the title."""
    if kind == "level":
        if text == "associate" and not (first and followed):
            return False
        if text in ("staff", "principal", "grad", "starter", "experienced", "new", "pl", "intermediate") and not (
            first or not followed
        ):
            return False
        found.levels.append(value)
        lead_of_field = text == "lead" and not first and not followed and before not in known.OCCUPATIONS
        return not (text in known.KEPT_LEADS and (first or not followed)) and not lead_of_field
    if kind == "head":
        found.head = value if found.head is None or _RANK[value] > _RANK[found.head] else found.head
        return False
    if kind == "degree":
        found.degrees.add(value)
    elif kind == "contract":
        if value in known.SEASONS and followed and first is False:
            return False
        if text in ("vast", "temp", "ltd", "independent", "ft", "nights", "pj", "prestation", "interim") and followed:
            return False
        found.contracts.add(value)
    elif kind == "remote":
        if text in ("virtual", "flex", "anywhere") and followed:
            return False
        found.remote = found.remote or value
    elif kind == "affirmative":
        found.flags.add("affirmative")
    elif kind == "gender":
        found.gender = found.gender or text
    elif text in (
        "new",
        "hot",
        "job",
        "jobs",
        "ref",
        "req",
        "opening for",
        "looking for",
        "poste",
        "confidential",
        "divers",
        "start",
    ):
        return first or text in ("start", "job", "jobs")
    return True


def _label_number(
    i: int,
    word: str,
    words: list[str],
    folded: list[str],
    breaks: list[str],
    segment: _Segment,
    alone: bool,
    found: _Found,
) -> int:
    """Return 1 where the word is a year, month, grade, short degree, `stage` or level code that leaves the title, else 0."""
    if word == "stage" and not segment.folded and folded[i + 1 : i + 2] != ["manager"] and words[i] != "stage":
        found.levels.append("intern")
        return 1
    if word == "mid" and (alone or breaks[i + 1] == "/"):
        found.levels.append("mid")
        _mark_either(i, 1, folded, breaks, found)
        return 1
    if word in known.SHORT_DEGREES and _is_degree(i, folded, breaks, found):
        found.degrees.add(known.SHORT_DEGREES[word])
        return 1
    if word in known.MONTHS:
        near = folded[i + 1 : i + 2] + folded[max(i - 1, 0) : i]
        return int(any(_YEAR.fullmatch(w) or w == "start" for w in near))
    if word in _GRADES and segment.folded and (alone or breaks[i + 1] == "/" or not word.isdigit()):
        if word == "i" and not alone and breaks[i + 1] not in ("/", ""):
            return 0
        found.grades.append(_GRADES[word])
        if segment.folded[-1] in ("level", "lvl", "grade", "niveau", "stufe"):
            segment.folded.pop()
            segment.originals.pop()
        return 1
    if word in _GRADES and breaks[i] in ("/", "-", "either", "slash") and found.grades:
        found.grades.append(_GRADES[word])
        return 1
    if not word[-1].isdigit():
        return 0
    if _YEAR.fullmatch(word) and (not segment.folded or segment.folded[-1] not in known.NO_YEAR_AFTER):
        found.year = found.year or int(word)
        return 1
    if alone and i > 0 and _STAGED.fullmatch(word):
        found.grades.append(int(re.sub(r"\D", "", word)))
        return 1
    return 0


def _is_degree(i: int, folded: list[str], breaks: list[str], found: _Found) -> bool:
    """Return whether a short degree word stands where degrees stand: beside another by a slash, or alone after a start year."""
    beside = (i > 0 and breaks[i] == "/" and folded[i - 1] in known.SHORT_DEGREES) or (
        i + 1 < len(folded)
        and breaks[i + 1] == "/"
        and (folded[i + 1] in known.SHORT_DEGREES or folded[i + 1] == "phd")
    )
    spaced = i + 1 < len(folded) and breaks[i + 1] in _ENDS and folded[i + 1] in known.SHORT_DEGREES
    alone = (i == 0 or breaks[i] in _ENDS) and (i + 1 == len(folded) or breaks[i + 1] in _ENDS)
    return beside or (alone and (found.year is not None or bool(found.degrees) or spaced or "graduate" in found.levels))


def _take_places(segments: list[_Segment], places: frozenset[str]) -> str | None:
    """Take segments and ends of segments that are places out of `segments`; return them as the title writes them."""
    taken: list[str] = []
    for at in range(len(segments) - 1, -1, -1):
        segment = segments[at]
        name = " ".join(segment.folded)
        state = len(segment.folded) == 1 and segment.originals[0] in known.STATES and at > 0
        if at > 0 or len(segments) > 1:
            if state or name in places or name in known.PLACES:
                taken.insert(0, " ".join(segment.originals))
                segments.pop(at)
                continue
            follows_state = at > 0 and bool(taken) and taken[0] in known.STATES and at == len(segments) - 1
            if follows_state and len(segment.folded) <= 3 and not _names_occupation(segment):
                taken.insert(0, " ".join(segment.originals))
                segments.pop(at)
                continue
        end = _place_at_end(segment, places)
        if end:
            taken.insert(0, " ".join(segment.originals[len(segment.originals) - end :]))
            keep = len(segment.folded) - end
            if keep and segment.folded[keep - 1] in ("in", "at", "a", "near", "em", "te", "en", "bei", "for", "the"):
                keep -= 1
            segment.originals, segment.folded = segment.originals[:keep], segment.folded[:keep]
            if not segment.folded:
                segments.pop(at)
    return ", ".join(taken) or None


def _place_at_end(segment: _Segment, places: frozenset[str]) -> int:
    """Return how many words at the end of `segment` are a place, leaving at least one word before; 0 where none are."""
    count = len(segment.folded)
    if count != len(segment.originals):
        return 0
    for size in range(min(4, count - 1), 0, -1):
        name = " ".join(segment.folded[count - size :])
        if name in places or (name in known.PLACES and segment.originals[count - size][:1].isupper()):
            return size
        if size > 1 and segment.originals[-1] in known.STATES and " ".join(segment.folded[count - size : -1]) in places:
            return size
    return 0


def _names_occupation(segment: _Segment) -> bool:
    return any(w in known.OCCUPATIONS or w.endswith(known.OCCUPATION_ENDINGS) for w in segment.folded)


def _core_at(segments: list[_Segment]) -> int:
    """Return which segment is the core: the first outside brackets that names an occupation, else the first outside, else 0."""
    for i, segment in enumerate(segments):
        if not segment.bracket and _names_occupation(segment):
            return i
    return next((i for i, segment in enumerate(segments) if not segment.bracket), 0)


def _core(segment: _Segment, found: _Found) -> str:
    words: list[str] = []
    i = 0
    while i < len(segment.folded):
        pair = " ".join(segment.folded[i : i + 2])
        if pair in known.ALIASES:
            words.append(known.ALIASES[pair])
            i += 2
            continue
        word = segment.folded[i]
        words.append(known.ALIASES.get(word, word))
        i += 1
    while len(words) > 1 and words[-1] in ("and", "or", "in", "at", "for", "of", "with", "de", "the", "to"):
        words.pop()
    half = len(words) // 2
    if half and words[:half] == words[half:]:  # "Lead Data Analyst/Senior Data Analyst"
        words = words[:half]
        found.flags.update(["several levels"] if found.levels else [])
    core = " ".join(words)
    if found.head in ("director", "executive") and "senior" in found.levels and not core.startswith("senior"):
        core = f"senior {core}"
    return core


def _team(segments: list[_Segment], core_at: int, core: str, found: _Found) -> str | None:
    """Return the segments beside the core as the title writes them, without initials and repeats of the core.

    A repeat, as in "Data Scientist / Sr Data Scientist", says that several levels are on offer.
    """
    initials = "".join(w[0] for w in core.split())
    taken = []
    for i, segment in enumerate(segments):
        name = " ".join(segment.folded)
        if i == core_at or not segment.originals or name == initials:
            continue
        if name == core:
            found.flags.add("several levels")
        else:
            taken.append(" ".join(segment.originals))
    return ", ".join(taken) or None


def _level(found: _Found) -> tuple[str | None, tuple[str, ...]]:
    """Return the level and all levels stated: intern and graduate before the rest, then the highest; a manager's only if alone."""
    levels = tuple(sorted(set(found.levels), key=_RANK.__getitem__))
    if found.head in ("director", "executive"):
        return found.head, (found.head,)
    if not levels:
        return found.head, (found.head,) if found.head else ()
    if len(levels) > 1 and found.either:
        found.flags.add("several levels")
        return levels[0], levels
    level = levels[0] if levels[0] in ("intern", "graduate") else levels[-1]
    return level, (level,)


def _stem(core: str, level: str | None) -> str:
    if level is None or level in ("manager", "director", "executive") or level in core.split():
        return core
    return f"{core} {level}" if level in ("intern", "graduate") else f"{level} {core}"


def _bare(text: str) -> str:
    return " ".join(_fold(w) for w in _WORD.findall(text)) or text.casefold()
