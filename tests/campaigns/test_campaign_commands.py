"""The commands of campaigns: what they print, where, and with which exit code."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from campaigns.campaign_samples import (
    BULLETIN,
    make_approved_campaign,
    make_person,
    make_ready_campaign,
    put_in_state,
    seed,
)
from outreach.accounts.models import AuditEntry
from outreach.accounts.rules import Role
from outreach.app import create_app
from outreach.campaigns.content import edit_version
from outreach.campaigns.models import Campaign
from outreach.campaigns.planning.models import RestrictedPeriod
from outreach.campaigns.planning.rules import PeriodLevel
from outreach.campaigns.queries import get_campaign
from outreach.campaigns.rules import CampaignState, Language
from outreach.campaigns.wording import VersionWords
from outreach.cli import running
from outreach.cli.campaigns import campaigns
from outreach.config import Config
from outreach.db import Base, db
from outreach.errors import OutreachError


@pytest.fixture(autouse=True)
def _in_one_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the commands and the test look into the same database, each through an application of its own."""
    monkeypatch.setenv("OUTREACH_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("OUTREACH_SECRET_KEY", "a secret for tests only")
    monkeypatch.setattr(running, "check_revision", lambda _engine: None)
    with create_app(Config.from_environment(os.environ)).app_context():
        Base.metadata.create_all(db.engine)
        make_person(Role.ADMINISTRATOR, "admin@example.org")
        db.session.commit()
        yield
        db.session.remove()
        db.engine.dispose()


def run(*arguments: object) -> Result:
    db.session.commit()
    answer = CliRunner().invoke(campaigns, [str(argument) for argument in arguments])
    db.session.rollback()
    return answer


def write(folder: Path, content: str = BULLETIN) -> Path:
    path = folder / "campaign.toml"
    path.write_text(content, encoding="utf-8")
    return path


def list_trail() -> list[tuple[str, int | None]]:
    return [(entry.action, entry.subject_id) for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]


def test_importing_prints_the_number_and_leaves_a_draft_of_the_first_administrator(tmp_path: Path) -> None:
    seed()
    answer = run("import", write(tmp_path), "--json")
    assert answer.exit_code == 0
    campaign = get_campaign(json.loads(answer.stdout)["id"])
    assert (campaign.state, campaign.author.email) == (CampaignState.DRAFT, "admin@example.org")
    assert list_trail() == [("import", campaign.id)]


def test_importing_for_somebody_makes_them_the_author(tmp_path: Path) -> None:
    seed()
    make_person(Role.WRITER, "ana@example.org")
    number = int(run("import", write(tmp_path), "--by", "ana@example.org").stdout)
    assert get_campaign(number).author.email == "ana@example.org"


def test_a_refused_file_leaves_nothing(tmp_path: Path) -> None:
    seed()
    answer = run("import", write(tmp_path, BULLETIN.replace("Marzo en la ciudad", r"Marzo\nBcc: eva@example.org")))
    assert isinstance(answer.exception, OutreachError)
    assert db.session.query(Campaign).count() == 0


def test_a_campaign_without_errors_passes_its_check() -> None:
    campaign = make_ready_campaign()
    answer = run("check", campaign.id)
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert "no tiene errores" in answer.stdout


def test_each_error_is_a_sentence_on_standard_error_and_the_exit_code_is_one() -> None:
    campaign = make_ready_campaign()
    edit_version(campaign, Language.EN, VersionWords())
    answer = run("check", campaign.id)
    assert answer.exit_code == 1
    assert len(answer.stderr.splitlines()) >= 2
    assert all(line.endswith(".") for line in answer.stderr.splitlines())
    rows = json.loads(run("check", campaign.id, "--json").stdout)["findings"]
    assert {"missing-subject", "missing-information"} <= {row["code"] for row in rows if row["severity"] == "error"}


def test_a_warning_is_printed_and_refuses_nothing() -> None:
    campaign = make_ready_campaign()
    edit_version(campaign, Language.ES, VersionWords("a" * 100, "Otro.", "Otro."))
    answer = run("check", campaign.id)
    assert answer.exit_code == 0
    assert "100 caracteres" in answer.stdout
    assert answer.stderr == ""


def test_approving_and_scheduling_leave_a_trail() -> None:
    campaign = make_ready_campaign()
    make_person(Role.REVIEWER, "beto@example.org")
    assert run("approve", campaign.id, "--by", "beto@example.org").exit_code == 0
    answer = run("schedule", campaign.id, "--at", "2126-03-03T09:00", "--not-after", "2126-03-03T12:00")
    assert answer.exit_code == 0
    assert "3 de marzo de 2126, 9:00 (hora de la Ciudad de México, UTC−6)" in answer.stdout
    assert campaign.state == CampaignState.SCHEDULED
    assert f"{campaign.not_after:%Y-%m-%dT%H:%M}" == "2126-03-03T18:00"
    assert list_trail() == [("approve", campaign.id), ("schedule", campaign.id)]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--at", "2020-03-03T09:00"], "martes 3 de marzo de 2020, 9:00"),
        (["--at", "mañana"], "«mañana» no es una fecha con hora"),
        (["--now", "--not-after", "2020-03-03T09:00"], "No enviar después de"),
        (["--now", "--zone", "Marte/Olimpo"], "«Marte/Olimpo» no es una zona horaria"),
        (["--now", "--by", "luz@example.org"], "no puede hacer esto"),
        (["--now", "--by", "nadie@example.org"], "No hay ninguna cuenta"),
    ],
)
def test_a_schedule_that_cannot_be_is_refused_in_one_sentence(arguments: list[str], sentence: str) -> None:
    campaign = make_approved_campaign()
    make_person(Role.READER, "luz@example.org")
    zone = [] if "--zone" in arguments else ["--zone", "America/Mexico_City"]
    if "--zone" in arguments:
        arguments = [*arguments, "--not-after", "2126-03-03T09:00"]
    answer = run("schedule", campaign.id, *arguments, *zone)
    assert sentence in str(answer.exception)
    assert campaign.state == CampaignState.APPROVED


