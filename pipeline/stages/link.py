"""Compare each pair of candidates and decide: repost, relocation, variant or none."""

from collections.abc import Mapping

import pyarrow as pa

from pipeline.contracts import conform, contract
from pipeline.linking import model
from pipeline.linking.judging import linked
from pipeline.plan import Night
from pipeline.settings import LinkSettings


def link(tables: Mapping[str, pa.Table], night: Night, settings: LinkSettings) -> dict[str, pa.Table]:
    """Return first_links: the candidates that are linked, with kind, probability, what decided, and the evidence.

    Args:
        tables: candidates (a piece of them), postings, bodies, fit_phrases.
        night: not used: links do not depend on the date.
        settings: LinkSettings.
    """
    promised = contract("first_links")
    if not tables["candidates"].num_rows:
        return {"first_links": promised.empty()}
    found = linked(tables, settings.same_ad, settings.employer_groups, model.load())
    return {"first_links": conform(found, promised)}
