"""A first mapping for a file of one's own: which of its columns is which of ours, guessed by names and values."""

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

from pipeline.errors import InputError
from pipeline.ingest import Feed
from pipeline.ingest.files import files_of
from pipeline.ingest.model import Record
from pipeline.ingest.registry import head_of, looks
from pipeline.ingest.values import as_text, at
from pipeline.settings import Settings

_RECORDS = 200  # looked at
_SHOWN = 60  # characters of an example
_SAID = {  # our column: names it goes by, folded; the likelier first
    "source_id": "jobid postingid adid offerid vacancyid listingid"
    " stellenid vacatureid offreid referencenumber reference externalid uid guid id slug nr nummer number",
    "title": "title jobtitle positiontitle position stellentitel stelle titel functie functietitel poste intitule titulo"
    " cargo puesto jobname name text",
    "company": "company companyname employer employername organization organisation hiringorganization firma unternehmen"
    " arbeitgeber bedrijf bedrijfsnaam werkgever entreprise societe employeur empresa client hirer",
    "location": "location joblocation place locationname locations where ort standort arbeitsort plaats locatie standplaats"
    " lieu localisation ubicacion localizacao local",
    "city": "city town stadt plaatsnaam stad ville ciudad cidade locality addresslocality municipality",
    "region": "state region province bundesland provincie departement estado provincia addressregion county",
    "country": "country countrycode land pays pais addresscountry",
    "url": "url joburl link joblink detailurl permalink weblink href page landingpage hostedurl absoluteurl",
    "apply_url": "applyurl applyurl applicationurl applylink bewerbungslink sollicitatielink applicationlink joburldirect",
    "description": "description jobdescription descriptionhtml body html text content beschreibung stellenbeschreibung"
    " omschrijving functieomschrijving vacaturetekst descriptif descripcion descricao details summary",
    "date_posted": "dateposted posteddate posted postedat publishedat published publicationdate publishdate datepublished"
    " createdat created date datum veroeffentlicht plaatsingsdatum datepublication fechapublicacion listedtime pubdate",
    "valid_through": "validthrough expirationdate expirydate expires expiresat deadline closingdate validuntil enddate"
    " sluitingsdatum bewerbungsfrist applicationdeadline",
    "crawled_on": "crawledon crawldate scrapedat scrapedon fetchedat retrieved collectedat",
    "employment_type": "employmenttype jobtype contracttype contract type worktype anstellungsart beschaeftigungsart"
    " dienstverband contractsoort typecontrat tipocontrato commitment schedule arbeitszeit",
    "level": "level seniority experiencelevel joblevel careerlevel experience karrierestufe niveau ervaring",
    "remote": "remote isremote worktype workplacetype workplace remotetype workfromhome homeoffice telework hybrid",
    "pay": "salary pay compensation wage gehalt salaris salaire salario salarytext salaryrange",
    "pay_min": "salarymin minsalary payfrom salaryfrom minamount compensationmin gehaltvon salarisvan salaryminimum",
    "pay_max": "salarymax maxsalary payto salaryto maxamount compensationmax gehaltbis salaristot salarymaximum",
    "pay_currency": "currency salarycurrency paycurrency waehrung valuta devise moneda",
    "pay_period": "payperiod salaryperiod salarytype interval salaryinterval salaryunit per",
    "requisition_id": "requisitionid requisition reqid jobreqid requisitionnumber jobcode stellennummer vacaturenummer"
    " refnumber kennziffer",
    "language": "language lang sprache taal langue idioma locale",
    "industry": "industry industries branche sector secteur companyindustry",
    "job_function": "category categories jobfunction function department team fachbereich categorie tags",
    "source": "site source board portal jobboard sourcename platform",
}  # fmt: skip
_REMOTE = re.compile(r"remote|hybrid|on.?site|office|home|^(?:true|false|yes|no|[01yn])$", re.IGNORECASE)
_DATE = re.compile(
    r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}|^\d{10}(\d{3})?$|ago$|\d{4}\d{2}\d{2}|, \d{1,2} \w{3} \d{4}"
)


