"""How an address is known after the person is gone."""

import hashlib
import hmac


def hash_email(secret: str, email_key: str) -> str:
    """Return the keyed hash under which an address is suppressed (P-33: a bare hash of an address can be guessed)."""
    return hmac.new(secret.encode(), b"suppression:" + email_key.encode(), hashlib.sha256).hexdigest()
