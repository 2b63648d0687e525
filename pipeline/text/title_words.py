"""The words titles are taken apart with: levels, degrees, contracts, marks and furniture in eight languages.

English, Dutch, German, French, Portuguese, Spanish, Italian, Indonesian. Every phrase is folded (no accents, lower case), words
parted by one space; a hyphen or a slash in a title counts as such a space.
"""

LEVELS = (
    "intern", "graduate", "junior", "mid", "senior", "staff", "principal", "lead", "manager", "director", "executive",
)  # fmt: skip

_LEVEL_PHRASES = {
    "intern": (
        "intern", "interns", "internship", "internships", "internship program", "co op", "coop", "industrial placement",
        "placement student", "placement year", "apprentice", "apprenticeship", "degree apprentice", "summer analyst",
        "stagiair", "stagiaire", "afstudeerstage", "meewerkstage", "stageplek", "afstudeeropdracht", "werkstudent",
        "werkstudentin", "working student", "praktikant", "praktikantin", "praktikum", "pflichtpraktikum", "ausbildung",
        "auszubildende", "auszubildender", "azubi", "duales studium", "alternance", "alternant", "alternante",
        "apprenti",
        "apprentie", "apprentissage", "contrat d'apprentissage", "contrat de professionnalisation",
        "stage de fin d'etudes",
        "estagio", "estagiario", "estagiaria", "jovem aprendiz", "aprendiz", "becario", "becaria", "practicas",
        "pasante",
        "practicante", "tirocinio", "tirocinante", "magang", "mahasiswa magang", "student job", "job etudiant",
        "bijbaan",
    ),
    "graduate": (
        "graduate", "graduates", "new grad", "new grads", "new graduate", "new college grad", "new college graduate",
        "university grad", "university graduate", "college graduate", "recent graduate", "fresh graduate",
        "early career",
        "early careers", "early professional", "early in career", "campus hire", "campus hires", "grad", "general hire",
        "trainee", "traineeship", "graduate program", "graduate programme", "graduate scheme", "university hire",
        "berufseinsteiger", "berufseinsteigerin", "absolvent", "absolventin", "absolventen", "starter",
        "pas afgestudeerd",
        "young professional", "young graduate", "jeune diplome", "recem formado", "recien graduado", "neolaureato",
    ),
    "junior": (
        "junior", "jr", "jnr", "entry level", "entrylevel", "debutant", "debutante", "associate", "beginner", "pemula",
        "junior level", "level junior",
    ),
    "mid": (
        "mid level", "midlevel", "medior", "pleno", "pl", "intermediate", "confirme", "confirmee", "semi senior",
        "ssr", "middle",
    ),
    "senior": (
        "senior", "sr", "snr", "senior level", "experienced", "experimente", "experimentee", "ervaren", "erfahrener",
        "erfahrene", "especialista senior", "senior associate", "berpengalaman",
    ),
    "staff": ("staff", "senior staff"),
    "principal": ("principal", "principal associate", "distinguished", "sr principal", "senior principal"),
    "lead": (
        "lead", "tech lead", "technical lead", "team lead", "teamlead", "team leader", "teamleider", "teamleiter",
        "teamleiterin", "lider", "lider tecnico", "chef d'equipe", "capo team", "leader",
    ),
}  # fmt: skip

KEPT_LEADS = {"tech lead", "technical lead", "team lead", "teamlead", "team leader", "teamleider", "teamleiter",
              "teamleiterin", "lider tecnico", "chef d'equipe", "leader", "summer analyst", "trainee", "apprentice"}  # fmt: skip
"""Level phrases that are an occupation of their own: they set the level and stay in the core."""

HEADS = {
    "manager": ("manager", "mgr", "managers", "gerente", "leiter", "leiterin", "coordenador", "coordenadora", "gerant",
                "supervisor", "manajer", "hoofd"),
    "director": ("director", "dir", "direktor", "directeur", "directrice", "diretor", "diretora", "head of", "head",
                 "direktur", "direttore"),
    "executive": ("vp", "svp", "evp", "avp", "vice president", "chief", "president", "ceo", "cto", "cfo", "coo", "ciso",
                  "cio", "cmo", "geschaftsfuhrer", "general manager"),
}  # fmt: skip
"""Words that set the level by being the occupation; they stay in the core."""

