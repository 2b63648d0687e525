"""What a text tells beside its work: where it is done, the employer's number of the role, whether it was cut off."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

Spots = Sequence[tuple[int, int]]
"""Where signs stand in a text: number of the sign and where it begins, those of one sign in their order."""
_NEAR = 60  # characters around a sign that are looked at
# Looked for as they stand, without the first letter: to lower the whole text first costs as much as all the rest.
REMOTE_SIGNS = (
    "emote", "ybrid", "n-site", "nsite", "n site", "REMOTE", "HYBRID", "ON-SITE", "ONSITE", "élétravail", "huiswerk",
    "omeoffice", "ome office", "ome-office", "ome working", "ork from home", "ork from anywhere", "n person",
    "he office",
)  # fmt: skip
_REMOTE_CLEAR = re.compile(
    r"#li-remote\b|\b(?:this|the) (?:is an?|position is|role is|job is|is)(?: an?)?(?: (?:fully|100%|completely"
    r"|entirely|full[- ]time))*,? remote\b"
    r"|\b(?:100%|fully) remote\b|\bremote (?:position|role|job|opportunity|\(us\)|within the us)\b"
    r"|\b(?:work )?location(?: type)?\s?:\s?(?:fully |100% )?remote\b"
    r"|\bwork (?:location|type|mode|arrangement|model|setting)\s?:\s?(?:fully |100% )?remote\b|\bwork from anywhere\b"
    r"|\b100\s?% (?:home ?office|télétravail|thuiswerken)\b"
    r"|\(remote\)|\bfull remote\b|\btrabalho (?:100% )?remoto\b|\bmodelo de trabalho\s?:?\s?remoto\b"
)
_HYBRID_CLEAR = re.compile(
    r"#li-hybrid\b|\bhybrid (?:work(?:ing)? )?(?:role|position|schedule|model|arrangement|environment|job|opportunity"
    r"|work\b|working|remote)"
    r"|\b(?:this|the) (?:is an?|position is|role is|job is|is)(?: an?)? hybrid\b|\blocation(?: type)?\s?:\s?hybrid\b"
    r"|\bhybride? (?:werken|werkplek|arbeiten)\b"
    r"|\btélétravail partiel\b|\b[1-4] (?:days?|dagen) (?:a|per|each) week (?:in|at) the office\b"
    r"|\b[1-4] days? (?:of )?(?:remote|home working|work(?:ing)? from home)\b"
)
_ONSITE_CLEAR = re.compile(
    r"#li-onsite\b|\b(?:100%|fully) on-?\s?site\b|\b(?:this|the) (?:is an?|position is|role is|job is"
    r"|is)(?: an?)? on-?\s?site\b|\blocation(?: type)?\s?:\s?(?:on-?\s?site|in person)\b"
    r"|\bwork (?:location|type|mode|arrangement)\s?:\s?(?:on-?\s?site|in person)\b|\b(?:not|no"
    r"|not offer) (?:an? )?remote(?:-only)?(?: (?:work|position|role|job|option))?"
)
_CLEAR = (
    ("onsite", ("site", "in person", "remote"), _ONSITE_CLEAR),
    ("hybrid", ("hybrid", "partiel", "day", "dagen"), _HYBRID_CLEAR),
    ("remote", ("remot", "anywhere", "home", "télétravail", "thuiswerken"), _REMOTE_CLEAR),
)
"""Of each answer the words one of which its expression needs, and the expression."""
_YES = frozenset(("true", "yes", "1", "1.0", "y", "t"))
_ON_FIELD = {
    "remote": frozenset("remote telecommute fully_remote home fully-remote remoto télétravail".split()),
    "hybrid": frozenset("hybrid partial partly temporarily_remote hybride híbrido hibrido".split()),
    "onsite": frozenset("on-site onsite on_site office in-person in_office presencial in-office".split()),
}


def remote_of(field: str | None, told: str | None) -> str | None:
    """Return remote, hybrid or onsite: the feed's word for it, else what place or text tells.

    A plain yes is weaker than what the text tells: scrapers say it of every ad with the word remote or hybrid in it. A
    plain no says nothing: both hybrid and on site are not remote.
    """
    folded = (field or "").strip().lower()
    if folded in _YES:
        return told or "remote"
    for name, words in _ON_FIELD.items():
        if folded.replace(" ", "_") in words:
            return name
    first = re.search(r"hybrid|remote|on[- ]?site", folded)
    if first is None or len(folded) > 40:
        return told
    return {"h": "hybrid", "r": "remote", "o": "onsite"}[first.group()[0]]


def remote_of_text(text: str, spots: Spots | None = None) -> str | None:
    """Return remote, hybrid or onsite where `text` says exactly one of them clearly.

    `spots` are where REMOTE_SIGNS stand in it, where that is known.
    """
    near = _around(text, spots_of(text, REMOTE_SIGNS) if spots is None else spots, _NEAR).lower()
    if not near:
        return None
    told = [name for name, words, pattern in _CLEAR if any(word in near for word in words) and pattern.search(near)]
    return told[0] if len(told) == 1 else None


def spots_of(text: str, signs: Sequence[str]) -> Spots:
    """Return where `signs` stand in `text`: number of the sign and where it begins."""
    return [(number, m.start()) for number, sign in enumerate(signs) for m in re.finditer(re.escape(sign), text)]


def _around(text: str, spots: Spots, width: int) -> str:
    """Return the parts of `text` within `width` characters of a spot, a line each: patterns need not see the rest."""
    spans: list[tuple[int, int]] = []
    free: dict[int, int] = {}  # of each sign, where it is looked for again
    for sign, at in spots:
        if at >= free.get(sign, 0):
            spans.append((max(0, at - width), at + width))
            free[sign] = at + width
    parts: list[str] = []
    end = 0
    for start, stop in sorted(spans):
        if stop > end:
            parts.append(text[max(start, end) : stop] if start < end else "\n" + text[start:stop])
            end = stop
    return "".join(parts)


NUMBER_SIGNS = (":", "#")
_NUMBER = re.compile(
    r"[:#]\s?#?(?P<id>[A-Za-z]{0,6}[-_ ]?\d[\w./-]{2,20}|[A-Z]{2,8}(?:[-_][A-Z\d]+)*[-_]?\d[\w/-]{1,16})"
)
_LABEL = re.compile(
    r"(?:\b(?:(?:job|position|posting|vacancy|role)\s?)?req(?:uisition)?\.?(?:\s?(?:id|number|no\.?|#|code))?"
    r"|\b(?:job|position|posting|vacancy|role)\s?(?:id|ref(?:erence)?\.?|number|no\.|code|#)(?:\s?(?:id|number|no\.?|#"
    r"|code))?"
    r"|\bref(?:erence)?\s?(?:id|number|no\.?|code|#)|\bréf(?:érence)?|\breferenznummer|\bkennziffer|\bvacaturenummer"
    r"|\breferentie(?:nummer)?)\s?$",
    re.IGNORECASE,
)
_NOT_A_NUMBER = re.compile(
    r"^(?:19|20)\d\d$|^\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}$|^\d+(?:st|nd|rd|th|k|am|pm)$|^\d{1,3}$|^\d+[-+]?(?:years?|yrs?"
    r"|months?|hours?)",
    re.IGNORECASE,
)


def requisition_in_text(text: str, spots: Spots | None = None) -> str | None:
    """Return the employer's number of the role, where `text` states one with its label.

    `spots` are where NUMBER_SIGNS stand in it, where that is known.
    """
    for m in _NUMBER.finditer(text) if spots is None else _numbers(text, spots):
        if _LABEL.search(text, max(0, m.start() - 40), m.start()) and (number := requisition_of(m["id"])):
            return number
    return None


def _numbers(text: str, spots: Spots) -> Iterator[re.Match[str]]:
    """Yield what _NUMBER.finditer() finds, looked for only at its signs."""
    end = 0
    for _, at in spots:
        if at >= end and (m := _NUMBER.match(text, at)):
            end = m.end()
            yield m


def requisition_of(value: str | None) -> str | None:
    """Return a requisition number as it is compared: capitals, no spaces or marks; None where it can't be one."""
    if not value:
        return None
    number = re.sub(r"(?<=\d)(?:ZIP|[A-Z][a-z]{2,}).*$", "", re.sub(r"\s+", "", value)).strip("#.,:;-_/()").upper()
    if not 3 <= len(number) <= 32 or not re.search(r"\d", number) or _NOT_A_NUMBER.match(number):
        return None
    return number


