"""Names of countries and regions that no data set at hand holds in the spellings of job ads."""

COUNTRY_ALIASES = {
    "usa": "US", "us": "US", "u.s.": "US", "u.s.a.": "US", "united states of america": "US", "america": "US", "the united states": "US",
    "estados unidos": "US", "etats-unis": "US", "vereinigte staaten": "US", "verenigde staten": "US", "united states, us": "US", "u.s": "US",
    "uk": "GB", "u.k.": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB",
    "verenigd koninkrijk": "GB", "vereinigtes konigreich": "GB", "royaume-uni": "GB", "reino unido": "GB", "gb": "GB", "britain": "GB",
    "nederland": "NL", "holland": "NL", "the netherlands": "NL", "niederlande": "NL", "pays-bas": "NL", "paises bajos": "NL",
    "deutschland": "DE", "duitsland": "DE", "allemagne": "DE", "alemania": "DE", "alemanha": "DE", "bundesrepublik deutschland": "DE",
    "osterreich": "AT", "oostenrijk": "AT", "autriche": "AT", "schweiz": "CH", "suisse": "CH", "svizzera": "CH", "zwitserland": "CH",
    "belgie": "BE", "belgique": "BE", "belgien": "BE", "frankrijk": "FR", "frankreich": "FR", "francia": "FR", "espana": "ES", "spanje": "ES",
    "spanien": "ES", "espagne": "ES", "italia": "IT", "italie": "IT", "italien": "IT", "polska": "PL", "polen": "PL", "brasil": "BR", "bresil": "BR",
    "danmark": "DK", "sverige": "SE", "norge": "NO", "suomi": "FI", "cesko": "CZ", "czech republic": "CZ", "tschechien": "CZ", "magyarorszag": "HU",
    "viet nam": "VN", "vietnam": "VN", "korea": "KR", "south korea": "KR", "republic of korea": "KR", "russia": "RU", "turkiye": "TR", "turkey": "TR",
    "uae": "AE", "u.a.e.": "AE", "emirates": "AE", "ksa": "SA", "hong kong sar": "HK", "taiwan, province of china": "TW", "macedonia": "MK",
    "mexique": "MX", "mejico": "MX", "canada": "CA", "kanada": "CA", "republic of ireland": "IE", "eire": "IE", "ierland": "IE", "irland": "IE",
    "luxemburg": "LU", "griechenland": "GR", "portugal": "PT", "indonesien": "ID", "india": "IN", "bharat": "IN", "p.r. china": "CN", "prc": "CN",
    "mainland china": "CN", "people's republic of china": "CN", "ivory coast": "CI", "cote d'ivoire": "CI", "congo": "CD",
}  # fmt: skip

# Regions by country: code as ads write it -> (name, code of the region in GeoNames).
REGIONS: dict[str, dict[str, tuple[str, str]]] = {
    "CA": {
        "AB": ("Alberta", "01"), "BC": ("British Columbia", "02"), "MB": ("Manitoba", "03"), "NB": ("New Brunswick", "04"),
        "NL": ("Newfoundland and Labrador", "05"), "NS": ("Nova Scotia", "07"), "ON": ("Ontario", "08"), "PE": ("Prince Edward Island", "09"),
        "QC": ("Quebec", "10"), "SK": ("Saskatchewan", "11"), "YT": ("Yukon", "12"), "NT": ("Northwest Territories", "13"), "NU": ("Nunavut", "14"),
    },
    "AU": {
        "ACT": ("Australian Capital Territory", "01"), "NSW": ("New South Wales", "02"), "NT": ("Northern Territory", "03"),
        "QLD": ("Queensland", "04"), "SA": ("South Australia", "05"), "TAS": ("Tasmania", "06"), "VIC": ("Victoria", "07"), "WA": ("Western Australia", "08"),
    },
    "NL": {
        "DR": ("Drenthe", "01"), "FR": ("Friesland", "02"), "GE": ("Gelderland", "03"), "GR": ("Groningen", "04"), "LI": ("Limburg", "05"),
        "NB": ("Noord-Brabant", "06"), "NH": ("Noord-Holland", "07"), "UT": ("Utrecht", "09"), "ZE": ("Zeeland", "10"), "ZH": ("Zuid-Holland", "11"),
        "OV": ("Overijssel", "15"), "FL": ("Flevoland", "16"),
    },
    "DE": {
        "BW": ("Baden-Württemberg", "01"), "BY": ("Bayern", "02"), "HB": ("Bremen", "03"), "HH": ("Hamburg", "04"), "HE": ("Hessen", "05"),
        "NI": ("Niedersachsen", "06"), "NW": ("Nordrhein-Westfalen", "07"), "RP": ("Rheinland-Pfalz", "08"), "SL": ("Saarland", "09"),
        "SH": ("Schleswig-Holstein", "10"), "BB": ("Brandenburg", "11"), "MV": ("Mecklenburg-Vorpommern", "12"), "SN": ("Sachsen", "13"),
        "ST": ("Sachsen-Anhalt", "14"), "TH": ("Thüringen", "15"), "BE": ("Berlin", "16"),
    },
    "GB": {"ENG": ("England", "ENG"), "SCT": ("Scotland", "SCT"), "WLS": ("Wales", "WLS"), "NIR": ("Northern Ireland", "NIR")},
}  # fmt: skip

