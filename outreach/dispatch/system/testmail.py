"""A letter to whoever tests the mail server: a service message, which counts nowhere."""

from html import escape
from uuid import uuid4

from outreach import clock
from outreach.accounts.models import User
from outreach.campaigns.models import Sender
from outreach.config import current_config
from outreach.dispatch.labels import STAGE_LABELS
from outreach.mail.compiling import compile_message
from outreach.mail.message import MessageClass, MessageForm, Recipient
from outreach.mail.probing import PATIENCE, Knock, knock
from outreach.mail.smtp import SmtpTransport
from outreach.mail.transport import Envelope, Kind, Scope, Stage, Verdict
from outreach.translation import current_language
from outreach.translation import gettext as _

_TAGS = {"es": "es-MX", "en": "en"}


def knock_at_door() -> Knock:
    """Connect to the configured mail server as sending would, and hang up."""
    return knock(current_config().smtp)


def describe_knock(answer: Knock) -> str:
    """Return in one sentence whether mail can be sent, and if not, what to look at."""
    smtp = current_config().smtp
    place = f"{smtp.host}:{smtp.port}"
    if answer.stopped is not None:
        return describe_refusal(answer.stopped)
    if answer.encryption and smtp.user:
        return _(
            "El servidor %(place)s contesta, cifra con %(encryption)s y acepta la cuenta %(user)s.",
            place=place,
            encryption=answer.encryption,
            user=smtp.user,
        )
    if answer.encryption:
        return _(
            "El servidor %(place)s contesta y cifra con %(encryption)s.", place=place, encryption=answer.encryption
        )
    return _("El servidor %(place)s contesta, sin cifrar.", place=place)


def describe_refusal(verdict: Verdict) -> str:
    """Return how far it came, what the server said, and what to look at."""
    smtp = current_config().smtp
    sentence = _(
        "El servidor %(place)s falló %(stage)s: %(reply)s",
        place=f"{smtp.host}:{smtp.port}",
        stage=STAGE_LABELS.get(verdict.stage, verdict.stage),
        reply=" ".join(part for part in (str(verdict.code or ""), verdict.reply) if part) or "—",
    )
    return f"{sentence.rstrip('.')}. {_advise(verdict)}"


def _advise(verdict: Verdict) -> str:
    if verdict.stage is Stage.CONNECT:
        return _("Revise el nombre y el puerto en OUTREACH_SMTP_URL, y que la red los permita.")
    if verdict.stage is Stage.TLS:
        return _("Revise que el certificado corresponda al nombre del servidor; si es propio, indíquelo con ca=.")
    if verdict.stage is Stage.AUTH:
        return _("Revise el usuario y la contraseña en OUTREACH_SMTP_URL.")
    if verdict.scope is Scope.SENDER:
        return _("Revise que la cuenta pueda enviar desde esa dirección.")
    return _("Pregunte a quien administra ese servidor, con esta respuesta a la mano.")


def send_test(user: User, sender: Sender) -> Verdict:
    """Send one short message from `sender` to `user`, and return what came of it."""
    now = clock.now()
    subject = _("Prueba de Outreach")
    text = _(
        "Hola, %(name)s: este correo salió de Outreach por el servidor configurado. No cuenta como envío.",
        name=user.name,
    )
    language = _TAGS[current_language()]
    message = compile_message(
        MessageForm(
            subject=(subject,),
            text=(text,),
            html=(f'<!doctype html><html lang="{language}"><body><p>{escape(text)}</p></body></html>',),
            language=language,
            sender_name=sender.name,
            sender_address=sender.address,
            reply_to=sender.reply_to,
            message_class=MessageClass.SERVICE,
        )
    )
    domain = sender.address.partition("@")[2]
    recipient = Recipient(user.email, f"<prueba.{uuid4().hex}@{domain}>", now)
    transport = SmtpTransport(current_config().smtp, PATIENCE)
    try:
        return transport.send(Envelope(sender.address, user.email), message.for_recipient(recipient, {}), lambda: None)
    finally:
        transport.close()


def describe_test(verdict: Verdict, user: User) -> str:
    """Return in a sentence what came of a test mail."""
    if verdict.kind is Kind.ACCEPTED:
        return _("El servidor aceptó el correo de prueba para %(email)s: búsquelo en su buzón.", email=user.email)
    return describe_refusal(verdict)
