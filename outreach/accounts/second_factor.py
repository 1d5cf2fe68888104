"""The second step of signing in: codes of an authenticator app (RFC 6238), and codes on paper for when it is lost.

The app's key is never stored: it is made from the installation's secret and a random word kept with the account, so a
copy of the database alone makes no codes (X-40).
"""

import base64
import hmac
import secrets
from hashlib import sha256

import pyotp
from sqlalchemy import delete, func, select, update

from outreach import clock
from outreach.accounts.audit import record
from outreach.accounts.errors import SecondFactorError
from outreach.accounts.models import RecoveryCode, SecurityPolicy, User
from outreach.accounts.rules import Role
from outreach.config import current_config
from outreach.db import db
from outreach.translation import gettext as _

_STEP_SECONDS = 30
_KEY_BYTES = 20
_CODES = 10
# Letters and figures that nobody takes for one another on paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_CODE_LENGTH = 10
_ISSUER = "Outreach"


def make_nonce() -> str:
    """Return the random word that a new key is made from."""
    return secrets.token_urlsafe(24)


def find_key(user: User, nonce: str) -> str:
    """Return the key of an account in the letters that authenticator apps take."""
    message = f"totp:{user.id}:{nonce}".encode()
    digest = hmac.digest(current_config().secret_key.encode(), message, "sha256")
    return base64.b32encode(digest[:_KEY_BYTES]).decode()


def make_address(user: User, nonce: str) -> str:
    """Return the otpauth: address that an app reads from a picture."""
    return pyotp.TOTP(find_key(user, nonce)).provisioning_uri(name=user.email, issuer_name=_ISSUER)


def set_up(user: User, nonce: str, code: str) -> list[str]:
    """Ask for a second step from now on, and return the codes for paper, which are shown once.

    Raises SecondFactorError unless `code` is the one that the app shows now for the key of `nonce`.
    """
    step = _find_step(find_key(user, nonce), code, after=0)
    if step is None:
        raise SecondFactorError(
            _("Ese código no es el que la aplicación muestra: revise la hora del teléfono y pruebe el siguiente.")
        )
    user.second_factor_nonce, user.second_factor_step, user.second_factor_since = nonce, step, clock.now()
    record("set-up", "second-factor", user.id, user=user)
    return renew_codes(user)


def renew_codes(user: User) -> list[str]:
    """Make new codes for paper; the old ones end."""
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH)) for _ in range(_CODES)]
    db.session.add_all(RecoveryCode(user_id=user.id, code_hash=_hash(code)) for code in codes)
    record("renew", "recovery-codes", user.id, user=user)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def is_second_factor(user: User, code: str) -> bool:
    """Tell whether `code` is the app's of this moment or an unused one on paper; each opens the door once."""
    step = _find_step(find_key(user, user.second_factor_nonce), code, after=user.second_factor_step or 0)
    if step is None:
        return _use_code(user, code)
    later = (User.second_factor_step.is_(None)) | (User.second_factor_step < step)
    taken = db.session.execute(
        update(User).where(User.id == user.id, later).values(second_factor_step=step).returning(User.id)
    )
    return taken.first() is not None


def remove(user: User, by: User) -> None:
    """Ask for the password alone again."""
    user.second_factor_nonce, user.second_factor_step, user.second_factor_since = "", None, None
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    record("remove", "second-factor", user.id, user=by)


def count_codes(user: User) -> int:
    """Return how many codes on paper are left."""
    left = select(func.count(RecoveryCode.id)).where(RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(left) or 0


def is_demanded() -> bool:
    """Tell whether Ajustes asks a second step of whoever administers."""
    return bool(db.session.scalar(select(SecurityPolicy.demands_second_factor).limit(1)))


def demand(by: User, *, is_wanted: bool) -> None:
    """Ask a second step of whoever administers, or leave it to each person.

    Raises SecondFactorError for a person who has none: they would lock themselves out of the page they are on.
    """
    if is_wanted and not by.second_factor_nonce:
        raise SecondFactorError(_("Primero active el segundo paso en su propia cuenta; después puede exigirlo."))
    policy = db.session.scalar(select(SecurityPolicy).limit(1))
    if policy is None:
        policy = SecurityPolicy(demands_second_factor=is_wanted)
        db.session.add(policy)
    policy.demands_second_factor = is_wanted
    record("demand" if is_wanted else "waive", "second-factor", user=by)


def lacks_demanded(user: User) -> bool:
    """Tell whether this account must set up a second step before anything else."""
    return user.role == Role.ADMINISTRATOR and not user.second_factor_nonce and is_demanded()


def _find_step(key: str, code: str, after: int) -> int | None:
    """Return the half minute that `code` belongs to, at most one from now and later than `after`; None for none."""
    given = "".join(code.split()).encode()
    now = int(clock.now().timestamp()) // _STEP_SECONDS
    totp = pyotp.TOTP(key)
    steps = (step for step in (now - 1, now, now + 1) if step > after)
    return next((step for step in steps if hmac.compare_digest(totp.generate_otp(step).encode(), given)), None)


def _use_code(user: User, code: str) -> bool:
    is_unused = (RecoveryCode.user_id == user.id) & (RecoveryCode.used_at.is_(None))
    used = db.session.execute(
        update(RecoveryCode)
        .where(is_unused, RecoveryCode.code_hash == _hash(code))
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
    ).first()
    if used:
        record("use", "recovery-code", user.id, user=user)
    return used is not None


def _hash(code: str) -> str:
    """Return what is kept of a code on paper: keyed, because ten letters can be guessed from a plain hash."""
    plain = "".join(sign for sign in code.lower() if sign.isalnum())
    return hmac.new(current_config().secret_key.encode(), f"recovery:{plain}".encode(), sha256).hexdigest()
