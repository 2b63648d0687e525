"""Places as ads write them to city, region, country and coordinates: None for what can only be guessed."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.text.gazetteer import City, city_key, find_city, gazetteer
from pipeline.text.markup import one_line
from pipeline.text.place_names import FRENCH_DEPARTMENTS
from pipeline.text.regions import country_code, region_name, region_of, take_country, take_region
from pipeline.text.tokens import fold

_REMOTE = re.compile(
    r"\b(?:(?:fully|100%|temporarily)[ -])?(?:remote(?:ly)?(?:[ -](?:opportunit(?:y|ies)|friendly|first))?"
    r"|telecommut\w+|telework|work(?:ing)? from home|wfh"
    r"|home[ -]?(?:office|based)|home working|virtual"
    r"|anywhere|worldwide|werk(?:en)? (?:van|vanuit) (?:thuis|huis)|thuiswerken|thuis|t[ée]l[ée]travail|[àa] distance"
    r"|teletrabajo|a distancia|trabalho remoto|remoto"
    r"|remota|fernarbeit|mobiles arbeiten|ortsunabhängig|deutschlandweit|bundesweit|distributed)\b",
    re.IGNORECASE,
)
_HYBRID = re.compile(r"\b(?:hybrid|hybride|h[íi]brido)\b(?: work(?:ing)?| remote)?", re.IGNORECASE)
_ONSITE = re.compile(r"\b(?:on[ -]?site|in[ -]office|in person|op locatie|vor ort|presencial)\b", re.IGNORECASE)
_SPLIT = re.compile(
    r"\s*;\s*|\s*\|\s*|\s*/\s+|\s+/|\s+(?:or|und|and|oder|et|en|y|ou|&)\s+|(?<=\w)/(?=[A-ZÀ-Þ])|\n|\s•\s"
)
_NO_PLACE = re.compile(
    r"^(?:(?:various|multiple|several|diverse|verschiedene|others?|khác|all (?:over|locations"
    r"|cities))\b(?:.*\b(?:within|in|over)\b|[^,;]*)|n/?a$|nan$|none$|null$|nothing_found$|location$|unknown$)\s*",
    re.IGNORECASE,
)
_METRO = re.compile(
    r"^(?:the )?(?:greater|metro|groot|großraum|région de)\s+|\s*\b(?:metropolitan area|metropolitan region|metro area"
    r"|metroplex|metropolitan|area"
    r"|region|und umgebung|e\.? ?o\.|en omgeving|et périphérie)$",
    re.IGNORECASE,
)
_COUNTY = re.compile(r"\b(?:county|parish|borough|kreis|landkreis|kabupaten|kab\.)\b", re.IGNORECASE)
_ZIP = re.compile(r"\b\d{5}(?:-\d{4})?$|^\d{4,6}\b|\b[A-Z]\d[A-Z] ?\d[A-Z]\d$|\b\d{4} ?[A-Z]{2}$")
_UK_POSTCODE = re.compile(r"^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$")
_FRENCH = re.compile(r"^(\d{2,3}|2[AB]) - (.+)$")
_ARRONDISSEMENT = re.compile(
    r"\s+\d{1,2}\s?(?:er|e|ème|eme)\s+arrondissement$|\s*\(dept\.?\)$|\s+\d{1,2}$|\s+cedex(?: \d+)?$", re.IGNORECASE
)
_DISTRICT = re.compile(
    r"^(?P<city>.+?)[ -](?:oost|west|noord|zuid|centrum|binnenstad|westpoort|nieuw-west|zuidoost|zuid-oost|mitte|nord"
    r"|süd|ost|centre|center|city centre|downtown|midtown)$",
    re.IGNORECASE,
)
_WIDE = re.compile(
    r"^(?:(?:north|south|latin|central) america|(?:(?:western|eastern|central|northern|southern) )?europe"
    r"|european union|eu|emea|apac|anz|latam"
    r"|dach|nordics|benelux|amer(?:icas)?|asia(?:[- ]pacific)?|middle east|global(?:ly)?|international)$",
    re.IGNORECASE,
)  # wider than a country: no city, even where one is called so
_COUNTED = re.compile(r"^\d+ (?:locations|places|standorte|locaties|lieux|ubicaciones)$", re.IGNORECASE)
_WIDE_FIRST = re.compile(r"^(?P<wide>[^,;()]{2,40}?)\s+[-–]\s+(?P<city>[^,;()]{2,60})$")
_CODES_FIRST = re.compile(
    r"^(?P<country>[A-Z]{2,3})(?:[-.](?P<region>[A-Z]{2,3}))?[-.](?P<city>[A-Z][^\W\d_][^,;()/.-]{1,40})(?:[-.].*)?$"
)
_EDGES = re.compile(r"^[\s,;:|/)–—-]+(?:in\s+)?|^in\s+|[\s,;:|/(–—-]+$")
_OFFICE = re.compile(r"\s+(?:hq|headquarters?|office|hub|campus)$|\s+\d{1,2}\. bezirk$", re.IGNORECASE)
_CITY_STATES = frozenset(("SG", "HK", "MC"))
_STATE_COUNTRY = re.compile(r"(?<=[, ][A-Z]{2}) (?:[-–] )?(US|USA|United States)$")
_STREET = re.compile(
    r"^\d+ [^,]*\b(?:Rd|Road|Blvd|Ave|Avenue|Dr|Drive|Ln|Lane|Pkwy|Hwy|St|Street)\b[^,]*(?:, ?Ste \w+)?[, ]\s*"
)
_GLUED_STATE = re.compile(r"^(.{3,}) ([A-Z]{2,3})$")


@dataclass(frozen=True)
class Place:
    """A place understood.

    Attributes:
        text: as delivered, cleaned; None where nothing was.
        city: name in GeoNames where it is there, else as delivered.
        region: code in the US and Canada, else the name.
        country: ISO 3166 alpha-2.
        latitude: of the city, degrees.
        longitude: of the city, degrees.
        remote: remote, hybrid or onsite, where the place says so.
        names: folded names the place goes by, for telling it in a title.
        flag: 'several places' or 'place contradicts itself'.
    """

    text: str | None = None
    city: str | None = None
    region: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    remote: str | None = None
    names: frozenset[str] = frozenset()
    flag: str | None = None


@lru_cache(maxsize=65536)
def parse_place(
    location: str | None, city: str | None = None, region: str | None = None, country: str | None = None
) -> Place:
    """Return the place that a location string, or the fields city, region and country, tell."""
    whole = one_line(location)
    fields = [one_line(part) for part in (city, region, country)]
    if not whole or (any(fields) and _country_only(whole)):
        whole = ", ".join(dict.fromkeys(part for part in fields if part)) or whole
    elif fields[2] and not _names_country(whole):
        whole = f"{whole}, {fields[2]}"
    text = re.sub(r",(?:\s*,)+", ",", whole).strip(" ,;-|") or None
    if text is None:
        return Place()
    found = _understood(text)
    return replace(found, text=text, names=_names(found, text))


@lru_cache(maxsize=65_536)
def names_of(place: str | None, city: str | None, region: str | None, country: str | None) -> frozenset[str]:
    """Return all folded names that a posting's place goes by, told as one string and in parts."""
    found = parse_place(place, None, None, None).names | parse_place(None, city, region, country).names
    return found | frozenset(fold(part) for part in (city, region, country) if part)