def is_cut(text: str) -> bool:
    """Return whether `text` looks like the beginning of a text: short, and ending in dots."""
    return 100 <= len(text) <= 600 and text.rstrip().endswith(("...", "…"))


_TYPES = (
    (
        "internship",
        re.compile(
            r"intern(?!ational)|stage\b|praktik|stagiair|estági|apprenti|alternance|trainee|ausbildung|magang|werkstudent"
            r"|becari|prácticas|pasant",
            re.IGNORECASE,
        ),
    ),
    ("volunteer", re.compile(r"volunt|vrijwillig|ehrenamt|bénévol", re.IGNORECASE)),
    (
        "temporary",
        re.compile(
            r"\btemp(?!o (?:inte|parc)|s )|seasonal|interim|intérim|zeitarbeit|befrist|tijdelijk|cdd\b|casual|fixed.?term"
            r"|per.?diem|prn\b|uitzend|oproep|aushilf|saison|eventual|durée déterminée|bepaalde tijd",
            re.IGNORECASE,
        ),
    ),
    (
        "contract",
        re.compile(
            r"contract|freelance|c2c|corp.?to|w2|zzp|1099|self.?employ|gig\b|consultan|werkvertrag|freiberuf|autónom|indépendant"
            r"|\bpj\b",
            re.IGNORECASE,
        ),
    ),
    (
        "full_time",
        re.compile(
            r"full|voltijd|fulltime|vollzeit|temps plein|temps complet|tempo integral|tempo inteiro|40 (?:hours|uur)|penuh"
            r"|tiempo completo|jornada completa",
            re.IGNORECASE,
        ),
    ),
    (
        "part_time",
        re.compile(
            r"part|deeltijd|teilzeit|meio período|paruh|parcial|media jornada|minijob|geringfügig|bijbaan",
            re.IGNORECASE,
        ),
    ),
    (
        "permanent",
        re.compile(r"perm|vast\b|unbefrist|cdi\b|effective|clt\b|tetap|efetivo|regular|indefinido", re.IGNORECASE),
    ),
    ("other", re.compile(r"other|overig|sonstig|autre|outro", re.IGNORECASE)),
)


# These name a contract without an end, and hold words of other types.
_UNLIMITED = re.compile(
    r"unbefristet\w*|(?:(?:contract )?voor )?onbepaalde (?:tijd|duur)|vast(?:e)? (?:contract|dienstverband|aanstelling|baan)|festanstellung"
    r"|contrat à durée indéterminée|contrato (?:indefinido|fijo|efetivo)|permanent contract|contract of employment",
    re.IGNORECASE,
)


def employment_type_of(value: str | None) -> str | None:
    """Return the employment type a field names; of several ("parttime, fulltime") the more telling by a fixed order."""
    if not value or not value.strip():
        return None
    return _known_type(value) if len(value) <= _SHORT else _type_of(value)


def _type_of(value: str) -> str | None:
    text = value.replace("_", " ")
    rest = _UNLIMITED.sub(" ", text)
    found = next((name for name, pattern in _TYPES if pattern.search(rest)), None)
    return found or ("permanent" if rest != text else None)


_SHORT = 200  # characters of a field that is remembered
_known_type = lru_cache(maxsize=4096)(_type_of)
