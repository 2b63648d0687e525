"""Boilerplate learned from the postings: sentences that recur over one employer's different titles, or over employers."""

from collections import Counter

import pyarrow as pa

from pipeline.text.tokens import sentence_id, sentences

EVERYONE = "*"
LEAST_TITLES = 3
"""Title cores of one employer under which a sentence must stand; two could be variants that share their template."""
LEAST_SHARE = 0.2
"""Share of the employer's title cores; an employer's dozens of offices repeat a role's own text too."""
LEAST_EMPLOYERS = 5
"""Employers under which a sentence must stand to be everyone's; an agency's copies rarely reach more."""

_Names = dict[str, Counter[str]]


def learn(postings: pa.Table, bodies: pa.Table) -> pa.Table:
    """Return fit_boilerplate: scope, sentence_id, titles, share; equal postings give equal rows, whatever their order.

    Each employer's title core counts once, by the union of its texts, so that an ad that came a thousand times or stands
    in a hundred cities does not make its own text boilerplate.
    """
    roles = _roles(postings)
    texts = dict(zip(bodies.column("body_id").to_pylist(), bodies.column("text").to_pylist(), strict=True))
    by_employer: _Names = {}
    of_employer: dict[str, int] = Counter(employer for employer, _ in roles)
    employers: Counter[str] = Counter()
    cores: Counter[str] = Counter()
    for employer, group in _by_employer(roles).items():
        counted: Counter[str] = Counter()
        for body_ids in group:
            counted.update({s.lower() for b in body_ids for s in sentences(texts.get(b, ""))})
        by_employer[employer] = Counter({s: n for s, n in counted.items() if n >= LEAST_TITLES})
        if employer:
            employers.update(counted.keys())
        cores.update(counted)
    rows = [
        (employer, sentence, n, n / of_employer[employer])
        for employer, counted in by_employer.items()
        for sentence, n in counted.items()
        if employer and n / of_employer[employer] >= LEAST_SHARE
    ]
    everywhere = max(len(roles), 1)
    rows += [
        (EVERYONE, s, cores[s], cores[s] / everywhere)
        for s, n in employers.items()
        if n >= LEAST_EMPLOYERS and cores[s] >= LEAST_TITLES
    ]
    return _table(rows)


def _roles(postings: pa.Table) -> dict[tuple[str, str], set[str]]:
    """Return the texts of each employer's title cores."""
    found: dict[tuple[str, str], set[str]] = {}
    columns = (postings.column(n).to_pylist() for n in ("employer_key", "title_core", "body_id"))
    for employer, core, body in zip(*columns, strict=True):
        if body:
            found.setdefault((employer or "", core or ""), set()).add(body)
    return found


def _by_employer(roles: dict[tuple[str, str], set[str]]) -> dict[str, list[set[str]]]:
    found: dict[str, list[set[str]]] = {}
    for (employer, _), bodies in roles.items():
        found.setdefault(employer, []).append(bodies)
    return found


def _table(rows: list[tuple[str, str, int, float]]) -> pa.Table:
    """Return the rows with sentences as fingerprints: spellings that fold to one sentence are one row, the commonest."""
    best: dict[tuple[str, int], tuple[int, float]] = {}
    for scope, sentence, titles, share in rows:
        key = (scope, sentence_id(sentence))
        best[key] = max(best.get(key, (0, 0.0)), (titles, min(share, 1.0)))
    ordered = sorted(best)
    return pa.table(
        {
            "scope": pa.array([k[0] for k in ordered], pa.string()),
            "sentence_id": pa.array([k[1] for k in ordered], pa.uint64()),
            "titles": pa.array([best[k][0] for k in ordered], pa.int64()),
            "share": pa.array([best[k][1] for k in ordered], pa.float64()),
        }
    )
