"""The first kinds, sender and identity of an installation; what people changed afterwards survives."""

from sqlalchemy import select

from outreach.campaigns.models import Institution, Kind, Sender
from outreach.db import db

_KINDS = (
    ("boletin", "Boletín", "Bulletin"),
    ("convocatoria", "Convocatoria", "Call for participation"),
    ("pulso", "Pulso", "Pulse"),
    ("invitacion", "Invitación", "Invitation"),
    ("encuesta", "Encuesta", "Survey"),
    ("recordatorio", "Recordatorio", "Reminder"),
    ("infografia", "Infografía", "Infographic"),
    ("publicacion", "Publicación", "Publication"),
    ("solicitud-difusion", "Solicitud de difusión", "Request to spread the word"),
    ("alcance", "Alcance", "Addendum"),
    ("nota", "Nota", "Note"),
    ("calendario", "Calendario", "Calendar"),
    ("estadistica", "Estadística", "Statistics"),
    ("noticias", "Noticias", "News"),
    ("minuta", "Minuta", "Minutes"),
    ("otro", "Otro", "Other"),
)

_SENDER = "votochilango@iecm.mx"

_PRIVACY_ES = (
    "El Instituto guarda el correo electrónico, el nombre y el idioma de cada persona solo para enviar la información "
    "que pidió, y no los comparte con terceros. Se pueden consultar, corregir o borrar en cualquier momento."
)
_PRIVACY_EN = (
    "The Institute keeps your e-mail address, your name and your language only to send you what you asked for, and "
    "does not share them with third parties. You may see, correct or have them deleted at any time."
)


def seed_campaign_words() -> None:
    """Add the kinds, the sender and the institution's identity that are missing; touch nothing that is there."""
    known = set(db.session.scalars(select(Kind.slug)))
    db.session.add_all(Kind(slug=slug, name_es=es, name_en=en) for slug, es, en in _KINDS if slug not in known)
    if db.session.scalar(select(Sender.id).where(Sender.address == _SENDER)) is None:
        db.session.add(Sender(address=_SENDER, name="Voto Chilango", reply_to=_SENDER, bounce_domain="rebotes.iecm.mx"))
    if db.session.scalar(select(Institution.id).limit(1)) is None:
        db.session.add(_make_institution())
    db.session.flush()


def _make_institution() -> Institution:
    return Institution(
        name_es="Instituto Electoral de la Ciudad de México",
        name_en="Mexico City Electoral Institute",
        postal_address="Huizaches 25, Rancho Los Colorines, Tlalpan, 14386, Ciudad de México",
        privacy_url_es="https://www.iecm.mx/avisos-de-privacidad/",
        privacy_url_en="https://www.iecm.mx/avisos-de-privacidad/",
        privacy_text_es=_PRIVACY_ES,
        privacy_text_en=_PRIVACY_EN,
        website="https://www.iecm.mx",
    )
