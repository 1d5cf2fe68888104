"""Campaigns to test with: whole, bilingual, of invented people."""

from outreach import clock
from outreach.accounts.models import User
from outreach.accounts.rules import Role
from outreach.audiences.models import Audience, Contact, Subscription
from outreach.audiences.queries import get_audience
from outreach.audiences.seeding import seed_audiences
from outreach.campaigns.approving import approve
from outreach.campaigns.importing import import_campaign, read_campaign
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import CampaignState
from outreach.campaigns.seeding import seed_campaign_words
from outreach.db import db

BULLETIN = """
name = "2026-03 Corazón Chilango"
kind = "boletin"
sender = "votochilango@iecm.mx"
audiences = ["diaspora"]
template = "corazon-chilango"
information = {es = "Boletín Corazón Chilango – marzo.", en = "Bulletin Corazón Chilango – March."}
subject = {es = "Marzo en la ciudad", en = "March in the city"}
preheader = {es = "Jacarandas y urnas.", en = "Jacarandas and ballots."}
[[blocks]]
type = "text"
text = {es = "Hola {{nombre|vecina, vecino}}: ya es marzo.", en = "Hello {{nombre|neighbour}}: it is March."}
[[blocks]]
type = "button"
label = {es = "Conocer el programa", en = "See the programme"}
url = {es = "https://www.iecm.mx/programa", en = "https://www.iecm.mx/en/programme"}
"""


def make_person(role: Role, email: str) -> User:
    """Add somebody who never signs in."""
    user = User(email=email, name=f"Persona {role}", role=role, password_hash="!", created_at=clock.now())
    db.session.add(user)
    db.session.flush()
    return user


def seed() -> Audience:
    """Seed what `outreach init` seeds, and return the audience of the samples."""
    seed_audiences()
    seed_campaign_words()
    return get_audience("diaspora")


def make_campaign(content: str = BULLETIN) -> Campaign:
    """Make a draft that is ready for approval, written by somebody of the writers."""
    seed()
    return import_campaign(read_campaign(content.encode()), make_person(Role.WRITER, "ana@example.org"))


def subscribe(audience: Audience, email: str, language: str | None, name: str = "") -> Contact:
    """Put an invented person into the audience."""
    now = clock.now()
    contact = Contact(
        email=email, email_key=email, email_hash=email, name=name, language=language, created_at=now, updated_at=now
    )
    db.session.add(contact)
    db.session.flush()
    db.session.add(Subscription(audience_id=audience.id, contact_id=contact.id, started_at=now))
    db.session.flush()
    return contact


def make_ready_campaign(content: str = BULLETIN) -> Campaign:
    """Make a draft without errors, with two readers."""
    campaign = make_campaign(content)
    subscribe(campaign.audiences[0], "luz@example.org", "es", "Luz")
    subscribe(campaign.audiences[0], "sam@example.org", "en", "Sam")
    return campaign


def make_approved_campaign(content: str = BULLETIN) -> Campaign:
    """Make a campaign that a reviewer has approved."""
    campaign = make_ready_campaign(content)
    approve(campaign, make_person(Role.REVIEWER, "beto@example.org"))
    return campaign


def put_in_state(campaign: Campaign, state: CampaignState) -> Campaign:
    """Set a state without asking whether an arrow leads there."""
    campaign.state = state
    db.session.flush()
    return campaign


def read_state(campaign: Campaign) -> CampaignState:
    """Return the state; asked twice in a test, the type checker does not take it for what it was before."""
    return campaign.state
