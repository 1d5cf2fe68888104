"""The token in every message that lets its reader leave one audience, and nothing else (RFC 8058, X-30)."""

import base64
import binascii
import hmac
from functools import lru_cache
from hashlib import blake2b, sha256
from uuid import UUID

# Stands in test mails instead of a token, and lets nobody leave.
PROOF_TOKEN = "prueba"  # noqa: S105 - a word, not a secret

_PREFIX = "v1."
_PURPOSE = b"unsubscribe.v1"
_MAC_BYTES = 16
_PAYLOAD_BYTES = 20
_TOKEN_LENGTH = len(_PREFIX) + (_PAYLOAD_BYTES + _MAC_BYTES) * 4 // 3
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


def make_token(secret: str, contact_public_id: UUID | bytes, audience_id: int) -> str:
    """Return the token of a contact in an audience: 51 URL-safe characters, always the same, without an end."""
    octets = contact_public_id if isinstance(contact_public_id, bytes) else contact_public_id.bytes
    payload = octets + audience_id.to_bytes(4)
    code = _begin(secret).copy()
    code.update(payload)
    written = binascii.b2a_base64(payload + code.digest(), newline=False)
    return _PREFIX + written.translate(_URL_SAFE).decode("ascii")


@lru_cache(maxsize=4)
def _begin(secret: str) -> blake2b:
    """Return a keyed BLAKE2b (RFC 7693 §2.9) for this purpose alone, to be copied: tokens are made while sending."""
    return blake2b(key=sha256(secret.encode()).digest(), person=_PURPOSE, digest_size=_MAC_BYTES)


def read_token(secret: str, token: str) -> tuple[UUID, int] | None:
    """Return the contact's public id and the audience's id; None for anything that `make_token` did not make."""
    if len(token) != _TOKEN_LENGTH or not token.isascii():
        return None
    try:
        payload = base64.urlsafe_b64decode(token.removeprefix(_PREFIX))[:_PAYLOAD_BYTES]
    except binascii.Error:
        return None
    if len(payload) != _PAYLOAD_BYTES:
        return None
    public_id, audience_id = UUID(bytes=payload[:16]), int.from_bytes(payload[16:])
    is_ours = hmac.compare_digest(make_token(secret, public_id, audience_id), token)
    return (public_id, audience_id) if is_ours else None
