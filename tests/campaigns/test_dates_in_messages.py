from datetime import UTC, datetime

import pytest

from campaigns.compositions import make_composition, make_piece
from outreach.campaigns.blocks import list_missing, read_block
from outreach.campaigns.composition import Piece
from outreach.campaigns.datechecks import check_dates
from outreach.campaigns.errors import ContentError
from outreach.campaigns.events import describe_event, read_times
from outreach.campaigns.facts import Facts
from outreach.campaigns.rules import BlockType, Language
from outreach.translation import speaking

FACTS = Facts(now=datetime(2026, 3, 3, 15, tzinfo=UTC))


def find(*pieces: Piece) -> list[tuple[str, str]]:
    composition = make_composition("convocatoria", *pieces, subject=("Aviso", "Notice"), preheader=("", ""))
    return [(finding.code, finding.place) for finding in check_dates(composition, tuple(Language), FACTS)]


def find_in_text(spanish: str, english: str = "") -> list[str]:
    return [code for code, _place in find(make_piece("text", text=(spanish, english)))]


@pytest.mark.parametrize(
    ("fields", "spanish", "english"),
    [
        ({}, "Jueves 12 de marzo de 2026", "Thursday, March 12, 2026"),
        (
            {"begins": "9:05"},
            "Jueves 12 de marzo de 2026, 9:05 (hora de la Ciudad de México, UTC−6)",
            "Thursday, March 12, 2026, 9:05 AM (Mexico City time, UTC−6)",
        ),
        (
            {"begins": "18:00", "ends": "20:00", "zone": "Europe/Madrid"},
            "Jueves 12 de marzo de 2026, de 18:00 a 20:00 (hora de Madrid, UTC+1)",
            "Thursday, March 12, 2026, 6:00 PM to 8:00 PM (Madrid time, UTC+1)",
        ),
        (
            {"until": "2026-03-14"},
            "Del jueves 12 de marzo de 2026 al sábado 14 de marzo de 2026",
            "Thursday, March 12, 2026 to Saturday, March 14, 2026",
        ),
        (
            {"begins": "20:00", "until": "2026-03-13", "ends": "01:00"},
            (
                "Del jueves 12 de marzo de 2026, 20:00, al viernes 13 de marzo de 2026, 1:00 "
                "(hora de la Ciudad de México, UTC−6)"
            ),
            "Thursday, March 12, 2026, 8:00 PM, to Friday, March 13, 2026, 1:00 AM (Mexico City time, UTC−6)",
        ),
    ],
)
def test_an_event_is_said_in_words(fields: dict[str, str], spanish: str, english: str) -> None:
    times = read_times(make_piece("event", day="2026-03-12", **fields).fields)
    assert times is not None
    assert describe_event(times) == spanish
    with speaking("en"):
        assert describe_event(times) == english


@pytest.mark.parametrize(
    ("name", "value"),
    [("day", "31/04/2026"), ("day", "2026-04-31"), ("begins", "25:00"), ("begins", "seis"), ("zone", "Marte/Cráter")],
)
def test_what_is_no_day_hour_or_zone_is_refused(name: str, value: str) -> None:
    with pytest.raises(ContentError, match="bloque 2"):
        read_block({"type": "event", name: {"es": value}}, 2)


def test_a_day_is_the_same_in_both_languages_and_lacks_in_none() -> None:
    fields = read_block({"type": "event", "day": {"es": "2026-03-12"}, "begins": {"en": "9:00"}}, 1)[1]
    assert fields == {"day": dict.fromkeys(("es", "en"), "2026-03-12"), "begins": dict.fromkeys(("es", "en"), "09:00")}
    missing = [field.name for field in list_missing(BlockType.EVENT, fields, Language.EN)]
    assert missing == ["title", "place"]
    assert "date" in [field.name for field in list_missing(BlockType.EVENT, {}, Language.ES)]


def test_a_picture_of_news_wants_its_text() -> None:
    fields = {"title": {"es": "a"}, "text": {"es": "b"}, "image": {"es": "https://www.example.org/x.png"}}
    assert [field.name for field in list_missing(BlockType.NEWS, fields, Language.ES)] == ["alt"]


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"day": "2026-03-12", "begins": "18:00", "ends": "20:00"}, []),
        ({"day": "2026-03-12", "begins": "18:00", "ends": "17:00"}, ["event-backwards"]),
        ({"day": "2026-03-12", "until": "2026-03-11"}, ["event-backwards"]),
        ({"day": "2026-03-12", "ends": "20:00"}, ["event-without-begin"]),
        ({"day": "2026-03-02"}, ["event-past"]),
        ({"day": "2026-03-03", "begins": "08:00", "ends": "08:59"}, ["event-past"]),
        ({"day": "2026-03-03", "begins": "08:00", "ends": "10:00"}, []),
        ({"day": "2026-03-01", "until": "2026-03-31"}, []),
    ],
)
def test_an_event_that_is_over_or_backwards_is_found(fields: dict[str, str], codes: list[str]) -> None:
    found = find(make_piece("event", title="x", place="y", **fields))
    assert [code for code, _place in found] == codes
    assert all(place == "block/1/day/es" for _code, place in found)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("El jueves 12 de marzo de 2026 abrimos.", []),
        ("El viernes 12 de marzo de 2026 abrimos.", ["weekday-mismatch"]),
        ("Nos vemos el Miércoles, 11 de marzo.", []),
        ("Nos vemos el **miercoles 12** de marzo.", ["weekday-mismatch"]),
        ("Viernes 9, martes 20 y jueves 22 de julio de 2021", []),
        ("Viernes 9, lunes 20 y jueves 22 de julio de 2021", ["weekday-mismatch"]),
        ("El jueves 31 de abril de 2026", ["impossible-date"]),
        ("sábado 1° de agosto del 2026", []),
        ("domingo 29 de febrero", []),
        ("el 12 de marzo de 2026, en martes", []),
        ("El jueves {{dia|12}} de marzo", []),
    ],
)
def test_a_weekday_that_its_date_does_not_have_is_found_in_spanish(text: str, codes: list[str]) -> None:
    assert find_in_text(text) == codes


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Thursday, March 12, 2026", []),
        ("Friday, March 12, 2026", ["weekday-mismatch"]),
        ("on Thursday 12 March", []),
        ("on Monday the 12th of March, 2026", ["weekday-mismatch"]),
        ("Thursday, April 31", ["impossible-date"]),
    ],
)
def test_a_weekday_that_its_date_does_not_have_is_found_in_english(text: str, codes: list[str]) -> None:
    assert find_in_text("", text) == codes


def test_a_finding_names_its_field_and_language() -> None:
    piece = make_piece("event", title=("Lunes 12 de marzo de 2026", "Talk"), place="x", day="2026-03-12")
    assert find(piece) == [("weekday-mismatch", "block/1/title/es")]