@pytest.mark.parametrize("arguments", [[], ["--now", "--at", "2126-03-03T09:00"]])
def test_a_schedule_needs_one_time(arguments: list[str]) -> None:
    assert run("schedule", make_approved_campaign().id, *arguments).exit_code == 2


def test_a_campaign_on_its_way_is_paused_resumed_and_cancelled() -> None:
    campaign = put_in_state(make_ready_campaign(), CampaignState.SENDING)
    for command, state in (
        ("pause", CampaignState.PAUSED),
        ("resume", CampaignState.SENDING),
        ("cancel", CampaignState.CANCELLED),
    ):
        assert run(command, campaign.id).exit_code == 0
        assert campaign.state == state
    assert isinstance(run("resume", campaign.id).exception, OutreachError)
    assert [action for action, _number in list_trail()] == ["pause", "resume", "cancel"]


def test_the_list_is_the_newest_first() -> None:
    assert "No hay campañas" in run("list").stdout
    campaign = make_ready_campaign()
    assert run("list").stdout == f"{campaign.id}\tBorrador\t{campaign.name}\n"
    assert json.loads(run("list", "--json").stdout) == [
        {"id": campaign.id, "name": campaign.name, "kind": "boletin", "state": "draft"}
    ]
    assert json.loads(run("list", "--json", "--state", "finished").stdout) == []


@pytest.mark.parametrize("command", ["import", "check", "approve", "schedule", "pause", "resume", "cancel", "list"])
def test_every_command_shows_an_example(command: str) -> None:
    assert f"Example: outreach campaigns {command}" in run(command, "--help").stdout


def test_a_campaign_that_does_not_exist_is_one_sentence() -> None:
    assert str(run("check", 99).exception) == "No hay ninguna campaña con el número 99."


def add_period(level: PeriodLevel) -> None:
    period = RestrictedPeriod(name="Veda", level=level, kind_ids=[], audience_ids=[], is_active=True)
    period.starts_at, period.ends_at = datetime(2126, 3, 1, tzinfo=UTC), datetime(2126, 4, 1, tzinfo=UTC)
    db.session.add(period)
    db.session.commit()


def test_a_period_that_stops_refuses_the_time_and_the_check_of_a_proposed_one() -> None:
    campaign = make_approved_campaign()
    add_period(PeriodLevel.STOPS)
    answer = run("schedule", campaign.id, "--at", "2126-03-05T09:00", "--confirm", "Urge.")
    assert isinstance(answer.exception, OutreachError)
    assert "«Veda» impide este envío" in str(answer.exception)
    campaign.planned_at, campaign.planned_zone = datetime(2126, 3, 5, 15, tzinfo=UTC), "America/Mexico_City"
    checked = run("check", campaign.id)
    assert checked.exit_code == 1
    assert "«Veda» impide este envío" in checked.stderr


def test_a_period_that_asks_takes_a_reason_on_the_command_line() -> None:
    campaign = make_approved_campaign()
    add_period(PeriodLevel.ASKS)
    answer = run("schedule", campaign.id, "--at", "2126-03-05T09:00")
    assert str(answer.exception).endswith('Agregue --confirm "motivo".')
    answer = run("schedule", campaign.id, "--at", "2126-03-05T09:00", "--confirm", "Es electoral.")
    assert answer.exit_code == 0
    assert list_trail()[-2:] == [("confirm_period", campaign.id), ("schedule", campaign.id)]


def test_the_first_of_two_reasons_is_kept_while_the_second_is_missing() -> None:
    campaign = make_approved_campaign()
    add_period(PeriodLevel.ASKS_SECOND)
    make_person(Role.REVIEWER, "eva@example.org")
    arguments = ("schedule", campaign.id, "--at", "2126-03-05T09:00", "--confirm", "Es electoral.")
    assert "falta el de otra" in str(run(*arguments).exception)
    assert run(*arguments, "--by", "eva@example.org").exit_code == 0


def test_a_time_is_warned_of_asked_about_or_refused() -> None:
    campaign = make_approved_campaign()
    york = ("--zone", "America/New_York")
    assert "no existe" in str(run("schedule", campaign.id, "--at", "2030-03-10T02:30", *york).exception)
    assert "se repite" in str(run("schedule", campaign.id, "--at", "2030-11-03T01:30", *york).exception)
    answer = run("schedule", campaign.id, "--at", "2030-11-03T01:30", *york, "--occurrence", 2, "--local-time")
    assert answer.exit_code == 0
    assert "Ese día es fin de semana." in answer.stdout
    assert (campaign.scheduled_at, campaign.is_local_time) == (datetime(2030, 11, 3, 6, 30, tzinfo=UTC), True)
