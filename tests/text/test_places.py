"""Places: what can be told is told, what can only be guessed is None."""

import pytest

from pipeline.text.places import parse_place

CASES = [
    # location, city, region, country
    ("San Jose, CA, United States", "San Jose", "CA", "US"),
    ("San Jose, CA", "San Jose", "CA", "US"),
    ("Fremont, California, United States", "Fremont", "CA", "US"),
    ("Amsterdam, NH, NL", "Amsterdam", "Noord-Holland", "NL"),
    ("Amsterdam Oost, NH, NL", "Amsterdam", "Noord-Holland", "NL"),
    ("Amsterdam, North Holland, Netherlands", "Amsterdam", "Noord-Holland", "NL"),
    ("Den Haag, ZH, NL", "The Hague", "Zuid-Holland", "NL"),
    ("NH, NL", None, "Noord-Holland", "NL"),
    ("New York City Metropolitan Area", "New York City", "NY", "US"),
    ("New York, NY 10005", "New York City", "NY", "US"),
    ("NYC", "New York City", "NY", "US"),
    ("Greater Phoenix Area", "Phoenix", "AZ", "US"),
    ("Columbia, South Carolina Metropolitan Area", "Columbia", "SC", "US"),
    ("Grand Rapids, MI", "Grand Rapids", "MI", "US"),
    ("United States", None, None, "US"),
    ("Nevada, United States", None, "NV", "US"),
    ("67 - Rhin (Bas)", None, "Bas-Rhin", "FR"),
    ("75 - Paris", "Paris", "Paris", "FR"),
    ("75 - Paris 18e Arrondissement", "Paris", "Paris", "FR"),
    ("31 - PORTET SUR GARONNE", "Portet-sur-Garonne", "Haute-Garonne", "FR"),
    ("Toronto, ON, CA", "Toronto", "ON", "CA"),
    ("Toronto, CA", "Toronto", "ON", "CA"),
    ("Dublin, CA", "Dublin", "CA", "US"),
    ("Dublin, IE", "Dublin", None, "IE"),
    ("Berlin, DE", "Berlin", "Berlin", "DE"),
    ("Dover, DE", "Dover", "DE", "US"),
    ("Sydney NSW", "Sydney", "New South Wales", "AU"),
    ("Hamburg", "Hamburg", "Hamburg", "DE"),
    ("London", "London", "England", "GB"),
    ("Paris", "Paris", None, "FR"),
    ("Paris, TX", "Paris", "TX", "US"),
    ("Singapore", "Singapore", None, "SG"),
    ("Hà Nội", "Hanoi", None, "VN"),
    ("LU1 2TF", None, None, "GB"),
    ("Milwaukee County, WI", None, "WI", "US"),
    # more than one may be meant: not a guess
    ("Springfield", None, None, None),
    ("Cambridge", None, None, None),
    ("Georgia", None, None, None),
    ("CA", None, None, None),
    ("IN", None, None, None),
    # no place at all
    ("Remote", None, None, None),
    ("Nothing_found", None, None, None),
    (", ", None, None, None),
    ("Others, Ethiopia", None, None, "ET"),
    # a small town that is not in the gazetteer stays as written
    ("QUIETWATER FORD, MT", "Quietwater Ford", "MT", "US"),
]


@pytest.mark.parametrize(("location", "city", "region", "country"), CASES)
def test_places(location: str, city: str | None, region: str | None, country: str | None) -> None:
    place = parse_place(location)
    assert (place.city, place.region, place.country) == (city, region, country)


@pytest.mark.parametrize(
    ("location", "remote", "country"),
    [
        ("Remote (US)", "remote", "US"),
        ("US Remote", "remote", "US"),
        ("Werk van thuis, NL", "remote", "NL"),
        ("Los Angeles, CA (Hybrid)", "hybrid", "US"),
        ("On-site in Stockholm, Sweden", "onsite", "SE"),
        ("Utrecht, UT, NL", None, "NL"),
    ],
)
def test_remote_in_a_place(location: str, remote: str | None, country: str) -> None:
    place = parse_place(location)
    assert (place.remote, place.country) == (remote, country)


def test_several_places_keep_what_they_share() -> None:
    place = parse_place("San Francisco, CA / Seattle, WA / New York, NY")
    assert (place.city, place.region, place.country, place.flag) == (None, None, "US", "several places")
    assert parse_place("Oakland, CA; San Jose, CA").region == "CA"


def test_one_place_written_three_ways_has_one_city_and_one_point() -> None:
    ways = [
        parse_place(w) for w in ("New York, NY", "New York City Metropolitan Area", "New York, New York, United States")
    ]
    assert len({(p.city, p.region, p.country, p.latitude, p.longitude) for p in ways}) == 1
    assert ways[0].latitude == pytest.approx(40.7, abs=0.1)


def test_fields_are_read_where_there_is_no_location() -> None:
    place = parse_place(None, "Hayward", "California", "United States")
    assert (place.text, place.city, place.region, place.country) == (
        "Hayward, California, United States", "Hayward", "CA", "US",
    )  # fmt: skip


def test_a_country_field_settles_an_ambiguous_city() -> None:
    assert parse_place("Cambridge", None, None, "GB").country == "GB"
    assert parse_place("Cambridge", None, None, "GB").latitude == pytest.approx(52.2, abs=0.1)


def test_names_hold_what_a_title_may_call_the_place() -> None:
    names = parse_place("San Jose, CA, United States").names
    assert {"san jose", "ca", "california", "united states", "us"} <= names


@pytest.mark.parametrize(
    ("location", "city", "region", "country", "remote"),
    [
        ("Brighton, CO - US", "Brighton", "CO", "US", None),
        ("San Mateo, CA United States", "San Mateo", "CA", "US", None),
        ("12 Hill Rd,Ste F Anchorage,AK 99501-1234", "Anchorage", "AK", "US", None),
        ("16 Mill Pkwy, Upper Marlboro,MD 20774", "Upper Marlboro", "MD", "US", None),
        ("United States - Remote Opportunity", None, None, "US", "remote"),
        ("Remote-Friendly, Denver, CO", "Denver", "CO", "US", "remote"),
        ("St. Louis, MO", "St. Louis", "MO", "US", None),
    ],
)
def test_countries_after_states_streets_and_remote_opportunities(
    location: str, city: str | None, region: str | None, country: str, remote: str | None
) -> None:
    found = parse_place(location)
    assert (found.city, found.region, found.country, found.remote) == (city, region, country, remote)