_DEGREES = {
    "bachelor": ("bachelor", "bachelors", "bachelor's", "bachelor s", "b.s", "b.sc", "bsc", "undergraduate", "undergrad",
                 "hbo", "bac+3", "bacharel", "licence"),
    "master": ("masters", "master's", "master s", "m.s", "m.sc", "msc", "mba", "m.eng", "bac+5", "mestrado", "maestria"),
    "phd": ("phd", "ph.d", "phds", "ph d", "doctorate", "doctoral", "doctorat", "doktorand", "doktorandin", "doutorado",
            "post doctoral", "postdoctoral"),
}  # fmt: skip

SHORT_DEGREES = {"bs": "bachelor", "ba": "bachelor", "ms": "master", "ma": "master", "master": "master", "wo": "master",
                 "s1": "bachelor", "s2": "master", "meng": "master", "beng": "bachelor", "m2": "master", "m1": "master"}  # fmt: skip
"""Degrees that are other words elsewhere (MS: Mississippi, Microsoft): taken in brackets, beside a slash or after a start year."""

_CONTRACTS = {
    "full time": ("full time", "fulltime", "ft", "vollzeit", "temps plein", "temps complet", "tempo integral", "voltijd",
                  "tiempo completo", "jornada completa", "penuh waktu"),
    "part time": ("part time", "parttime", "teilzeit", "temps partiel", "deeltijd", "meio periodo", "media jornada",
                  "tiempo parcial", "paruh waktu", "mini job", "minijob"),
    "permanent": ("permanent", "cdi", "unbefristet", "festanstellung", "vast", "direct hire", "fte", "efetivo", "clt",
                  "indefinido", "perm", "permanent role", "permanent position", "vast contract"),
    "temporary": ("temporary", "temp", "cdd", "befristet", "fixed term", "fixed term contract", "ftc", "interim", "tijdelijk",
                  "temporario", "temporal", "seasonal", "kontrak", "maternity cover", "maternity leave cover", "ltd",
                  "limited term", "term contract", "elternzeitvertretung", "temp to perm", "zwangerschapsverlof"),
    "contract": ("contract", "contractor", "c2c", "corp to corp", "w2", "w2 only", "1099", "freelance", "freelancer",
                 "freiberuflich", "zzp", "pj", "contract to hire", "contract role", "contract position", "c2h",
                 "independent",
                 "outside ir35", "inside ir35", "pigiste", "portage salarial", "prestation"),
    "night shift": ("night shift", "nights", "nachtdienst", "nachtschicht", "equipe de nuit", "overnight", "3rd shift",
                    "third shift", "graveyard shift", "2nd shift", "second shift", "swing shift", "evening shift"),
    "day shift": ("day shift", "1st shift", "first shift", "dagdienst", "tagschicht", "rotating shift", "weekend", "weekends",
                  "weekend shift"),
    "summer": ("summer", "sommer", "zomer", "ete"),
    "fall": ("fall", "autumn", "herbst", "najaar"),
    "winter": ("winter",),
    "spring": ("spring", "voorjaar"),
}  # fmt: skip
SEASONS = frozenset(("summer", "fall", "winter", "spring"))

_REMOTE = {
    "remote": ("remote", "fully remote", "remotely", "100 remote", "remote work", "remote position", "remote role", "wfh",
               "work from home", "remoto", "remota", "home based", "homebased", "teletravail", "full remote",
               "telecommute",
               "homeoffice", "home office", "thuiswerken", "trabalho remoto", "teletrabajo", "work at home", "virtual",
               "remote first", "remote friendly", "remote eligible", "anywhere", "remote us", "remote usa", "us remote",
               "kerja remote", "a distance", "100% remote"),
    "hybrid": ("hybrid", "hybride", "hibrido", "hibrida", "hybrid remote", "hybrid role", "hybrid position", "flex",
               "partially remote", "ibrido", "hybrid work"),
    "onsite": ("onsite", "on site", "in office", "presencial", "sur site", "vor ort", "op locatie", "in person"),
}  # fmt: skip

