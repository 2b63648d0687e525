"""What the jobs of a family share for people to read (stem), and in which qualifiers they differ (slots)."""

import re
from collections.abc import Sequence

from pipeline.text.tokens import words

_WORD = re.compile(r"[^\W_]+(?:[+#]+|(?:[.'’][^\W_]+)*)", re.UNICODE)
_SMALL = 3  # lower-case words up to so many letters (for, of, und, de) neither begin nor end a stem


def stem(titles: Sequence[str], canonical: str, canonical_stem: str) -> str:
    """Return the title core that most of `titles` share, as `canonical` writes it.

    That is the run of words of which half of the titles at least, and two, have the most: words of the canonical's
    folded stem (a start year or degree that all share does not make a stem) times titles. Where no two share a run, the
    canonical's own.

    Args:
        titles: titles of all jobs of the family.
        canonical: title of the family's canonical job.
        canonical_stem: its title_stem, folded.
    """
    wanted = set(words(canonical_stem))
    spelled = [(m.group(), m.start(), m.end()) for m in _WORD.finditer(canonical)]
    folded = [" ".join(words(text)) for text, _, _ in spelled]
    edge = [
        f in wanted and not (len(text) <= _SMALL and text.islower())
        for f, (text, _, _) in zip(folded, spelled, strict=True)
    ]
    all_titles = [f" {' '.join(words(t))} " for t in titles]
    run = _best_run(folded, wanted, edge, all_titles) or _best_run(folded, wanted, edge, [f" {' '.join(folded)} "] * 2)
    if run is None:
        return canonical_stem or canonical
    return canonical[spelled[run[0]][1] : spelled[run[1] - 1][2]]


def _best_run(folded: list[str], wanted: set[str], edge: list[bool], titles: list[str]) -> tuple[int, int] | None:
    """Return start and end of the run of words that weighs most; it begins and ends at an edge word."""
    least = max(2, (len(titles) + 1) // 2)
    best: tuple[int, int, int, int] | None = None
    for start in range(len(folded)):
        having = titles
        for end in range(start + 1, len(folded) + 1):
            text = f" {' '.join(folded[start:end])} "
            having = [t for t in having if text in t]
            if not edge[start] or len(having) < least:
                break
            if edge[end - 1]:
                hits = sum(word in wanted for word in folded[start:end])
                found = (hits * len(having), len(having), end - start, -start)
                best = found if best is None else max(best, found)
    return (-best[3], best[2] - best[3]) if best else None


def slots(values: dict[str, Sequence[object]], told: Sequence[str]) -> list[str]:
    """Return the names of the qualifiers in which jobs differ, in the order of `values`.

    Args:
        values: value of each job by qualifier; NULL is a value too ("Engineer" beside "Senior Engineer") ...
        told: ... but for these: a place that is not told is no other place.
    """
    return [name for name, column in values.items() if len({v for v in column if not (v is None and name in told)}) > 1]