def draft(feed: Feed, settings: Settings) -> str:
    """Return a mapping file (TOML) for the first file of `feed`: guesses, and as comments the columns left over.

    Raises:
        InputError: the file is no table, or its title can't be guessed: says which columns there are.
    """
    file = files_of(feed)[0]
    head = head_of(feed, file, settings.ingest)
    if head.table is None:
        raise InputError(f"{head.where(feed)} is no table of records: it is {looks(head)}")
    records = [r.values for r in islice(head.table.records(), _RECORDS) if isinstance(r, Record)]
    columns = [c for c in head.table.columns if not re.search(r"\.\d+(?:\.|$)", c)]
    samples = {c: _sample(c, records) for c in columns}
    plain = [c for c in columns if samples[c]]
    guesses = guess(plain, samples)
    lines = [f"# {file.name}: {len(records)} records looked at. Guessed: read it, correct it, then"]
    lines.append(f"# related-jobs feeds check --mapping THIS {file.name}")
    lines.append(f'format = "{head.table.container}"')
    if head.table.path:
        lines.append(f'records = "{head.table.path}"')
    if "source" not in guesses:
        lines.append(f'source = "{feed.name}"  # the board these listings stand on')
    lines.append("[columns]  # our column = theirs; ? where it may be missing")
    if "title" not in guesses:
        lines.append('# title = ""  # wanted, and no column looks like it')
    for ours in (name for name in _SAID if name in guesses):
        theirs = guesses[ours]
        optional = "?" if len(samples[theirs]) < len(records) else ""
        lines.append(f'{ours} = "{theirs}{optional}"  # {_shown(samples[theirs][0])}')
    left = [c for c in plain if c not in guesses.values()]
    lines += ["", "# Columns left over:"] * bool(left)
    lines += [f"# {column}: {_shown(samples[column][0])}" for column in left]
    return "\n".join(lines) + "\n"


def _sample(column: str, records: list[Any]) -> list[str]:
    """Return what stands in a column that is no table itself."""
    values = (at(record, column) for record in records)
    return [text for value in values if not _is_nested(value) and (text := as_text(value))]


def _is_nested(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(v, (dict, list)) for v in value))


def _shown(text: str) -> str:
    plain = " ".join(text.split())
    return "".join(c if c.isprintable() else "?" for c in plain[:_SHOWN]) + ("..." if len(plain) > _SHOWN else "")


def guess(columns: Iterable[str], samples: dict[str, list[str]]) -> dict[str, str]:
    """Return our columns with the column of theirs each is likeliest to be; none of theirs twice.

    Names decide (a whole path before its last step), values refuse: an address is no title, a word no date.
    """
    scored = []
    for ours, words in _SAID.items():
        for rank, word in enumerate(words.split()):
            for number, column in enumerate(columns):
                whole = _folded(column)
                last = _folded(column.rpartition(".")[2])
                above = _folded(column.rpartition(".")[0].rpartition(".")[2])
                score = 3.0 if whole == word else 2.5 if last == word and above in ("", "job", "attributes") else 0.0
                if not score and last in ("name", "displayname", "label", "value") and above == word:
                    score = 2.2
                if not score and last == word and word not in ("name", "id", "type", "text", "title", "url"):
                    score = 1.5
                if not score and len(word) > 5 and word in whole:
                    score = 1.0
                if score and _plausible(ours, samples[column]):
                    scored.append((-score, rank, number, ours, column))
    found: dict[str, str] = {}
    for _, _, _, ours, column in sorted(scored):
        if ours not in found and column not in found.values():
            found[ours] = column
    if "description" not in found:
        rest = [c for c in columns if c not in found.values()]
        longest = max(rest, key=lambda c: _length(samples[c]), default=None)
        if longest is not None and _length(samples[longest]) > 300:
            found["description"] = longest
    return found


def _folded(name: str) -> str:
    return re.sub(
        r"[^a-z0-9]", "", name.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("é", "e")
    )


def _length(texts: list[str]) -> float:
    return sum(map(len, texts)) / max(len(texts), 1)


def _plausible(ours: str, texts: list[str]) -> bool:
    """Tell whether most values can be what the column is to be."""
    if ours in ("url", "apply_url"):
        fits = [t.startswith(("http", "//", "/", "www.")) for t in texts]
    elif ours in ("date_posted", "valid_through", "crawled_on"):
        fits = [bool(_DATE.search(t)) for t in texts]
    elif ours in ("pay_min", "pay_max"):
        fits = [bool(re.search(r"\d", t)) for t in texts]
    elif ours in ("title", "company", "city", "location"):
        fits = [len(t) < 300 and not t.startswith("http") and not t.isdecimal() for t in texts]
    elif ours == "description":
        fits = [len(t) > 40 for t in texts]
    elif ours == "remote":
        fits = [bool(_REMOTE.search(t)) for t in texts]
    elif ours == "source_id":
        return len(set(texts)) > 0.5 * len(texts)
    else:
        fits = [len(t) < 200 for t in texts]
    return sum(fits) * 2 >= len(fits)
