"""What a compiled message looks like on the wire (F-01 to F-07, F-11, F-30 to F-37)."""

import html
import re
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mail_samples import make_form, make_recipient, read, read_texts
from outreach.mail.compiling import compile_message
from outreach.mail.headers import HeaderError
from outreach.mail.message import MessageClass, Recipient
from outreach.mail.slots import Slot

FOR_ALL = "From Reply-To List-Id List-Post Feedback-ID Precedence X-Auto-Response-Suppress"
FOR_ONE = "To Date Message-ID List-Unsubscribe List-Unsubscribe-Post Subject"
HEADERS = Counter(f"{FOR_ALL} {FOR_ONE} MIME-Version Content-Language Content-Type".split())
VALUES = {"nombre": "Íñigo", "baja": "https://correo.example.org/u/TOKEN"}
HOSTILE = [
    "",
    " ",
    ".",
    "..\r\n.\r\nMAIL FROM:<eva@example.org>",
    "\r\n\r\nBcc: eva@example.org",
    "<script>alert(1)</script>",
    '"><a href="https://bad.example">',
    "{{baja}}",
    "=?utf-8?q?=0ABcc:?=",
    "=E2=80=A8",
    "\x00\x1b[2J\x85\u2028\u2029",
    "ñ" * 500,
    "." * 500,
    "a" * 74 + "." * 10,
    "= " * 80,
    "שלום \u202e עולם",
    "n\u0303o 👩‍👩‍👧 fin ",
    "\ud800",
]


def assert_sound(raw: bytes) -> None:
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\x00", raw)
    assert raw.isascii()
    head, _blank, body = raw.partition(b"\r\n\r\n")
    assert max(len(line) for line in head.split(b"\r\n")) <= 998
    lines = body.split(b"\r\n")
    assert max(len(line) for line in lines) <= 76
    assert not any(line.startswith(b".") for line in lines)
    message = read(raw)
    assert Counter(message.keys()) == HEADERS
    assert not message.defects
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_a_message_has_each_header_once_and_two_parts_in_order() -> None:
    raw = compile_message(make_form()).for_recipient(make_recipient(), VALUES)
    assert_sound(raw)
    message = read(raw)
    assert message["From"] == "Voto Chilango <votochilango@example.org>"
    assert message["Reply-To"] == "respuestas@example.org"
    assert message["To"] == "ana@example.org"
    assert message["Subject"] == "Boletín de marzo"
    assert message["Date"] == "Tue, 03 Mar 2026 09:30:00 -0600"
    assert message["Message-ID"] == "<12.a1b2c3d4.1@boletin.example.org>"
    assert message["MIME-Version"] == "1.0"
    assert message["List-Id"] == "Corazón Chilango <corazon.boletin.example.org>"
    assert message["List-Post"] == "NO"
    assert message["Feedback-ID"] == "c12:diaspora:boletin:dvoe1"
    assert message["Precedence"] == "bulk"
    assert message["X-Auto-Response-Suppress"] == "OOF, AutoReply"


def test_both_parts_name_charset_encoding_and_language() -> None:
    raw = compile_message(make_form(language="es-MX, en")).for_recipient(make_recipient(), VALUES)
    for part in [part for part in read(raw).walk() if not part.is_multipart()]:
        assert part.get_content_charset() == "utf-8"
        assert part["Content-Transfer-Encoding"] == "quoted-printable"
        assert part["Content-Language"] == "es-MX, en"


def test_one_click_unsubscribing_is_never_encoded_and_folds_at_the_comma() -> None:
    recipient = make_recipient()
    long_url = "https://correo.example.org/u/" + "T" * 800
    long = Recipient(recipient.to, recipient.message_id, recipient.date, long_url, recipient.unsubscribe_mailto)
    raw = compile_message(make_form()).for_recipient(long, VALUES)
    assert_sound(raw)
    written = f"List-Unsubscribe: <{long_url}>,\r\n <{recipient.unsubscribe_mailto}>\r\n"
    assert written.encode() in raw
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in raw


def test_a_bulk_message_does_not_leave_without_a_way_out() -> None:
    recipient = Recipient("ana@example.org", "<1@example.org>", make_recipient().date)
    with pytest.raises(HeaderError, match="baja"):
        compile_message(make_form()).for_recipient(recipient, VALUES)


def test_service_mail_says_it_is_automatic_and_carries_no_list() -> None:
    form = make_form(message_class=MessageClass.SERVICE, list_id="", list_name="", feedback_id="")
    recipient = Recipient("ana@example.org", "<1@example.org>", make_recipient().date)
    message = read(compile_message(form).for_recipient(recipient, VALUES))
    assert message["Auto-Submitted"] == "auto-generated"
    assert not [name for name in message if name.startswith(("List-", "Precedence", "Feedback"))]


