"""What stands around two ads: employer, place, date, language."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from rapidfuzz import fuzz

from pipeline.linking.codes import UNKNOWN, Floats, both_agree, days, flags, keys, numbers
from pipeline.linking.roads import NO_KEY, Ints
from pipeline.linking.title_evidence import scored
from pipeline.linking.titled import numbered

_EARTH_KM = 6371.0
_COMMUTE_KM = 30.0  # boards write one office as the city, its suburb or its district


def frame(rows: pa.Table, a: Ints, b: Ints, employers: NDArray[np.uint64]) -> dict[str, Floats]:
    """Return what employers, towns and languages say, by name: all of the frame that guards over texts ask for."""
    named = (employers[a] != NO_KEY) & (employers[b] != NO_KEY)
    same = employers[a] == employers[b]
    told, apart = np.where(named, 1.0, UNKNOWN), named & ~same
    names = [v or "" for v in rows.column("employer_key").to_pylist()]
    told[apart] = 0.9 * scored(names, a[apart], b[apart], fuzz.token_set_ratio) / 100.0
    language = keys(rows.column("language"))
    spoken = (language[a] != NO_KEY) & (language[b] != NO_KEY)
    snippet = flags(rows.column("is_snippet")).astype(np.float64)
    return {
        "employer": told,
        "place": _places(rows, a, b),
        "language": np.where(spoken, (language[a] == language[b]) * 1.0, UNKNOWN),
        "snippet": snippet[a] + snippet[b],
    }


def surroundings(rows: pa.Table, a: Ints, b: Ints) -> dict[str, Floats]:
    """Return what else places and dates say, and whether the texts are the same, by name."""
    day, body = days(rows.column("posted_on")), keys(rows.column("body_id"))
    apart = np.abs(day[a] - day[b])
    return {
        "region": both_agree(rows.column("region"), a, b),
        "country": both_agree(rows.column("country"), a, b),
        "place_written": both_agree(rows.column("place"), a, b),
        "place_names": _names_in_common(rows, a, b),
        "days_apart": np.where(np.isnan(apart), UNKNOWN, np.minimum(np.nan_to_num(apart), 400.0)),
        "same_text": (body[a] == body[b]) * 1.0,
    }


def _names_in_common(rows: pa.Table, a: Ints, b: Ints) -> Floats:
    """Return how many names the places of both postings go by."""
    names, number = numbered(frozenset(names) for names in rows.column("place_names").to_pylist())
    keys_, where = np.unique(number[a] * len(names) + number[b], return_inverse=True)
    sizes = [len(names[key // len(names)] & names[key % len(names)]) for key in keys_.tolist()]
    return np.array(sizes, dtype=np.float64)[where]


def _places(rows: pa.Table, a: Ints, b: Ints) -> Floats:
    """Return 1 where two postings are for one place or for two no farther apart than a commute, 0 where not.

    UNKNOWN where one tells no town: a country or region alone is not another place than a town in it.
    """
    city, place = keys(rows.column("city")), keys(rows.column("place"))
    north, east = (np.radians(numbers(rows.column(n))) for n in ("latitude", "longitude"))
    chord = (
        np.sin((north[a] - north[b]) / 2) ** 2
        + np.cos(north[a]) * np.cos(north[b]) * np.sin((east[a] - east[b]) / 2) ** 2
    )
    near = 2 * _EARTH_KM * np.arcsin(np.sqrt(np.nan_to_num(chord, nan=1.0).clip(0.0, 1.0))) <= _COMMUTE_KM
    towns = (city[a] != NO_KEY) & (city[b] != NO_KEY)
    neither = (city[a] == NO_KEY) & (city[b] == NO_KEY) & (place[a] != NO_KEY) & (place[b] != NO_KEY)
    same = np.where(towns, (city[a] == city[b]) | near, place[a] == place[b])
    return np.where(towns | neither, same * 1.0, UNKNOWN)
