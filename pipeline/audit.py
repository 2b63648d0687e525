"""The gates: Great Expectations suites over narrow frames of a run's tables; critical failures stop the run."""

import json
import os
import re
import sys
from typing import Any

from pipeline import resources
from pipeline.contracts import connect
from pipeline.errors import AuditError, ContractError
from pipeline.plan import PLAN
from pipeline.store import Run, RunStore, write_json

_SEVERITIES = ("critical", "warning", "info")


def validator() -> Any:
    """Return Great Expectations, imported without PySpark: it would ask for Spark Connect, which we have not.

    PySpark 4.3 ends a process without a main program (that of pipeline.auditor, say) when Connect's packages are missing.
    """
    os.environ["GX_ANALYTICS_ENABLED"] = "false"  # or it sends usage events as soon as it is imported
    if "great_expectations" in sys.modules:
        return sys.modules["great_expectations"]
    hidden = {name: m for name, m in sys.modules.items() if name.partition(".")[0] == "pyspark"}
    for name in hidden:
        del sys.modules[name]
    sys.modules["pyspark"] = None  # type: ignore[assignment]
    try:
        import great_expectations as gx
    finally:
        del sys.modules["pyspark"]
        sys.modules.update(hidden)
    return gx


def check(run: Run, gate: str) -> list[dict[str, Any]]:
    """Hold the run's tables against expectations/<gate>.json and keep the results in the run; return them.

    Each result has the keys rule, type, frame, severity, success, rows (failing), checked, examples and do.

    Raises:
        AuditError: a rule of severity critical failed; the message names rule, rows, examples and what to do.
    """
    suites = _suites(gate)
    results = [result for suite in suites for result in _validate(run, suite)]
    write_json(run.store.path / "audit" / f"{gate}.json", {"gate": gate, "results": results})
    failed = [r for r in results if r["severity"] == "critical" and not r["success"]]
    if failed:
        raise AuditError(
            "\n".join([f"audit gate {gate!r} stopped the run; nothing was published.", *map(_sentence, failed)])
        )
    return results


def results(run: RunStore) -> list[dict[str, Any]]:
    """Return the results of all gates the run has passed or failed so far, each with its gate and says()."""
    found = []
    for path in sorted((run.path / "audit").glob("*.json")):
        kept = json.loads(path.read_text(encoding="utf-8"))
        found += [{"gate": kept["gate"], **result, "says": says(result)} for result in kept["results"]]
    return found


def says(result: dict[str, Any]) -> str:
    """Return how far a rule is broken: the figure where it is about one of the night's, else how many rows fail."""
    found = result["examples"][0] if result["examples"] and result["checked"] == 1 else None
    if isinstance(found, int | float) and not isinstance(found, bool):
        return f"it is {found:.1%}" if isinstance(found, float) and abs(found) <= 1 else f"it is {found:,}"
    return f"{result['rows']:,} of {result['checked']:,} rows fail"


def _suites(gate: str) -> list[dict[str, Any]]:
    path = resources.folder("expectations") / f"{gate}.json"
    try:
        suites: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["suites"]
    except (OSError, KeyError, json.JSONDecodeError) as error:
        raise ContractError(f"{path}: no suites to check gate {gate!r} by ({error})") from error
    for suite in suites:
        for one in suite["expectations"]:
            if one.get("severity") not in _SEVERITIES or not {"rule", "do"} <= one.get("meta", {}).keys():
                raise ContractError(
                    f"{path}: {one['type']} needs a severity of {_SEVERITIES} and meta with 'rule' and 'do'"
                )
    return suites


def _frame(run: Run, name: str) -> Any:
    """Return the pandas frame that sql/audit/<name>.sql makes of the run's tables."""
    database = run.store.path / "snapshot" / "related_jobs.duckdb"
    query = resources.sql(f"audit/{name}")
    named = set(re.findall(r"\w+", query))  # a view of each of the run's tables takes longer than most of the queries
    with connect() as con:
        con.execute("SET memory_limit = $limit", {"limit": run.settings.run.duckdb_memory})
        if database.is_file():
            con.execute("ATTACH $path AS snapshot (READ_ONLY)", {"path": str(database)})
        for table in dict.fromkeys(t for s in PLAN for t in s.writes):
            if table in named and any((run.store.path / table).glob("*.parquet")):
                con.read_parquet([str(p) for p in run.store.parts(table)]).create_view(table)
        known = {
            "run_date": run.night.run_date,
            "max_per_employer": run.settings.relate.max_per_employer,
            "limit": run.settings.relate.limit,
            "accept_drift": bool(run.store.manifest.get("accept_drift")),
        }
        return con.sql(query, params=resources.params(query, known)).df()


def _validate(run: Run, suite: dict[str, Any]) -> list[dict[str, Any]]:
    gx = validator()
    frame = _frame(run, suite["frame"])
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    batch = (
        context.data_sources.add_pandas(suite["frame"])
        .add_dataframe_asset(suite["frame"])
        .add_batch_definition_whole_dataframe("run")
        .get_batch({"dataframe": frame})
    )
    rules = gx.ExpectationSuite(name=suite["frame"], expectations=suite["expectations"])
    shape = {
        "result_format": "SUMMARY",
        "partial_unexpected_count": run.settings.audit.examples,
        **({"unexpected_index_column_names": suite["index"]} if suite.get("index") else {}),
    }
    report = batch.validate(rules, result_format=shape).to_json_dict()
    return [_result(suite, one, len(frame)) for one in report["results"]]


def _result(suite: dict[str, Any], one: dict[str, Any], rows: int) -> dict[str, Any]:
    config, outcome, broken = one["expectation_config"], one["result"], one["exception_info"]
    examples = outcome.get("partial_unexpected_index_list") or outcome.get("partial_unexpected_list") or []
    if "observed_value" in outcome:
        examples = [{"observed": outcome["observed_value"]}]
    if broken.get("raised_exception"):
        raise ContractError(
            f"expectation {config['type']} over {suite['frame']} could not be tried: {broken.get('exception_message')}"
        )
    return {
        "rule": config["meta"]["rule"],
        "do": config["meta"]["do"],
        "type": config["type"],
        "frame": suite["frame"],
        "severity": config["severity"],
        "success": one["success"],
        "rows": outcome.get("unexpected_count", 0 if one["success"] else 1),
        "checked": rows,
        "examples": examples[:3],
    }


def _sentence(result: dict[str, Any]) -> str:
    shown = "; ".join(json.dumps(e, ensure_ascii=False, default=str) for e in result["examples"])
    return (
        f"  rule: {result['rule']} ({result['type']} over {result['frame']}): "
        f"{says(result)}"
        f"\n  for example: {shown}\n  what to do: {result['do']}"
    )
