"""Tables of the people who sign in, their sessions, and the trail of what they did."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.accounts.rules import Role
from outreach.db import Base


class User(Base):
    """Somebody who signs in; with a second step while `second_factor_nonce`, which its key is made from, is not empty.

    `second_factor_step` is the half minute of the last code that was taken: none opens the door twice.
    """

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(String(20))
    password_hash: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2), default="es")
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    second_factor_nonce: Mapped[str] = mapped_column(String(64), default="", server_default="")
    second_factor_since: Mapped[datetime | None]
    second_factor_step: Mapped[int | None]


class RecoveryCode(Base):
    """A code on paper that opens the second step once, kept as a keyed hash."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class SecurityPolicy(Base):
    """What Ajustes asks of everybody: one row, or none while nobody has said anything."""

    __tablename__ = "security_policies"

    id: Mapped[int] = mapped_column(primary_key=True)
    demands_second_factor: Mapped[bool] = mapped_column(default=False)


class RefusedRequest(Base):
    """How often somebody without an account asked for what does not exist, by address and quarter of an hour.

    The address is a keyed hash: whoever reads our mail is not followed.
    """

    __tablename__ = "refused_requests"
    __table_args__ = (UniqueConstraint("address_hash", "began_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    address_hash: Mapped[str] = mapped_column(String(64))
    began_at: Mapped[datetime] = mapped_column(index=True)
    count: Mapped[int] = mapped_column(default=1)


class UserSession(Base):
    """One signed-in browser; revoked on the server, whatever the cookie says."""

    __tablename__ = "user_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(45))
    user_agent: Mapped[str] = mapped_column(String(200))

    user: Mapped[User] = relationship()


class SignInAttempt(Base):
    """One try to sign in, counted by the throttle."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index(None, "account", "at"), Index(None, "address", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(String(254))
    address: Mapped[str] = mapped_column(String(45))
    at: Mapped[datetime]
    has_succeeded: Mapped[bool]


class AuditEntry(Base):
    """Who did what, when and from where; only ever added to."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        Index(None, "subject", "subject_id"),
        # The trail is read backwards, by person or by what it was done to.
        Index(None, "subject", "id"),
        Index(None, "user_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int | None]
    detail: Mapped[dict[str, Any]]
    origin: Mapped[str] = mapped_column(String(60))
