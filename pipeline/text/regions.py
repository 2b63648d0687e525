"""Countries and regions in the parts of a written place; told apart where one code means two (CA, DE, IN, ...)."""

from functools import cache

from pipeline.text.gazetteer import City, find_city, gazetteer
from pipeline.text.place_names import COUNTRY_ALIASES, REGION_ALIASES, REGIONS
from pipeline.text.tokens import fold


@cache
def country_code(text: str) -> str | None:
    """Return the ISO 3166 alpha-2 code of the country that `text` names; two letters count only in capitals."""
    folded = fold(text).strip(". ").removeprefix("the ")
    if len(text.strip()) == 2 and not text.strip().isupper():
        return None
    if folded in COUNTRY_ALIASES:
        return COUNTRY_ALIASES[folded]
    known = gazetteer()
    return known.country_names.get(folded) or (text.strip() if text.strip() in known.countries else None)


def take_country(parts: list[str]) -> tuple[str | None, list[str]]:
    """Return the country the last part names and the parts before it; (None, parts) where it may be a US state."""
    last, known = parts[-1], gazetteer()
    code = country_code(last)
    if code is None or (fold(last) in known.state_names and len(parts) > 1 and not _city_in(parts[0], code)):
        return None, parts
    if last in known.states and len(last) == 2:
        return (code, parts[:-1]) if _is_country(parts, code, last) else (None, parts)
    if len(parts) == 1 and fold(last) in known.state_names:
        return None, []  # Georgia alone: the country or the state
    if len(parts) == 1 and (hit := find_city(last, None)) and hit.country != code and fold(last) in known.state_names:
        return None, parts
    return code, parts[:-1]


def _is_country(parts: list[str], code: str, state: str) -> bool:
    """Return whether a code that is a country's and a US state's (CA, DE, IN, ...) stands for the country here."""
    if len(parts) == 1:
        return False
    before = parts[-2]
    if len(parts) >= 3:
        if before in gazetteer().states and code != "US" and before not in REGIONS.get(code, {}):
            return False
        if region_of(before, code):
            return True
    there, here = _city_in(parts[0], code), find_city(parts[0], "US", state)
    return there is not None and there.country == code and (here is None or there.population > 10 * here.population)


def _city_in(name: str, country: str) -> City | None:
    return find_city(name, country) or find_city(name.split(" - ")[0], country)


def region_of(part: str, country: str | None) -> tuple[str, str] | None:
    """Return (country, code) of the region that `part` names, in `country` where that is known."""
    known, folded = gazetteer(), fold(part)
    if country in (None, "US"):
        if part in known.states or (country == "US" and part.upper() in known.states):
            return "US", part.upper()
        if folded in known.state_names:
            return "US", known.state_names[folded]
    for land, regions in REGIONS.items():
        if country in (None, land):
            for code, (name, _) in regions.items():
                if folded == fold(name) or (
                    part == code and (country == land or (land in ("CA", "AU") and code not in known.countries))
                ):
                    return land, code
    alias = REGION_ALIASES.get(folded)
    return alias if alias and country in (None, alias[0]) else None


def _region_code(hit: tuple[str, str]) -> str:
    """Return the GeoNames code of a region given as (country, code)."""
    land, code = hit
    return REGIONS[land].get(code, ("", ""))[1] if land in REGIONS else code


def take_region(parts: list[str], country: str | None) -> tuple[str | None, str | None, list[str], str | None]:
    """Return region, its GeoNames code, the parts before it, and the country, now perhaps known by its region."""
    if not parts:
        return None, None, [], country
    last = parts[-1]
    alone = len(parts) == 1
    hit = region_of(last, country)
    if hit and alone and fold(last) not in ("washington", "new york") and len(last) > 3:
        city = find_city(last, hit[0])
        if city and city.population > 100_000 and _region_code(hit) == city.region:
            hit = None  # Utrecht, Groningen, Berlin: the city, which tells the region too
    if hit and alone and country is None and fold(last) in ("washington", "new york"):
        hit = None
    if hit:
        land, code = hit
        name = code if land in ("US", "CA") else REGIONS[land].get(code, ("", ""))[0]
        return name or None, _region_code(hit) or None, parts[:-1], land
    if not alone and country and country != "US" and find_city(parts[0], country) is not None:
        return last, None, parts[:-1], country
    return (
        (last, None, parts[:-1], country) if not alone and country and country != "US" else (None, None, parts, country)
    )


@cache
def region_name(hit: City) -> str | None:
    """Return the region of a city outside the US as contracts want it: its code in Canada, else its name."""
    for code, (name, geo) in REGIONS.get(hit.country, {}).items():
        if geo == hit.region:
            return code if hit.country == "CA" else name
    return None
