"""Whose turn it is where an orchestrator starts several nights for one HOME: one at a time, the earliest date first.

The lock of HOME keeps two stages apart. This keeps two nights apart whose stages would take turns: each would rest on a
yesterday that the other is about to change.
"""

from collections.abc import Callable
from datetime import date

from pipeline.store import Home, read_json, write_json

TURNS = ".turns.json"


def is_ours(home: Home, ours: str, day: date, is_alive: Callable[[str], bool], running: int) -> bool:
    """Return whether the run called `ours` may begin the night of `day`; where not, it is noted that it waits.

    For the one that holds HOME's lock. `is_alive` tells whether a run that was noted still goes on, `running` how many go
    on, ours among them: while one of them was not here yet, it may be the one with the earliest date.
    """
    noted = read_json(home.path / TURNS) or {}
    noted = {run: one for run, one in noted.items() if run == ours or is_alive(run)}
    mine = noted.setdefault(ours, {"day": day.isoformat(), "at_work": False})
    first = min(noted, key=lambda run: (noted[run]["day"], run)) == ours
    busy = any(one["at_work"] for run, one in noted.items() if run != ours)
    mine["at_work"] = not busy and (mine["at_work"] or (first and running <= len(noted)))
    write_json(home.path / TURNS, noted)
    return bool(mine["at_work"])
