"""Which addresses enter, and what the others are told."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.mail.addresses import AddressError, parse_address


@pytest.mark.parametrize(
    ("typed", "email", "key"),
    [
        ("ana@example.org", "ana@example.org", "ana@example.org"),
        ("  Ana.Ruiz+voto@Example.ORG\t", "Ana.Ruiz+voto@example.org", "ana.ruiz+voto@example.org"),
        ("o'brien@example.org", "o'brien@example.org", "o'brien@example.org"),
        ("ana@faß.de", "ana@xn--fa-hia.de", "ana@xn--fa-hia.de"),
        ("ana@EJEMPLO-Ñ.mx", "ana@xn--ejemplo--k3a.mx", "ana@xn--ejemplo--k3a.mx"),
        ("ana@ejemplo。mx", "ana@ejemplo.mx", "ana@ejemplo.mx"),
        ("Jose\u0301@example.org", "Jos\u00e9@example.org", "jos\u00e9@example.org"),
        ("STRAßE@example.org", "STRAßE@example.org", "strasse@example.org"),
    ],
)
def test_an_address_is_read_for_the_server_and_for_comparing(typed: str, email: str, key: str) -> None:
    address = parse_address(typed)
    assert (address.email, address.key) == (email, key)
    assert address.display == typed.strip()
    assert address.is_ascii == email.isascii()


@pytest.mark.parametrize(
    ("one", "other"),
    [("A@X.mx", "a@x.MX"), ("a@faß.de", "a@xn--fa-hia.de"), ("a@ejemplo-ñ.mx", "a@ejemplo-n\u0303.mx")],
)
def test_the_same_person_has_one_key(one: str, other: str) -> None:
    assert parse_address(one).key == parse_address(other).key


def test_dots_and_tags_tell_people_apart() -> None:
    assert len({parse_address(text).key for text in ("ab@example.org", "a.b@example.org", "ab+c@example.org")}) == 3


REFUSED = {
    "": "Falta la dirección",
    "ana": "arroba",
    "ana@": "falta el dominio",
    "@example.org": "antes de la arroba",
    "ana@@example.org": "una sola arroba",
    "ana@localhost": "dominio",
    "ana@example..org": "dominio",
    "ana@-example.org": "dominio",
    "ana@exa_mple.org": "dominio",
    "ana@[192.0.2.1]": "dominio",
    "ana@192.0.2.1": "dominio",
    "ana@xn--a.mx": "dominio",
    "ana@" + "a" * 64 + ".mx": "dominio",
    ".ana@example.org": "antes de la arroba",
    "a..na@example.org": "antes de la arroba",
    "ana.@example.org": "antes de la arroba",
    "a" * 65 + "@example.org": "64 octetos",
    "ñ" * 33 + "@example.org": "64 octetos",
    "a@" + "abc." * 62 + "example.org": "254 octetos",
    "ana ruiz@example.org": "espacios",
    "Ana <ana@example.org>": "sin nombre",
    "<ana@example.org>": "sin nombre",
    "ana@example.org,eva@example.org": "varias",
    "ana@example.org;eva@example.org": "varias",
    "ok@iecm.mx)evil@z.test": "comentario",
    "ana(nota)@example.org": "comentario",
    '"ana ruiz"@example.org': "comillas",
    '"a@b"@example.org': "comillas",
    "ana\\@example.org": "comillas",
    "ana%otra.mx@example.org": "ruta",
    "otra!ana@example.org": "ruta",
    "@otra.mx:ana@example.org": "ruta",
    "ana@example.org\r\nBcc: eva@example.org": "control",
    "ana@example.org\n": "control",
    "ana\x00@example.org": "control",
    "ana\x85@example.org": "control",
    "ana\u2028@example.org": "control",
    "ana\u202e@example.org": "control",
    "\ufeffana@example.org": "control",
    "ana\ud800@example.org": "control",
}


@pytest.mark.parametrize(("typed", "fault"), REFUSED.items())
def test_a_wrong_address_is_refused_in_one_sentence(typed: str, fault: str) -> None:
    with pytest.raises(AddressError) as refusal:
        parse_address(typed)
    sentence = str(refusal.value)
    assert fault in sentence
    assert sentence.endswith(".")
    assert sentence.isprintable()
    assert len(sentence) < 260


@given(st.text(max_size=30), st.text(max_size=30))
def test_whatever_is_accepted_is_safe_on_the_wire(local: str, domain: str) -> None:
    try:
        address = parse_address(f"{local}@{domain}")
    except AddressError as refusal:
        assert str(refusal).endswith(".")  # noqa: PT017 - either ending is right, each has its own check
        return
    assert address.email.count("@") == 1
    assert not set(address.email) & set(' <>()[],;:\\"%!\r\n\x00')
    assert address.email.isprintable()
    assert parse_address(address.email).key == address.key


def test_a_hundred_thousand_rows_are_read_in_seconds() -> None:
    rows = [f"persona.{number}@d{number % 5000}.example.org" for number in range(20_000)]
    started = time.perf_counter()
    keys = {parse_address(row).key for row in rows}
    assert len(keys) == len(rows)
    assert time.perf_counter() - started < 3
