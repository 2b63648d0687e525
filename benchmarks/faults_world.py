"""Two small deliveries of our own for nights that are disturbed: some ads stay, some go, some change, some are rejects."""

import csv
from pathlib import Path

from pipeline.ingest import Feed

TRADES = ("Baker", "Welder", "Nurse", "Surveyor", "Gardener", "Librarian", "Plumber", "Optician", "Glazier", "Miller")
DUTIES = (
    "You start before the town wakes and knead, shape and bake by hand what our shops sell through the day.",
    "You join plate and pipe to drawing, grind and test every seam, and keep the record an inspector will read.",
    "You look after people on the ward through the night, give medicine on time and speak with their families.",
    "You measure land and buildings with total station and drone and hand over plans that hold in court.",
    "You plant, prune and mow in parks along the river, and plan the beds with the schools around them.",
    "You lend, order and mend books, read to children on Saturdays and keep the catalogue without gaps.",
    "You fit boilers and baths, find leaks behind walls and leave a kitchen cleaner than you found it.",
    "You test eyes, grind lenses and fit frames, and you tell early when a doctor has to have a look.",
    "You cut and set panes in old windows, seal them against the weather and work at heights with care.",
    "You run the stones and the sifters, take samples from every batch and keep the mill free of dust.",
)
COLUMNS = ("source", "source_id", "title", "company", "location", "description")


def ad(n: int, board: str = "board", city: str = "Leiden", edition: str = "") -> dict[str, str]:
    """Return an ad of trade n; two boards' ads of one n are reposts of one job."""
    return {
        "source": board, "source_id": f"{board}-{n}{city[:2]}", "title": TRADES[n], "company": f"{TRADES[n]} and Sons",
        "location": f"{city}, NL", "description": f"{DUTIES[n]} {edition} We pay by the month and train whoever joins us.",
    }  # fmt: skip


def write(path: Path, rows: list[dict[str, str]]) -> None:
    """Write ads as CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def feeds(folder: Path, night: int | None = None) -> tuple[Feed, ...]:
    """Return the two feeds in `folder`, written there first where `night` (0 or 1) says which delivery."""
    if night is not None:
        many = [ad(n) for n in range(8 if night == 0 else 10)]
        more = [ad(n, "other", "Utrecht") for n in range(4)] + [{**ad(9, "other"), "title": ""}]
        write(folder / "many.csv", many[night:])
        write(folder / "more.csv", [{**r, "description": r["description"] + " New." * night} for r in more[night:]])
    return (
        Feed(name="many", path=str(folder / "many.csv"), grace=1),
        Feed(name="more", path=str(folder / "more.csv"), delta=True),
    )