_FURNITURE = (
    "urgent", "urgently", "urgent hiring", "urgent requirement", "urgent need", "urgently hiring", "hiring",
    "now hiring",
    "we are hiring", "we re hiring", "immediate hiring", "immediate start", "immediate joiner", "immediate joiners",
    "immediate need", "immediate opening", "immediately available", "hot", "hot job", "new", "apply now", "apply today",
    "easy apply", "job opening", "open position", "opening for", "looking for", "actively hiring",
    "with security clearance",
    "security clearance required", "with active clearance", "clearance required", "start", "start date", "starting",
    "begin", "join our team", "vacature", "gezocht", "gesucht", "wir suchen", "vaga", "vaga para", "oportunidade",
    "lowongan",
    "lowongan kerja", "dibutuhkan", "recrute", "recrutement", "offre d'emploi", "poste", "oferta", "se busca",
    "procura se",
    "sponsored", "featured", "m w d", "confidential", "job", "jobs", "no sponsorship", "usc gc", "locals only",
    "local only",
    "multiple positions", "multiple openings", "multiple locations", "various locations", "several locations",
    "nationwide", "sign on bonus", "ref", "req", "requisition", "job id", "req id", "all levels", "multiple levels",
    "various levels", "exclusive", "reposted",
)  # fmt: skip

_AFFIRMATIVE = (
    "vaga afirmativa", "vaga afirmativa para mulheres", "vaga afirmativa para pessoas negras",
    "exclusiva para mulheres",
    "vaga afirmativa para pessoas com deficiencia", "exclusiva para pessoas com deficiencia", "exclusivo para mulheres",
    "exclusiva para pcd", "vaga exclusiva para pcd", "pcd", "pessoas com deficiencia", "vaga exclusiva", "afirmativa",
    "afirmativa para mulheres", "afirmativa para pessoas negras", "banco de talentos", "vaga inclusiva", "diversidade",
    "pessoa com deficiencia", "exclusiva para pessoas negras", "vaga afirmativa mulheres", "vaga afirmativa pcd",
    "divers",
)  # fmt: skip

_GENDER = (
    "all genders", "all gender", "alle geschlechter", "gn", "any gender", "gender neutral", "male female",
    "female male",
    "m w x", "homme femme", "femme homme", "hommes femmes",
)  # fmt: skip

MONTHS = frozenset(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug sep "
    "sept oct nov dec januar februar marz mai juni juli oktober dezember janvier fevrier mars avril juin juillet aout "
    "septembre octobre novembre decembre maart mei augustus januari februari".split()
)

ALIASES = {
    "sr": "senior", "jr": "junior", "eng": "engineer", "engr": "engineer", "engineers": "engineer", "mgr": "manager",
    "mngr": "manager", "managers": "manager", "dev": "developer", "devs": "developer", "developers": "developer",
    "analysts": "analyst", "scientists": "scientist", "ml": "machine learning", "swe": "software engineer",
    "sw": "software",
    "sde": "software development engineer", "assoc": "associate", "asst": "assistant", "dir": "director",
    "vp": "vice president", "svp": "senior vice president", "avp": "assistant vice president",
    "bi": "business intelligence",
    "hr": "human resources", "sre": "site reliability engineer", "dba": "database administrator",
    "programmer": "programmer",
    "specialists": "specialist", "consultants": "consultant", "technicians": "technician", "tech.": "technical",
    "ecommerce": "ecommerce", "front end": "frontend", "back end": "backend", "full stack": "fullstack",
    "e commerce": "ecommerce", "cyber security": "cybersecurity", "dev ops": "devops", "data base": "database",
    "infosec": "information security", "info sec": "information security", "pm": "project manager", "qa": "qa",
    "rn": "registered nurse", "lpn": "licensed practical nurse", "nlp": "nlp", "e mail": "email", "&": "and",
    "desenvolvedora": "desenvolvedor", "engenheira": "engenheiro", "developpeuse": "developpeur",
    "ingenieure": "ingenieur",
    "entwicklerin": "entwickler", "ingenieurin": "ingenieur", "chargee": "charge", "conseillere": "conseiller",
    "admin": "administrator", "rep": "representative", "ops": "operations",
}  # fmt: skip
"""Spellings unified in the core."""