# Other spellings of those regions, folded -> (country, code).
REGION_ALIASES = {
    "north holland": ("NL", "NH"), "south holland": ("NL", "ZH"), "north brabant": ("NL", "NB"), "brabant": ("NL", "NB"), "fryslan": ("NL", "FR"),
    "an": ("NL", ""), "bavaria": ("DE", "BY"), "hesse": ("DE", "HE"), "lower saxony": ("DE", "NI"), "north rhine-westphalia": ("DE", "NW"),
    "nrw": ("DE", "NW"), "rhineland-palatinate": ("DE", "RP"), "saxony": ("DE", "SN"), "saxony-anhalt": ("DE", "ST"), "thuringia": ("DE", "TH"),
    "baden-wurttemberg": ("DE", "BW"), "baden-wuerttemberg": ("DE", "BW"), "schotland": ("GB", "SCT"), "newfoundland": ("CA", "NL"), "pei": ("CA", "PE"),
    "queensland, australia": ("AU", "QLD"),
}  # fmt: skip

FRENCH_DEPARTMENTS = {
    "01": "Ain", "02": "Aisne", "03": "Allier", "04": "Alpes-de-Haute-Provence", "05": "Hautes-Alpes", "06": "Alpes-Maritimes", "07": "Ardèche",
    "08": "Ardennes", "09": "Ariège", "10": "Aube", "11": "Aude", "12": "Aveyron", "13": "Bouches-du-Rhône", "14": "Calvados", "15": "Cantal",
    "16": "Charente", "17": "Charente-Maritime", "18": "Cher", "19": "Corrèze", "2A": "Corse-du-Sud", "2B": "Haute-Corse", "21": "Côte-d'Or",
    "22": "Côtes-d'Armor", "23": "Creuse", "24": "Dordogne", "25": "Doubs", "26": "Drôme", "27": "Eure", "28": "Eure-et-Loir", "29": "Finistère",
    "30": "Gard", "31": "Haute-Garonne", "32": "Gers", "33": "Gironde", "34": "Hérault", "35": "Ille-et-Vilaine", "36": "Indre", "37": "Indre-et-Loire",
    "38": "Isère", "39": "Jura", "40": "Landes", "41": "Loir-et-Cher", "42": "Loire", "43": "Haute-Loire", "44": "Loire-Atlantique", "45": "Loiret",
    "46": "Lot", "47": "Lot-et-Garonne", "48": "Lozère", "49": "Maine-et-Loire", "50": "Manche", "51": "Marne", "52": "Haute-Marne", "53": "Mayenne",
    "54": "Meurthe-et-Moselle", "55": "Meuse", "56": "Morbihan", "57": "Moselle", "58": "Nièvre", "59": "Nord", "60": "Oise", "61": "Orne",
    "62": "Pas-de-Calais", "63": "Puy-de-Dôme", "64": "Pyrénées-Atlantiques", "65": "Hautes-Pyrénées", "66": "Pyrénées-Orientales", "67": "Bas-Rhin",
    "68": "Haut-Rhin", "69": "Rhône", "70": "Haute-Saône", "71": "Saône-et-Loire", "72": "Sarthe", "73": "Savoie", "74": "Haute-Savoie", "75": "Paris",
    "76": "Seine-Maritime", "77": "Seine-et-Marne", "78": "Yvelines", "79": "Deux-Sèvres", "80": "Somme", "81": "Tarn", "82": "Tarn-et-Garonne",
    "83": "Var", "84": "Vaucluse", "85": "Vendée", "86": "Vienne", "87": "Haute-Vienne", "88": "Vosges", "89": "Yonne", "90": "Territoire de Belfort",
    "91": "Essonne", "92": "Hauts-de-Seine", "93": "Seine-Saint-Denis", "94": "Val-de-Marne", "95": "Val-d'Oise", "971": "Guadeloupe",
    "972": "Martinique", "973": "Guyane", "974": "La Réunion", "976": "Mayotte",
}  # fmt: skip

# Other names of cities and of what is one place with them, both as city_key() writes them.
CITY_ALIASES = {
    "nyc": "new york city", "new york": "new york city", "sf": "san francisco", "dc": "washington", "washington dc": "washington",
    "san francisco bay": "san francisco", "sf bay": "san francisco", "silicon valley": "san jose", "dallas fort worth": "dallas",
    "minneapolis saint paul": "minneapolis", "raleigh durham": "raleigh", "raleigh durham chapel hill": "raleigh", "washington dc baltimore": "washington",
    "washington dc metro": "washington", "kansas city metro": "kansas city", "tampa bay": "tampa", "twin cities": "minneapolis",
    "salt lake": "salt lake city", "frankfurt": "frankfurt am main", "ho chi minh": "ho chi minh city", "tp hcm": "ho chi minh city",
    "hcmc": "ho chi minh city", "jakarta raya": "jakarta", "dki jakarta": "jakarta", "jakarta selatan": "jakarta", "jakarta pusat": "jakarta",
    "jakarta barat": "jakarta", "jakarta timur": "jakarta", "jakarta utara": "jakarta", "south jakarta": "jakarta", "central jakarta": "jakarta",
    "west jakarta": "jakarta", "east jakarta": "jakarta", "north jakarta": "jakarta", "bangalore": "bengaluru", "tel aviv yafo": "tel aviv",
    "den haag": "the hague", "s gravenhage": "the hague", "den bosch": "s hertogenbosch", "munchen": "munich", "koln": "koln", "cologne": "koln",
}  # fmt: skip
