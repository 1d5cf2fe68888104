"""An event of a campaign as a file for calendars (RFC 5545), at an address that only its mail gives away."""

import base64
import hmac
import re
from dataclasses import dataclass
from datetime import UTC, timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event, vUri

from outreach.campaigns.events import EventTimes, read_times
from outreach.campaigns.links import find_link_problem
from outreach.campaigns.models import Block, Campaign
from outreach.campaigns.placeholders import fill, find_names
from outreach.campaigns.prose import to_text
from outreach.campaigns.rules import BlockType, Language
from outreach.config import current_config
from outreach.db import db
from outreach.translation import gettext as _
from outreach.translation import speaking
from outreach.web.links import absolute_url

_PURPOSE = b"outreach.calendar.v1:"
_TOKEN = re.compile(r"(?P<block>[1-9]\d{0,17})-(?P<mac>[A-Za-z0-9_-]{22})")


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A calendar of one event, and the event's title."""

    title: str
    content: bytes


def make_calendar_url(block: Block, language: Language) -> str:
    """Return the public address of an event's file in one language; it stays the same while the block exists."""
    return absolute_url("files.calendar", token=_make_token(block.id), language=language.value)


def find_calendar_file(token: str, language: str) -> CalendarFile | None:
    """Return the file that a token asks for; None for a forged one, and for an event without a day."""
    found = _TOKEN.fullmatch(token)
    if not found or language not in set(Language) or not hmac.compare_digest(_make_token(int(found["block"])), token):
        return None
    block = db.session.get(Block, int(found["block"]))
    if block is None or block.type != BlockType.EVENT or block.removed_at is not None:
        return None
    times = read_times(block.fields)
    if times is None or times.is_backwards:
        return None
    with speaking(language):
        return _write(block, times, Language(language))


def _make_token(block_id: int) -> str:
    mac = hmac.digest(current_config().secret_key.encode(), _PURPOSE + str(block_id).encode(), "sha256")[:16]
    return f"{block_id}-{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def _write(block: Block, times: EventTimes, language: Language) -> CalendarFile:
    texts = {name: _read(values.get(language, "")) for name, values in block.fields.items()}
    title = texts.get("title") or _("Evento")
    event = Event()
    event.add("uid", f"{_make_token(block.id)}@{urlsplit(current_config().base_url).hostname}")
    event.add("sequence", block.change_count)
    changed_at = max(block.changed_es_at, block.changed_en_at).astimezone(UTC).replace(microsecond=0)
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("summary", title, {"language": language.value})
    _put_times(event, times)
    if texts.get("place"):
        event.add("location", texts["place"], {"language": language.value})
    url = texts.get("url", "")
    is_good = bool(url) and find_link_problem(url) is None
    description = "\n\n".join(filter(None, (to_text(texts.get("text", "")), url if is_good else "")))
    if description:
        event.add("description", description, {"language": language.value})
    if is_good:
        event.add("url", vUri(url))
    return CalendarFile(title, _wrap(event, db.session.get_one(Campaign, block.campaign_id)))


def _read(text: str) -> str:
    """Return a text as it reads for nobody in particular: every placeholder takes its default."""
    return fill(text, dict.fromkeys(find_names(text), ""))


def _put_times(event: Event, times: EventTimes) -> None:
    if times.begins is None:
        event.add("dtstart", times.day)
        event.add("dtend", times.last_day + timedelta(days=1))
        return
    event.add("dtstart", times.begins_at)
    if times.ends is not None or times.last_day != times.day:
        event.add("dtend", times.ends_at)


def _wrap(event: Event, campaign: Campaign) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", f"-//{campaign.sender.name}//Outreach//{event['summary'].params['language'].upper()}")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content
