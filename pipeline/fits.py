"""Fits in HOME: a night reads the one at hand; a new one is made where it is missing, too old, or asked for."""

from datetime import date, timedelta

import pyarrow as pa

from pipeline import __version__, plan, resources, yesterday
from pipeline.errors import RelatedJobsError
from pipeline.plan import FIT_TABLES, PHRASES
from pipeline.store import Run, RunStore, read_json, write_json
from pipeline.text.tokens import fingerprint

MADE_BY = "made_by.json"
"""Beside a fit's tables: who learned it, maker()."""
CHOSEN = "fit.json"
"""Beside the run's tables: the fit at hand that the night goes by; null where it makes a new one."""

_COUNTS = (
    "ranking/terms.py", "ranking/vocabulary.py", "text/cutting.py", "text/parts.py", "text/signatures.py", "text/tokens.py",
)  # fmt: skip
"""Modules that say what a word, a sentence or a shingle is, and what number stands for it: a fit counts these."""


def maker() -> str:
    """Return the version of related-jobs and the fingerprint of the fit's table contracts and of what cuts texts."""
    promised = [resources.sql(f"schema/run/{table}") for table in FIT_TABLES]
    cutting = [(resources.package() / name).read_text(encoding="utf-8") for name in _COUNTS]
    return f"{__version__} {fingerprint(chr(10).join((*promised, *cutting))):016x}"


def phrases(run: Run) -> None:
    """Choose the night's fit, and put its common phrases into the run: those of the fit at hand, or newly counted ones.

    What was chosen is written down (CHOSEN): stage `fit` goes by it, however much later it is begun or tried again.
    """
    at_hand = None if run.store.manifest.get("refit") else usable(run)
    write_json(run.store.path / CHOSEN, {"fit_at_hand": at_hand.path.name if at_hand else None})
    rows = at_hand.read(PHRASES) if at_hand is not None else _count(run)
    run.store.drop(PHRASES)
    run.store.write(PHRASES, rows)


def _count(run: Run) -> pa.Table:
    """Return phrases newly counted: only the texts of the sample are read."""
    from pipeline.linking.phrases import learn as count
    from pipeline.linking.phrases import sample

    stage, settings = plan.stage("phrases"), run.settings.phrases
    postings = run.store.read("postings", stage.columns["postings"])
    chosen = sample(postings, run.store.read("bodies", ["body_id"]).column(0), settings.documents)
    bodies = run.store.among("bodies", "body_id", chosen.column("body_id"))
    return count(chosen, bodies, settings.most, settings.documents)


def fit(run: Run) -> None:
    """Put the fit's other tables into the run: those of the fit that was chosen, or newly learned ones, which HOME then keeps."""
    chosen = _chosen(run)
    kept = chosen or learn(run)
    for table in plan.stage("fit").writes:
        rows = kept.read(table)
        if table == "fits":
            is_new = pa.array([chosen is None] * rows.num_rows)
            rows = rows.set_column(rows.schema.get_field_index("is_new"), "is_new", is_new)
        run.store.drop(table)
        run.store.write(table, rows)


def _chosen(run: Run) -> RunStore | None:
    """Return the fit whose phrases the run has; None where they were counted for a new one.

    Raises:
        RelatedJobsError: it is gone.
    """
    name = (read_json(run.store.path / CHOSEN) or {}).get("fit_at_hand")
    if name is None:
        return None
    found = run.home.fit(name)
    if not any((found.path / "fits").glob("*.parquet")):
        raise RelatedJobsError(f"fit {name}, whose phrases this run compares by, is gone: redo the run with --force")
    return found


def usable(run: Run) -> RunStore | None:
    """Return the newest fit of this version, made on or before the run's date, not older than the setting allows."""
    oldest = run.night.run_date - timedelta(days=run.settings.fit.max_age_days)
    found: list[tuple[date, str]] = []
    withdrawn = run.home.withdrawn("fits")
    for path in (run.home.path / "fits").glob("*/fits/*.parquet"):
        if path.parent.parent.name in withdrawn:  # what a night that was rolled back learned
            continue
        # Another version may count terms otherwise: its fit would be read without an error and be wrong.
        if read_json(path.parent.parent / MADE_BY) != maker():
            continue
        record = RunStore(path.parent.parent).read("fits").to_pylist()[0]
        if oldest < record["fitted_on"] <= run.night.run_date:
            found.append((record["fitted_on"], record["fit_id"]))
    return run.home.fit(max(found)[1]) if found else None


def learn(run: Run) -> RunStore:
    """Learn a fit from the run's postings and keep it in HOME; `fits` is written last and makes it usable."""
    from pipeline.stages.fit import chosen
    from pipeline.stages.fit import fit as learn_tables

    stage, settings = plan.stage("fit"), run.settings.fit
    postings = run.store.read("postings", stage.columns["postings"])
    documents = chosen(postings, settings)
    tables = {
        "postings": postings,
        "bodies": run.store.among("bodies", "body_id", documents.rows.column("body_id")),
        PHRASES: run.store.read(PHRASES),
        **yesterday.tables(run, stage.yesterday),
    }
    learned = learn_tables(tables, run.night, settings, documents) | {PHRASES: tables[PHRASES]}
    kept = run.home.fit(learned["fits"].column("fit_id")[0].as_py())
    write_json(kept.path / MADE_BY, maker())
    for table in reversed(FIT_TABLES):
        kept.write(table, learned[table])
    return kept
