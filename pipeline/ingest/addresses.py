"""What an address (URL) tells: the board it leads to, and the board's own id of the listing."""

import re
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

_SECOND_LEVEL = {"co", "com", "org", "net", "gov", "ac", "edu", "or", "ne", "gob", "gouv"}
_PATHS = {
    "linkedin": re.compile(r"/jobs/view/(?:[^/?#]*-)?(\d{6,})"),
    "glassdoor": re.compile(r"JV_.*?-JL(\d+)", re.IGNORECASE),
}
_QUERIES = {"indeed": ("jk", "vjk"), "glassdoor": ("jl", "jobListingId"), "linkedin": ("currentJobId",)}

_TENANTS = (  # host of an applicant tracking system; where it names the employer: a label of the host, or a step of the path
    (re.compile(r"(?:^|\.)(?:boards|job-boards)(?:\.eu)?\.greenhouse\.io$"), None),
    (re.compile(r"^jobs(?:\.eu)?\.lever\.co$"), None),
    (re.compile(r"^jobs\.ashbyhq\.com$"), None),
    (re.compile(r"^apply\.workable\.com$"), None),
    (re.compile(r"^(?:jobs|careers)\.smartrecruiters\.com$"), None),
    (re.compile(r"^([a-z0-9-]+)\.(?:recruitee\.com|teamtailor\.com|bamboohr\.com|breezy\.hr|workable\.com)$"), 1),
    (re.compile(r"^([a-z0-9-]+)\.(?:[a-z]{2}\.)?(?:teamtailor\.com|jobs\.personio\.(?:de|com))$"), 1),
    (re.compile(r"^([a-z0-9-]+)\.(?:wd\d+\.)?myworkday(?:jobs|site)\.com$"), 1),
)


def _split(url: str | None) -> SplitResult | None:
    if not url or "://" not in url[:12]:
        return None
    try:
        return urlsplit(url.strip())
    except ValueError:
        return None


def board(url: str | None) -> str | None:
    """Return the board `url` leads to, None without one: the name of its domain (`nl.indeed.com` is `indeed`)."""
    parts = _split(url)
    try:
        host = parts.hostname if parts else None
    except ValueError:
        return None
    if not host or not re.fullmatch(r"[a-z0-9.-]+", host):
        return None
    labels = host.strip(".").split(".")
    if len(labels) < 2 or labels[-1].isdecimal():
        return host
    if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL:
        return labels[-3]
    return labels[-2]


def listing_id(url: str | None) -> str | None:
    """Return the board's own id of the listing at `url`: of Indeed, LinkedIn and Glassdoor; None for others."""
    parts = _split(url)
    name = board(url)
    if parts is None or name is None:
        return None
    if name in _PATHS and (found := _PATHS[name].search(parts.path)):
        return found[1]
    given = parse_qs(parts.query)
    return next((given[key][0] for key in _QUERIES.get(name, ()) if key in given), None)


def tenant(url: str | None) -> str | None:
    """Return the employer as an applicant tracking system names it in the address of its board, None for other hosts.

    It is a name for machines ("acme-labs" comes as "acme labs"): for want of a better one only.
    """
    parts = _split(url)
    host = parts.hostname if parts else None
    if parts is None or host is None:
        return None
    for pattern, group in _TENANTS:
        m = pattern.search(host)
        if m is None:
            continue
        name = m[group] if group else unquote(next((step for step in parts.path.split("/") if step), ""))
        name = re.sub(r"[-_+\s]+", " ", name).strip()
        return name if name and name not in ("j", "embed", "www", "api", "app", "jobs") else None
    return None
