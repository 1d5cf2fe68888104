"""The first page: to each role what waits for it, and the same few statements however much there is."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import event, func, select, update

from log_samples import open_log
from making import BILINGUAL, REVIEWER, SPANISH, WRITER, ZONE, add_people, get_user, make_people, schedule_campaign
from outreach import clock
from outreach.accounts.models import User
from outreach.accounts.rules import Role
from outreach.audiences.queries import get_audience
from outreach.audiences.seeding import seed_audiences
from outreach.campaigns.content import edit_version
from outreach.campaigns.importing import import_campaign, read_campaign
from outreach.campaigns.models import Campaign, Institution
from outreach.campaigns.planning.models import RestrictedPeriod
from outreach.campaigns.planning.rules import PeriodLevel
from outreach.campaigns.rules import CampaignState, Language
from outreach.campaigns.scheduling import schedule, unschedule
from outreach.campaigns.seeding import seed_campaign_words
from outreach.campaigns.series.models import Series
from outreach.campaigns.series.rules import SeriesState
from outreach.campaigns.series.seeding import seed_series
from outreach.campaigns.service import return_to_author, submit
from outreach.campaigns.wording import VersionWords
from outreach.db import db
from outreach.dispatch.log import LogFilter, count_lines
from outreach.dispatch.models import Delivery, Dispatch
from outreach.dispatch.recording import mark_accepted
from outreach.dispatch.release import release
from outreach.dispatch.rules import Channel, Outcome
from outreach.reports.agenda import SHOWN_A_DAY, read_month
from outreach.reports.goals.service import GoalWords, add_goal
from outreach.reports.overview import SHOWN, read_activity
from outreach.reports.periods import parse_period
from signing import Client, make_user

TODAY = date(2026, 3, 3)
MOST_STATEMENTS = 26
pytestmark = [pytest.mark.usefixtures("now"), pytest.mark.both_databases]


@pytest.fixture
def office(app: Flask) -> Flask:
    """An installation with a writer, a reviewer and readers of one audience."""
    make_user(Role.WRITER)
    make_user(Role.REVIEWER)
    seed_audiences()
    seed_campaign_words()
    add_people("diaspora", make_people(3))
    return app


def write_campaign(name: str, author: User) -> Campaign:
    text = SPANISH.format(audiences='"diaspora"').replace('"Prueba"', f'"{name}"')
    campaign = import_campaign(read_campaign(text.encode()), author)
    db.session.commit()
    return campaign


def submit_campaign(name: str, author: User | None = None) -> Campaign:
    campaign = write_campaign(name, author or get_user(WRITER))
    submit(campaign)
    db.session.commit()
    return campaign


def release_campaign() -> Campaign:
    campaign = schedule_campaign()
    assert release(db.session.connection(), campaign, clock.now())
    db.session.commit()
    return campaign


def stop_campaign(state: CampaignState, reason: str) -> Campaign:
    campaign = release_campaign()
    campaign.state, campaign.state_reason = state, reason
    db.session.commit()
    return campaign


def lose_answers(campaign: Campaign, number: int) -> None:
    chosen = select(Delivery.id).where(Delivery.campaign_id == campaign.id).order_by(Delivery.id).limit(number)
    db.session.execute(update(Delivery).where(Delivery.id.in_(chosen)).values(outcome=Outcome.UNCERTAIN))
    db.session.commit()


@contextmanager
def counting_statements() -> Iterator[list[str]]:
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    yield statements
    event.remove(db.engine, "before_cursor_execute", note)


def test_an_empty_installation_says_what_to_do_first(app: Flask, signed_in: Client) -> None:
    assert app
    page = signed_in.get("/").text
    assert page.count("Falta</span>") == 5
    for sentence in ("Primeros pasos", "Nada espera por usted", "No hay envíos programados", "Todavía no hay envíos"):
        assert sentence in page
    assert 'href="/campanas/nueva">Nueva campaña' in page
    assert "Envíos por mes" not in page


@pytest.mark.parametrize(
    ("role", "writes"), [(Role.WRITER, True), (Role.ADMINISTRATOR, True), (Role.REVIEWER, False), (Role.READER, False)]
)
def test_only_roles_that_write_are_offered_a_new_campaign(signed_in: Client, role: Role, *, writes: bool) -> None:
    assert ("/campanas/nueva" in signed_in.as_role(role).get("/").text) is writes


@pytest.mark.usefixtures("office")
def test_a_campaign_in_review_waits_for_whoever_may_approve_but_not_for_its_author(signed_in: Client) -> None:
    submit_campaign("De Rocío")
    submit_campaign("De administración", signed_in.user)
    assert "De Rocío" in (page := signed_in.get("/").text)
    assert "De administración" not in page
    assert f'/campanas/{db.session.scalar(select(func.min(Campaign.id)))}/visto-bueno">De Rocío' in page
    assert "De Rocío" not in signed_in.as_role(Role.WRITER).get("/").text
    reviewer = signed_in.as_role(Role.REVIEWER).get("/").text
    assert "De Rocío" in reviewer
    assert "De administración" in reviewer


@pytest.mark.usefixtures("office")
def test_in_a_one_person_office_the_author_approves(signed_in: Client) -> None:
    submit_campaign("Propia", signed_in.user)
    db.session.execute(update(Institution).values(is_one_person_office=True))
    assert "Propia" in signed_in.get("/").text


@pytest.mark.usefixtures("office")
def test_a_draft_comes_back_to_its_author_with_its_note(signed_in: Client) -> None:
    return_to_author(submit_campaign("Vuelve"), "Falta el <enlace> al micrositio.", get_user(REVIEWER))
    write_campaign("Reciente", get_user(WRITER))
    page = signed_in.as_role(Role.WRITER).get("/").text
    assert "Nota: «Falta el &lt;enlace&gt; al micrositio.»" in page
    assert "Reciente" not in page
    assert "Vuelve" not in signed_in.get("/").text


@pytest.mark.usefixtures("office")
def test_an_edit_after_approval_tells_the_author_that_it_is_void(signed_in: Client) -> None:
    campaign = schedule_campaign(text=SPANISH)
    unschedule(campaign)
    edit_version(campaign, Language.ES, VersionWords("Otro asunto", "Una prueba.", "Convocatoria de prueba."))
    page = signed_in.as_role(Role.WRITER).get("/").text
    assert "Cambió después del visto bueno" in page


@pytest.mark.usefixtures("office")
@pytest.mark.parametrize(
    ("state", "reason", "shown"),
    [
        (CampaignState.HELD, "La hora programada pasó.", "La hora programada pasó."),
        (CampaignState.PAUSED, "Fallan demasiadas entregas.", "Fallan demasiadas entregas."),
        (CampaignState.PAUSED, "", "Alguien detuvo el envío"),
        (CampaignState.SENDING, "El servidor de correo no responde.", "El servidor de correo no responde."),
    ],
)
def test_a_campaign_that_stopped_says_why(signed_in: Client, state: CampaignState, reason: str, shown: str) -> None:
    stop_campaign(state, reason)
    assert shown in signed_in.as_role(Role.WRITER).get("/").text
    assert shown in signed_in.as_role(Role.REVIEWER).get("/").text
    assert shown not in signed_in.as_role(Role.READER).get("/").text


@pytest.mark.usefixtures("office")
def test_a_campaign_on_its_way_without_trouble_waits_for_nobody(signed_in: Client) -> None:
    release_campaign()
    assert "Nada espera por usted" in signed_in.get("/").text


@pytest.mark.usefixtures("office")
def test_uncertain_deliveries_lead_to_themselves(signed_in: Client) -> None:
    campaign = release_campaign()
    lose_answers(campaign, 1)
    page = signed_in.get("/").text
    assert "1 mensaje sin confirmar" in page
    assert f"/campanas/{campaign.id}/avance?resultado=uncertain" in page
    lose_answers(campaign, 2)
    assert "2 mensajes sin confirmar" in signed_in.get("/").text


@pytest.mark.usefixtures("office")
def test_the_next_sends_stand_in_order_with_their_time_and_zone(signed_in: Client) -> None:
    for day, zone in ((20, "Europe/Madrid"), (6, ZONE)):
        schedule(schedule_campaign(), datetime(2026, 3, day, 15, tzinfo=UTC), zone)
    page = signed_in.get("/").text
    first, second = page.index("viernes 6 de marzo de 2026, 9:00"), page.index("viernes 20 de marzo de 2026, 16:00")
    assert first < second
    assert "hora de la Ciudad de México, UTC−6" in page
    assert "hora de Madrid, UTC+1" in page


def test_the_quarter_is_counted_by_the_rule_of_the_log(app: Flask, signed_in: Client) -> None:
    assert app
    log = open_log()
    wrong = log.add("2026-02-10", audience_id=log.diaspora.id)
    log.add("2026-02-11", audience_id=log.diaspora.id, corrects_id=wrong.id)
    log.add("2026-01-01", audience_id=log.diaspora.id)
    log.add("2026-03-03", audience_id=log.red.id)
    log.add("2026-03-03")
    log.add(None, audience_id=log.red.id)
    log.add("2025-12-31", audience_id=log.red.id)
    log.add("2025-09-30", audience_id=log.red.id)
    db.session.commit()
    activity = read_activity(TODAY)
    assert activity.total == count_lines(LogFilter(date(2026, 1, 1), date(2026, 3, 31))) == 4
    assert [(tally.name_es, tally.dispatches) for tally in activity.audiences] == [
        ("Diáspora", 2),
        ("", 1),
        ("Red de Observación", 1),
    ]
    assert [(month.first_on.isoformat(), month.dispatches, month.share) for month in activity.months] == [
        ("2025-10-01", 0, 0),
        ("2025-11-01", 0, 0),
        ("2025-12-01", 1, 50),
        ("2026-01-01", 1, 50),
        ("2026-02-01", 1, 50),
        ("2026-03-01", 2, 100),
    ]
    page = signed_in.get("/").text
    assert "Primer trimestre de 2026" in page
    assert "Sin audiencia" in page
    assert "/bitacora?desde=2026-01-01&amp;hasta=2026-03-31" in page


@pytest.mark.usefixtures("office")
def test_the_first_steps_go_when_all_are_done(signed_in: Client) -> None:
    release_campaign()
    page = signed_in.get("/").text
    assert (page.count("Hecho</span>"), page.count("Falta</span>")) == (3, 2)
    seed_series(ZONE)
    db.session.execute(update(Series).values(state=SeriesState.ACTIVE, since_on=TODAY))
    dispatch_id = db.session.scalars(select(Dispatch.id)).one()
    mark_accepted(db.session.connection(), [(dispatch_id, clock.now())], ZONE)
    assert "Primeros pasos" not in signed_in.get("/").text


def test_each_first_step_leads_to_where_it_is_done(signed_in: Client) -> None:
    page = signed_in.get("/").text
    for address in ("/audiencias", "/campanas/nueva", "/ajustes/personas/nueva", "/campanas", "/series"):
        assert f'</span>\n      <a href="{address}">' in page, address
    writer = signed_in.as_role(Role.WRITER).get("/").text
    assert "Dar de alta a una segunda persona" in writer
    assert "/ajustes/personas/nueva" not in writer


@pytest.mark.usefixtures("office")
def test_a_long_list_ends_with_the_way_to_all_of_it(signed_in: Client) -> None:
    for number in range(SHOWN):
        submit_campaign(f"Campaña {number:02}")
    assert "Ver todas" not in signed_in.get("/").text
    submit_campaign(f"Campaña {SHOWN:02}")
    page = signed_in.get("/").text
    assert f"Campaña {SHOWN - 1:02}" in page
    assert f"Campaña {SHOWN:02}" not in page
    assert "/campanas?state=in_review" in page


def fill_home(user: User, number: int) -> None:
    for name in map(str, range(number)):
        submit_campaign(f"En revisión {name}")
        return_to_author(submit_campaign(f"Devuelta {name}", user), "Falta algo.", user)
        schedule(schedule_campaign(), datetime(2026, 3, 20, 15, tzinfo=UTC), ZONE)
        lose_answers(stop_campaign(CampaignState.PAUSED, "Algo falla."), 2)


@pytest.mark.usefixtures("office")
def test_the_number_of_statements_does_not_grow_with_rows(signed_in: Client) -> None:
    fill_home(signed_in.user, 1)
    signed_in.get("/")
    with counting_statements() as few:
        signed_in.get("/")
    fill_home(signed_in.user, SHOWN + 1)
    with counting_statements() as many:
        page = signed_in.get("/").text
    assert page.count("Ver todas") == 5
    assert len(many) == len(few) <= MOST_STATEMENTS


@pytest.mark.usefixtures("office")
def test_a_draft_of_which_one_language_is_ready_says_which_one_is_not(signed_in: Client) -> None:
    campaign = import_campaign(read_campaign(BILINGUAL.format(audiences='"diaspora"').encode()), signed_in.user)
    db.session.commit()
    assert "Les falta un idioma" not in signed_in.get("/").text
    edit_version(campaign, Language.EN, VersionWords("", "", ""))
    page = signed_in.get("/").text
    assert "Les falta un idioma" in page
    assert '<span lang="en">English</span>: borrador' in page
    assert "Les falta un idioma" not in signed_in.as_role(Role.WRITER).get("/").text


@pytest.mark.usefixtures("office")
def test_the_first_steps_are_put_away_by_each_person_and_come_back(signed_in: Client) -> None:
    assert "Primeros pasos" in signed_in.get("/").text
    for _ in range(2):
        assert signed_in.submit("/primeros-pasos/ocultar").status_code == 303
    page = signed_in.get("/").text
    assert "Primeros pasos" not in page
    assert "Mostrar los primeros pasos" in page
    assert "Primeros pasos" in signed_in.as_role(Role.WRITER).get("/").text
    signed_in.submit("/primeros-pasos/mostrar")
    assert "Primeros pasos" in signed_in.get("/").text


@pytest.mark.usefixtures("office")
def test_the_month_shows_sends_editions_periods_and_days_off(signed_in: Client) -> None:
    seed_series(ZONE)
    rule = {"pattern": "month_day", "day": 20}
    db.session.execute(
        update(Series)
        .where(Series.slug == "corazon-chilango")
        .values(state=SeriesState.ACTIVE, since_on=TODAY, recurrence=rule)
    )
    schedule(schedule_campaign(), datetime(2026, 3, 24, 3, tzinfo=UTC), ZONE)
    period = RestrictedPeriod(
        name="Jornada <b>2026</b>",
        starts_at=clock.midnight_in(ZONE, date(2026, 3, 9)),
        ends_at=clock.midnight_in(ZONE, date(2026, 3, 11)),
        level=PeriodLevel.ASKS,
        kind_ids=[],
        audience_ids=[],
        is_active=True,
    )
    db.session.add(period)
    db.session.commit()
    month = read_month(date(2026, 3, 1), TODAY, ZONE)
    days = {day.on.day: day for day in month.days}
    assert sorted(days) == [3, 9, 10, 16, 20, 23]
    assert days[3].is_today
    assert [period.name for period in days[10].periods] == ["Jornada <b>2026</b>"]
    assert (days[16].name, days[16].is_resting) == ("Natalicio de Benito Juárez", True)
    assert [view.name("es") for view in days[20].editions] == ["Corazón Chilango · marzo 2026"]
    assert [campaign.name for campaign in days[23].campaigns] == ["Prueba"]
    page = signed_in.get("/?mes=2026-03").text
    assert "Jornada &lt;b&gt;2026&lt;/b&gt;" in page
    assert 'Corazón Chilango<span class="visually-hidden"> · marzo 2026</span>' in page
    assert "abril de 2026" in signed_in.get("/?mes=2026-04").text
    assert "marzo de 2026" in signed_in.get("/?mes=nunca").text


@pytest.mark.parametrize("month", ["0001-01", "9999-12", "2026-13", "-1", "2026-3-3"])
def test_any_month_may_be_asked_for(signed_in: Client, month: str) -> None:
    assert signed_in.get(f"/?mes={month}").status_code == 200


@pytest.mark.usefixtures("office")
def test_a_crowded_day_shows_a_few_campaigns_and_counts_the_rest(signed_in: Client) -> None:
    for _ in range(SHOWN_A_DAY + 2):
        schedule(schedule_campaign(), datetime(2026, 3, 20, 15, tzinfo=UTC), ZONE)
    db.session.commit()
    assert "y 2 campañas más" in signed_in.get("/").text


@pytest.mark.usefixtures("office")
def test_an_audience_with_a_goal_shows_how_far_it_is(signed_in: Client) -> None:
    goal = GoalWords("Veinte correos", 20, audience_id=get_audience("diaspora").id, channel=Channel.EMAIL)
    add_goal(goal, parse_period("2026"), signed_in.user)
    db.session.commit()
    assert "Meta: 0 de 20" in signed_in.get("/").text
