"""Addresses of ads: http(s) only, tracking off, applicant tracking systems recognised, one spelling each."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

_TRACKING = re.compile(
    r"^(?:utm_\w+|gclid|gbraid|wbraid|fbclid|msclkid|dclid|yclid|igshid|ttclid|li_fat_id|mc_[ce]id|_hs\w+|vero_\w+"
    r"|mkt_tok|trk\w*|track\w*"
    r"|refid|referr?er\w*|referral\w*|source\w*|gh_src|gh_sid|lever-(?:source|origin|via)\S*|ashby_(?!jid)\w*"
    r"|recruiter_?source|job_?source"
    r"|pagenum|origin\w*|from|vjs|advn|adid|sjdu|acatk|pub|xkcb|xpse|camk|jsa|sponsored|rx_(?!jobid)\w+|rltr|click\w*"
    r"|campaign\w*|__?jvst|__?jvsd"
    r"|jv[isk]|j_?board|job_?board|codes|iisn?|ppc|session\w*|jsessionid|phpsessid|aspsessionid\w*|icid|share\w*|s_cid"
    r"|spm|sc_\w+|feed\w*"
    r"|partner\w*|aff|affiliate\w*|medium|channel|ebp|ebt|lipi|lici|midtoken|midsig|otptoken|indeed-apply-token"
    r"|jobalert\w*|lang|locale|language)$",
    re.IGNORECASE,
)
# Keys that carry the number of the ad on some sites and a tracker on others: the value tells.
_WEAK = re.compile(r"^(?:ref|src|cid|sid|eid|bid|position|tk|hl|nl|apply|embed)$", re.IGNORECASE)
_NUMBER = re.compile(r"[A-Za-z]{0,4}[-_]?\d{4,12}")
_REDIRECT = re.compile(r"^(?:rx_url|url|redirect(?:_?ur[il])?|target|dest(?:ination)?|to|u)$", re.IGNORECASE)
_ID_KEYS = re.compile(
    r"^(?:jk|gh_jid|ashby_jid|jid|job_?id|jobid|id|vacancy_?id|req(?:uisition)?_?id|requisitionid|rid|currentjobid|jl"
    r"|token|posting_?id|offerid|ref_?nr|nr)$",
    re.IGNORECASE,
)
_LINKEDIN = re.compile(r"^/(?:comm/)?jobs/view/(?:[^/]*-)?(\d{6,})/?$")
_LINKEDIN_WHOLE = re.compile(
    r"https?://(?:\w+\.)?linkedin\.com/(?:comm/)?jobs/view/(?:[^/?#\s]*-)?(\d{6,})/?(?:[?#]\S*)?", re.IGNORECASE
)
_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_PLAIN_PATH = re.compile(
    r"[\w/:@!$&'()*+,;=~.-]*", re.ASCII
)  # all else is quoted: a quote or an angle would be read as markup
_HOP = re.compile(r"/(?:redirect|redir|click|track|out|go|r)/?$", re.IGNORECASE)
_ROOT = re.compile(
    r"^/?(?:[a-z]{2}(?:-[a-z]{2})?/?)?(?:careers?|jobs?|vacatures?|vacancies|werken-bij|join-us|about|home|index"
    r"|contact|karriere|stellen|emploi|apply|en|nl|de|fr)?/?(?:index)?(?:\.\w+)?/?$",
    re.IGNORECASE,
)

_GREENHOUSE = re.compile(r"^/(?:embed/)?([\w-]+)/jobs/(\d{5,})(?:/.*)?$")
_GREENHOUSE_HOST = re.compile(r"^(?:boards|job-boards)(\.eu)?\.greenhouse\.io$")
_WORKDAY = re.compile(
    r"^(?:/[a-z]{2}-[A-Z]{2})?(/.+?/job/(?:.+/)?[^/]*_((?:[A-Z]{1,6}[-_]?)?\d[\w-]*?)(?:-\d{1,2})?)(?:/apply.*)?/?$"
)

_SYSTEMS = (
    ("greenhouse", re.compile(r"(?:^|\.)greenhouse\.io$")),
    ("lever", re.compile(r"(?:^|\.)lever\.co$")),
    ("ashby", re.compile(r"(?:^|\.)ashbyhq\.com$")),
    ("workable", re.compile(r"(?:^|\.)workable\.com$")),
    ("workday", re.compile(r"(?:^|\.)myworkday(?:jobs|site)\.com$")),
    ("smartrecruiters", re.compile(r"(?:^|\.)smartrecruiters\.com$")),
    ("recruitee", re.compile(r"(?:^|\.)recruitee\.com$")),
    ("teamtailor", re.compile(r"(?:^|\.)teamtailor\.com$")),
    ("icims", re.compile(r"(?:^|\.)icims\.com$")),
    ("taleo", re.compile(r"(?:^|\.)taleo\.net$")),
    ("successfactors", re.compile(r"(?:^|\.)successfactors\.(?:com|eu)$")),
    ("bamboohr", re.compile(r"(?:^|\.)bamboohr\.com$")),
    ("jobvite", re.compile(r"(?:^|\.)jobvite\.com$")),
    ("personio", re.compile(r"(?:^|\.)personio\.(?:de|com)$")),
    ("oracle", re.compile(r"(?:^|\.)oraclecloud\.com$")),
    ("adp", re.compile(r"(?:^|\.)adp\.com$")),
    ("ukg", re.compile(r"(?:^|\.)(?:ultipro|ukg)\.com$")),
    ("breezy", re.compile(r"(?:^|\.)breezy\.hr$")),
)


@dataclass(frozen=True)
class Address:
    """An address understood.

    Attributes:
        url: canonical address, None where there is none to be used.
        specific: it names one ad, not a site or its list of openings.
        system: applicant tracking system behind it, where it is a known one.
        requisition_id: the employer's number of the role, where the system writes it into its addresses (Workday).
        flag: 'unsafe address' or 'broken address'.
    """

    url: str | None
    specific: bool = False
    system: str | None = None
    flag: str | None = None
    requisition_id: str | None = None

    @property
    def identity(self) -> str | None:
        """The address without its scheme: http and https name the same ad."""
        return self.url.partition("://")[2] if self.url else None


@lru_cache(maxsize=65536)
def parse_address(text: str | None, depth: int = 0) -> Address:
    """Return the address in `text` in its canonical spelling; javascript:, data: and the like give a flag instead."""
    if not text or not text.strip():
        return Address(None)
    if m := _LINKEDIN_WHOLE.fullmatch(
        text
    ):  # nine in ten addresses of some feeds, ten times faster than the careful way
        return Address(f"https://www.linkedin.com/jobs/view/{m[1]}", specific=True)
    text = re.sub(r"[\x00-\x20\x7f]+", "", text).replace("&amp;", "&")
    if text.startswith("//"):
        text = "https:" + text
    elif re.match(r"[\w-]+(\.[\w-]+)+(?:/|$)", text) and not text.startswith("/"):
        text = "https://" + text
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").rstrip(".").lower(), parts.port
    except ValueError:
        return Address(None, flag="broken address")
    if parts.scheme.lower() not in ("http", "https"):
        return Address(None, flag="unsafe address" if parts.scheme else "broken address")
    if "." not in host or not re.fullmatch(r"[\w.-]+", host):
        return Address(None, flag="broken address")
    for key, value in parse_qsl(parts.query) if depth < 3 and _HOP.search(parts.path) else ():
        if _REDIRECT.match(key) and value.startswith(("http://", "https://")):
            return parse_address(value, depth + 1)
    if port in (80, 443):
        port = None
    return _canonical(parts.scheme.lower(), host, port, parts.path, parts.query, parts.fragment)


def _kept(key: str, value: str) -> bool:
    if _WEAK.match(key):
        return bool(_NUMBER.fullmatch(value))
    return bool(_ID_KEYS.match(key)) or not _TRACKING.match(key)


def _canonical(scheme: str, host: str, port: int | None, path: str, query: str, fragment: str) -> Address:
    path = re.sub(r"/{2,}", "/", _SESSION.sub("", path))
    path = quote(unquote(path), safe="/:@!$&'()*+,;=~-._") if not _PLAIN_PATH.fullmatch(path) else path
    if host.endswith("linkedin.com") and (m := _LINKEDIN.match(path)):
        return Address(f"https://www.linkedin.com/jobs/view/{m[1]}", specific=True)
    if (found := _GREENHOUSE_HOST.match(host)) and (m := _GREENHOUSE.match(path)):
        url = f"https://job-boards{found[1] or ''}.greenhouse.io/{m[1]}/jobs/{m[2]}"
        return Address(url, specific=True, system="greenhouse")
    if host.endswith("myworkdayjobs.com") and (m := _WORKDAY.match(path)):
        return Address(f"https://{host}{m[1]}", specific=True, system="workday", requisition_id=m[2])
    pairs = parse_qsl(query, keep_blank_values=False)
    if host.endswith("indeed.com"):
        pairs = [(k, v) for k, v in pairs if k == "jk"]
    kept = sorted((k, v) for k, v in pairs if _kept(k, v))
    system = next((name for name, pattern in _SYSTEMS if pattern.search(host)), None)
    if system is not None:
        path = re.sub(r"/(?:apply|application|thanks|login|job/apply)/?$", "", path)
    fragment = quote(unquote(fragment), safe="/!?:@$&'()*+,;=~-._")
    route = f"#{fragment}" if fragment.startswith(("/", "!")) and len(fragment) > 2 else ""
    path = path if path in ("", "/") else path.rstrip("/")
    specific = not _ROOT.match(path) or any(_ID_KEYS.match(k) for k, _ in kept) or bool(route)
    place = host if port is None else f"{host}:{port}"
    url = f"{scheme}://{place}{path or '/'}" + (f"?{urlencode(kept)}" if kept else "") + route
    return Address(url, specific, system)