def _country_only(text: str) -> bool:
    return country_code(text) is not None


def _names_country(text: str) -> bool:
    last = text.rpartition(",")[2].strip()
    return country_code(last) is not None or last.upper() in gazetteer().states or fold(last) in gazetteer().state_names


def _understood(text: str) -> Place:
    remote = _told_remote(text)
    rest = _NO_PLACE.sub("", _ONSITE.sub(" ", _HYBRID.sub(" ", _REMOTE.sub(" ", text))))
    rest = re.sub(r"\(\s*\)|\[\s*\]", " ", rest)
    rest = _STREET.sub("", _STATE_COUNTRY.sub(r", \1", _EDGES.sub("", " ".join(rest.split()))))
    if not rest:
        return Place(remote=remote)
    if _COUNTED.match(rest):
        return Place(remote=remote, flag="several places")
    pieces = [piece for piece in (p.strip(" ,") for p in _SPLIT.split(rest)) if piece]
    found = [_one(piece) for piece in dict.fromkeys(pieces)] or [Place()]
    if (
        len(found) > 1
        and (whole := _one(rest)).latitude is not None
        and len(pieces) <= 3
        and not re.search(r"[;|/]", rest)
    ):
        found = [whole]  # "Trinidad and Tobago", "Newcastle and Hove": the joining word belongs to the name
    return replace(_common(found), remote=remote)


