"""The employer that a title names where the header names none: "Line Cook @ Copperline Grill"."""

import re
from functools import lru_cache

from pipeline.text import title_words as known
from pipeline.text.employers import clean_employer
from pipeline.text.tokens import fold

_PLACE_MARK = re.compile(r",\s*[A-Z]{2}\b|\b(?:remote|hybrid|onsite|on-site)\b", re.IGNORECASE)


@lru_cache(maxsize=65536)
def employer_in_title(title: str, places: frozenset[str] = frozenset()) -> tuple[str, str | None]:
    """Return `title` without the employer at its end, and the employer; `title` as it is and None where it names none.

    Boards that have one field for both write "Role @ Employer"; some write a place after the same sign.

    Args:
        title: one line.
        places: folded names the posting's own place goes by.
    """
    role, _, told = title.rpartition("@")
    if not role.endswith(" ") or not any(c.isalnum() for c in role) or _PLACE_MARK.search(told):
        return title, None
    name, _ = clean_employer(told)
    folded = fold(name or "")
    if not folded or folded in places or folded in known.PLACES or told.strip() in known.STATES:
        return title, None
    return role.rstrip(), name
