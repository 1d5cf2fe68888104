"""Names that a message carries on the wire: nothing in them tells who the reader is."""

import hmac
from functools import lru_cache
from hashlib import blake2b, sha256
from uuid import UUID

_BOUNCE_PREFIX = "b+"
_TAG_BYTES = 10
_NUMBER_BYTES = 6


def make_message_id(secret: str, campaign_id: int, contact: UUID | bytes, domain: str) -> str:
    """Return the Message-ID of a campaign to a contact: the same on every try (F-30)."""
    tag = _begin(secret, b"message-id").copy()
    tag.update(b"%d:%s" % (campaign_id, contact if isinstance(contact, bytes) else contact.bytes))
    return f"<c{campaign_id}.{tag.hexdigest()}.1@{domain}>"


def make_bounce_address(secret: str, delivery_id: int, domain: str) -> str:
    """Return the envelope sender of a delivery, the same on every try (F-39); hexadecimal survives case folding."""
    tag = _begin(secret, b"bounce").copy()
    tag.update(b"%d" % delivery_id)
    return f"{_BOUNCE_PREFIX}{delivery_id:012x}{tag.hexdigest()}@{domain}"


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


@lru_cache(maxsize=8)
def _begin(secret: str, purpose: bytes) -> blake2b:
    """Return a keyed BLAKE2b (RFC 7693 §2.9) with its key taken in, to be copied: names are made while sending."""
    key = sha256(secret.encode()).digest()
    return blake2b(key=key, person=purpose, digest_size=_TAG_BYTES)