def _told_remote(text: str) -> str | None:
    if _HYBRID.search(text):
        return "hybrid"
    if _REMOTE.search(text):
        return "remote"
    return "onsite" if _ONSITE.search(text) else None


def _common(found: list[Place]) -> Place:
    """Return what several places have in common."""
    if len(found) == 1:
        return found[0]
    known = [f for f in found if f.city or f.region or f.country]
    if len({(f.city, f.region, f.country) for f in known}) == 1:
        return known[0]
    same = {
        name: values.pop() for name in ("region", "country") if len(values := {getattr(f, name) for f in known}) == 1
    }
    return Place(
        region=same.get("region") if same.get("country") else None, country=same.get("country"), flag="several places"
    )


def _one(text: str) -> Place:
    """Return one place, written in one of the ways boards write it."""
    if m := _FRENCH.match(text):
        return _french(m[1], m[2])
    if _UK_POSTCODE.match(text):
        return Place(country="GB")
    if (m := _WIDE_FIRST.match(text)) and (found := _wide_first(m["wide"], m["city"])):
        return found
    if found := _country_first(text):
        return found
    if (metro := _METRO.sub("", _METRO.sub("", text))) != text and (found := _metro(metro)):
        return found
    inner = re.search(r"\(([^()]*)\)", text)
    text = re.sub(r"\([^()]*\)", " ", text)
    parts = [part for part in (_trimmed(p) for p in text.split(",")) if part and not _WIDE.match(part)]
    if inner and (country_code(inner[1]) or region_of(inner[1].strip(), None)):
        parts.append(inner[1].strip())
    if len(parts) == 1 and (m := _GLUED_STATE.match(parts[0])) and region_of(m[2], None):
        parts = [m[1], m[2]]
    if not parts:
        return Place()
    return _from_parts(parts)


def _country_first(text: str) -> Place | None:
    """Return the city of "US-CA-Menlo Park", "USA.VA.Reston", "JP-Tokyo" and "US, CA, Santa Clara", where there is such a city."""
    m = _CODES_FIRST.match(text)
    parts = [m["country"], m["region"], m["city"]] if m else [part.strip() for part in text.split(",")]
    parts = [part for part in parts if part]
    if len(parts) not in (2, 3) or (not m and country_code(parts[-1])):
        return None
    country = country_code(parts[0])
    region = region_of(parts[1], country) if country and len(parts) == 3 else None
    if country is None or (len(parts) == 3 and region is None):
        return None
    hit = find_city(parts[-1], country, region[1] if region else None)
    return _at(hit, None) if hit else None


def _wide_first(wide: str, city: str) -> Place | None:
    """Return the city of "TX - Plano" and "Japan - Tokyo", as Workday's sites write it."""
    region = region_of(wide, "US")
    country = country_code(wide)
    hit = find_city(city, *region) if region else find_city(city, country) if country else None
    return _at(hit, None) if hit else None


