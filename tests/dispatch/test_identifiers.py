"""Names on the wire: the same on every try, telling nobody who the reader is."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from outreach.dispatch.identifiers import find_delivery, make_bounce_address, make_message_id

ALPHABET = "0123456789abcdef"
SECRET = "a secret for tests only"
CONTACT = UUID("6d1f2c9e-6f5b-4d39-9a4f-2f7f3f6b6a11")


def test_a_message_id_is_the_same_on_every_try_and_differs_between_campaigns() -> None:
    first = make_message_id(SECRET, 7, CONTACT, "iecm.mx")
    assert first == make_message_id(SECRET, 7, CONTACT, "iecm.mx")
    assert first != make_message_id(SECRET, 8, CONTACT, "iecm.mx")
    assert first != make_message_id("another secret of ours", 7, CONTACT, "iecm.mx")
    assert first.endswith("@iecm.mx>")
    assert len(first.partition("@")[0]) <= 64


@given(st.integers(min_value=1, max_value=2**47))
def test_a_bounce_address_tells_its_delivery_in_any_case(delivery: int) -> None:
    address = make_bounce_address(SECRET, delivery, "rebotes.iecm.mx")
    local = address.partition("@")[0]
    assert local == local.lower()
    assert len(local) <= 64
    assert find_delivery(SECRET, address) == delivery
    assert find_delivery(SECRET, address.upper()) == delivery
    assert find_delivery("another secret of ours", address) is None


@given(st.integers(min_value=1, max_value=10**9), st.data())
def test_a_bounce_address_with_a_changed_character_is_nobodys(delivery: int, choose: st.DataObject) -> None:
    address = make_bounce_address(SECRET, delivery, "rebotes.iecm.mx")
    place = choose.draw(st.integers(min_value=2, max_value=address.index("@") - 2))
    other = choose.draw(
        st.sampled_from("abcdefghijklmnopqrstuvwxyz234567").filter(lambda letter: letter != address[place])
    )
    assert find_delivery(SECRET, address[:place] + other + address[place + 1 :]) is None


def test_what_is_no_bounce_address_is_nobodys() -> None:
    for address in ("", "b+", "b+@x", "ana@example.org", "b+áé@x", "b+1189@x", "b+" + "a" * 60 + "@x"):
        assert find_delivery(SECRET, address) is None