NOT_A_LEVEL_BEFORE = {
    "lead": frozenset(("generation", "gen", "time", "to")),
    "associate": frozenset(("director", "manager", "partner", "professor", "dean", "general", "vice", "vp", "counsel")),
    "staff": frozenset(("augmentation", "member", "training", "development")),
    "principal": frozenset(("investigator", "of")),
    "starter": frozenset(("kit",)),
    "leader": frozenset(()),
    "trainee": frozenset(()),
    "coop": frozenset(()),
    "grad": frozenset(("school",)),
    "graduate": frozenset(("school", "studies", "program", "admissions", "education", "medical", "recruitment", "recruiter")),
    "internship": frozenset(("coordinator",)),
    "spring": frozenset(("boot", "mvc", "framework", "cloud")),
    "experienced": frozenset(("hire",)),
    "middle": frozenset(("school", "market", "east", "office", "mile", "manager")),
    "virtual": frozenset(("assistant", "reality", "design", "network", "care", "production", "machine")),
    "temp": frozenset(("agency",)),
    "contract": frozenset(("manager", "administrator", "specialist", "analyst", "negotiator", "officer", "management",
                           "attorney", "coordinator", "lawyer", "recruiter", "administration", "compliance",
                           "support")),
    "contractor": frozenset(("management", "manager", "relations")),
    "weekend": frozenset(()),
    "hiring": frozenset(("manager", "coordinator", "specialist")),
    "new": frozenset(("product", "business", "york", "jersey", "zealand", "mexico", "hampshire", "delhi", "haven", "home",
                      "media", "orleans", "england", "markets", "verticals", "account", "accounts", "store", "logo",
                      "energy")),
    "hot": frozenset(("shop", "cell")),
    "job": frozenset(("coach", "cost", "site", "captain", "developer", "analyst", "trainer")),
    "jobs": frozenset(("for",)),
    "interim": frozenset(()),
    "flex": frozenset(("developer",)),
    "fall": frozenset(("protection",)),
    "independent": frozenset(("living", "verification", "assessor", "research", "validation")),
    "permanent": frozenset(("makeup",)),
    "start": frozenset(("up",)),
    "diversidade": frozenset(("e",)),
    "head": frozenset(("teller", "start", "coach", "chef", "cook", "nurse", "teacher")),
    "president": frozenset(("s",)),
    "ref": frozenset(()),
}  # fmt: skip
"""Words that mean something else when one of these follows."""

NOT_A_LEVEL_AFTER = {
    "staff": frozenset(("of", "nursing", "medical")),
    "remote": frozenset(("and",)),
    "leader": frozenset(("thought", "market")),
    "may": frozenset(()),
    "job": frozenset(("the",)),
    "spring": frozenset(("java", "and", "with")),
    "new": frozenset(("brand",)),
    "contract": frozenset(("government",)),
    "start": frozenset(("head",)),
    "pl": frozenset(("ssis",)),
}  # fmt: skip

NO_YEAR_AFTER = frozenset(
    "server windows sharepoint office excel exchange studio dynamics net iso version sql vision hp oracle project".split()
)

OCCUPATIONS = frozenset(
    "engineer engineers analyst analysts scientist scientists manager managers developer developers consultant consultants architect "
    "administrator specialist technician designer director associate assistant lead leader coordinator representative "
    "researcher accountant advisor adviser officer executive planner programmer tester controller writer editor recruiter "
    "nurse teacher driver clerk agent auditor strategist partner supervisor president vp chief head expert professional "
    "instructor tutor operator mechanic buyer sourcer inspector paralegal attorney lawyer counsel physician pharmacist "
    "therapist translator modeler statistician actuary economist scrummaster owner marketer trader broker underwriter "
    "investigator examiner superintendent estimator intern fellow professor lecturer dba sre swe sde investigador cashier "
    "bookkeeper nanny caregiver cook chef baker waiter barista electrician plumber welder carpenter painter cleaner guard "
    "trainer coach mentor curator librarian archivist hunter responder builder maker evangelist advocate ambassador "
    "ingenieur entwickler berater sachbearbeiter fachinformatiker leiter kaufmann kauffrau techniker mitarbeiter "
    "medewerker adviseur ontwikkelaar beheerder specialist monteur chauffeur docent planner magazijnmedewerker verkoper "
    "developpeur chef charge chargee responsable technicien consultant comptable gestionnaire conseiller vendeur architecte "
    "analista desenvolvedor engenheiro cientista gerente coordenador assistente auxiliar tecnico consultor especialista "
    "arquiteto programador vendedor atendente operador ingeniero desarrollador cientifico administrador arquitecto "
    "staf karyawan manajer insinyur pengembang akuntan kasir sopir operator penerjemah guru perawat pramuniaga "
    "sviluppatore ingegnere impiegato addetto responsabile mgr dev engr "
    "generalist secretary receptionist producer photographer illustrator animator artist surveyor chemist biologist "
    "physicist geologist veterinarian dentist hygienist psychologist counselor dispatcher handler packer picker porter "
    "stocker merchandiser assembler machinist fitter laborer foreman captain pilot steward attendant custodian janitor "
    "gardener landscaper groomer stylist barber tailor sommelier bartender server host hostess housekeeper concierge "
    "labeler annotator moderator reviewer adjuster collector teller processor biller coder scribe phlebotomist paramedic "
    "firefighter soldier marshal deputy sergeant detective warden arborist forester farmer fisherman butcher miner driller "
    "rigger roofer mason glazier plasterer joiner scaffolder surveyor drafter cartographer".split()
)
"""Nouns that name an occupation: the part of a title that ends in one is its core."""

