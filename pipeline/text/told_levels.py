"""Level as a feed's own field tells it: the words of boards and applicant tracking systems, in six languages."""

import re
from functools import lru_cache

_LEVELS = (
    ("intern", r"intern(?:ship)?s?\b|praktik|stagiair|stagiaire|\bstage\b|becari|prácticas|estagi|estági|werkstudent|trainee"),
    ("graduate", r"\bgraduate|new grad|absolvent|afgestudeerd|jeune diplômé|recién (?:graduado|titulado)|recém[- ]formado"
     r"|berufseinsteiger|starter\b|débutant"),
    ("executive", r"executive|c[- ]?level|c[- ]suite|geschäftsführ|directie|dirigeant|ejecutiv|executiv|vp\b|vice president"),
    ("director", r"director|direktor|directeur|diret"),
    ("manager", r"manager|managing|management|leitung|leidinggevend|encadrement|gerente|gestor|supervisor"),
    ("principal", r"principal"),
    ("staff", r"\bstaff\b"),
    ("lead", r"\blead\b|team ?lead|teamleider|teamleit|chef d"),
    ("mid", r"mid[- ]?level|\bmid\b|intermediate|medior|professional|berufserfahren|confirmé|intermedi|pleno|experienced"
     r"|mit berufserfahrung|ervaren"),
    ("senior", r"senior|\bsr\b|sénior|expert"),
    ("junior", r"junior|\bjr\b|entry|associate|(?<!berufs)einsteiger|beginner|júnior|instap|assistant"),
)  # fmt: skip
_PATTERNS = tuple((name, re.compile(words, re.IGNORECASE)) for name, words in _LEVELS)
_RANGE = re.compile(r"mid[- _]?senior", re.IGNORECASE)


@lru_cache(maxsize=4096)
def told_level(text: str | None) -> str | None:
    """Return the level a field names, in the words of a title's level; None where it names none, or two at once.

    "Mid-Senior level" is LinkedIn's for all between junior and director: none of ours.
    """
    if not text or not text.strip() or len(text) > 80 or _RANGE.search(text):
        return None
    plain = text.replace("_", " ")
    found = [name for name, pattern in _PATTERNS if pattern.search(plain)]
    return found[0] if len(found) == 1 else None
