"""Test mails: a campaign as it is now, to staff alone; they count nowhere, and nobody is unsubscribed by them.

A proof is marked in its subject, is no bulk mail, and its links for leaving lead to a page that says what it is. It
leaves no trace but in the audit trail.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from outreach import clock
from outreach.accounts.audit import record
from outreach.accounts.models import AuditEntry, User
from outreach.audiences.tokens import PROOF_TOKEN
from outreach.campaigns.composing import compose
from outreach.campaigns.models import Campaign
from outreach.campaigns.placeholders import parse
from outreach.campaigns.readers import fill_in
from outreach.campaigns.rendering import RenderedVersion, list_renditions, render
from outreach.campaigns.rules import Language, Rendition
from outreach.campaigns.sections import TAGS
from outreach.config import Config, SmtpSettings, current_config
from outreach.db import db
from outreach.dispatch.errors import ProofError
from outreach.mail.compiling import compile_message
from outreach.mail.message import MessageClass, MessageForm, PreparedMessage, Recipient
from outreach.mail.smtp import SmtpTransport
from outreach.mail.transport import Envelope, Kind, Transport
from outreach.mail.wire import Timeouts
from outreach.translation import gettext as _
from outreach.translation import ngettext

MARK = "[Prueba]"
MOST_AT_ONCE = 12
MOST_IN_A_WHILE = 30
A_WHILE = timedelta(minutes=10)
# A person waits for the answer, so a mail server that says nothing is given up sooner than RFC 5321 allows.
_PATIENCE = Timeouts(connect=10, greeting=15, tls=10, auth=15, mail=15, rcpt=15, data_command=15, content=30, dot=45)

OpenTransport = Callable[[], Transport]


@dataclass(frozen=True, slots=True)
class Proof:
    """One test mail, ready to leave."""

    envelope: Envelope
    content: bytes

    def before_dot(self) -> None:
        """Nothing has to be kept before it leaves."""


@dataclass(frozen=True, slots=True)
class ProofResult:
    """What became of the proofs of one press: how many the mail server took, and its answers to the others."""

    accepted: int
    problems: tuple[str, ...]


def prepare_proofs(
    campaign: Campaign, renditions: Sequence[Rendition], people: Sequence[User], user: User
) -> list[Proof]:
    """Write the test mails that `user` asks for, and keep that in the trail; nothing leaves yet.

    Raises ProofError for nobody, for too many, for a language that is not written, or for an account that is closed.
    """
    chosen = list(dict.fromkeys(renditions))
    readers = list({person.id: person for person in people}.values())
    written = list_renditions(compose(campaign))
    _check(chosen, readers, written)
    now = clock.now()
    _refuse_haste(user, len(chosen) * len(readers), now)
    composition = compose(campaign)
    proofs = [proof for rendition in chosen for proof in _write(campaign, render(composition, rendition), readers, now)]
    detail = {"messages": len(proofs), "renditions": [str(each) for each in chosen], "users": [p.id for p in readers]}
    record("send_test", "campaign", campaign.id, detail, user=user)
    db.session.flush()
    return proofs


def send_proofs(config: Config, proofs: Sequence[Proof], open_transport: OpenTransport | None = None) -> ProofResult:
    """Hand the proofs over, one after the other; what the mail server says is returned, never raised."""
    transport = open_transport() if open_transport else _open(config.smtp)
    accepted, problems = 0, []
    try:
        for proof, verdict in transport.send_each(iter(proofs)):
            if verdict.kind is Kind.ACCEPTED:
                accepted += 1
            else:
                problems.append(f"{proof.envelope.rcpt_to}: {verdict.reply}")
    finally:
        transport.close()
    return ProofResult(accepted, tuple(problems))


def describe_result(result: ProofResult) -> str:
    """Return in one or two sentences what became of the proofs."""
    sentences = []
    if result.accepted:
        sentences.append(
            ngettext(
                "Salió %(num)s correo de prueba: búsquelo por «%(mark)s» en el asunto.",
                "Salieron %(num)s correos de prueba: búsquelos por «%(mark)s» en el asunto.",
                result.accepted,
                mark=MARK,
            )
        )
    if result.problems:
        sentences.append(
            ngettext(
                "El servidor de correo no aceptó %(num)s prueba (%(reply)s).",
                "El servidor de correo no aceptó %(num)s pruebas (la primera, %(reply)s).",
                len(result.problems),
                reply=result.problems[0],
            )
        )
    return " ".join(sentences)


def _open(settings: SmtpSettings) -> Transport:
    return SmtpTransport(settings, _PATIENCE)


def _check(chosen: list[Rendition], readers: list[User], written: tuple[Rendition, ...]) -> None:
    if not chosen or not readers:
        raise ProofError(_("Elija al menos una versión y una persona para la prueba."))
    if len(chosen) * len(readers) > MOST_AT_ONCE:
        raise ProofError(_("Caben %(most)s pruebas a la vez: elija menos personas o versiones.", most=MOST_AT_ONCE))
    if any(each not in written for each in chosen):
        raise ProofError(_("Esa versión todavía no está escrita: elija otra."))
    for person in readers:
        if not person.is_active:
            raise ProofError(_("La cuenta %(email)s está desactivada: elija otra.", email=person.email))


def _refuse_haste(user: User, wanted: int, now: datetime) -> None:
    statement = select(AuditEntry.detail).where(
        AuditEntry.user_id == user.id, AuditEntry.action == "send_test", AuditEntry.at > now - A_WHILE
    )
    asked = sum(detail.get("messages", 0) for detail in db.session.scalars(statement.limit(MOST_IN_A_WHILE)))
    if asked + wanted > MOST_IN_A_WHILE:
        raise ProofError(
            _(
                "Ya pidió %(number)s pruebas en %(minutes)s minutos: espere un poco antes de pedir más.",
                number=asked,
                minutes=A_WHILE // timedelta(minutes=1),
            )
        )


def _write(campaign: Campaign, version: RenderedVersion, readers: list[User], now: datetime) -> Iterator[Proof]:
    message = _compile(campaign, version)
    domain = campaign.sender.address.partition("@")[2]
    for reader in readers:
        recipient = Recipient(reader.email, f"<prueba.{secrets.token_hex(12)}@{domain}>", now)
        content = message.for_recipient(recipient, _make_values(campaign, version.rendition, reader))
        yield Proof(Envelope(campaign.sender.address, reader.email), content)


def _compile(campaign: Campaign, version: RenderedVersion) -> PreparedMessage:
    return compile_message(
        MessageForm(
            subject=(f"{MARK} ", *parse(version.subject)),
            text=parse(version.text),
            html=parse(version.html),
            language=_tag(version.rendition),
            sender_name=campaign.sender.name,
            sender_address=campaign.sender.address,
            reply_to=campaign.sender.reply_to,
            message_class=MessageClass.SERVICE,
        )
    )


def _tag(rendition: Rendition) -> str:
    return ", ".join(TAGS.values()) if rendition is Rendition.BOTH else TAGS[Language(rendition.value)]


def _make_values(campaign: Campaign, rendition: Rendition, reader: User) -> Mapping[str, str]:
    address = f"{current_config().base_url}/baja/{PROOF_TOKEN}"
    own = {"nombre": reader.name, "sistema.baja": address, "sistema.preferencias": address}
    return {**fill_in(campaign, None, rendition), **own}
