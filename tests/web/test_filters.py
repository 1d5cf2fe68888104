from datetime import UTC, date, datetime

import pytest
from flask import Flask, render_template_string

from outreach.translation import speaking
from outreach.web import filters

pytestmark = pytest.mark.usefixtures("app")
INSTANT = datetime(2026, 3, 3, 15, tzinfo=UTC)


def test_an_instant_is_written_in_words_with_its_zone() -> None:
    assert filters.moment(INSTANT) == "martes 3 de marzo de 2026, 9:00, hora de la Ciudad de México"
    with speaking("en"):
        assert filters.moment(INSTANT).startswith("Tuesday, March 3, 2026, 9:00 AM, ")


def test_an_instant_is_written_in_the_hour_of_another_zone() -> None:
    assert filters.moment(INSTANT, "Europe/Madrid") == "martes 3 de marzo de 2026, 16:00, hora de Madrid"


def test_a_day_is_the_day_of_mexico_city_and_not_of_greenwich() -> None:
    assert filters.day(datetime(2026, 3, 4, 5, 59, tzinfo=UTC)) == "martes 3 de marzo de 2026"
    assert filters.day(date(2026, 3, 4)) == "miércoles 4 de marzo de 2026"


def test_short_forms_are_short() -> None:
    assert filters.short_day(INSTANT) == "3 mar 2026"
    assert filters.short_moment(INSTANT) == "3 mar 2026, 9:00"
    with speaking("en"):
        assert filters.short_moment(INSTANT) == "Mar 3, 2026, 9:00 AM"


def test_numbers_have_the_separators_of_mexico() -> None:
    assert filters.number(1234567.5) == "1,234,567.5"


def test_a_noun_follows_its_number() -> None:
    assert [filters.plural(count, "persona", "personas") for count in (0, 1, 2000)] == [
        "0 personas",
        "1 persona",
        "2,000 personas",
    ]


def test_templates_have_the_filters(app: Flask) -> None:
    with app.test_request_context():
        assert render_template_string("{{ at|short_day }} {{ 2|plural('a', 'b') }}", at=INSTANT) == "3 mar 2026 2 b"
