"""What the jobs of a family share for people to read (stem), and in which qualifiers they differ (slots)."""

import re
from collections.abc import Sequence

from pipeline.text.tokens import words

_WORD = re.compile(r"[^\W_]+(?:[+#]+|(?:[.'’][^\W_]+)*)", re.UNICODE)


def stem(titles: Sequence[str], canonical: str, canonical_stem: str) -> str:
    """Return the title core that all `titles` share, as `canonical` writes it.

    That is the run of words which all titles have, with most words of the canonical's folded stem (a start year or
    degree that all share does not make a stem), the longest after that, then the earliest. Where they share no such
    run, the canonical's own.

    Args:
        titles: titles of all jobs of the family.
        canonical: title of the family's canonical job.
        canonical_stem: its title_stem, folded.
    """
    wanted = set(words(canonical_stem))
    spelled = [(m.group(), m.start(), m.end()) for m in _WORD.finditer(canonical)]
    folded = [" ".join(words(text)) for text, _, _ in spelled]
    others = [f" {' '.join(words(t))} " for t in titles]
    run = _best_run(folded, wanted, others) or _best_run(folded, wanted, [])
    if run is None:
        return canonical_stem or canonical
    return canonical[spelled[run[0]][1] : spelled[run[1] - 1][2]]


def _best_run(folded: list[str], wanted: set[str], others: list[str]) -> tuple[int, int] | None:
    """Return start and end of the best run of words that all of `others` have; wanted words at both its ends."""
    best: tuple[int, int, int] | None = None
    for start, first in enumerate(folded):
        if first not in wanted:
            continue
        for end in range(start + 1, len(folded) + 1):
            if not all(f" {' '.join(folded[start:end])} " in text for text in others):
                break
            if folded[end - 1] in wanted:
                hits = sum(word in wanted for word in folded[start:end])
                best = max(best or (0, 0, 0), (hits, end - start, -start))
    return (-best[2], -best[2] + best[1]) if best else None


def slots(values: dict[str, Sequence[object]], told: Sequence[str]) -> list[str]:
    """Return the names of the qualifiers in which jobs differ, in the order of `values`.

    Args:
        values: value of each job by qualifier; NULL is a value too ("Engineer" beside "Senior Engineer") ...
        told: ... but for these: a place that is not told is no other place.
    """
    return [name for name, column in values.items() if len({v for v in column if not (v is None and name in told)}) > 1]
