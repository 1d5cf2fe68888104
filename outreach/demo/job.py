"""The demonstration: the whole job, step by step, each said aloud as it is done."""

import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

import click
from flask import Flask
from rich.console import Console
from rich.table import Table as ScreenTable
from sqlalchemy import select

from outreach import clock
from outreach.accounts.models import User
from outreach.accounts.queries import get_acting_user
from outreach.accounts.rules import Permission, Role
from outreach.accounts.service import add_user
from outreach.app import create_app
from outreach.audiences.importing import ImportOptions, import_contacts
from outreach.audiences.models import Contact
from outreach.audiences.queries import get_audience
from outreach.audiences.rules import SuppressionReason
from outreach.audiences.service import Evidence, suppress, unsubscribe
from outreach.audiences.wording import pick_name
from outreach.campaigns.approving import approve
from outreach.campaigns.importing import import_campaign, read_campaign
from outreach.campaigns.models import Campaign
from outreach.campaigns.scheduling import schedule_now
from outreach.config import Config
from outreach.db import db
from outreach.demo.mailbox import receiving
from outreach.demo.views import blueprint
from outreach.dispatch import jobs, ledger
from outreach.dispatch.log import LogFilter
from outreach.errors import OutreachError
from outreach.installing import install
from outreach.reports.documents.word import write_docx
from outreach.reports.periods import quarter_of
from outreach.reports.queries import get_layout_or_file
from outreach.reports.report import Report, build_report
from outreach.scheduler import scheduling
from outreach.serving import serve
from outreach.translation import current_language
from outreach.translation import gettext as _

SAMPLES = Path(__file__).parent / "samples"
_MARK = "demonstration"
_LOOPBACK = "127.0.0.1"
_AUDIENCES = ("diaspora", "red-observacion", "osc", "ciudadania", "autoridades-academicas")
_CAMPAIGNS = ("corazon-chilango", "convocatoria")
_LEFT = "tadeo.arriaga@example.org"
_OPPOSED = "gustavo.pineda@example.org"
_ADMINISTRATOR = "ana.administra@example.org"
_WRITER = "rocio.redacta@example.org"
_REVIEWER = "raul.revisa@example.org"


class DemonstrationError(OutreachError):
    """The demonstration cannot begin."""


@dataclass(frozen=True, slots=True)
class _People:
    writer: User
    reviewer: User


def run_demonstration(port: int, *, serves: bool) -> None:
    """Do the whole job in the folder `outreach-demo`, made anew; then serve its pages on `port` unless told not to."""
    folder = _make_folder(Path("outreach-demo").absolute())
    password = secrets.token_urlsafe(12)
    with receiving(folder / "mailbox") as smtp_port:
        config = Config.from_environment(
            {
                "OUTREACH_DATA_DIR": str(folder),
                "OUTREACH_SMTP_URL": f"smtp://{_LOOPBACK}:{smtp_port}",
                "OUTREACH_BASE_URL": f"http://{_LOOPBACK}:{port}",
                "OUTREACH_LANGUAGE": current_language(),
            }
        )
        app = create_app(config)
        app.register_blueprint(blueprint)
        with app.app_context():
            _do_the_job(config, password)
        if serves:
            _serve(app, port, password)


def _make_folder(folder: Path) -> Path:
    """Start from nothing; a folder that no demonstration made is left alone."""
    if folder.exists() and not (folder / _MARK).exists():
        raise DemonstrationError(
            _("La carpeta %(folder)s no es de una demostración: muévala o cámbiele el nombre.", folder=folder)
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / _MARK).touch()
    return folder


