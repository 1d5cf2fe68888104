"""The page that gives a campaign its time, as people use it without a script, and the pages of Ajustes beside it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from campaigns.campaign_samples import make_approved_campaign, make_ready_campaign, read_state
from outreach.accounts.rules import Role
from outreach.campaigns.models import Campaign
from outreach.campaigns.planning.models import DayOff, PeriodConfirmation, RestrictedPeriod
from outreach.campaigns.planning.rules import PeriodLevel
from outreach.campaigns.rules import CampaignState
from outreach.db import db
from signing import Client

HOSTILE = "<script>alert(1)</script>{{7*7}}"


@pytest.fixture(autouse=True)
def _in_application(app: Flask, now: datetime) -> None:
    assert app
    assert now


def schedule_path(campaign: Campaign) -> str:
    return f"/campanas/{campaign.id}/programar"


def read_seen(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', page)
    return found.group(1) if found else ""


def add_period(now: datetime, level: PeriodLevel) -> None:
    period = RestrictedPeriod(
        name="Veda <b>", starts_at=now, ends_at=now + timedelta(days=30), level=level, legal_basis="Acuerdo 7."
    )
    period.kind_ids, period.audience_ids, period.is_active = [], [], True
    db.session.add(period)
    db.session.commit()


def test_the_page_says_the_instant_in_other_places(signed_in: Client) -> None:
    page = signed_in.get(schedule_path(make_approved_campaign())).text
    assert "Sale el miércoles 4 de marzo de 2026 a las 9:00 (hora de la Ciudad de México, UTC−6)" in page
    for city, hour in (("Los Ángeles", "7:00"), ("Chicago", "9:00"), ("Nueva York", "10:00"), ("Madrid", "16:00")):
        assert f"miércoles 4 de marzo de 2026, {hour} (hora de {city}, UTC" in page


def test_the_zone_and_a_reason_that_is_asked_for_are_not_called_optional(signed_in: Client, now: datetime) -> None:
    add_period(now, PeriodLevel.ASKS)
    page = signed_in.get(schedule_path(make_approved_campaign())).text
    assert "Por qué sale en un periodo restringido" in page
    assert page.count("(opcional)") == 1


def test_a_night_on_a_weekend_is_asked_about_once_and_then_taken(signed_in: Client) -> None:
    campaign = make_approved_campaign()
    fields = {"when": "at", "at": "2026-03-15T23:30", "zone": "America/Mexico_City"}
    asked = signed_in.submit(schedule_path(campaign), fields)
    assert asked.status_code == 422
    assert "Ese día es fin de semana." in asked.text
    assert "entre las 21:00 y las 8:00" in asked.text
    assert "vuelva a pulsar" in asked.text
    assert 'value="2026-03-15T23:30"' in asked.text
    assert signed_in.submit(schedule_path(campaign), {**fields, "seen": read_seen(asked.text)}).status_code == 303
    assert read_state(campaign) == CampaignState.SCHEDULED


def test_a_non_working_day_is_named(signed_in: Client) -> None:
    fields = {"when": "at", "at": "2026-03-16T10:00"}
    page = signed_in.submit(f"{schedule_path(make_approved_campaign())}/ver", fields)
    assert page.status_code == 200
    assert "Ese día es inhábil: Natalicio de Benito Juárez." in page.text


def test_looking_at_a_time_binds_nobody_and_is_a_part_of_the_page_for_htmx(signed_in: Client) -> None:
    campaign = make_approved_campaign()
    fields = {"when": "at", "at": "2026-03-29T09:00", "zone": "Europe/Madrid"}
    part = signed_in.submit(f"{schedule_path(campaign)}/ver", fields, {"HX-Request": "true"})
    assert part.text.lstrip().startswith('<div id="departure"')
    assert "a las 9:00 (hora de Madrid, UTC+2)" in part.text
    assert read_state(campaign) == CampaignState.APPROVED
    assert campaign.planned_at is None


def test_a_skipped_hour_is_refused_and_a_repeated_one_asked(signed_in: Client) -> None:
    campaign = make_approved_campaign()
    fields = {"when": "at", "at": "2026-03-08T02:30", "zone": "America/New_York"}
    assert "esa hora no existe" in signed_in.submit(schedule_path(campaign), fields).text
    fields["at"] = "2026-11-01T01:30"
    asked = signed_in.submit(schedule_path(campaign), fields).text
    assert "se repite" in asked
    assert "La segunda vez" in asked
    fields |= {"occurrence": "2", "seen": "weekend night"}
    assert signed_in.submit(schedule_path(campaign), fields).status_code == 303
    assert campaign.scheduled_at == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Marte/Olimpo", HOSTILE, "../etc/passwd"])
def test_a_zone_that_is_none_is_refused(signed_in: Client, zone: str) -> None:
    campaign = make_approved_campaign()
    fields = {"when": "at", "at": "2026-03-05T09:00", "zone": zone}
    for path in (schedule_path(campaign), f"{schedule_path(campaign)}/ver"):
        answer = signed_in.submit(path, fields)
        assert answer.status_code in {200, 422}
        assert "<script>alert" not in answer.text
    assert read_state(campaign) == CampaignState.APPROVED


def test_a_period_that_asks_takes_a_reason_and_shows_it(signed_in: Client, now: datetime) -> None:
    campaign = make_approved_campaign()
    add_period(now, PeriodLevel.ASKS)
    fields = {"when": "at", "at": "2026-03-05T09:00"}
    fields["seen"] = read_seen(signed_in.submit(schedule_path(campaign), fields).text)
    refused = signed_in.submit(schedule_path(campaign), fields)
    assert refused.status_code == 422
    assert "«Veda &lt;b&gt;» pide un motivo" in refused.text
    assert "Acuerdo 7." in refused.text
    assert signed_in.submit(schedule_path(campaign), {**fields, "reason": HOSTILE}).status_code == 303
    page = signed_in.get(schedule_path(campaign)).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page


def test_a_second_person_is_asked_and_the_first_reason_is_kept(signed_in: Client, now: datetime) -> None:
    campaign = make_approved_campaign()
    add_period(now, PeriodLevel.ASKS_SECOND)
    fields = {"when": "at", "at": "2026-03-05T09:00", "seen": "restricted-asks-second", "reason": "Es electoral."}
    writer, reviewer = signed_in.as_role(Role.WRITER), signed_in.as_role(Role.REVIEWER)
    first = writer.submit(schedule_path(campaign), fields)
    assert first.status_code == 422
    assert "falta el de otra" in first.text
    assert "Persona redaccion dio este motivo: «Es electoral.»" in reviewer.get(schedule_path(campaign)).text
    assert reviewer.submit(schedule_path(campaign), {**fields, "reason": "De acuerdo."}).status_code == 303
    assert len(db.session.scalars(select(PeriodConfirmation)).all()) == 2
    assert read_state(campaign) == CampaignState.SCHEDULED


def test_a_campaign_that_a_period_paused_goes_on_with_a_reason(signed_in: Client, now: datetime) -> None:
    campaign = make_approved_campaign()
    campaign.state, campaign.released_at = CampaignState.PAUSED, now
    add_period(now, PeriodLevel.ASKS)
    path = f"/campanas/{campaign.id}/periodo-restringido"
    assert "pide un motivo" in signed_in.get(path).text
    assert signed_in.submit(path, {}).status_code == 422
    assert signed_in.submit(path, {"reason": "Es electoral."}).status_code == 303
    assert read_state(campaign) == CampaignState.SENDING


def test_before_an_approval_a_time_is_only_proposed(signed_in: Client) -> None:
    campaign = make_ready_campaign()
    assert "la hora queda como propuesta" in signed_in.get(schedule_path(campaign)).text
    assert signed_in.submit(schedule_path(campaign), {"at": "2026-03-05T09:00"}).status_code == 303
    assert (read_state(campaign), campaign.scheduled_at) == (CampaignState.DRAFT, None)
    assert campaign.planned_at == datetime(2026, 3, 5, 15, tzinfo=UTC)
    assert 'value="2026-03-05T09:00"' in signed_in.get(schedule_path(campaign)).text


def test_days_are_added_and_removed_on_their_page(signed_in: Client) -> None:
    empty = signed_in.get("/ajustes/dias-inhabiles?anio=2027").text
    assert "lunes 1 de febrero de 2027: Día de la Constitución" in empty
    assert "Ninguno este año" in empty
    fields = {"starts_on": "2027-06-06", "name": HOSTILE}
    assert signed_in.submit("/ajustes/dias-inhabiles", fields).status_code == 303
    page = signed_in.get("/ajustes/dias-inhabiles?anio=2027").text
    assert "domingo 6 de junio de 2027: &lt;script&gt;" in page
    wrong = signed_in.submit(
        "/ajustes/dias-inhabiles", {"starts_on": "2027-06-06", "ends_on": "2027-06-01", "name": "x"}
    )
    assert wrong.status_code == 422
    assert "no puede ser anterior" in wrong.text
    assert signed_in.submit("/ajustes/dias-inhabiles/1/quitar").status_code == 303
    assert db.session.scalars(select(DayOff)).all() == []
    assert signed_in.submit("/ajustes/dias-inhabiles/1/quitar").status_code == 404
    assert signed_in.get("/ajustes/dias-inhabiles?anio=99999999").status_code == 200


def test_a_period_is_written_down_and_changed_on_its_page(signed_in: Client) -> None:
    fields = {
        "name": "Veda electoral",
        "starts_on": "2027-04-04",
        "ends_on": "2027-06-06",
        "ends_time": "18:00",
        "level": "stops",
        "legal_basis": HOSTILE,
        "kinds": ["1"],
        "is_active": "y",
    }
    assert "No hay periodos restringidos" in signed_in.get("/ajustes/periodos-restringidos").text
    assert signed_in.submit("/ajustes/periodos-restringidos/nuevo", fields).status_code == 422
    make_ready_campaign()
    db.session.commit()
    assert signed_in.submit("/ajustes/periodos-restringidos/nuevo", fields).status_code == 303
    period = db.session.scalars(select(RestrictedPeriod)).one()
    assert (period.starts_at, period.ends_at) == (
        datetime(2027, 4, 4, 6, tzinfo=UTC),
        datetime(2027, 6, 7, 0, tzinfo=UTC),
    )
    listed = signed_in.get("/ajustes/periodos-restringidos").text
    assert "del 4 de abril de 2027 al 6 de junio de 2027 a las 18:00" in listed
    assert "<script>alert" not in listed
    assert 'value="18:00"' in signed_in.get("/ajustes/periodos-restringidos/1").text
    fields |= {"ends_time": "", "ends_on": "2027-04-01"}
    assert "terminar después" in signed_in.submit("/ajustes/periodos-restringidos/1", fields).text
    fields["ends_on"] = "2027-04-04"
    assert signed_in.submit("/ajustes/periodos-restringidos/1", fields).status_code == 303
    assert "el 4 de abril de 2027" in signed_in.get("/ajustes/periodos-restringidos").text
    assert 'value="2027-04-04"' in signed_in.get("/ajustes/periodos-restringidos/1").text
