"""Whose voice an ad speaks in: its own employer's, an agency's for somebody else, or another employer's altogether."""

import re
from dataclasses import dataclass

from pipeline.text.employers import employer_key, same_house
from pipeline.text.tokens import fold

# Boards and agencies that put up other employers' ads under their own name.
_RESELLERS = frozenset(
    (
        "clearancejobs|dice|jobs via dice|mygwork|mygwork lgbtq business community|virtualvocations|vetjobs|jobot"
        "|cybercoders|lensa|talentify|jobgether|ziprecruiter|linkedin|indeed|glassdoor|monster|talent|jooble|adzuna"
        "|efinancialcareers|upwork|toptal|turing|crossover|braintrust|actalent|apex systems|insight global|robert half"
        "|teksystems|kforce|aerotek|randstad|adecco|manpower|manpowergroup|hays"
    ).split("|")
)
_RESELLER_WORDS = re.compile(
    r"\b(?:staffing|recrut\w*|talent|personnel|search|hiring|headhunt\w*|interim|employment|workforce|resourcing"
    r"|consultan\w*|placement\w*|rh|hr|uitzend\w*|\w*jobs?\b|job\w*|\w*careers?\b|career\w*|\w*hire|\w*hyre|remote\w*"
    r"|\w*staff\w*|\w*recruit\w*|detachering|werving|selectie|selection|resources?|manpower|outsourcing|werk|agency"
    r"|agence|emploi|people|human capital|community|professionals|associates|executive)\b"
)
_BOARD = re.compile(r"(?:jobs|careers)$|^(?:jobs|career)|\bjob ?board\b")
_HEAD = 400  # characters of the text looked at
_WORD = r"[A-Z][\w&.'’+-]*"
_NAME = (
    r"(?P<name>(?:the )?[A-Z0-9][\w&.'’+-]*"
    r"(?: (?:of|and|&|the|de|du|des|van|für|for|[A-Z0-9(][\w&.'’+-]*\)?)){0,5}?)"
)
_SAYS = (
    # "Northwind Robotics (NWR) is revolutionizing how ...", at the very beginning like the next two
    re.compile(
        _NAME
        + r"(?: \([A-Z][A-Za-z&.]{1,9}\)),? is (?:an?|the|one of|revolutioni\w+|transform\w+|building|on a mission"
        r"|leading|looking|seeking|hiring|currently)\b"
    ),
    re.compile(
        _NAME + r",? is (?:an?|the|one of the) (?:[\w-]+,? ){0,5}?(?:company|provider|startup|start-up|firm|platform"
        r"|manufacturer|leader|organi[sz]ation|agency|bank|studio)\b"
    ),
    re.compile(
        _NAME + r" is (?:revolutioni\w+|transforming|reinventing|disrupting|on a mission to|seeking an?|hiring an?"
        r"|currently (?:looking|seeking|hiring)|(?:looking|searching) for an?)\b"
    ),
    re.compile(rf"(?:About|ABOUT|Over|Über) (?P<name>{_WORD}(?: {_WORD}){{0,3}})(?=\n|:| is\b)"),
    re.compile(rf"\b(?:At|Join|Bij|Bei|Chez) (?P<name>{_WORD}(?: {_WORD}){{0,3}}),? (?:we|you|as|and|wij|wir|nous)\b"),
    re.compile(rf"\b[Oo]ur client,? (?P<name>{_WORD}(?: {_WORD}){{0,5}}),? (?:is|has)\b"),
    re.compile(rf"\brole at (?P<name>{_WORD}(?: {_WORD}){{0,3}})(?=[.\n]|$)"),
)
_SAYS_WORDS = (
    (" is ",), (" is ",), (" is ",), ("About ", "ABOUT ", "Over ", "Über "),
    ("At ", "Join ", "Bij ", "Bei ", "Chez "), ("ur client",), ("role at ",),
)  # fmt: skip
"""Of each of the expressions above the words one of which it needs."""
_NOT_A_NAME = frozenset(
    (
        "a|an|the|this|that|it|we|you|our|he|she|who|what|there|here|company|our company|our client|client"
        "|the company|the client|the organization|the ideal candidate|candidate|the successful candidate"
        "|position|the position|the role|role|this role|this position|job|the job|team|our team|the team|us"
        "|about us|about|opportunity|location|title|overview|job title|summary|description|remote|salary"
        "|department|the department|contract|work|one|each|all|if|as|in|at|for|to|no|not|now|today"
        "|united states|uk|usa|us citizenship|he/she|the opportunity|duration|experience|schedule|time|travel"
        "|pay|compensation|type|shift|full time|benefits|the candidate|the person|data|technology|innovation"
        "|success|diversity"
    ).split("|")
)
_HEADING = re.compile(
    r"^(?:\S+ ){0,2}?(?:(?:job|role|position|company) )?(?:overview|description|responsibilities|summary|introduction"
    r"|details|requirements)\s+|^(?:about us|the company)\s+",
    re.IGNORECASE,
)
_ROLE_WORD = re.compile(
    r"\b(?:engineer|developer|analyst|manager|scientist|specialist|consultant|director|architect|assistant|coordinator"
    r"|administrator|nurse|technician|designer|officer|lead|intern"
    r"|associate|representative|candidate|role|position|team|job|opportunity|department|division|group's|program"
    r"|project|programme|services|solutions architect|location|client|we"
    r"|our|office|enterprises|school of|college of|center for|centre for)\b",
    re.IGNORECASE,
)
_BLIND = re.compile(
    r"\b(?:a company is looking for|(?:our|my) client\b(?! (?:manage|servic|success|relation|fac|base|support|team"
    r"|experience|engagement|deliver))|on behalf of (?:our|a|my|one of)|for one of our clients|notre client"
    r"|pour l'un de (?:nos|ses) clients|l'un de (?:nos|ses) clients"
    r"|unser(?:en)? (?:kunde|mandant)|onze opdrachtgever|voor een opdrachtgever|nosso cliente|is a member of mygwork"
    r"|an? .{0,40}client of ours|direct client|our direct client|end client)\b",
    re.IGNORECASE,
)
_COMMON_FIRST = frozenset(
    "united american national first general global the new north south west east city state international".split()
)
_ABBREVIATION = re.compile(r"[A-Z&.]{2,5}")
_BLIND_SIGNS = ("client", "kunde", "mandant", "opdrachtgever", "company is looking", "mygwork", "on behalf of")


