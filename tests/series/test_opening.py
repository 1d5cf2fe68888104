"""Drafts that open by themselves: on their day, once, in the image of the last one."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

import making
from outreach import clock
from outreach.campaigns.content import add_blocks, edit_version
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import BlockType, CampaignState, Language
from outreach.campaigns.series.errors import SeriesError
from outreach.campaigns.series.jobs import open_due
from outreach.campaigns.series.models import Edition, Series
from outreach.campaigns.series.queries import find_edition, get_edition, list_next, view_edition
from outreach.campaigns.series.recurrence import Pattern, Recurrence, Shift
from outreach.campaigns.series.rules import EditionState
from outreach.campaigns.series.service import open_now, pause_series, skip_edition
from outreach.campaigns.series.structure import mark_blocks, read_marks
from outreach.campaigns.wording import VersionWords
from outreach.db import db
from series.series_samples import change, give_people, start

pytestmark = pytest.mark.usefixtures("now")
BEGIN = datetime(2026, 3, 3, 15, tzinfo=UTC)


def list_days(series: Series) -> list[tuple[str, str]]:
    query = select(Edition).where(Edition.series_id == series.id).order_by(Edition.due_on)
    return [(edition.due_on.isoformat(), edition.sends_on.isoformat()) for edition in db.session.scalars(query)]


def live_through(days: int, *, each: int = 1) -> int:
    """Let the clock ask once every `each` days, at nine in the morning, and count what opened."""
    opened = 0
    for day in range(0, days + 1, each):
        with time_machine.travel(BEGIN + timedelta(days=day), tick=False):
            opened += open_due(clock.now())
    return opened


def test_a_seeded_series_opens_nothing_until_somebody_starts_it(bulletin: Series) -> None:
    assert live_through(60) == 0
    start(bulletin)
    assert live_through(60) == 2


def test_a_year_of_a_monthly_bulletin_has_its_twelve_editions(bulletin: Series) -> None:
    start(change(bulletin, recurrence=Recurrence(Pattern.MONTH_WEEKDAY, ordinal=1), next_number=40))
    assert live_through(365) == 12
    editions = db.session.scalars(select(Edition).order_by(Edition.due_on)).all()
    assert [edition.number for edition in editions] == list(range(40, 52))
    assert [edition.due_on for edition in editions][:3] == [date(2026, 4, 6), date(2026, 5, 4), date(2026, 6, 1)]
    # The first Monday of February 2027 is Constitution Day.
    assert list_days(bulletin)[10] == ("2027-02-01", "2027-01-29")
    names = [edition.campaign.name for edition in editions if edition.campaign]
    assert names[0] == "Corazón Chilango · abril 2026"
    assert names[-1] == "Corazón Chilango · marzo 2027"
    assert len(set(names)) == 12


def test_a_leap_february_has_its_twenty_ninth(bulletin: Series) -> None:
    change(bulletin, recurrence=Recurrence(Pattern.MONTH_DAY, day=29), shift=Shift.SAME)
    with time_machine.travel(datetime(2028, 2, 1, 15, tzinfo=UTC), tick=False):
        start(bulletin)
    for day in range(1, 29):
        with time_machine.travel(datetime(2028, 2, day, 15, tzinfo=UTC), tick=False):
            open_due(clock.now())
    assert list_days(bulletin) == [("2028-02-29", "2028-02-29")]


def test_every_second_monday_moves_off_days_of_rest(bulletin: Series) -> None:
    rule = Recurrence(Pattern.WEEKS, weeks=2, anchor_on=date(2026, 3, 2))
    start(change(bulletin, recurrence=rule, shift=Shift.AFTER))
    live_through(20)
    assert list_days(bulletin) == [("2026-03-16", "2026-03-17"), ("2026-03-30", "2026-03-30")]
    names = set(db.session.scalars(select(Campaign.name)))
    assert names == {"Corazón Chilango · 16 de marzo de 2026", "Corazón Chilango · 30 de marzo de 2026"}


def test_a_draft_opens_its_lead_before_the_moved_day_and_not_earlier(bulletin: Series) -> None:
    rule = Recurrence(Pattern.MONTH_WEEKDAY, ordinal=3)
    start(change(bulletin, recurrence=rule, lead_days=5))
    # The third Monday, the 16th, is a day of rest: it leaves on Friday the 13th.
    assert live_through(4) == 0
    with time_machine.travel(datetime(2026, 3, 8, 5, 59, tzinfo=UTC), tick=False):
        assert open_due(clock.now()) == 0
    with time_machine.travel(datetime(2026, 3, 8, 6, 0, tzinfo=UTC), tick=False):
        assert open_due(clock.now()) == 1
        assert open_due(clock.now()) == 0


def test_the_first_draft_has_an_outline_and_the_next_takes_over_what_stands(bulletin: Series) -> None:
    start(change(bulletin, recurrence=Recurrence(Pattern.MONTH_DAY, day=13)))
    live_through(0)
    first = find_edition(bulletin, date(2026, 3, 13))
    assert first is not None
    assert first.campaign is not None
    assert {block.type for block in first.campaign.blocks} >= {BlockType.HEADING, BlockType.NEWS}
    assert all(not block.fields for block in first.campaign.blocks)
    for block in list(first.campaign.blocks):
        first.campaign.blocks.remove(block)
    db.session.flush()
    heading, greeting, news = add_blocks(
        first.campaign,
        [
            (BlockType.HEADING, {"text": {"es": "En la ciudad", "en": "In the city"}}),
            (BlockType.TEXT, {"text": {"es": "Hola:", "en": "Hello:"}}),
            (BlockType.NEWS, {"title": {"es": "Hoy", "en": "Today"}, "text": {"es": "Algo.", "en": "Something."}}),
        ],
    )
    edit_version(first.campaign, Language.ES, VersionWords("Asunto de marzo", "Antes", "Fila"))
    assert mark_blocks(first.campaign, [heading.id, greeting.id])
    assert not mark_blocks(first.campaign, [heading.id, greeting.id])
    db.session.commit()
    live_through(31)
    second = find_edition(bulletin, date(2026, 4, 13))
    assert second is not None
    assert second.campaign is not None
    texts = [(block.type, block.fields) for block in second.campaign.blocks]
    assert texts == [(heading.type, heading.fields), (greeting.type, greeting.fields), (news.type, {})]
    assert list(read_marks(second.campaign).values()) == [True, True, False]
    spanish, english = second.campaign.versions
    assert (spanish.subject, spanish.preheader) == ("", "")
    assert spanish.information == "Boletín Corazón Chilango – abril 2026."
    assert english.information == "Bulletin Corazón Chilango – April 2026."
    assert [audience.slug for audience in second.campaign.audiences] == ["diaspora"]
    assert second.campaign.author.email == making.WRITER


def test_marks_go_with_the_block_they_stand_on(bulletin: Series) -> None:
    start(change(bulletin, recurrence=Recurrence(Pattern.MONTH_DAY, day=13)))
    live_through(0)
    edition = find_edition(bulletin, date(2026, 3, 13))
    assert edition is not None
    assert edition.campaign is not None
    mark_blocks(edition.campaign, [block.id for block in edition.campaign.blocks])
    edition.campaign.blocks.clear()
    db.session.commit()
    assert read_marks(edition.campaign) == {}


def test_dates_missed_while_nothing_ran_become_one_edition_and_reasons(bulletin: Series) -> None:
    rule = Recurrence(Pattern.WEEKS, weeks=1, anchor_on=date(2026, 3, 2))
    start(change(bulletin, recurrence=rule, lead_days=2))
    with time_machine.travel(datetime(2026, 4, 1, 15, tzinfo=UTC), tick=False):
        assert open_due(clock.now()) == 1
        assert open_due(clock.now()) == 0
        states = [
            view_edition(edition).state for edition in db.session.scalars(select(Edition).order_by(Edition.due_on))
        ]
    assert [day for day, _ in list_days(bulletin)] == ["2026-03-09", "2026-03-16", "2026-03-23", "2026-03-30"]
    assert states == [EditionState.SKIPPED] * 3 + [EditionState.LATE]
    reasons = set(db.session.scalars(select(Edition.skip_reason).where(Edition.skipped_at.is_not(None))))
    assert reasons == {"Nada estaba en marcha cuando tocaba abrirla."}


def test_a_paused_series_opens_nothing_and_its_pause_is_not_made_up_for(bulletin: Series) -> None:
    rule = Recurrence(Pattern.WEEKS, weeks=1, anchor_on=date(2026, 3, 2))
    start(change(bulletin, recurrence=rule, lead_days=2))
    pause_series(bulletin, making.get_user(making.WRITER))
    db.session.commit()
    assert live_through(20) == 0
    with time_machine.travel(BEGIN + timedelta(days=23), tick=False):
        start(bulletin)
        assert open_due(clock.now()) == 0
    with time_machine.travel(BEGIN + timedelta(days=25), tick=False):
        assert open_due(clock.now()) == 1
    assert list_days(bulletin) == [("2026-03-30", "2026-03-30")]


def test_a_series_stops_at_its_last_day(bulletin: Series) -> None:
    start(change(bulletin, recurrence=Recurrence(Pattern.MONTH_DAY, day=13), ends_on=date(2026, 5, 1)))
    live_through(200, each=7)
    assert [day for day, _ in list_days(bulletin)] == ["2026-03-13", "2026-04-13"]


def test_a_monthly_rule_that_changes_its_day_adds_no_second_edition_to_the_month(bulletin: Series) -> None:
    start(change(bulletin, recurrence=Recurrence(Pattern.MONTH_DAY, day=13)))
    live_through(0)
    change(bulletin, recurrence=Recurrence(Pattern.MONTH_DAY, day=20))
    live_through(30)
    assert [day for day, _ in list_days(bulletin)] == ["2026-03-13"]
    live_through(40)
    assert [day for day, _ in list_days(bulletin)] == ["2026-03-13", "2026-04-20"]


def test_a_skipped_edition_keeps_its_reason_and_never_opens_by_itself(bulletin: Series) -> None:
    start(change(bulletin, recurrence=Recurrence(Pattern.MONTH_DAY, day=27)))
    writer = making.get_user(making.WRITER)
    view = get_edition(bulletin, date(2026, 3, 27))
    with pytest.raises(SeriesError, match="por qué"):
        skip_edition(view, "  \n ", writer)
    skip_edition(view, "Vacaciones\ndel Instituto", writer)
    db.session.commit()
    assert live_through(24) == 0
    kept = get_edition(bulletin, date(2026, 3, 27))
    assert kept.state is EditionState.SKIPPED
    assert kept.edition is not None
    assert kept.edition.skip_reason == "Vacaciones del Instituto"
    with pytest.raises(SeriesError):
        skip_edition(kept, "Otra vez", writer)
    assert list_next(bulletin, date(2026, 3, 3))[0].planned.due_on == date(2026, 4, 27)


def test_skipping_an_open_edition_cancels_its_draft_and_it_may_be_opened_anew(bulletin: Series) -> None:
    start(change(bulletin, recurrence=Recurrence(Pattern.MONTH_DAY, day=13)))
    live_through(0)
    writer = making.get_user(making.WRITER)
    view = get_edition(bulletin, date(2026, 3, 13))
    with pytest.raises(SeriesError, match="abierta"):
        open_now(view, writer)
    skip_edition(view, "No hay noticias", writer)
    db.session.commit()
    assert view.campaign is not None
    assert view.campaign.state == CampaignState.CANCELLED
    again = open_now(get_edition(bulletin, date(2026, 3, 13)), writer)
    db.session.commit()
    assert (again.number, again.skip_reason, again.skipped_at) == (1, "No hay noticias", None)
    assert get_edition(bulletin, date(2026, 3, 13)).state is EditionState.OPEN


def test_an_edition_that_left_is_not_skipped(bulletin: Series) -> None:
    start(change(bulletin, recurrence=Recurrence(Pattern.MONTH_DAY, day=13)))
    live_through(0)
    view = get_edition(bulletin, date(2026, 3, 13))
    assert view.campaign is not None
    view.campaign.state, view.campaign.released_at = CampaignState.SENDING, clock.now()
    db.session.commit()
    sent = get_edition(bulletin, date(2026, 3, 13))
    assert sent.state is EditionState.SENT
    with pytest.raises(SeriesError, match="ya se envió"):
        skip_edition(sent, "Tarde", making.get_user(making.WRITER))


def test_without_an_author_nothing_opens_and_the_others_go_on(bulletin: Series, office: Flask) -> None:
    assert office
    start(change(bulletin, recurrence=Recurrence(Pattern.MONTH_DAY, day=13)))
    making.get_user(making.WRITER).is_active = False
    db.session.commit()
    assert live_through(0) == 0
    assert db.session.scalar(select(func.count(Edition.id))) == 0


@pytest.mark.both_databases
def test_two_clocks_at_once_open_an_edition_once(office: Flask) -> None:
    series = db.session.scalars(select(Series).order_by(Series.id)).first()
    assert series is not None
    rule = Recurrence(Pattern.WEEKS, weeks=1, anchor_on=date(2026, 3, 4))
    start(change(give_people(series), recurrence=rule, lead_days=30, next_number=7))
    db.session.commit()
    ready, opened = threading.Barrier(2), []

    def ask() -> None:
        with office.app_context():
            ready.wait()
            opened.append(open_due(clock.now()))

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    open_due(clock.now())
    db.session.expire_all()
    editions = db.session.scalars(select(Edition).order_by(Edition.due_on)).all()
    assert len(editions) == len({edition.campaign_id for edition in editions}) == 5
    assert sorted(edition.number or 0 for edition in editions) == [7, 8, 9, 10, 11]
    assert db.session.scalar(select(func.count(Campaign.id))) == 5
    assert sum(opened) <= 5