def test_a_list_may_name_its_help_owner_and_archive() -> None:
    links = {
        "list_help": "mailto:ayuda@example.org",
        "list_owner": "mailto:d@example.org",
        "list_archive": "https://a.mx",
    }
    message = read(compile_message(make_form(**links)).for_recipient(make_recipient(), VALUES))
    assert [message[name] for name in ("List-Help", "List-Owner", "List-Archive")] == [f"<{v}>" for v in links.values()]


def test_the_texts_read_back_with_the_values_in_place() -> None:
    plain, rich = read_texts(
        compile_message(make_form()).for_recipient(make_recipient(), {"nombre": "Ñ & Co", "baja": "x"})
    )
    assert plain == "Hola Ñ & Co:\r\n\r\nHay noticias.\r\nBaja: x\r\n"
    assert rich == '<p>Hola Ñ &amp; Co</p><a href="x">Baja</a>'


def test_an_empty_value_gives_way_to_the_default() -> None:
    form = make_form(html=[Slot("nombre", "tú & yo")])
    for values in ({}, {"nombre": ""}):
        plain, rich = read_texts(compile_message(form).for_recipient(make_recipient(), values))
        assert plain.startswith("Hola vecina, vecino:")
        assert rich == "tú &amp; yo"


def test_a_retry_is_the_same_message() -> None:
    first, second = (compile_message(make_form()).for_recipient(make_recipient(), VALUES) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("personal", [False, True])
def test_a_hostile_value_stays_inside_its_slot(value: str, personal: bool) -> None:  # noqa: FBT001 - a parameter
    subject = ["Para ", Slot("nombre"), ": noticias"] if personal else ["Noticias"]
    raw = compile_message(make_form(subject=subject)).for_recipient(make_recipient(), {"nombre": value, "baja": value})
    assert_sound(raw)
    _plain, rich = read_texts(raw)
    assert rich.count("<") == 4
    assert rich.count('"') == 2


WRITTEN = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=200)
VALUE = st.text(max_size=200)


def clean(value: str) -> str:
    return re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", "", re.sub(r"[\t\r\n\u2028\u2029]+", " ", value))


@given(st.lists(WRITTEN | st.builds(Slot, st.sampled_from("ab"), VALUE), max_size=6), VALUE, VALUE)
@example([".", Slot("a"), ".\n.", Slot("b"), "\n.."], ".", ". ")
@example(["a" * 74 + "ñ.ñ", Slot("a"), " \n \n\t"], "a" * 75 + ".", "")
@example([Slot("a"), Slot("b"), "שלום n\u0303 👩‍👩‍👧 \u2028 " + "x" * 1200], "é" * 75, "=" * 30)
def test_any_text_with_any_values_reads_back(segments: list[str | Slot], first: str, second: str) -> None:
    values = {"a": first, "b": second}
    raw = compile_message(make_form(text=segments, html=segments)).for_recipient(make_recipient(), values)
    assert_sound(raw)
    pieces = [piece if isinstance(piece, str) else clean(values[piece.name] or piece.default) for piece in segments]
    escaped = [
        text if isinstance(piece, str) else html.escape(text) for piece, text in zip(segments, pieces, strict=True)
    ]
    assert read_texts(raw) == ("".join(pieces).replace("\n", "\r\n"), "".join(escaped).replace("\n", "\r\n"))


@pytest.mark.parametrize("ending", ["\n", "\r", "\r\n"])
def test_every_kind_of_line_end_becomes_crlf(ending: str) -> None:
    text = f"uno{ending}{ending}dos{ending}"
    plain, _rich = read_texts(compile_message(make_form(text=[text])).for_recipient(make_recipient(), VALUES))
    assert plain == "uno\r\n\r\ndos\r\n"


@given(st.text(max_size=120), st.text(max_size=60), st.text(max_size=60))
def test_hostile_names_never_add_a_header(subject: str, sender: str, name: str) -> None:
    try:
        prepared = compile_message(make_form(subject=[subject], sender_name=sender, list_name=name))
    except HeaderError:
        return
    assert_sound(prepared.for_recipient(make_recipient(), VALUES))


def test_a_non_ascii_address_is_written_in_utf_8() -> None:
    raw = compile_message(make_form()).for_recipient(make_recipient("josé@example.org"), VALUES)
    assert "\r\nTo: josé@example.org\r\n".encode() in raw
