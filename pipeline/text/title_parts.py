"""A title cut into parts: known phrases are labelled and leave it, places are taken off, what stays is kept by segment."""

import re
from collections.abc import Container
from dataclasses import dataclass, field

from pipeline.text import title_words as known
from pipeline.text.title_marks import RANK, WORD, YEAR, Found, fold_word


@dataclass
class Segment:
    """Words between two hard marks."""

    bracket: bool
    joined: bool = False  # a slash stands before it
    originals: list[str] = field(default_factory=list)
    folded: list[str] = field(default_factory=list)
    occupation: bool = False


_PHRASES = known.phrases()
_GRADES = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5, "6": 6}
_STAGED = re.compile(r"(?:l|ic|p|e|t|g|m|lvl|lv)\d{1,2}")
_HARD = re.compile(r"[()\[\]{}|,;:•·@*!<>«»~=]|\s[-–—/\\]|[-–—/\\]\s|[–—]|--")
_ENDS = frozenset(("hard", "either", "slash"))
_PARTS = _ENDS | {"/"}
_HEADS_BEGIN = frozenset(("vice", "senior", "general", "chief", "managing", "executive", "deputy"))
_NONE: frozenset[str] = frozenset()
_OR = frozenset(("or", "ou", "oder", "of", "to", "o", "atau", "and", "&"))


def segments_of(text: str, found: Found) -> list[Segment]:
    """Return the segments of `text` with what is left after known phrases were labelled and noted in `found`."""
    words, folded, breaks, brackets = _cut(text)
    segments: list[Segment] = []
    i = 0
    while i < len(words):
        if breaks[i] in _ENDS or not segments:
            segments.append(Segment(brackets[i], joined=breaks[i] == "slash"))
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


def _joined(segments: list[Segment]) -> list[Segment]:
    """Return the segments, two occupations with a slash between as one: "Business Analyst / Systems Analyst"."""
    kept: list[Segment] = []
    for segment in segments:
        before = kept[-1] if kept else None
        if (
            before
            and segment.joined
            and before.bracket == segment.bracket
            and names_occupation(before)
            and names_occupation(segment)
        ):
            before.originals += ["/", *segment.originals]
            before.folded += segment.folded
        else:
            kept.append(segment)
    return kept


def _cut(text: str) -> tuple[list[str], list[str], list[str], list[bool]]:
    """Return words, folded words, the kind of mark before each, and whether each is in brackets.

    Kinds: '', '-' and '/' within a part; 'slash', 'either' (other marks with a slash or bar) and 'hard' between parts.
    """
    words: list[str] = []
    folded: list[str] = []
    breaks: list[str] = []
    brackets: list[bool] = []
    end, depth = 0, 0
    for match in WORD.finditer(text):
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
        low = fold_word(word)
        if kind == "-" and folded and folded[-1] in known.OCCUPATIONS and len(low) > 3 and low not in _PHRASES:
            kind = "hard"
        words.append(word)
        folded.append(low)
        breaks.append(kind)
        brackets.append(depth > 0)
    return words, folded, breaks, brackets


def _label(i: int, words: list[str], folded: list[str], breaks: list[str], segment: Segment, found: Found) -> int:
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
        if after in known.NOT_BEFORE.get(text, ()) or before in known.NOT_AFTER.get(text, ()):
            continue
        if not after.isdigit() and not known.NOT_BESIDE.get(text, _NONE).isdisjoint(folded):
            continue
        if kind == "head" and _is_served(i, size, value, folded, breaks):
            return 0
        if value == "staff" and known.STAFF_RANKS.isdisjoint(folded):
            continue
        if _note(text, kind, value, first, bool(after), before, words[i], found):
            if kind == "level":
                _mark_either(i, size, folded, breaks, found)
            return size
        if kind in ("level", "head"):
            return 0
    return _label_number(i, word, words, folded, breaks, segment, alone, found)


def _is_served(i: int, size: int, head: str, folded: list[str], breaks: list[str]) -> bool:
    """Return whether the head at `i` is somebody the job works for: "Assistant to the CEO", "CEO Assistant"."""
    after = i + size
    if after < len(folded) and breaks[after] not in _ENDS and folded[after] in known.SERVING:
        return True
    if known.SERVING.isdisjoint(folded[:i]):
        return False
    if breaks[i] in _ENDS:
        return head in ("director", "executive")
    while i > 1 and folded[i - 1] in _HEADS_BEGIN:
        i -= 1
    return folded[i - 1] in known.SERVING_LINKS


def _mark_either(i: int, size: int, folded: list[str], breaks: list[str], found: Found) -> None:
    """Note that two levels are offered as a choice: a slash, a bar or an "or" stands between them."""
    if found.level_end >= 0 and len(set(found.levels)) > 1:
        between = range(found.level_end, i + 1)
        found.either = found.either or any(
            breaks[j] in ("/", "either", "slash") or (j < i and folded[j] in _OR) for j in between
        )
    found.level_end = i + size


def _note(text: str, kind: str, value: str, first: bool, followed: bool, before: str, word: str, found: Found) -> bool:
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
        found.head = value if found.head is None or RANK[value] > RANK[found.head] else found.head
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
    segment: Segment,
    alone: bool,
    found: Found,
) -> int:
    """Return 1 where the word is a year, month, grade, short degree or level code that leaves the title, else 0."""
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
        return int(any(YEAR.fullmatch(w) or w == "start" for w in near))
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
    if YEAR.fullmatch(word) and (not segment.folded or segment.folded[-1] not in known.NO_YEAR_AFTER):
        found.year = found.year or int(word)
        return 1
    if alone and i > 0 and _STAGED.fullmatch(word):
        found.grades.append(int(re.sub(r"\D", "", word)))
        return 1
    return 0


def _is_degree(i: int, folded: list[str], breaks: list[str], found: Found) -> bool:
    """Return whether a short degree word stands where degrees do: beside another by a slash, or alone after a year."""
    beside = (i > 0 and breaks[i] == "/" and folded[i - 1] in known.SHORT_DEGREES) or (
        i + 1 < len(folded)
        and breaks[i + 1] == "/"
        and (folded[i + 1] in known.SHORT_DEGREES or folded[i + 1] == "phd")
    )
    spaced = i + 1 < len(folded) and breaks[i + 1] in _ENDS and folded[i + 1] in known.SHORT_DEGREES
    alone = (i == 0 or breaks[i] in _ENDS) and (i + 1 == len(folded) or breaks[i + 1] in _ENDS)
    return beside or (alone and (found.year is not None or bool(found.degrees) or spaced or "graduate" in found.levels))


def take_places(segments: list[Segment], places: Container[str]) -> str | None:
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
            if follows_state and len(segment.folded) <= 3 and not names_occupation(segment):
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


def _place_at_end(segment: Segment, places: Container[str]) -> int:
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


def names_occupation(segment: Segment) -> bool:
    """Return whether a word of `segment` names an occupation."""
    return any(w in known.OCCUPATIONS or w.endswith(known.OCCUPATION_ENDINGS) for w in segment.folded)
