"""Header lines stay one header, whatever they are given."""

import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.mail.headers import HeaderError, check_header_text, encode_header, encode_named

INJECTIONS = [
    "A subject=?UTF-8?Q?=0A?=Bcc: injected@example.com",
    "=?utf-8?q?=0D=0ABcc:=20eva@example.org?=",
    "=?utf-8?b?DQpCY2M6IGV2YUBleGFtcGxlLm9yZw==?=",
    "=?utf-8?B?DQpCY2M6IGV2YUBleGFtcGxlLm9yZw?=",
    "=?utf-7?q?+AA0ACg-Bcc?=",
    "=?utf-16le?b?KCA=?=",
    "=?utf-8*es?q?=E2=80=A8?=",
    "=?no-such-charset?q?a?=",
    "=?utf-8?b?***?=",
    "=?utf-8?q?=FF?=",
    "línea\nBcc: eva@example.org",
    "línea\r\nBcc: eva@example.org",
    "línea\rBcc: eva@example.org",
    "termina mal ñ\n",
    "\nempieza",
    "nulo\x00",
    "tabulador\t",
    "campana\x07",
    "salto de página\x0c",
    "nueva línea\x85",
    "separador\u2028",
    "separador\u2029",
    "medio \ud800",
]
HARMLESS = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=300)


def read_header(line: bytes) -> tuple[str, str]:
    message = message_from_bytes(line + b"\r\n", policy=policy.SMTP)
    assert len(message.keys()) == 1
    return message.keys()[0], str(message.values()[0])


@pytest.mark.parametrize("value", INJECTIONS)
def test_a_disguised_line_break_is_refused(value: str) -> None:
    for attempt in (check_header_text, lambda text: encode_header("Subject", text)):
        with pytest.raises(HeaderError) as refusal:
            attempt(value)
        assert str(refusal.value).isprintable()


@pytest.mark.parametrize("value", INJECTIONS)
def test_a_disguised_line_break_is_refused_in_names_and_addresses(value: str) -> None:
    with pytest.raises(HeaderError):
        encode_named("From", value, "ana@example.org")
    with pytest.raises(HeaderError):
        encode_named("From", "Ana", value)


@pytest.mark.parametrize("value", ["=?utf-8?q?Hola?=", "¿cuánto es 1=?", "a ?= b =? c", "100 % = todo"])
def test_a_harmless_look_alike_is_shown_as_typed(value: str) -> None:
    assert check_header_text(value) == value
    assert read_header(encode_header("Subject", value)) == ("Subject", value)


def test_plain_text_stays_readable() -> None:
    assert (
        encode_header("Subject", "Hello, reader: 3 news (and more)") == b"Subject: Hello, reader: 3 news (and more)\r\n"
    )
    assert encode_header("Subject", "") == b"Subject: \r\n"


@given(HARMLESS)
def test_a_subject_reads_back_as_written(value: str) -> None:
    line = encode_header("Subject", value)
    assert line.endswith(b"\r\n")
    assert not re.search(rb"\r\n(?![ ]|\Z)", line)
    assert max(len(part) for part in line.split(b"\r\n")) <= 76
    unfolded = line[len("Subject: ") : -2].replace(b"\r\n", b"").decode("ascii")
    assert str(make_header(decode_header(unfolded))) == value


@given(HARMLESS.filter(lambda text: not text.isascii()))
def test_each_encoded_word_is_short_and_decodes_alone(value: str) -> None:
    words = encode_header("Subject", value).decode("ascii").split()[1:]
    pieces = []
    for word in words:
        assert len(word) <= 75
        [(octets, charset)] = decode_header(word)
        assert charset == "utf-8"
        assert isinstance(octets, bytes)
        pieces.append(octets.decode())
    assert "".join(pieces) == value


def test_a_long_spanish_subject_with_emoji_reads_back() -> None:
    value = ("Convocatoria: ¡participación de la ciudadanía 🎉 que reside en el extranjero! " * 3)[:200]
    name, read = read_header(encode_header("Subject", value))
    assert (name, read.rstrip()) == ("Subject", value.rstrip())


def read_named(line: bytes) -> tuple[str, str]:
    """Return name and address; the reader's own parser puts spaces between the encoded words of a name."""
    message = message_from_bytes(line + b"\r\n", policy=policy.SMTP)
    [address] = message["From"].addresses
    assert message.keys() == ["From"]
    phrase = line.decode("ascii").replace("\r\n", "").removeprefix("From: ").rpartition(" <")[0]
    return str(make_header(decode_header(phrase))), address.addr_spec


@given(HARMLESS.filter(lambda text: bool(text.strip())))
def test_a_sender_has_one_address_whatever_the_name(name: str) -> None:
    assert read_named(encode_named("From", name, "ana@example.org")) == (name, "ana@example.org")


def test_a_name_that_tries_to_be_an_address_stays_a_name() -> None:
    """The folding of quoted names loses the quotes in the standard library (gh-80222)."""
    name = "X" * 60 + '", evil@bad.example, "yyy' + "Y" * 40
    assert read_named(encode_named("From", name, "a@example.com")) == (name, "a@example.com")


def test_a_list_is_named_in_any_alphabet() -> None:
    line = encode_named("List-Id", "Corazón Chilango", "corazon.boletin.example.org")
    assert line == b"List-Id: =?utf-8?q?Coraz=C3=B3n_Chilango?= <corazon.boletin.example.org>\r\n"
    assert encode_named("Reply-To", "", "ana@example.org") == b"Reply-To: <ana@example.org>\r\n"
