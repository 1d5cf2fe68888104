"""The pages of series as people use them: start, change, skip, open; wrong input keeps what was typed."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import select

import making
from outreach import clock
from outreach.accounts.rules import Role
from outreach.campaigns.models import Campaign
from outreach.campaigns.series.jobs import open_due
from outreach.campaigns.series.models import Edition, Series
from outreach.campaigns.series.recurrence import Pattern, Recurrence
from outreach.campaigns.series.structure import read_marks
from outreach.db import db
from series.series_samples import change, start
from signing import Client

pytestmark = pytest.mark.usefixtures("now")


def fields(series: Series, **changed: object) -> dict[str, object]:
    """Return what the form of a series sends."""
    return {
        "name_es": series.name_es,
        "name_en": series.name_en,
        "kind": series.kind_id,
        "template": series.template,
        "sender": series.sender_id,
        "languages": "es,en",
        "audiences": [link.audience_id for link in series.audience_links],
        "people": [link.user_id for link in series.person_links],
        "pattern": "month_weekday",
        "day": "1",
        "ordinal": "1",
        "weekday": "0",
        "weeks": "2",
        "anchor_on": "",
        "dates": "",
        "shift": "before",
        "hour": "09:00",
        "zone": series.zone,
        "lead_days": "10",
        "reminder_days": "3",
        "next_number": "1",
        "ends_on": "",
        **changed,
    }


def test_the_seeded_series_say_that_they_wait(signed_in: Client, bulletin: Series) -> None:
    page = signed_in.get("/series").text
    assert page.count("Sin empezar") == 2
    assert "el primer lunes de cada mes" in page
    assert "cada 2 semanas, en lunes" in page
    assert "Todavía no empieza" in page
    own = signed_in.get(f"/series/{bulletin.id}").text
    assert "Esta serie todavía no empieza" in own
    assert "lunes 6 de abril de 2026" in own


def test_a_series_without_people_is_not_started(signed_in: Client, bulletin: Series) -> None:
    change(bulletin, user_ids=())
    answer = signed_in.submit(f"/series/{bulletin.id}/empezar")
    page = signed_in.get(answer.location).text
    assert "necesita una audiencia y una persona responsable" in page
    assert "Sin empezar" in page


def test_a_series_is_started_paused_and_ended_by_buttons(signed_in: Client, bulletin: Series) -> None:
    for verb, word in (("empezar", "Activa"), ("pausar", "En pausa"), ("empezar", "Activa"), ("terminar", "Terminada")):
        signed_in.submit(f"/series/{bulletin.id}/{verb}")
        assert f'">{word}</span>' in signed_in.get(f"/series/{bulletin.id}").text


def test_the_next_five_dates_follow_the_form(signed_in: Client, bulletin: Series) -> None:
    asked = {"pattern": "month_weekday", "ordinal": "3", "weekday": "0", "shift": "after"}
    part = signed_in.get("/series/fechas", query_string=asked).text
    assert part.count("<li") == 5
    assert "martes 17 de marzo de 2026" in part
    assert "en lugar del lunes 16 de marzo de 2026 (Natalicio de Benito Juárez)" in part
    for wrong in (
        {},
        {"pattern": "fixed", "dates": "31 de abril"},
        {"pattern": "weeks", "weeks": "900"},
        {"pattern": "x"},
    ):
        answer = signed_in.get("/series/fechas", query_string=wrong)
        assert answer.status_code == 200
    assert (
        "Esta regla ya no tiene fechas"
        in signed_in.get(
            "/series/fechas", query_string={"pattern": "fixed", "dates": "2020-01-01", "shift": "same"}
        ).text
    )
    without_script = signed_in.submit(f"/series/{bulletin.id}/editar", {**fields(bulletin, **asked), "only": "dates"})
    assert "martes 17 de marzo de 2026" in without_script.text
    assert bulletin.recurrence["ordinal"] == 1


def test_a_changed_series_keeps_its_rule_and_wrong_input_keeps_what_was_typed(
    signed_in: Client, bulletin: Series
) -> None:
    wrong = fields(bulletin, pattern="fixed", dates="2026-03-09\n31/04/2026", name_es="Otra <b>serie</b>")
    answer = signed_in.submit(f"/series/{bulletin.id}/editar", wrong)
    assert answer.status_code == 422
    assert "«31/04/2026» no es una fecha" in answer.text
    assert "Otra &lt;b&gt;serie&lt;/b&gt;" in answer.text
    answer = signed_in.submit(f"/series/{bulletin.id}/editar", fields(bulletin, pattern="weeks"))
    assert answer.status_code == 422
    assert "desde ella se cuentan las semanas" in answer.text
    kept = fields(bulletin, pattern="fixed", dates="2026-05-04, 2026-03-09", next_number="41")
    assert signed_in.submit(f"/series/{bulletin.id}/editar", kept).status_code == 303
    assert bulletin.recurrence == {"pattern": "fixed", "dates": ["2026-03-09", "2026-05-04"]}
    assert bulletin.next_number == 41


def test_a_new_series_gets_a_name_for_the_command_line(signed_in: Client, bulletin: Series) -> None:
    twice = [signed_in.submit("/series/nueva", fields(bulletin, name_es="Pulso  Migrante")) for _ in range(2)]
    assert [answer.status_code for answer in twice] == [303, 303]
    slugs = db.session.scalars(select(Series.slug).order_by(Series.id)).all()
    assert list(slugs)[2:] == ["pulso-migrante-2", "pulso-migrante-3"]


def test_an_edition_is_opened_early_skipped_with_a_reason_and_opened_again(signed_in: Client, bulletin: Series) -> None:
    start(change(bulletin, recurrence=Recurrence(Pattern.MONTH_DAY, day=27)))
    path = f"/series/{bulletin.id}/2026-03-27"
    assert "Abrir el borrador ahora" in signed_in.get(path).text
    answer = signed_in.submit(f"{path}/abrir")
    campaign = db.session.scalars(select(Campaign)).one()
    assert answer.location == f"/campanas/{campaign.id}/editar"
    assert campaign.name == "Corazón Chilango · marzo 2026"
    assert signed_in.submit(f"{path}/omitir", {"reason": ""}).status_code == 422
    assert signed_in.submit(f"{path}/omitir", {"reason": "Feria <i>x</i>"}).status_code == 303
    page = signed_in.get(f"/series/{bulletin.id}").text
    assert "Motivo: Feria &lt;i&gt;x&lt;/i&gt;" in page
    assert "Omitida" in page
    signed_in.submit(f"{path}/abrir")
    assert "Abierta" in signed_in.get(path).text
    assert db.session.scalars(select(Edition)).one().number == 1


@pytest.mark.parametrize("day", ["2026-03-28", "nunca", "2026-02-30", "9999-12-31", "0001-01-01"])
def test_a_day_without_an_edition_is_not_found(signed_in: Client, bulletin: Series, day: str) -> None:
    start(change(bulletin, recurrence=Recurrence(Pattern.MONTH_DAY, day=27)))
    assert signed_in.get(f"/series/{bulletin.id}/{day}").status_code == 404
    assert signed_in.submit(f"/series/{bulletin.id}/{day}/abrir").status_code == 404


def test_the_structure_page_marks_what_stands(signed_in: Client, bulletin: Series) -> None:
    path = f"/series/{bulletin.id}/estructura"
    assert signed_in.get(path).status_code == 404
    start(change(bulletin, recurrence=Recurrence(Pattern.MONTH_DAY, day=13)))
    open_due(clock.now())
    campaign = db.session.scalars(select(Campaign)).one()
    first = campaign.blocks[0].id
    assert signed_in.get(path).text.count("checked") == 3
    signed_in.submit(path, {"standing": [str(first), "999", "x"]})
    assert [block_id for block_id, stands in read_marks(campaign).items() if stands] == [first]
    assert signed_in.as_role(Role.READER).get(path).text.count("disabled") == len(campaign.blocks)


@pytest.mark.parametrize("year", ["1", "2026", "99999", "x"])
def test_any_year_may_be_asked_for(signed_in: Client, bulletin: Series, year: str) -> None:
    assert signed_in.get(f"/series/{bulletin.id}?ano={year}").status_code == 200


def test_an_edition_that_nobody_finished_in_time_is_late(signed_in: Client, bulletin: Series) -> None:
    start(change(bulletin, recurrence=Recurrence(Pattern.MONTH_DAY, day=13)))
    open_due(clock.now())
    edition = db.session.scalars(select(Edition)).one()
    assert edition.sends_on == date(2026, 3, 13)
    with time_machine.travel(datetime(2026, 3, 13, 15, 1, tzinfo=UTC), tick=False):
        assert "Atrasada" in signed_in.as_role(Role.READER).get(f"/series/{bulletin.id}/2026-03-13").text


def test_the_pages_speak_english(bulletin: Series, signed_in: Client) -> None:
    signed_in.user.language = "en"
    page = signed_in.get(f"/series/{bulletin.id}").text
    assert "on the first Monday of every month" in page
    assert "Activate the series" in page


def test_whoever_answers_for_a_series_finds_its_editions_on_the_first_page(bulletin: Series, signed_in: Client) -> None:
    start(change(bulletin, recurrence=Recurrence(Pattern.MONTH_DAY, day=13)))
    open_due(clock.now())
    assert "Ediciones por preparar" not in signed_in.get("/").text
    change(bulletin, user_ids=(making.get_user(making.WRITER).id, signed_in.user.id))
    page = signed_in.get("/").text
    assert "Ediciones por preparar" in page
    assert "Debe salir el viernes 13 de marzo de 2026." in page
