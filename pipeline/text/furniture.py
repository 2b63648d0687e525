"""What a page or tracker added to an ad's text: echo of the title, buttons and notes of the page, tracking marks."""

import re
from functools import lru_cache

from pipeline.text.tokens import words

# Marks of resellers and trackers: taken off, kept as provenance. Each with the letters that must be there for it.
_MARKS = (
    ("#J-", re.compile(r"#J-\d{4,6}-Ljbffr\b")),
    ("#LI-", re.compile(r"#LI-[A-Za-z0-9]{2,12}\b(?!-)")),
    ("PDN-", re.compile(r"PDN-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")),
    ("PandoLogic", re.compile(r"PandoLogic\. Category:[^\n]*")),
    ("PI", re.compile(r"PI\d{8,9}[0-9a-f]{0,6}-\d{4,6}-\d{6,9}\b")),
    ("#indeed", re.compile(r"#indeed\w*\b")),
    ("#zr", re.compile(r"#zr\b")),
    ("#ZR", re.compile(r"#ZR\b")),
    ("#CJP-", re.compile(r"#CJP-\d+\b")),
)
_BRACKETS_LEFT = re.compile(r"[\[(]\s*\\?[\])]")

_APPLICANTS = (
    r"be among the first \d+ applicants|(?:over |more than )?\d+\+? applicants|no longer accepting applications"
)
_NOTES = (
    rf"{_APPLICANTS}"
    r"|get ai-powered advice on this job(?: and more exclusive features)?"
    r"|sign in to access ai-powered advices?|am i a good fit for this job|tailor my resume"
    r"|referrals increase your chances of interviewing at [^\n]{1,80}? by 2x"
    r"|get notified about new [^\n]{1,120}? jobs in [^\n.]{1,80}"
    r"|sign in to set job alerts for [^\n.]{1,120}|see who [^\n.]{1,80} has hired for this role"
    r"|direct message the job poster from [^\n.]{1,100}|this range is provided by [^\n]{1,80}"
    r"|join to apply for the [^\n]{1,200}? role at [^\n.]{1,80}"
    r"|continue with google|continue with email|we're unlocking community knowledge in a new way"
    r"|save this job with your existing linkedin profile, or create a new one"
    r"|❮ back to last search|back to last search|skip to main content(?: accessibility help)?"
    r"|salary is unavailable|full job description|job details here's how the job details align with your profile"
)
_BUTTONS = (
    r"show more|show less|read more|see more|see less|report(?: this)?(?: job)?|apply(?: now| here| online| today)?!?"
    r"|easy apply"
    r"|apply (?:now )?for this job|save(?: job| this job)?|share(?: this)?(?: job)?|print|sign in|view job"
    r"|view all jobs|back to jobs"
    r"|new|promoted|actively hiring|©\s?\d{4}[^\n]{0,60}(?:all )?rights? reserved"
    r"|meer weergeven|minder weergeven|toon meer|solliciteer(?: nu| direct)?|mehr anzeigen|weniger anzeigen"
    r"|jetzt bewerben"
    r"|afficher plus|voir plus|voir moins|postuler|ver mais|ver menos|candidatar-se|candidate-se|mostrar más|ver más"
)
_FIRST_WORDS = frozenset(
    "show read see report apply easy save share print sign view back new promoted actively © meer minder toon"
    " solliciteer mehr weniger jetzt afficher voir postuler ver candidatar-se"
    " candidate-se mostrar".split()
)
_BUTTON_LINE = re.compile(rf"(?:[\W_]*(?:{_BUTTONS}))+[\W_]*", re.IGNORECASE)
_NOTE = re.compile(rf"(?:^|(?<=[.!?]\s)|(?<=\n))(?:{_NOTES})(?:[.!…]+|(?=\n)|$)[ \n]?", re.IGNORECASE | re.MULTILINE)
_NOTE_SIGNS = (
    "accepting applications", "ai-powered", "referrals increase", "get notified about", "set job alerts",
    "has hired for", "direct message the", "range is provided by", "join to apply", "continue with",
    "community knowledge",
    "linkedin profile", "last search", "skip to main", "salary is unavailable", "full job description",
    "job details align",
    "good fit for this", "tailor my resume",
)  # fmt: skip
_BUTTON_LENGTH = 60  # characters; a longer line is no button
_APPLICANTS_SIGN = re.compile(r"\d\+? applicants")
_ENDS = 1_500  # characters at the beginning and the end of a text in which a page's notes are looked for
_TAIL = re.compile(
    r"\n(?:seniority level\n?(?:[^\n]{0,40}\n?)employment type\n?[^\n]{0,40}(?:\n?job function\n?[^\n]{0,120})?(?:\n?in"
    r"dustries\n?[^\n]{0,200})?"
    r"|(?:for (?:quick )?(?:immediate )?(?:consideration|application)|to apply (?:now|to this job)"
    r"|apply now)[^\n]{0,30}click (?:easy )?apply(?: now)?)\s*$"
    r"|©\s?\d{4}[^\n©]{0,40}all rights? reserved\.?\s*$",
    re.IGNORECASE,
)
SIGNS = (
    *_NOTE_SIGNS, "0 applicants", "0+ applicants", "seniority level", "click apply", "click easy apply", "©",
    "#j-", "#li-", "pdn-", "pandologic", "pi0", "#indeed", "#zr", "#cjp-",
)  # fmt: skip
"""What a text with a mark or a note, or a tail of the page, holds in small or capital letters; a 0 is any digit."""
_CUT = re.compile(r"\s*(?:\.{2,}|…)\s*(?:show more|read more|see more)?\s*$", re.IGNORECASE)


