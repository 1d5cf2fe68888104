"""Invented lines of the log, for trying out layouts and Word templates."""

from datetime import date

from outreach.dispatch.log import LogLine
from outreach.dispatch.rules import Channel, Origin


def make_sample_line(sent_on: date, text: str, *, sender: str = "", is_month_only: bool = False) -> LogLine:
    """Return a line about an e-mail to nobody in particular."""
    return LogLine(
        id=1,
        sent_on=sent_on,
        information_es=text,
        information_en="",
        audience="",
        audience_es="",
        audience_en="",
        channel=Channel.EMAIL,
        sender=sender,
        kind="",
        kind_es="",
        kind_en="",
        origin=Origin.BY_HAND,
        campaign_id=None,
        accepted=0,
        is_month_only=is_month_only,
    )