OCCUPATION_ENDINGS = ("ingenieur", "entwickler", "berater", "leiter", "manager", "engineer", "developer", "medewerker",
                      "ologist", "ologue", "analist", "techniker", "mitarbeiter", "specialist", "adviseur",
                      "ontwikkelaar",
                      "kundige", "beheerder", "consultant", "architekt", "architect", "assistent", "koordinator")  # fmt: skip

STATES = frozenset(
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC "
    "SD TN TX UT VT VA WA WV WI WY DC AB BC MB NB NL NS ON PE QC SK USA US UK UAE".split()
)

PLACES = frozenset(
    "united states|usa|u.s|united kingdom|uk|england|scotland|wales|ireland|germany|deutschland|netherlands|nederland|france|"
    "spain|espana|italy|italia|portugal|brazil|brasil|mexico|canada|india|indonesia|singapore|malaysia|thailand|vietnam|"
    "philippines|japan|china|hong kong|taiwan|south korea|korea|australia|new zealand|poland|romania|hungary|austria|"
    "osterreich|switzerland|schweiz|suisse|belgium|belgie|belgique|luxembourg|denmark|sweden|norway|finland|estonia|latvia|"
    "lithuania|czech republic|czechia|ukraine|turkey|israel|uae|saudi arabia|qatar|egypt|south africa|nigeria|kenya|"
    "ethiopia|argentina|chile|colombia|peru|costa rica|emea|apac|latam|amer|americas|europe|europa|north america|dach|"
    "nordics|benelux|anz|california|texas|florida|new york|new jersey|massachusetts|washington dc|washington d.c|virginia|"
    "north carolina|south carolina|georgia|illinois|ohio|michigan|pennsylvania|arizona|colorado|oregon|minnesota|"
    "wisconsin|missouri|maryland|tennessee|utah|nevada|connecticut|indiana|kentucky|alabama|louisiana|oklahoma|iowa|kansas|"
    "arkansas|nebraska|idaho|new mexico|new hampshire|rhode island|montana|delaware|maine|vermont|alaska|hawaii|"
    "south dakota|north dakota|west virginia|mississippi|wyoming|ontario|quebec|british columbia|alberta|nyc|bay area|"
    "los angeles|san francisco|chicago|boston|seattle|austin|dallas|houston|atlanta|denver|london|paris|berlin|amsterdam|"
    "munich|munchen|hamburg|sao paulo|rio de janeiro|jakarta|madrid|barcelona|lyon|toulouse|sydney|melbourne|toronto|"
    "dublin|bangalore|bengaluru|mumbai|hyderabad|pune|tokyo|shanghai|beijing|addis ababa|tel aviv|lisbon|rotterdam|utrecht|"
    "frankfurt|stuttgart|koln|cologne|dusseldorf|wien|vienna|zurich|geneva|manchester|birmingham|edinburgh|glasgow|leeds|"
    "bristol|cambridge|oxford|san jose|mountain view|san diego|philadelphia|phoenix|washington|miami|charlotte|remote us".split(
        "|"
    )
)
"""Places told without a posting's own: countries, US states and the largest labour markets, for titles that name another one."""


def phrases() -> dict[str, list[tuple[tuple[str, ...], str, str]]]:
    """Return all phrases by their first word, the longest first: (words, kind, value)."""
    table: dict[tuple[str, ...], tuple[str, str]] = {}
    for kind, groups in (
        ("remote", _REMOTE), ("contract", _CONTRACTS), ("degree", _DEGREES), ("level", _LEVEL_PHRASES), ("head", HEADS),
    ):  # fmt: skip
        for value, group in groups.items():
            table.update({tuple(p.split()): (kind, value) for p in group})
    for kind, flat in (("furniture", _FURNITURE), ("affirmative", _AFFIRMATIVE), ("gender", _GENDER)):
        table.update({tuple(p.split()): (kind, p) for p in flat})
    found: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    for words, (kind, value) in table.items():
        found.setdefault(words[0], []).append((words, kind, value))
    for entries in found.values():
        entries.sort(key=lambda e: (-len(e[0]), e[0]))
    return found
