"""Postings for the tests of block and link: made of the sentences below, in the columns of the contract."""

import random
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from pipeline.contracts import contract
from pipeline.text.employers import employer_key
from pipeline.text.places import names_of
from pipeline.text.titles import parse_title
from pipeline.text.tokens import fold, short_id

_VERBS = "plan check repair count paint sort weigh label carry test draw file pack mend clean sweep guard water feed shear".split()
_THINGS = (
    "lathes ledgers lifts boilers barges orchards kilns looms ferries archives greenhouses quarries turbines pianos bridges "
    "hives cellars signals mills pumps vineyards saddles clocks maps sails gears ovens lenses crates ropes"
).split()
_PLACES = "in the north hall|at the old pier|on the second floor|by the canal|in the glass wing|under the arches|at the depot".split(
    "|"
)
_ENDS = (
    "before noon|every week|with the crew|without delay|for the owner|in small teams|after each shift|by hand".split(
        "|"
    )
)


def sentence(rng: random.Random) -> str:
    """Return a sentence of about eight words."""
    return f"You {rng.choice(_VERBS)} and {rng.choice(_VERBS)} {rng.choice(_THINGS)} {rng.choice(_PLACES)} {rng.choice(_ENDS)}."


def text(seed: int, sentences: int = 25) -> str:
    """Return a text that no other seed gives."""
    rng = random.Random(seed)
    return "\n".join(sentence(rng) for _ in range(sentences))


def posting(
    name: str, title: str, employer: str = "", city: str | None = None, body: str = "", **others: Any
) -> dict[str, Any]:
    """Return one posting as normalise would make it, its text under `text`."""
    names = frozenset((fold(city),)) if city else frozenset()
    parsed = parse_title(title, names)
    return {
        "posting_id": name, "content_id": name, "source": "board", "source_id": name, "id_basis": "source id",
        "title": parsed.clean, "title_core": parsed.core, "title_stem": parsed.stem, "level": parsed.level, "grade": parsed.grade,
        "degrees": list(parsed.degrees), "start_year": parsed.start_year, "team": parsed.team, "contract": parsed.contract,
        "gender_mark": parsed.gender_mark, "title_place": parsed.place, "requisition_id": parsed.requisition_id,
        "employer": employer or None, "employer_key": employer_key(employer), "place": city, "city": city,
        "place_names": sorted(names_of(city, city, others.get("region"), others.get("country"))),
        "body_id": short_id("b", body), "body_length": len(body), "is_snippet": False, "text": body, **others,
    }  # fmt: skip


def tables(postings: Sequence[dict[str, Any]]) -> dict[str, pa.Table]:
    """Return postings and bodies; columns not given are NULL, false or empty."""
    promised = contract("postings").schema
    empty = {pa.bool_(): False, pa.list_(pa.string()): []}
    columns = {
        f.name: pa.array([p.get(f.name, None if f.nullable else empty.get(f.type, "")) for p in postings], f.type)
        for f in promised
        if f.nullable or f.type in empty or any(f.name in p for p in postings)
    }
    bodies = {p["body_id"]: p["text"] for p in postings}
    return {
        "postings": pa.table(columns),
        "bodies": pa.table({"body_id": list(bodies), "text": list(bodies.values())}, schema=contract("bodies").schema),
    }