def _do_the_job(config: Config, password: str) -> None:
    _say(_("1. Instalación: tablas, audiencias, tipos de envío, remitente y cuentas."))
    people = _install(password)
    _say(_("2. Personas: se importan las listas de muestra."))
    _bring_people(people.writer)
    _say(_("3. Campañas: se redactan, una segunda persona da el visto bueno y se programan para ahora."))
    numbers = [_prepare_campaign(name, people) for name in _CAMPAIGNS]
    _say(_("4. Envío por SMTP al buzón local."))
    jobs.tick(config)
    for number in numbers:
        _show_ledger(number)
    _say(_("5. Informe: lo escribe la bitácora."))
    report = _build_report(config)
    _show_report(report)
    _write_document(report, config.data_dir / "informe.docx")


def _install(password: str) -> _People:
    install(_ADMINISTRATOR, password)
    administrator = get_acting_user(None, Permission.CONFIGURE)
    people = _People(
        writer=add_user(_WRITER, "Rocío Redacta", Role.WRITER, password, administrator),
        reviewer=add_user(_REVIEWER, "Raúl Revisa", Role.REVIEWER, password, administrator),
    )
    db.session.commit()
    return people


def _bring_people(writer: User) -> None:
    for slug in _AUDIENCES:
        audience = get_audience(slug)
        options = ImportOptions(source="Personas inventadas de la demostración", user=writer)
        result = import_contacts(SAMPLES / f"{slug}.csv", audience, options)
        db.session.commit()
        click.echo(f"   {pick_name(audience)}: {result.subscribed}")
    leaving, opposed = (_get_contact(email) for email in (_LEFT, _OPPOSED))
    unsubscribe(leaving, get_audience("diaspora"), Evidence("Demostración: se dio de baja"))
    suppress(opposed.email_key, SuppressionReason.OPPOSITION, "Demostración: pidió no recibir nada")
    db.session.commit()


def _get_contact(email: str) -> Contact:
    return db.session.scalars(select(Contact).where(Contact.email_key == email)).one()


def _prepare_campaign(name: str, people: _People) -> int:
    campaign = import_campaign(read_campaign((SAMPLES / f"{name}.toml").read_bytes()), people.writer)
    approve(campaign, people.reviewer)
    schedule_now(campaign, "America/Mexico_City")
    db.session.commit()
    click.echo(f"   {campaign.name}")
    return campaign.id


def _say(sentence: str) -> None:
    click.secho(f"\n{sentence}", bold=True)


def _show_ledger(campaign_id: int) -> None:
    figures = ledger.read_ledger(campaign_id)
    name = db.session.get_one(Campaign, campaign_id).name
    click.echo(f"   {name}")
    for label, number in (
        (_("previstas"), figures.intended),
        (_("enviadas"), figures.sent),
        (_("fallidas"), figures.failed),
        (_("omitidas"), figures.skipped),
        (_("inciertas"), figures.uncertain),
        (_("pendientes"), figures.pending),
    ):
        click.echo(f"     {number:>4} {label}")


def _build_report(config: Config) -> Report:
    period = quarter_of(clock.day_in(config.timezone, clock.now()))
    return build_report(LogFilter(), period, get_layout_or_file("", config.language), config.language)


def _show_report(report: Report) -> None:
    click.echo(f"   {report.sentence.text}")
    for table in report.tables:
        shown = ScreenTable(*table.columns)
        for row in table.rows:
            shown.add_row(*row)
        Console().print(shown)


def _write_document(report: Report, path: Path) -> None:
    path.write_bytes(write_docx(report))
    click.echo(_("   Documento de Word: %(path)s", path=path))


def _serve(app: Flask, port: int, password: str) -> None:
    """Serve the pages; campaigns that are scheduled there leave for the same mailbox."""
    address = f"http://{_LOOPBACK}:{port}"
    _say(_("Listo. Ctrl+C termina."))
    click.echo(_("   Página: %(address)s", address=address))
    click.echo(_("   Buzón:  %(address)s", address=f"{address}/buzon"))
    click.echo(_("   Cuentas: %(accounts)s", accounts=f"{_ADMINISTRATOR}, {_WRITER}, {_REVIEWER}"))
    click.echo(_("   Contraseña de las tres: %(password)s", password=password))
    with scheduling(app):
        serve(app, _LOOPBACK, port)
