"""Invented people and campaigns for tests, made by the product's own services."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy import func, insert, select

from outreach import clock
from outreach.accounts.models import User
from outreach.accounts.rules import Role
from outreach.audiences.keys import hash_email
from outreach.audiences.models import Contact, Subscription
from outreach.audiences.queries import get_audience
from outreach.campaigns.approving import approve
from outreach.campaigns.importing import import_campaign, read_campaign
from outreach.campaigns.models import Campaign
from outreach.campaigns.scheduling import schedule_now
from outreach.config import current_config
from outreach.db import db
from outreach.dispatch.ledger import Ledger, read_ledger
from outreach.dispatch.models import Delivery
from outreach.dispatch.rules import PENDING
from outreach.installing import install
from signing import PASSWORD, make_user

_LOOKS = 50
ZONE = "America/Mexico_City"
ADMINISTRATOR = "administracion@example.org"
WRITER = "redaccion@example.org"
REVIEWER = "revision@example.org"

BILINGUAL = """
name = "Prueba"
kind = "boletin"
sender = "votochilango@iecm.mx"
audiences = [{audiences}]
template = "corazon-chilango"
information = {{es = "Boletín de prueba.", en = "Test newsletter."}}
subject = {{es = "Hola, {{{{nombre|vecina, vecino}}}}", en = "Hello, {{{{nombre|neighbour}}}}"}}
preheader = {{es = "Una prueba.", en = "A test."}}
[[blocks]]
type = "text"
text = {{es = "Un saludo para {{{{nombre|ti}}}}.", en = "Greetings to {{{{nombre|you}}}}."}}
[[blocks]]
type = "button"
label = {{es = "Ver el micrositio", en = "See the site"}}
url = {{es = "https://www.iecm.mx/", en = "https://www.iecm.mx/"}}
"""
SPANISH = """
name = "Prueba"
kind = "convocatoria"
sender = "votochilango@iecm.mx"
audiences = [{audiences}]
template = "convocatoria"
information = {{es = "Convocatoria de prueba."}}
subject = {{es = "Convocatoria de prueba"}}
preheader = {{es = "Una prueba."}}
[[blocks]]
type = "text"
text = {{es = "Un saludo para {{{{nombre|ti}}}}."}}
"""


def make_installation() -> None:
    """Seed a fresh installation with an administrator, a writer and a reviewer."""
    install(ADMINISTRATOR, PASSWORD)
    make_user(Role.WRITER, WRITER)
    make_user(Role.REVIEWER, REVIEWER)


def get_user(email: str) -> User:
    """Return one of the invented people who sign in."""
    return db.session.scalars(select(User).where(User.email == email)).one()


def add_people(slug: str, people: Iterable[tuple[str, str | None]]) -> None:
    """Subscribe people, given as (address, language), to an audience; known addresses are found again."""
    audience = get_audience(slug)
    secret, now = current_config().secret_key, clock.now()
    wanted = list(people)
    known = _list_known()
    fresh: list[dict[str, Any]] = [
        {
            "public_id": uuid4(),
            "email": email,
            "email_key": email,
            "email_hash": hash_email(secret, email),
            "name": email.partition("@")[0].title(),
            "language": language,
            "attributes": {},
            "created_at": now,
            "updated_at": now,
        }
        for email, language in wanted
        if email not in known
    ]
    if fresh:
        db.session.execute(insert(Contact), fresh)
        known = _list_known()
    rows = [{"audience_id": audience.id, "contact_id": known[email], "started_at": now} for email, _ in wanted]
    db.session.execute(insert(Subscription), rows)
    db.session.commit()


def _list_known() -> dict[str, int]:
    return {key: number for key, number in db.session.execute(select(Contact.email_key, Contact.id))}  # noqa: C416 - rows are no pairs to mypy


def make_people(
    count: int, prefix: str = "persona", languages: Sequence[str | None] = ("es",)
) -> list[tuple[str, str | None]]:
    """Invent `count` people, their languages taken in turn."""
    return [(f"{prefix}{number:05}@example.org", languages[number % len(languages)]) for number in range(count)]


def schedule_campaign(audiences: Sequence[str] = ("diaspora",), text: str = BILINGUAL) -> Campaign:
    """Write, approve and schedule a campaign for now, by two people."""
    names = ", ".join(f'"{slug}"' for slug in audiences)
    campaign = import_campaign(read_campaign(text.format(audiences=names).encode()), get_user(WRITER))
    approve(campaign, get_user(REVIEWER))
    schedule_now(campaign, ZONE)
    db.session.commit()
    return campaign


def read_balanced(campaign: Campaign) -> Ledger:
    """Read the ledger anew and check it, as every test that sends does: it adds up, and a count of the rows agrees."""
    for _again in range(_LOOKS):  # where others write meanwhile, two statements may see two moments
        db.session.expire_all()
        ledger = read_ledger(campaign.id)
        assert ledger.is_balanced, ledger
        if _count(campaign) == Counter(
            {name: figure for name, figure in ledger.as_json().items() if name != "intended"}
        ):
            return ledger
        db.session.rollback()
    raise AssertionError(ledger, _count(campaign))


def _count(campaign: Campaign) -> Counter[str]:
    rows = select(Delivery.outcome, func.count()).where(Delivery.campaign_id == campaign.id).group_by(Delivery.outcome)
    counted: Counter[str] = Counter()
    for outcome, number in db.session.execute(rows):
        counted["pending" if outcome in PENDING else outcome] += number
    return counted
