"""Names that a message carries on the wire: nothing in them tells who the reader is."""

import hashlib
import hmac
from functools import lru_cache
from uuid import UUID

_BOUNCE_PREFIX = "b+"
_TAG_BYTES = 10
_NUMBER_BYTES = 6


def make_message_id(secret: str, campaign_id: int, contact: UUID, domain: str) -> str:
    """Return the Message-ID of a campaign to a contact: the same on every try (F-30)."""
    return f"<c{campaign_id}.{_tag(secret, b'message-id', campaign_id, contact.bytes).hex()}.1@{domain}>"


def make_bounce_address(secret: str, delivery_id: int, domain: str) -> str:
    """Return the envelope sender of a delivery, the same on every try (F-39); hexadecimal survives case folding."""
    return f"{_BOUNCE_PREFIX}{delivery_id:012x}{_tag(secret, b'bounce', delivery_id, b'').hex()}@{domain}"


def find_delivery(secret: str, bounce_address: str) -> int | None:
    """Return the delivery that a bounce address was made for; None when it was not made here."""
    local = bounce_address.partition("@")[0].lower()
    if not local.startswith(_BOUNCE_PREFIX):
        return None
    token = local.removeprefix(_BOUNCE_PREFIX)
    try:
        delivery_id = int.from_bytes(bytes.fromhex(token)[:_NUMBER_BYTES])
    except ValueError:
        return None
    is_ours = hmac.compare_digest(make_bounce_address(secret, delivery_id, "").encode(), f"{local}@".encode())
    return delivery_id if is_ours else None


def _tag(secret: str, purpose: bytes, number: int, extra: bytes) -> bytes:
    code = _begin(secret).copy()
    code.update(b"%s:%d:%s" % (purpose, number, extra))
    return code.digest()[:_TAG_BYTES]


@lru_cache(maxsize=4)
def _begin(secret: str) -> hmac.HMAC:
    """Return the code with the key taken in, to be copied: half of its cost is the key."""
    return hmac.new(secret.encode(), digestmod=hashlib.sha256)
