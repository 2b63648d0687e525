"""Fits in HOME: a night reads the one at hand; a new one is made where it is missing, too old, or asked for."""

from datetime import date, timedelta

import pyarrow as pa

from pipeline import __version__, plan, resources, yesterday
from pipeline.plan import FIT_TABLES
from pipeline.store import Run, RunStore, read_json, write_json
from pipeline.text.tokens import fingerprint

MADE_BY = "made_by.json"
"""Beside a fit's tables: who learned it, maker()."""


_COUNTS = (
    "ranking/terms.py", "ranking/vocabulary.py", "text/cutting.py", "text/parts.py", "text/signatures.py", "text/tokens.py",
)  # fmt: skip
"""Modules that say what a word, a sentence or a shingle is, and what number stands for it: a fit counts these."""


def maker() -> str:
    """Return the version of related-jobs and the fingerprint of the fit's table contracts and of what cuts texts."""
    promised = [resources.sql(f"schema/run/{table}") for table in FIT_TABLES]
    cutting = [(resources.package() / name).read_text(encoding="utf-8") for name in _COUNTS]
    return f"{__version__} {fingerprint(chr(10).join((*promised, *cutting))):016x}"


def fit(run: Run) -> None:
    """Put the fit's tables into the run: those of the fit at hand, or newly learned ones, which HOME then keeps."""
    at_hand = None if run.store.manifest.get("refit") else usable(run)
    if at_hand is None:
        at_hand = learn(run)
        is_new = True
    else:
        is_new = False
    for table in FIT_TABLES:
        rows = at_hand.read(table)
        if table == "fits":
            rows = rows.set_column(rows.schema.get_field_index("is_new"), "is_new", pa.array([is_new] * rows.num_rows))
        run.store.drop(table)
        run.store.write(table, rows)


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
    from pipeline.stages.fit import fit as learn_tables

    stage = plan.stage("fit")
    tables = {name: run.store.read(name) for name in stage.reads} | yesterday.tables(run, stage.yesterday)
    learned = learn_tables(tables, run.night, run.settings.fit)
    kept = run.home.fit(learned["fits"].column("fit_id")[0].as_py())
    write_json(kept.path / MADE_BY, maker())
    for table in reversed(FIT_TABLES):
        kept.write(table, learned[table])
    return kept
