"""A bulletin that recurs, from its rule to the report: an edition opens, is recalled, approved, sent and counted."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

import time_machine

import making
from journeys.conftest import CommandLine
from outreach.app import create_app
from outreach.campaigns.content import add_blocks, edit_version
from outreach.campaigns.queries import get_campaign
from outreach.campaigns.rules import BlockType, Language
from outreach.campaigns.series.queries import get_series_by_slug
from outreach.campaigns.series.recurrence import Pattern, Recurrence, Shift
from outreach.campaigns.wording import VersionWords
from outreach.config import Config
from outreach.db import db
from outreach.schema import check_revision
from series.series_samples import change, start
from smtp_counting import CountingServer

PEOPLE = "correo,nombre,idioma\nluz@example.org,Luz,es\nsam@example.org,Sam,en\n"
WORDS = {
    Language.ES: VersionWords("Lo nuevo de la ciudad", "Jacarandas.", "Boletín Corazón Chilango – número 7."),
    Language.EN: VersionWords("News of the city", "Jacarandas.", "Corazón Chilango bulletin – issue 7."),
}


@contextmanager
def inside(outreach: CommandLine) -> Iterator[None]:
    """Work on the installation as its pages do."""
    with create_app(Config.from_environment(outreach.environment)).app_context():
        check_revision(db.engine)
        yield
        db.session.commit()
        db.session.remove()
        db.engine.dispose()


@contextmanager
def on(day: date) -> Iterator[None]:
    """Live at eight in the morning, in Mexico City, of a day."""
    with time_machine.travel(datetime.combine(day, time(14), UTC), tick=True):
        yield


def prepare_series(outreach: CommandLine, day: date) -> None:
    """Let the writer answer for a bulletin that is due on `day`, and start it."""
    with inside(outreach):
        series = get_series_by_slug("corazon-chilango")
        rule = Recurrence(Pattern.FIXED, dates=(day,))
        writer = making.get_user(making.WRITER)
        change(
            series,
            recurrence=rule,
            shift=Shift.SAME,
            lead_days=3,
            reminder_days=1,
            next_number=7,
            user_ids=(writer.id,),
        )
        start(series)


def write_edition(outreach: CommandLine, number: int) -> None:
    with inside(outreach):
        campaign = get_campaign(number)
        campaign.blocks.clear()
        db.session.flush()
        add_blocks(campaign, [(BlockType.TEXT, {"text": {"es": "Ya es primavera.", "en": "Spring is here."}})])
        for language, words in WORDS.items():
            edit_version(campaign, language, words)


def read_edition(outreach: CommandLine) -> dict[str, object]:
    listed = {each["slug"]: each for each in outreach.read("series", "list")}
    edition: dict[str, object] = listed["corazon-chilango"]["editions"][0]
    return edition


def test_an_edition_opens_is_recalled_approved_sent_and_reported(
    outreach: CommandLine, mail_server: CountingServer
) -> None:
    day = datetime.now(UTC).date() + timedelta(days=10)
    outreach.run("contacts", "import", outreach.write("personas.csv", PEOPLE), "--audience", "diaspora")
    prepare_series(outreach, day)
    with on(day - timedelta(days=4)):
        outreach.run("tick")
        assert read_edition(outreach)["state"] == "planned"
    assert mail_server.count() == {}
    with on(day - timedelta(days=3)):
        assert "Ediciones abiertas: 1." in outreach.run("tick")
        assert "Ediciones abiertas" not in outreach.run("tick")
        edition = read_edition(outreach)
        assert (edition["state"], edition["due_on"]) == ("open", day.isoformat())
    with on(day - timedelta(days=1)):
        outreach.run("tick")
        outreach.run("tick")
    assert mail_server.count() == {making.WRITER: 2}
    number = str(edition["campaign"])
    write_edition(outreach, int(number))
    with on(day):
        assert read_edition(outreach)["state"] == "in_work"
        outreach.run("campaigns", "approve", number, "--by", making.REVIEWER)
        outreach.run("tick")
        assert read_edition(outreach)["state"] == "approved"
        outreach.run("campaigns", "schedule", number, "--now")
        outreach.run("tick")
        assert read_edition(outreach)["state"] == "sent"
    assert mail_server.count() == {making.WRITER: 2, "luz@example.org": 1, "sam@example.org": 1}
    (line,) = outreach.read("log", "list")
    assert (line["sent_on"], line["information"]) == (day.isoformat(), WORDS[Language.ES].information)
    with on(day):
        refusal = outreach.refuse("series", "skip", "corazon-chilango", "--on", day.isoformat(), "--reason", "Tarde")
    assert "ya se envió" in refusal
    path = outreach.folder / "informe.json"
    span = ("--from", day.isoformat(), "--to", day.isoformat())
    outreach.run("report", *span, "--format", "json", "-o", str(path))
    report = json.loads(path.read_text())
    assert report["total"] == 1
    assert "número 7" in str(report["tables"])


def test_the_command_line_opens_and_skips(outreach: CommandLine) -> None:
    refusal = outreach.refuse("series", "open", "corazon-chilango")
    assert "no tiene ediciones por abrir" in refusal
    assert "existen: corazon-chilango, pulso-migrante" in outreach.refuse("series", "open", "nada")
    first = datetime.now(UTC).date() + timedelta(days=30)
    prepare_series(outreach, first)
    assert "no tiene edición" in outreach.refuse(
        "series", "skip", "corazon-chilango", "--on", "2020-01-01", "--reason", "x"
    )
    number = int(outreach.run("series", "open", "corazon-chilango", "--by", making.WRITER))
    assert read_edition(outreach)["campaign"] == number
    outreach.run("series", "skip", "corazon-chilango", "--on", first.isoformat(), "--reason", "Vacaciones")
    assert "no tiene ediciones por abrir" in outreach.refuse("series", "open", "corazon-chilango")
    outreach.run("series", "open", "corazon-chilango", "--on", first.isoformat())
    assert "corazon-chilango\tActiva\ten 1 fecha fija" in outreach.run("series", "list")
