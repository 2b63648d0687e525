"""Contracts are declared in sql/schema and nowhere else; what breaks one is told by name."""

from pathlib import Path

import pyarrow as pa
import pytest

from pipeline import plan, publish, resources
from pipeline.contracts import conform, contract
from pipeline.errors import ContractError

SCHEMA = resources.folder("sql") / "schema"
DECLARED = sorted((p.parent.name, p.stem) for p in SCHEMA.glob("*/*.sql"))


@pytest.mark.parametrize(("schema", "name"), DECLARED)
def test_every_table_and_column_is_commented(schema: str, name: str) -> None:
    promised = contract(name, schema)
    assert promised.comment
    assert [c for c, text in promised.comments.items() if not text] == []
    assert list(promised.comments) == promised.schema.names


def test_plan_and_contracts_name_the_same_tables() -> None:
    written = {t for s in plan.PLAN for t in s.writes}
    assert written == {name for schema, name in DECLARED if schema == "run"}


def test_every_mart_has_a_contract_and_a_query() -> None:
    for mart in publish.MARTS:
        assert contract(mart, "mart").schema.names
        assert "INSERT INTO snapshot.mart." + mart + " BY NAME" in resources.sql(f"marts/{mart}")
    assert {p.stem for p in (SCHEMA.parent / "marts").glob("*.sql")} == set(publish.MARTS)


def test_sql_is_never_built_from_strings() -> None:
    package = Path(publish.__file__).parent
    for path in package.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "SELECT * FROM {" not in text and "INSERT INTO {" not in text, path


LINEAGE = {"kind": ["job"], "event": ["merged"], "old_id": ["j1"], "new_id": ["j2"], "members": [3]}


def test_conform_orders_and_casts() -> None:
    shuffled = pa.table(dict(reversed(LINEAGE.items())))
    kept = conform(shuffled, contract("lineage"))
    assert kept.schema == contract("lineage").schema
    assert kept.to_pylist() == [{"kind": "job", "event": "merged", "old_id": "j1", "new_id": "j2", "members": 3}]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"kind": ["town"]}, "1 rows break"),
        ({"members": [0]}, "members >= 1"),
        ({"old_id": pa.array([None], pa.string())}, "column old_id: 1 NULLs"),
        ({"members": ["many"]}, "column members: string came, int32 is wanted"),
        ({"surplus": [1]}, "unknown ['surplus']"),
    ],
)
def test_conform_says_what_is_wrong(change: dict[str, object], told: str) -> None:
    with pytest.raises(ContractError, match=r"table lineage") as caught:
        conform(pa.table({**LINEAGE, **change}), contract("lineage"))
    assert told in str(caught.value)


def test_conform_wants_every_column() -> None:
    with pytest.raises(ContractError, match=r"columns missing \['members'\]"):
        conform(pa.table({k: v for k, v in LINEAGE.items() if k != "members"}), contract("lineage"))


def test_unknown_table_is_told() -> None:
    with pytest.raises(ContractError, match="declare it in sql/schema/run/nothing"):
        contract("nothing")
