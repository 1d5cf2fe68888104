"""The mails that remind people of an edition, in their language: short, with one link, and why they come."""

import hashlib
import hmac

from flask import render_template

from outreach import clock
from outreach.accounts.models import User
from outreach.campaigns.rules import Language
from outreach.campaigns.series.models import Reminder
from outreach.campaigns.series.queries import EditionView, view_edition
from outreach.campaigns.series.rules import Occasion
from outreach.campaigns.times import describe
from outreach.config import Config
from outreach.mail.compiling import compile_message
from outreach.mail.message import MessageClass, MessageForm, Recipient
from outreach.mail.transport import Envelope
from outreach.translation import gettext as _
from outreach.translation import ngettext, speaking
from outreach.web.links import absolute_url

_LANGUAGE_TAGS = {Language.ES.value: "es-MX", Language.EN.value: "en"}


def write_letter(reminder: Reminder, config: Config) -> tuple[Envelope, bytes]:
    """Write one reminder: the same bytes on every try, for its identity and its date are the row's.

    Raises AddressError or HeaderError for a person whom no message can be written to.
    """
    view = view_edition(reminder.edition)
    language = reminder.user.language if reminder.user.language in _LANGUAGE_TAGS else Language.ES.value
    sender = view.series.sender
    with speaking(language):
        values = _gather(view, reminder, language)
        form = MessageForm(
            subject=[values["heading"]],
            text=[render_template("series/mail/reminder.txt", **values)],
            html=[render_template("series/mail/reminder.html", **values)],
            language=_LANGUAGE_TAGS[language],
            sender_name=sender.name,
            sender_address=sender.address,
            reply_to=sender.reply_to,
            message_class=MessageClass.SERVICE,
        )
    domain = sender.address.partition("@")[2]
    recipient = Recipient(
        to=reminder.user.email,
        message_id=f"<recordatorio.{reminder.id}.{_sign(config.secret_key, reminder.id)}@{domain}>",
        date=reminder.made_at,
    )
    content = compile_message(form).for_recipient(recipient, {})
    return Envelope(sender.address, reminder.user.email), content


def _gather(view: EditionView, reminder: Reminder, language: str) -> dict[str, str]:
    campaign = view.campaign
    name = view.name(language)
    target = absolute_url("campaigns.show", campaign_id=campaign.id) if campaign else ""
    return {
        "language": language,
        "heading": _write_heading(name, view, reminder),
        "greeting": _("Hola, %(name)s:", name=_shorten(reminder.user)),
        "what": _describe_need(reminder.occasion, name),
        "when": _("Sale el %(at)s.", at=describe(view.due_at, view.series.zone)),
        "target": target or absolute_url("series.show", series_id=view.series.id),
        "label": _("Abrir la edición"),
        "why": _("Recibe este aviso porque es responsable de la serie «%(name)s».", name=view.series.name(language)),
        "change": absolute_url("series.show", series_id=view.series.id),
        "change_label": _("Ver la serie y sus fechas"),
    }


def _write_heading(name: str, view: EditionView, reminder: Reminder) -> str:
    match reminder.occasion:
        case Occasion.OPENED:
            return _("%(name)s: se abrió el borrador", name=name)
        case Occasion.TODAY:
            return _("%(name)s: sale hoy y falta el visto bueno", name=name)
        case _:
            left = (view.planned.sends_on - clock.day_in(view.series.zone, reminder.made_at)).days
            return ngettext("%(name)s: falta %(num)s día", "%(name)s: faltan %(num)s días", left, name=name)


def _describe_need(occasion: str, name: str) -> str:
    match occasion:
        case Occasion.OPENED:
            return _(
                "Ya está abierto el borrador de «%(name)s»: falta escribirlo, revisarlo y pedir el visto bueno.",
                name=name,
            )
        case Occasion.TODAY:
            return _("«%(name)s» debe salir hoy y todavía no tiene visto bueno: sin él no sale.", name=name)
        case _:
            return _("«%(name)s» todavía no tiene visto bueno.", name=name)


def _shorten(user: User) -> str:
    return " ".join(user.name.split()) or user.email


def _sign(secret: str, number: int) -> str:
    return hmac.new(secret.encode(), f"reminder:{number}".encode(), hashlib.sha256).hexdigest()[:16]
