import string
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.audiences.tokens import make_token, read_token

SECRET = "a secret for tests only"
SOMEBODY = UUID("12345678-1234-5678-1234-567812345678")
ALPHABET = string.ascii_letters + string.digits + "-_"


@given(st.uuids(), st.integers(1, 2**31 - 1))
def test_a_token_gives_back_the_contact_and_the_audience(public_id: UUID, audience_id: int) -> None:
    token = make_token(SECRET, public_id, audience_id)
    assert token.startswith("v1.")
    assert set(token) <= set(ALPHABET + ".")
    assert read_token(SECRET, token) == (public_id, audience_id)


def test_every_other_character_in_every_place_is_refused() -> None:
    token = make_token(SECRET, SOMEBODY, 3)
    for place in range(len(token)):
        for character in ALPHABET + ".+/= ":
            forged = token[:place] + character + token[place + 1 :]
            assert forged == token or read_token(SECRET, forged) is None


def test_the_token_of_one_audience_is_no_token_of_another() -> None:
    first, second = (urlsafe_b64decode(make_token(SECRET, SOMEBODY, number)[3:]) for number in (1, 2))
    spliced = "v1." + urlsafe_b64encode(first[:20] + second[20:]).decode()
    assert read_token(SECRET, spliced) is None


def test_another_secret_reads_nothing() -> None:
    assert read_token("another secret", make_token(SECRET, SOMEBODY, 1)) is None


@pytest.mark.parametrize("text", ["", "v1.", "v2." + "A" * 48, "v1." + "ñ" * 48, "v1." + "=" * 48, "x" * 5000, "v1.\0"])
def test_anything_else_is_refused_quietly(text: str) -> None:
    assert read_token(SECRET, text) is None


def test_two_people_have_different_tokens() -> None:
    assert make_token(SECRET, uuid4(), 1) != make_token(SECRET, uuid4(), 1)
