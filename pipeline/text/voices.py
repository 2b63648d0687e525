"""Whose voice an ad speaks in: its own employer's, an agency's or aggregator's for somebody else, or another employer's altogether."""

import re
from dataclasses import dataclass

from pipeline.text.employers import employer_key, same_house
from pipeline.text.tokens import fold

# Boards and agencies that put up other employers' ads under their own name.
_RESELLERS = frozenset(
    "clearancejobs|dice|mygwork|mygwork lgbtq business community|virtualvocations|vetjobs|jobot|cybercoders|remote"
    " rocketship|lensa|talentify io|get it recruit"
    "|jobs for humanity|recruit net|ziprecruiter|actalent|apex systems|insight global|robert half|teksystems|kforce"
    "|aerotek|randstad|adecco|manpower|hays"
    "|energy jobline|diversityjobs|recruiting from scratch|hireart|braintrust|turing|crossover|upwork|toptal|jobs via"
    " dice|jobgether|efinancialcareers"
    "|motion recruitment|the judge group|sponsored|linkedin|indeed|glassdoor|monster|talent com|jooble|adzuna|phoenix recruitment|contractstaffingrecruiters".split(
        "|"
    )
)
_RESELLER_WORDS = re.compile(
    r"\b(?:staffing|recruit\w*|recrut\w*|talent|personnel|search|hiring|headhunt\w*|interim|employment|jobs?|careers?"
    r"|workforce|resourcing|consultan\w*|placement\w*|rh|hr"
    r"|uitzend\w*|\w*jobs?\b|job\w*|\w*careers?\b|career\w*|\w*hire|\w*hyre|remote\w*|\w*staff\w*|\w*recruit\w*"
    r"|detachering|werving|selectie|selection|resources?|manpower|outsourcing|werk|agency|agence|emploi|people"
    r"|human capital|community|professionals|associates|executive)\b"
)
_BOARD = re.compile(r"(?:jobs|careers)$|^(?:jobs|career)|\bjob ?board\b")
_HEAD = 400  # characters of the text looked at
_NAME = (
    r"(?P<name>(?:the )?[A-Z0-9][\w&.'’+-]*(?: (?:of|and|&|the|de|du|des|van|für|for|[A-Z0-9(][\w&.'’+-]*\)?)){0,5}?)"
)
_SAYS = (
    # "Northwind Robotics (NWR) is revolutionizing how ..."
    re.compile(
        _NAME
        + r"(?: \([A-Z][A-Za-z&.]{1,9}\)),? is (?:an?|the|one of|revolutioni\w+|transform\w+|building|on a mission|leading|looking|seeking|hiring|currently)\b"
    ),
    # "Northwind is a leading ... company", at the very beginning
    re.compile(
        _NAME
        + r",? is (?:an?|the|one of the) (?:[\w-]+,? ){0,5}?(?:company|provider|startup|start-up|firm|platform|manufacturer|leader|organi[sz]ation|agency|bank|studio)\b"
    ),
    re.compile(
        _NAME
        + r" is (?:revolutioni\w+|transforming|reinventing|disrupting|on a mission to|currently (?:looking|seeking|hiring)|(?:looking|searching) for an?|seeking an?|hiring an?)\b"
    ),
    re.compile(r"(?:About|ABOUT|Over|Über) (?P<name>[A-Z][\w&.'’+-]*(?: [A-Z][\w&.'’+-]*){0,3})(?=\n|:| is\b)"),
    re.compile(
        r"\b(?:At|Join|Bij|Bei|Chez) (?P<name>[A-Z][\w&.'’+-]*(?: [A-Z][\w&.'’+-]*){0,3}),? (?:we|you|as|and|wij|wir|nous)\b"
    ),
    re.compile(r"\b[Oo]ur client,? (?P<name>[A-Z][\w&.'’+-]*(?: [A-Z][\w&.'’+-]*){0,5}),? (?:is|has)\b"),
    re.compile(r"\brole at (?P<name>[A-Z][\w&.'’+-]*(?: [A-Z][\w&.'’+-]*){0,3})(?=[.\n]|$)"),
)
_NOT_A_NAME = frozenset(
    "a|an|the|this|that|it|we|you|our|he|she|who|what|there|here|company|our company|our client|client|the company|the"
    " client|the organization|the ideal candidate|candidate"
    "|the successful candidate|position|the position|the role|role|this role|this position|job|the job|team|our team"
    "|the team|us|about us|about|opportunity|location|title|overview"
    "|job title|summary|description|remote|salary|department|the department|contract|work|one|each|all|if|as|in|at|for"
    "|to|no|not|now|today|united states|uk|usa|us citizenship|he/she"
    "|the opportunity|duration|experience|schedule|time|travel|pay|compensation|type|shift|full time|benefits|the candidate|the person|data|technology|innovation|success|diversity".split(
        "|"
    )
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
    r"|project|programme|services|solutions architect|location|client|we)\b",
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
    """Return whose voice the beginning of `text` speaks in, measured against the header's employer (`key` is its folded name)."""
    if not employer:
        return Voice()
    head = text[:_HEAD]
    reseller = key in _RESELLERS or _BOARD.search(key) is not None
    other = _other_employer(text, head, title, employer, key)
    if reseller or _BLIND.search(head) or (other and _RESELLER_WORDS.search(key)):
        return Voice(other, "posted for another employer")
    return Voice(other, "employer contradicts text") if other else Voice()


def _other_employer(text: str, head: str, title: str, employer: str, key: str) -> str | None:
    """Return the employer that the beginning of a text names as its own, where the header's is named nowhere in it."""
    named = _named(head, title)
    if named is None or fold(named) in fold(employer):
        return None
    named_key = employer_key(named)
    if not named_key or same_house(key, named_key) or _speaks_of(text, employer, key):
        return None
    return named


def _named(head: str, title: str) -> str | None:
    """Return the employer the beginning of a text names as its own, None where none is."""
    first = head.split("\n", 1)[0]
    for number, pattern in enumerate(_SAYS):
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
    """Return whether `text` names the header's employer anywhere: in full, its first telling word, or its abbreviation."""
    low = fold(text)
    if key in low or fold(employer) in low or key.replace(" ", "") in low.replace(" ", ""):
        return True
    words = [w for w in key.split() if len(w) > 3] or key.split()
    if any(re.search(rf"\b{re.escape(word)}", low) for word in words[:2]):
        return True
    initials = "".join(w[0] for w in key.split() if w not in ("and", "of", "the"))
    return len(initials) >= 2 and bool(re.search(rf"\b{re.escape(initials.upper())}\b", text))
