"""Messages of invented people, for the tests of mail."""

from dataclasses import fields, replace
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

from outreach.config import SmtpSettings
from outreach.mail.message import MessageForm, Recipient
from outreach.mail.slots import Slot
from outreach.mail.transport import Envelope
from outreach.mail.wire import Timeouts

SENT_AT = datetime(2026, 3, 3, 9, 30, tzinfo=ZoneInfo("America/Mexico_City"))


def make_form(**changes: Any) -> MessageForm:  # noqa: ANN401 - any field of the form
    chosen: dict[str, Any] = {
        "subject": ["Boletín de marzo"],
        "text": ["Hola ", Slot("nombre", "vecina, vecino"), ":\n\nHay noticias.\nBaja: ", Slot("baja"), "\n"],
        "html": ["<p>Hola ", Slot("nombre", "vecina, vecino"), '</p><a href="', Slot("baja"), '">Baja</a>'],
        "language": "es-MX",
        "sender_name": "Voto Chilango",
        "sender_address": "votochilango@example.org",
        "reply_to": "respuestas@example.org",
        "list_name": "Corazón Chilango",
        "list_id": "corazon.boletin.example.org",
        "feedback_id": "c12:diaspora:boletin:dvoe1",
        **changes,
    }
    return MessageForm(**chosen)


def make_recipient(to: str = "ana@example.org") -> Recipient:
    return Recipient(
        to,
        "<12.a1b2c3d4.1@boletin.example.org>",
        SENT_AT,
        "https://correo.example.org/u/TOKEN?x=1&y=2",
        "mailto:baja+TOKEN@example.org?subject=baja",
    )


def read(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.SMTP)


def read_texts(raw: bytes) -> tuple[str, str]:
    plain, rich = (part.get_payload(decode=True) for part in read(raw).walk() if not part.is_multipart())
    assert isinstance(plain, bytes)
    assert isinstance(rich, bytes)
    return plain.decode(), rich.decode()


ENVELOPE = Envelope("b+token@rebotes.example.org", "ana@example.org")
CONTENT = (
    b"From: <votochilango@example.org>\r\nTo: ana@example.org\r\nSubject: Hola\r\n\r\n.Hola.\r\n.\r\n..\r\nfin\r\n"
)
PATIENT = Timeouts(**dict.fromkeys((field.name for field in fields(Timeouts)), 20))


def make_settings(port: int, **changes: Any) -> SmtpSettings:  # noqa: ANN401 - any field of the settings
    return replace(SmtpSettings("127.0.0.1", port), **changes)