def take_off_marks(text: str) -> tuple[str, tuple[str, ...]]:
    """Return `text` without tracking marks, and the marks, each once, in order."""
    marks: list[str] = []
    for sign, pattern in _MARKS:
        if sign in text and (found := pattern.findall(text)):
            marks += found
            text = pattern.sub("", text)
    if not marks:
        return text, ()
    parts = (" ".join(part.split()) for part in _BRACKETS_LEFT.sub("", text).split("\n"))
    return "\n".join(part for part in parts if part.strip("[](). ")), tuple(dict.fromkeys(marks))


def take_off(text: str, title: str, employer: str, *, noted: bool = True) -> str:
    """Return `text` without the page's notes and buttons and without the echo of the title at its beginning.

    `noted` is false where the text is known to hold none of SIGNS.
    """
    while True:
        new = _echo_off(_notes_off(text) if noted else _buttons_off(text), title, employer)
        if new == text:
            return text
        text, noted = new, True


def _notes_off(text: str) -> str:
    low = (text if len(text) < 2 * _ENDS else f"{text[:_ENDS]}\n{text[-_ENDS:]}").lower()
    if any(sign in low for sign in _NOTE_SIGNS) or (" applicants" in low and _APPLICANTS_SIGN.search(low)):
        text = _NOTE.sub("", text)
    text = _buttons_off(text)
    at = max(0, len(text) - _ENDS)
    tail = _TAIL.search(text, at)
    return (text[: tail.start()] if tail else text).strip()


def _buttons_off(text: str) -> str:
    parts = text.split("\n")
    if not any(map(_is_button, [part for part in parts if len(part) <= _BUTTON_LENGTH])):
        return text
    return "\n".join(part for part in parts if len(part) > _BUTTON_LENGTH or not _is_button(part))


@lru_cache(maxsize=65536)
def _is_button(line: str) -> bool:
    """Return whether a short line is nothing but the labels of buttons."""
    first = line.strip(" *•|<>-–—[](){}!.,_").lower().split(" ", 1)[0].rstrip("!.,:")
    return first in _FIRST_WORDS and _BUTTON_LINE.fullmatch(line) is not None


def _echo_off(text: str, title: str, employer: str) -> str:
    """Return `text` without leading units that only say the title (and employer) again, whole or cut off at the end."""
    if not title:
        return text
    while text and _may_echo(text, title, employer):
        unit, rest = _first_unit(text, title)
        if not unit or not is_echo(unit, title, employer):
            break
        text = rest
    return text


_FIRST = 48  # characters in which the first word is looked for


def _may_echo(text: str, title: str, employer: str) -> bool:
    """Return whether `text` begins with a word that title or employer have: to find its first unit takes ten times as long."""
    first = words(text[:_FIRST])
    return (
        len(first) < 2  # the only one may be cut
        or first[0].isdigit()
        or first[0] in _SMALL
        or first[0] in _bag(title)
        or first[0] in _bag(employer)
    )


def _first_unit(text: str, title: str) -> tuple[str, str]:
    """Return the first sentence or line, and what follows; a title that itself holds a full stop is one unit."""
    line, _, rest = text.partition("\n")
    if (
        len(line) > len(title)
        and line[: len(title)].casefold() == title.casefold()
        and re.match(r"\s?[.:|!]+\s", line[len(title) :] + " ")
    ):
        tail = line[len(title) :].lstrip(" .:|!")
        return line[: len(title)], f"{tail}\n{rest}".strip()
    for end in re.finditer(r"[.!]+\s+(?=[A-Z])", line):
        head = line[: end.start()]
        if len(head) > len(title) + 80:
            break
        if len(head) >= min(12, len(title)):
            return head, f"{line[end.end() :]}\n{rest}".strip()
    return line, rest


@lru_cache(maxsize=65536)
def _bag(text: str) -> tuple[str, ...]:
    return tuple(words(text))


_SMALL = frozenset(
    (
        "at",
        "bij",
        "bei",
        "chez",
        "in",
        "the",
        "a",
        "role",
        "job",
        "position",
        "title",
        "for",
        "company",
        "vacature",
        "als",
        "een",
    )
)


def is_echo(unit: str, title: str, employer: str) -> bool:
    """Return whether `unit` says no more than title and employer; a digit's slip or a cut end are allowed."""
    if len(unit) > 2 * len(title) + len(employer) + 40:
        return False
    cut = bool(_CUT.search(unit))
    said, known = list(_bag(_CUT.sub("", unit))), _bag(title)
    if not said or not known:
        return False
    if cut and len(said) > 1:
        said.pop()  # the last word may be cut in two
        return tuple(said) == known[: len(said)]
    extra = set(_bag(employer)) | _SMALL
    left = [w for w in said if w not in known and w not in extra]
    slips = sum(any(w in k and k.isdigit() for k in known) for w in left if w.isdigit())
    missing = [w for w in known if w not in said]
    return len(left) <= slips and len(missing) - slips <= len(known) // 6
