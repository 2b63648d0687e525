"""Table contracts, declared once in sql/schema and read back: columns, types, NOT NULL, keys, checks, comments."""

from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline import resources
from pipeline.errors import ContractError


@dataclass(frozen=True)
class Contract:
    """What a table promises.

    Attributes:
        schema: Arrow schema of its columns, in order; `nullable` as declared.
        key: columns of the primary key, empty where there is none.
        checks: SQL expressions that hold for every row.
        comments: comment of each column.
    """

    name: str
    ddl: str
    schema: pa.Schema
    key: tuple[str, ...]
    checks: tuple[str, ...]
    comment: str
    comments: dict[str, str]

    def empty(self) -> pa.Table:
        """Return the table without rows."""
        return self.schema.empty_table()


def connect() -> duckdb.DuckDBPyConnection:
    """Return a DuckDB connection in memory that never reaches for an extension over the network."""
    con = duckdb.connect(
        ":memory:", config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    )
    con.execute("SET enable_progress_bar = false")  # from 2 seconds on DuckDB 2 draws one into whatever log there is
    return con


def opened(database: Path, *, read_only: bool = True) -> duckdb.DuckDBPyConnection:
    """Return a connection to a database file, which draws no progress bars either."""
    con = duckdb.connect(str(database), read_only=read_only)
    con.execute("SET enable_progress_bar = false")
    return con


@cache
def _catalogue() -> duckdb.DuckDBPyConnection:
    return connect()


@cache
def contract(name: str, schema: str = "run") -> Contract:
    """Return the contract of `name`: from sql/schema/<schema>, a mart without one of its own has the run's.

    Raises:
        ContractError: sql/schema declares no such table.
    """
    root = resources.folder("sql") / "schema"
    paths = [root / schema / f"{name}.sql", root / "run" / f"{name}.sql"]
    path = next((p for p in paths if p.is_file()), None)
    if path is None:
        raise ContractError(f"table {name}: no contract; declare it in sql/schema/{schema}/{name}.sql")
    ddl = path.read_text(encoding="utf-8")
    # One database for all contracts: opening one takes 35 ms, and a night asks for fifty.
    with _catalogue().cursor() as con:
        con.execute("BEGIN")
        con.execute(ddl)
        arrow = con.table(name).limit(0).to_arrow_table().schema
        described = con.execute(
            "SELECT column_name, is_nullable, comment FROM duckdb_columns() WHERE table_name = $t", {"t": name}
        ).fetchall()
        constraints = con.execute(
            "SELECT constraint_type, expression, constraint_column_names FROM duckdb_constraints() "
            "WHERE table_name = $t",
            {"t": name},
        ).fetchall()
        commented = con.execute("SELECT comment FROM duckdb_tables() WHERE table_name = $t", {"t": name}).fetchone()
        con.execute("ROLLBACK")
    nullable = {column: bool(flag) for column, flag, _ in described}
    return Contract(
        name=name,
        ddl=ddl,
        schema=pa.schema([f.with_nullable(nullable[f.name]) for f in arrow]),
        key=next((tuple(names) for kind, _, names in constraints if kind == "PRIMARY KEY"), ()),
        checks=tuple(expression for kind, expression, _ in constraints if kind == "CHECK"),
        comment=(commented[0] if commented else None) or "",
        comments={column: text or "" for column, _, text in described},
    )


def conform(table: pa.Table, promised: Contract) -> pa.Table:
    """Return `table` with the contract's columns in order and of its types, after every NOT NULL and CHECK was tried.

    Raises:
        ContractError: names the table, the column, what came and what was wanted.
    """
    missing = [n for n in promised.schema.names if n not in table.column_names]
    extra = [n for n in table.column_names if n not in promised.schema.names]
    if missing or extra:
        raise ContractError(f"table {promised.name}: columns missing {missing}, unknown {extra}; see sql/schema")
    columns = []
    for field in promised.schema:
        column = table.column(field.name)
        if column.type != field.type:
            try:
                column = column.cast(field.type)
            except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
                raise ContractError(
                    f"table {promised.name}, column {field.name}: {column.type} came, {field.type} is wanted ({error})"
                ) from error
        if not field.nullable and column.null_count:
            raise ContractError(f"table {promised.name}, column {field.name}: {column.null_count} NULLs, none allowed")
        columns.append(column)
    result = pa.Table.from_arrays(columns, schema=promised.schema)
    if promised.checks and result.num_rows:
        _try_checks(result, promised)
    return result


def content(table: pa.Table) -> str:
    """Return a fingerprint of a table's rows, in their order, however they are chunked; of a whole table, not of a slice."""
    digest = blake2b(digest_size=8)
    for batch in table.combine_chunks().to_batches():
        digest.update(batch.serialize())
    return digest.hexdigest()


@cache
def _checker() -> duckdb.DuckDBPyConnection:
    """Return this process's connection for checks: a cursor of it takes 2 ms, a database of its own 35 ms."""
    return connect()


def _try_checks(table: pa.Table, promised: Contract) -> None:
    with _checker().cursor() as con:
        rows = con.from_arrow(table)
        counts = ", ".join(f"count(*) FILTER (WHERE NOT ({check}))" for check in promised.checks)
        broken = rows.aggregate(counts).fetchall()[0]
        for check, count in zip(promised.checks, broken, strict=True):
            if count:
                example = rows.filter(f"NOT ({check})").limit(1).fetchall()[0]
                raise ContractError(f"table {promised.name}: {count} rows break {check}, for example {example}")
