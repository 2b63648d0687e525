"""Employers as headers write them: cleaned for people to read, and folded to a key under which all spellings meet."""

import json
import re
from functools import lru_cache

from pipeline.text.markup import one_line
from pipeline.text.tokens import fold

_RATING = re.compile(r"\s*\b[0-5]\.\d(?:\s*★.*)?$|\s*★.*$")
_GLUED_RATING = re.compile(r"(?<=\D)[0-5]\.\d\s*★.*$")
_LINK = re.compile(r"\s*\(\s*(?:https?://|www\.)[^)]*\)|\s*https?://\S+")
_BATCH = re.compile(r"\s*\((?:yc )?[wsfx]\d\d\)|\s*\(yc(?: [a-z]*\d+)?\)", re.IGNORECASE)
_TICKER = re.compile(r"\s*\((?:NYSE|NASDAQ|Nasdaq|AMEX|LSE|TSX|ASX|SGX)[^)]*\)", re.IGNORECASE)
_MARKS = re.compile(r"[®™©℠]|\s*\((?:R|TM)\)(?=\W|$)")
_PICTURES = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200d\u2b50\u2b06]+")
_HIRING = re.compile(
    r"\s+(?:is|are) (?:now )?hiring!*$|\s*[-–|:]\s*(?:careers?|jobs|now hiring|we'?re hiring)!*$", re.IGNORECASE
)
_DATE_LINE = re.compile(r"^(?:refreshed|posted|updated)\b.*\d", re.IGNORECASE)
_NOBODY = frozenset(
    "n/a|na|nan|none|null|unknown|undisclosed|confidential|company confidential|confidential company|private|private"
    " company|private advertiser"
    "|anonymous|anonymous employer|company|employer|a company|client|our client|not specified|not disclosed|not"
    " available|nicht angegeben"
    "|confidentiel|entreprise confidentielle|onbekend|anoniem|vertraulich|confidencial|empresa confidencial|perusahaan"
    " dirahasiakan|hidden|company undisclosed|undisclosed company"
    "|private client|name withheld|not provided"
    "|company name|employer name|-|.|various|nothing_found|hiring organization".split("|")
)

# Legal forms: at the end (in some countries at the beginning) of a name they say nothing about who it is.
_FORMS = (
    "inc|incorporated|llc|llp|lp|pllc|pc|pa|ltd|limited|ltda|corp|corporation|co|company|plc|pty|pte|pvt|private"
    "|gmbh|gesmbh|ges mbh|mbh|ag|kg|kgaa|ohg|ug|ev|gmbh co|gbr|eg|se|haftungsbeschrankt|aktiengesellschaft"
    "|bv|nv|vof|cv|ua|bvba|sprl|srl|spa|snc|sas|sasu|sarl|eurl|sa|sl|slu|sau|scop|sci|gie|sca|scs"
    "|eireli|sa de cv|de rl|ab|as|asa|oy|oyj|aps|kft|zrt|nyrt|sro|spol sro|doo|dd|ood|eood|spz oo|sp zoo|zoo|sp k"
    "|bhd|sdn|sdn bhd|tbk|persero|kk|jsc|pjsc|fzco|fze|dmcc|wll|ooo|zao|hf|ehf|uab|sia|ou|unlimited|chtd|joint stock"
).split("|")
_TAIL_FORMS = tuple(sorted((tuple(f.split()) for f in _FORMS), key=len, reverse=True))
_HEAD_FORMS = tuple(
    tuple(form.split())
    for form in (
        "pt|cv|cong ty tnhh mtv|cong ty tnhh|cong ty co phan|cong ty cp|cong ty|ctcp"
        "|sarl|sas|eurl|ooo|zao|the|societe|firma"
    ).split("|")
)
_LAST_WORDS = frozenset(form[-1] for form in _TAIL_FORMS) | {"and", "the"}
_FIRST_WORDS = frozenset(form[0] for form in _HEAD_FORMS)
_WEAK_TAILS = frozenset(("and", "the", "of", "de", "group", "holdings", "holding", "intl", "international"))
_PLACES = (
    "singapore|indonesia|india|usa|us|u s|united states|uk|united kingdom|netherlands|nederland|germany|deutschland"
    "|france|austria|osterreich|schweiz"
    "|switzerland|belgium|canada|australia|asia|asia pacific|apac|emea|europe|america|americas|north america|brasil"
    "|brazil|vietnam|viet nam|china|japan"
    "|malaysia|hong kong|private|singapore branch|s|m|sea|thailand|spain|ireland|poland|ethiopia|branch|headquarters"
    "|hq|corporate"
).split("|")
_PLACE_SET = frozenset(_PLACES)
# Spellings that no rule brings together.
_SAME = {
    "amazon services": "amazon", "amazon com services": "amazon", "amazon development center us": "amazon",
    "amazon dev center us": "amazon",
    "amazon development centre": "amazon", "amazon data services": "amazon web services", "aws": "amazon web services",
    "meta platforms": "meta", "facebook": "meta", "facebook app": "meta", "tiktok us data security": "tiktok",
    "tiktok usds": "tiktok", "usds": "tiktok", "tik tok": "tiktok", "byte dance": "bytedance",
    "jp morgan": "jpmorgan chase", "jpmorgan": "jpmorgan chase",
    "jp morgan chase": "jpmorgan chase", "jpmorganchase": "jpmorgan chase", "jpm": "jpmorgan chase",
    "ernst and young": "ey", "ernst young": "ey", "pricewaterhousecoopers": "pwc", "pricewaterhouse coopers": "pwc",
    "virtual vocations": "virtualvocations",
    "hewlett packard enterprise": "hpe", "international business machines": "ibm",
    "boozallen hamilton": "booz allen hamilton", "booz allen": "booz allen hamilton",
}  # fmt: skip
_PARENTHESES = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_NOT_WORD = re.compile(r"[^\w&+#]+")


