"""Boilerplate of the fit, ready to look up by employer."""

from collections.abc import Mapping

import pyarrow as pa

EVERYONE = "*"


def by_employer(fit_boilerplate: pa.Table) -> dict[str, frozenset[int]]:
    """Return the boilerplate's sentence ids of each employer key; those of '*' hold for everyone and are in each."""
    found: dict[str, set[int]] = {}
    scopes = fit_boilerplate.column("scope").to_pylist()
    for scope, sentence in zip(scopes, fit_boilerplate.column("sentence_id").to_pylist(), strict=True):
        found.setdefault(scope, set()).add(sentence)
    shared = found.get(EVERYONE, set())
    return {scope: frozenset(ids | shared) for scope, ids in found.items()} | {EVERYONE: frozenset(shared)}


def of_employer(boilerplate: Mapping[str, frozenset[int]], employer_key: str) -> frozenset[int]:
    """Return the sentence ids that are boilerplate in an ad of this employer."""
    return boilerplate.get(employer_key, boilerplate[EVERYONE])
