"""What all connections of a run share: their equipment, when to stop, and whom to spare when trouble comes."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, update

from outreach import clock
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import CampaignState
from outreach.config import SmtpSettings
from outreach.dispatch.claiming import Claim
from outreach.dispatch.letters import LetterBox
from outreach.dispatch.limits import Limits
from outreach.dispatch.pace import Breaker, RefusedMessages
from outreach.dispatch.workers import WorkerIdentity
from outreach.mail.transport import Kind, Scope, Transport, Verdict
from outreach.translation import gettext as _

_LONGEST_REASON = 400


@dataclass(frozen=True, slots=True)
class Equipment:
    """What a run of the engine works with; `open_transport` is called once a connection."""

    database: Engine
    worker: WorkerIdentity
    letters: LetterBox
    open_transport: Callable[[], Transport]
    connections: int
    smtp: SmtpSettings
    zone: str


class Conduct:
    """The state of one run over everything that is due."""

    def __init__(self, equipment: Equipment, stop: threading.Event) -> None:
        self.equipment = equipment
        self.stop = stop
        self.limits = Limits(equipment.database, equipment.smtp, equipment.connections, clock.now())
        self.breaker = Breaker()
        self.problems: list[BaseException] = []
        self._refused = RefusedMessages()

    @property
    def is_stopping(self) -> bool:
        """Tell whether no further message may be begun."""
        return self.stop.is_set() or self.breaker.is_open or bool(self.problems)

    def react(self, item: Claim, verdict: Verdict) -> bool:
        """Spare the people who are next when the trouble is not one message's; True when that paused the campaign."""
        campaign_id = item.campaign_id
        if verdict.kind is Kind.ACCEPTED:
            self.breaker.note_answer()
            self._refused.note(campaign_id, was_refused=False)
            return False
        if verdict.kind in {Kind.RETURNED, Kind.UNCERTAIN} and verdict.scope is not Scope.SENDER:
            reason = _("El servidor de correo falla una y otra vez, la última con: %(reply)s", reply=verdict.reply)
            self.breaker.note_failure(item.delivery_id, reason)
        else:
            self.breaker.note_answer()
        was_refused = verdict.kind is Kind.REFUSED and verdict.scope is Scope.MESSAGE
        is_refused_whole = self._refused.note(campaign_id, was_refused=was_refused)
        if verdict.scope is Scope.SENDER:
            reason = _("El servidor de correo rechaza la cuenta o el remitente: %(reply)s", reply=verdict.reply)
            self._pause(campaign_id, reason)
        elif is_refused_whole:
            self._pause(campaign_id, _("El servidor de correo rechaza el mensaje: %(reply)s", reply=verdict.reply))
        return is_refused_whole or verdict.scope is Scope.SENDER

    def _pause(self, campaign_id: int, reason: str) -> None:
        """Pause a running campaign that the mail server would refuse whole, and keep why."""
        with self.equipment.database.begin() as connection:
            connection.execute(
                update(Campaign)
                .where(Campaign.id == campaign_id, Campaign.state == CampaignState.SENDING)
                .values(state=CampaignState.PAUSED, state_reason=reason[:_LONGEST_REASON], updated_at=clock.now())
            )