@lru_cache(maxsize=65536)
def clean_employer(company: str | None) -> tuple[str | None, str | None]:
    """Return the employer for people to read, None where none is named, and a flag where the field was odd.

    Ratings ("4.2 ★"), links, trade marks, pictures and "is hiring" are taken off. A JSON object (a wrong column
    mapping) gives its name, where it has one.
    """
    name = one_line(company)
    if not name:
        return None, None
    if name.startswith("{"):
        return _from_json(company or ""), "employer field holds an object"
    if _DATE_LINE.match(name):
        return None, "employer field holds a date"
    name = _GLUED_RATING.sub("", name)
    if "★" in (company or "") or "\n" in (company or ""):
        name = _RATING.sub("", name)
    for pattern in (_LINK, _TICKER, _BATCH, _MARKS, _PICTURES, _HIRING):
        name = pattern.sub("", name)
    name = " ".join(name.split()).strip(' ,;:|•·-–—*#"/\\<>~_')
    if name.casefold() in _NOBODY or not re.search(r"\w", name):
        return None, None
    return (name[:200], "employer field is overlong") if len(name) > 200 else (name, None)


def _from_json(text: str) -> str | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    for key in ("name", "nom", "display_name", "companyName", "company"):
        if isinstance(found, dict) and isinstance(found.get(key), str) and found[key].strip():
            return one_line(found[key])[:200]
    return None


@lru_cache(maxsize=65536)
def employer_key(employer: str | None) -> str:
    """Return `employer` folded: no accents, no legal form, '&' as 'and', known spellings unified; '' for None."""
    if not employer:
        return ""
    text = _PARENTHESES.sub(_inside, _PICTURES.sub(" ", employer))
    text = fold(text).replace("&", " and ")
    text = re.sub(r"(?<=\w)['’`](?=s\b)", "", text).replace("'", "")
    text = re.sub(r"\.(?:com|net|org|io|ai|nl|de|fr|co\.uk|co)\b", "", text) if not re.match(r"^\w\.", text) else text
    text = re.sub(r"\b(\w)/(\w)\b", r"\1\2", text)
    tokens = _without_forms(_initials_joined(["and" if t == "+" else t for t in _NOT_WORD.split(text) if t]))
    key = " ".join(tokens)
    return _SAME.get(key, key) or fold(employer)


def _inside(match: re.Match[str]) -> str:
    """Return what of a parenthesis belongs to the name: nothing of places, abbreviations and notes, the rest."""
    inside = fold(match.group(1) or match.group(2) or "")
    words = inside.split()
    if (
        not words
        or inside in _PLACE_SET
        or len(words) == 1
        or inside.startswith(("formerly", "a ", "an ", "part of", "via", "ex ", "member of"))
    ):
        return " "
    return f" {inside} "


def _initials_joined(tokens: list[str]) -> list[str]:
    """Return `tokens` with runs of single letters joined: U.S. Bank and US Bank, P L C and PLC are one."""
    joined: list[str] = []
    run = False
    for token in tokens:
        single = len(token) == 1 and token.isalpha()
        if single and run:
            joined[-1] += token
        else:
            joined.append(token)
        run = single
    return joined


def _without_forms(tokens: list[str]) -> list[str]:
    """Return `tokens` without legal forms at the beginning and the end, never less than one token."""
    changed = True
    while changed and tokens and (tokens[-1] in _LAST_WORDS or tokens[0] in _FIRST_WORDS):
        changed = False
        for form in _TAIL_FORMS:
            if len(tokens) > len(form) and tokens[-1] == form[-1] and tuple(tokens[-len(form) :]) == form:
                tokens, changed = tokens[: -len(form)], True
        while len(tokens) > 1 and tokens[-1] in ("and", "the"):
            tokens, changed = tokens[:-1], True
        for form in _HEAD_FORMS:
            if len(tokens) > len(form) and tuple(tokens[: len(form)]) == form:
                tokens, changed = tokens[len(form) :], True
    return tokens


def same_house(one: str, other: str) -> bool:
    """Return whether two employer keys may well be one house: one in the other, an abbreviation, or spelled alike."""
    if not one or not other:
        return True
    a, b = one.replace(" ", ""), other.replace(" ", "")
    if a in b or b in a:
        return True
    words_a, words_b = one.split(), other.split()
    if (set(words_a) - _WEAK_TAILS) & (set(words_b) - _WEAK_TAILS) & _telling(words_a, words_b):
        return True
    initials_a, initials_b = "".join(w[0] for w in words_a), "".join(w[0] for w in words_b)
    if (len(a) >= 2 and a == initials_b) or (len(b) >= 2 and b == initials_a):
        return True
    from rapidfuzz import fuzz

    return fuzz.ratio(a, b) >= 75 or fuzz.partial_ratio(a, b) >= 90


def _telling(one: list[str], other: list[str]) -> set[str]:
    """Return the words of both names that are longer than three letters: they tell who it is."""
    return {w for w in (*one, *other) if len(w) > 3}
