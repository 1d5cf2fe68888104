"""The page of the mail server: how it is reached, and buttons that try it."""

from dataclasses import dataclass

from flask import render_template, request
from sqlalchemy import select

from outreach.accounts.access import get_current_user, requires
from outreach.accounts.audit import record
from outreach.accounts.rules import Permission
from outreach.campaigns.models import Sender
from outreach.campaigns.queries import list_senders
from outreach.config import current_config
from outreach.db import db
from outreach.dispatch.system.blueprint import blueprint
from outreach.dispatch.system.testmail import (
    describe_knock,
    describe_test,
    knock_at_door,
    send_test,
)
from outreach.errors import OutreachError
from outreach.mail.transport import Kind
from outreach.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Result:
    """What a try came to, in a sentence."""

    is_good: bool
    sentence: str


@blueprint.get("/servidor-de-correo")
@requires(Permission.CONFIGURE)
def show_mail_server() -> str:
    """Show how the mail server is reached; nothing is tried yet."""
    return _render()


@blueprint.post("/servidor-de-correo/probar")
@requires(Permission.CONFIGURE)
def test_mail_server() -> str:
    """Connect, encrypt and sign in, and say how it went."""
    answer = knock_at_door()
    _note("connection", is_good=answer.stopped is None)
    return _render(Result(answer.stopped is None, describe_knock(answer)))


@blueprint.post("/servidor-de-correo/enviar-prueba")
@requires(Permission.CONFIGURE)
def send_test_mail() -> str:
    """Send a test mail to whoever asks, and nobody else."""
    user = get_current_user()
    sender = db.session.scalar(select(Sender).where(Sender.id == request.form.get("sender", 0, type=int)))
    if sender is None:
        return _render(Result(is_good=False, sentence=_("Elija el remitente desde el que sale la prueba.")))
    try:
        verdict = send_test(user, sender)
    except OutreachError as problem:
        return _render(Result(is_good=False, sentence=str(problem)))
    is_good = verdict.kind is Kind.ACCEPTED
    _note("mail", is_good=is_good)
    return _render(Result(is_good, describe_test(verdict, user)))


def _note(what: str, *, is_good: bool) -> None:
    record("test", "mail-server", None, {"what": what, "good": is_good}, get_current_user())
    db.session.commit()


def _render(result: Result | None = None) -> str:
    return render_template("system/mail_server.html", smtp=current_config().smtp, senders=list_senders(), result=result)
