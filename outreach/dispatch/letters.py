"""The approved renderings of running campaigns, ready to be joined with a reader's values."""

import html
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from outreach.audiences.models import Audience
from outreach.audiences.tokens import make_token
from outreach.campaigns.models import Approval, Campaign
from outreach.campaigns.placeholders import parse
from outreach.campaigns.rules import Rendition
from outreach.config import Config
from outreach.dispatch.claiming import Claim
from outreach.dispatch.identifiers import make_bounce_address, make_message_id
from outreach.dispatch.rules import Trial
from outreach.mail.addresses import AddressError, parse_address
from outreach.mail.compiling import compile_message
from outreach.mail.headers import HeaderError
from outreach.mail.message import MessageForm, PreparedMessage, Recipient
from outreach.mail.slots import Segments, Slot
from outreach.mail.transport import Envelope

_LANGUAGE_TAGS = {Rendition.ES: "es-MX", Rendition.EN: "en", Rendition.BOTH: "es-MX, en"}
UNSUBSCRIBE_SLOT = "sistema.baja"
PREFERENCES_SLOT = "sistema.preferencias"
AUDIENCE_SLOT = "sistema.audiencia"
AUDIENCE_SLOT_IN_ENGLISH = "sistema.audience"
# So many letters are written in one go: between two messages each would take twice as long, as the processor has to
# fetch anew what it needs for one. Of many more the first would be out of its reach when their turn comes.
_IN_ONE_GO = 20


class Letter(NamedTuple):
    """One message ready to leave, and what its verdict is judged against."""

    envelope: Envelope
    content: bytes
    trial: Trial


@dataclass(frozen=True, slots=True)
class _Mould:
    """What all letters of one campaign, audience and rendition share."""

    message: PreparedMessage
    sender_domain: str
    bounce_domain: str
    reply_to: str
    released_at: datetime
    not_after: datetime | None


class LetterBox:
    """Writes letters; a campaign's moulds are read from the database once a run."""

    def __init__(self, database: Engine, config: Config) -> None:
        self._database = database
        self._config = config
        self._moulds: dict[tuple[int, int, str], _Mould] = {}
        self._ahead: dict[Claim, Letter] = {}

    def write(self, item: Claim, following: Iterable[Claim] = ()) -> Letter:
        """Return the letter of one claim: the same bytes on every try (F-30, F-31).

        The letters of the first of those that are `following` are written in the same go, and kept for claims that say
        the same. Raises AddressError or HeaderError for a contact that no message can be written to.
        """
        letter = self._ahead.get(item)
        if letter is None:
            letter = self._write(item)
            self._ahead = self._write_ahead(islice(following, _IN_ONE_GO - 1))
        return letter

    def _write_ahead(self, items: Iterable[Claim]) -> dict[Claim, Letter]:
        """Write the letters of those that can get one; who cannot is told when the own turn comes."""
        written = {}
        for item in items:
            try:
                written[item] = self._ahead.get(item) or self._write(item)
            except (AddressError, HeaderError):
                continue
        return written

    def _write(self, item: Claim) -> Letter:
        mould = self._get_mould(item)
        email = item.email if item.email.isascii() else parse_address(item.email).email
        secret = self._config.secret_key
        contact = bytes.fromhex(item.contact.replace("-", ""))
        token = make_token(secret, contact, item.audience_id)
        address = f"{self._config.base_url}/baja/{token}"
        recipient = Recipient(
            to=email,
            message_id=make_message_id(secret, item.campaign_id, contact, mould.sender_domain),
            date=mould.released_at,
            unsubscribe_url=address,
            unsubscribe_mailto=f"mailto:{mould.reply_to}?subject=baja%20{token}",
        )
        values = item.read_personal()
        values[UNSUBSCRIBE_SLOT] = values[PREFERENCES_SLOT] = address
        return Letter(
            Envelope(make_bounce_address(secret, item.delivery_id, mould.bounce_domain), email),
            mould.message.for_recipient(recipient, values),
            Trial(item.attempts, mould.released_at, mould.not_after),
        )

    def _get_mould(self, item: Claim) -> _Mould:
        key = (item.campaign_id, item.audience_id, item.rendition)
        mould = self._moulds.get(key)
        if mould is None:
            with Session(self._database) as session:
                mould = _make_mould(session, item.campaign_id, item.audience_id, Rendition(item.rendition))
            self._moulds[key] = mould
        return mould


def _make_mould(session: Session, campaign_id: int, audience_id: int, rendition: Rendition) -> _Mould:
    campaign = session.get_one(Campaign, campaign_id)
    audience = session.get_one(Audience, audience_id)
    holds = (Approval.campaign_id == campaign_id) & Approval.voided_at.is_(None)
    approval = session.scalars(select(Approval).where(holds)).one()
    if campaign.released_at is None:
        message = f"campaign {campaign_id} has deliveries and was never released"
        raise ValueError(message)
    return _Mould(
        message=compile_message(_make_form(campaign, audience, approval, rendition)),
        sender_domain=campaign.sender.address.partition("@")[2],
        bounce_domain=campaign.sender.bounce_domain,
        reply_to=campaign.sender.reply_to,
        released_at=campaign.released_at,
        not_after=campaign.not_after,
    )


def _make_form(campaign: Campaign, audience: Audience, approval: Approval, rendition: Rendition) -> MessageForm:
    frozen = next(version for version in approval.renderings if version.rendition == rendition)
    domain = campaign.sender.address.partition("@")[2]
    return MessageForm(
        subject=parse(frozen.subject),
        text=_name_audience(parse(frozen.text), audience, str),
        html=_name_audience(parse(frozen.html), audience, html.escape),
        language=_LANGUAGE_TAGS[rendition],
        sender_name=campaign.sender.name,
        sender_address=campaign.sender.address,
        reply_to=campaign.sender.reply_to,
        list_name=audience.name_en if rendition is Rendition.EN else audience.name_es,
        list_id=f"{audience.slug}.{domain}",
        list_owner=f"mailto:{campaign.sender.reply_to}",
        feedback_id=f"c{campaign.id}:a{audience.id}:{campaign.kind.slug}:{_name_origin(domain)}",
    )


def _name_origin(domain: str) -> str:
    """Return the SenderId of F-36, always the same: 5 to 15 characters."""
    return domain.replace(".", "-").ljust(5, "-")[:15]


def _name_audience(segments: Segments, audience: Audience, escape: Callable[[str], str]) -> Segments:
    """Fill in what is equal for all readers of an audience, so that it is encoded once."""
    names = {AUDIENCE_SLOT: audience.name_es, AUDIENCE_SLOT_IN_ENGLISH: audience.name_en}
    return [
        escape(names[segment.name]) if isinstance(segment, Slot) and segment.name in names else segment
        for segment in segments
    ]
