"""What never becomes a message (X-01 to X-03)."""

from typing import Any

import pytest

from mail_samples import make_form, make_recipient
from outreach.mail.compiling import MessageError, compile_message
from outreach.mail.headers import HeaderError
from outreach.mail.message import Recipient
from outreach.mail.slots import Slot


@pytest.mark.parametrize(
    "change",
    [
        {"subject": ["a\nBcc: eva@example.org"]},
        {"subject": ["A subject=?UTF-8?Q?=0A?=Bcc: injected@example.com"]},
        {"subject": ["Hola ", Slot("nombre", "=?UTF-8?Q?=0A?=")]},
        {"sender_name": "Ana\r\nBcc: eva@example.org"},
        {"sender_address": "ana@example.org>\r\nBcc: <eva@example.org"},
        {"sender_address": "añá@example.org"},
        {"reply_to": "ana@example.org, eva@example.org"},
        {"list_name": "=?utf-8?q?=0A?="},
        {"list_help": "mailto:a@example.org>\r\nX: <y"},
    ],
)
def test_a_form_that_injects_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(HeaderError):
        compile_message(make_form(**change))


@pytest.mark.parametrize(
    "change",
    [
        {"language": "es_MX"},
        {"language": "es\r\nX: y"},
        {"list_id": ""},
        {"list_id": "sin-punto"},
        {"list_id": "a." * 130 + "mx"},
        {"feedback_id": "c1:l1:t1:abc"},
        {"feedback_id": "same1:same1"},
        {"feedback_id": "a:b:c:d:sender"},
        {"feedback_id": "a\r\nBcc: x:sender"},
        {"text": ["medio \ud800"]},
    ],
)
def test_a_form_that_makes_no_sense_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(MessageError):
        compile_message(make_form(**change))


@pytest.mark.parametrize(
    "change",
    [
        {"to": "ana@example.org\r\nBcc: eva@example.org"},
        {"to": "ok@iecm.mx)evil@z.test"},
        {"to": "Ana <ana@example.org>"},
        {"message_id": "<1@example.org>\r\nX: y"},
        {"message_id": "1@example.org"},
        {"message_id": "<" + "a" * 65 + "@example.org>"},
        {"unsubscribe_url": "https://example.org/ñ"},
        {"unsubscribe_url": "https://example.org/>,<https://bad.example"},
        {"unsubscribe_mailto": "mailto:a@example.org\r\nX: y"},
    ],
)
def test_a_recipient_that_injects_is_refused(change: dict[str, str]) -> None:
    sound = make_recipient()
    fields = {
        name: getattr(sound, name) for name in ("to", "message_id", "date", "unsubscribe_url", "unsubscribe_mailto")
    }
    with pytest.raises(HeaderError):
        compile_message(make_form()).for_recipient(Recipient(**{**fields, **change}), {})
