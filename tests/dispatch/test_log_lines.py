from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from making import ZONE, add_people, schedule_campaign
from outreach import clock
from outreach.db import db
from outreach.dispatch.chain import verify_chain
from outreach.dispatch.correcting import Change, correct_line
from outreach.dispatch.errors import LogLineError
from outreach.dispatch.log import LogFilter, stream_lines
from outreach.dispatch.models import Dispatch
from outreach.dispatch.recording import mark_accepted
from outreach.dispatch.release import release
from outreach.dispatch.rules import Origin

pytestmark = [pytest.mark.usefixtures("now"), pytest.mark.both_databases]


def _count_chained() -> int:
    found = verify_chain()
    assert found.breaks == ()
    return found.lines


@pytest.fixture
def dispatch(app: Flask) -> Dispatch:
    assert app
    add_people("diaspora", [("ana@example.org", "es")])
    campaign = schedule_campaign()
    assert release(db.session.connection(), campaign, clock.now())
    return db.session.scalars(select(Dispatch)).one()


def test_it_enters_the_chain_with_its_first_accepted_message(dispatch: Dispatch) -> None:
    assert _count_chained() == 0
    mark_accepted(db.session.connection(), [(dispatch.id, clock.now())], ZONE)
    assert _count_chained() == 1
    mark_accepted(db.session.connection(), [(dispatch.id, clock.now() - timedelta(hours=1))], ZONE)
    assert _count_chained() == 1


def test_an_acceptance_of_the_day_before_found_later_corrects_its_day(dispatch: Dispatch) -> None:
    mark_accepted(db.session.connection(), [(dispatch.id, clock.now())], ZONE)
    mark_accepted(db.session.connection(), [(dispatch.id, clock.now() - timedelta(days=1))], ZONE)
    (line,) = stream_lines(LogFilter())
    assert (line.sent_on, line.origin, line.campaign_id) == (date(2026, 3, 2), Origin.SYSTEM, 1)
    assert _count_chained() == 2


def test_its_words_may_be_corrected_but_not_what_the_mail_server_proved(dispatch: Dispatch) -> None:
    mark_accepted(db.session.connection(), [(dispatch.id, datetime(2026, 3, 3, 15, tzinfo=UTC))], ZONE)
    db.session.expire_all()
    with pytest.raises(LogLineError, match="no se corrige la fecha"):
        correct_line(dispatch.id, Change(sent_on=date(2026, 3, 1)), "porque sí", None)
    correct_line(dispatch.id, Change(information_es="Boletín corregido."), "Nombre", None)
    (line,) = stream_lines(LogFilter())
    assert (line.information_es, line.campaign_id) == ("Boletín corregido.", dispatch.campaign_id)