def _metro(name: str) -> Place | None:
    """Return the first city of a metropolitan area: "Columbia, South Carolina", "Albuquerque-Santa Fe"."""
    city, _, state = (part.strip() for part in name.partition(","))
    region = region_of(state, "US") if state else None
    if state and region is None:
        return None
    for one in (city, re.split(r"[-–/]", city)[0].strip()):
        hit = find_city(one, *region) if region else find_city(one, None)
        if hit is not None:
            return _at(hit, None)
    return Place(region=region[1], country="US") if region else None


def _trimmed(part: str) -> str:
    part = _ZIP.sub("", part.strip()).strip(" -–—.:")
    return part if len(part) > 1 else ""


def _french(code: str, name: str) -> Place:
    department = FRENCH_DEPARTMENTS.get(code)
    if department is None:
        return _from_parts([name])
    inside = re.fullmatch(r"(.+?) \((.+)\)", name)
    named = f"{inside[2]}-{inside[1]}" if inside else name
    bare = _ARRONDISSEMENT.sub("", name)
    if (code != "75" and city_key(named) == city_key(department)) or (
        inside and not re.search("dept", inside[2], re.IGNORECASE)
    ):
        return Place(region=department, country="FR")
    hit = find_city(bare, "FR")
    if hit is None:
        return Place(city=_written(bare), region=department, country="FR")
    return Place(city=hit.name, region=department, country="FR", latitude=hit.latitude, longitude=hit.longitude)


def _from_parts(parts: list[str]) -> Place:
    """Return the place of comma-separated parts, the widest last."""
    if len(parts) == 1 and parts[0] in gazetteer().states and parts[0] in gazetteer().countries:
        return Place()  # CA, IN, DE alone: a state's code and a country's
    country, rest = take_country(parts)
    region, code, rest, country = take_region(rest, country)
    rest = [part for part in rest if country is None or country_code(part) != country or len(rest) == 1]
    return _with_city(rest, region, code, country)


def _with_city(parts: list[str], region: str | None, code: str | None, country: str | None) -> Place:
    if not parts:
        hit = find_city(gazetteer().countries[country], country) if country in _CITY_STATES else None
        return _at(hit, region) if hit else Place(region=region, country=country)
    if _COUNTY.search(parts[0]) and len(parts) == 1 and not find_city(parts[0], country, code):
        return Place(region=region, country=country)
    for part in parts:
        part = _OFFICE.sub("", part)
        hit = (
            find_city(part, country, code)
            or find_city(_METRO.sub("", part), country, code)
            or _district(part, country, code)
        )
        if hit is not None:
            return _at(hit, region)
    if country is None or fold(parts[0]).startswith("the "):
        return Place(region=region, country=country)
    if country == "US" and region is None and code is None and _METRO.search(parts[0]):
        return Place(country=country)
    name = parts[0]
    return Place(city=None if len(name) > 60 else _written(name), region=region, country=country)


def _district(part: str, country: str | None, code: str | None) -> City | None:
    m = _DISTRICT.match(part)
    hit = find_city(m["city"], country, code) if m else None
    return hit if hit and hit.population > 50_000 else None


def _at(hit: City, region: str | None) -> Place:
    named = hit.region if hit.country == "US" else region_name(hit)
    return Place(
        city=hit.name, region=named or region, country=hit.country, latitude=hit.latitude, longitude=hit.longitude
    )


def _written(name: str) -> str:
    """Return a place name as people write it: capitals only where each word begins."""
    return name.title() if name.isupper() and len(name) > 3 else name


def _names(place: Place, text: str) -> frozenset[str]:
    """Return the folded names `place` goes by."""
    known = gazetteer()
    names = {fold(part).strip(" .()") for part in re.split(r"[,;/|]", text)}
    for name in (place.city, place.region, place.country):
        if name:
            names.add(fold(name))
    if place.country == "US":
        names |= {fold(name) for name, code in known.state_names.items() if code == place.region} | {
            "us",
            "usa",
            "united states",
        }
    if place.country:
        names |= {fold(known.countries[place.country])} if place.country in known.countries else set()
    return frozenset(n for n in names if len(n) > 1)