def _is_blind(head: str) -> bool:
    """Return whether the beginning of a text hides for whom it speaks."""
    low = head.lower()
    return any(sign in low for sign in _BLIND_SIGNS) and _BLIND.search(head) is not None


@dataclass(frozen=True)
class Voice:
    """Whose voice a text speaks in.

    Attributes:
        employer: the employer it speaks for, where that is clearly not the header's.
        flag: 'employer contradicts text' or 'posted for another employer'.
    """

    employer: str | None = None
    flag: str | None = None


def voice_of(text: str, title: str, employer: str | None, key: str) -> Voice:
    """Return whose voice the beginning of `text` speaks in, against the header's employer and its folded name."""
    if not employer:
        return Voice()
    head = text[:_HEAD]
    reseller = key in _RESELLERS or _BOARD.search(key) is not None
    other = _other_employer(text, head, title, employer, key)
    if reseller or _is_blind(head) or (other and _RESELLER_WORDS.search(key)):
        return Voice(other, "posted for another employer")
    return Voice(other, "employer contradicts text") if other else Voice()


def _other_employer(text: str, head: str, title: str, employer: str, key: str) -> str | None:
    """Return the employer that the beginning of a text names as its own, where the header's is named nowhere in it."""
    named = _named(head, title)
    if named is None or fold(named) in fold(employer):
        return None
    named_key = employer_key(named)
    if not named_key or same_house(key, named_key) or _initials(named) == key.replace(" ", ""):
        return None
    first = key.split()[0]
    if first == named_key.split()[0] and len(first) > 2 and first not in _COMMON_FIRST:
        return None
    if _ABBREVIATION.fullmatch(named) and not _RESELLER_WORDS.search(key) and key not in _RESELLERS:
        return None  # of the employer, its parent or its client: letters alone do not tell
    return None if _speaks_of(text, employer, key) else named


def _initials(name: str) -> str:
    return "".join(word[0] for word in fold(name).split())


def _named(head: str, title: str) -> str | None:
    """Return the employer the beginning of a text names as its own, None where none is."""
    first = head.split("\n", 1)[0]
    for number, (pattern, needed) in enumerate(zip(_SAYS, _SAYS_WORDS, strict=True)):
        where = first if number < 3 else head
        if not any(words in where for words in needed):
            continue
        m = pattern.match(first) if number < 3 else pattern.search(head)
        if m is None:
            continue
        name = _HEADING.sub("", " ".join(m["name"].split())).strip(" .,'’")
        folded = fold(name)
        if folded in _NOT_A_NAME or len(folded) < 3 or _ROLE_WORD.search(name) or folded in fold(title):
            continue
        return name
    return None


def _speaks_of(text: str, employer: str, key: str) -> bool:
    """Return whether `text` names the header's employer: in full, by a telling word, or by its abbreviation."""
    low = text.lower() if employer.isascii() else fold(text)  # folding a whole text is slow
    if key in low or fold(employer) in low or key.replace(" ", "") in low.replace(" ", ""):
        return True
    words = [w for w in key.split() if len(w) > 3] or key.split()
    if any(word in low and re.search(rf"\b{re.escape(word)}", low) for word in words[:2]):
        return True
    initials = "".join(w[0] for w in key.split() if w not in ("and", "of", "the")).upper()
    return len(initials) >= 2 and initials in text and bool(re.search(rf"\b{re.escape(initials)}\b", text))
