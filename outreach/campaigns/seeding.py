"""The first kinds, sender and identity of an installation; what people changed afterwards survives."""

from dataclasses import dataclass

from sqlalchemy import select

from outreach.audiences.models import Audience
from outreach.campaigns.models import Institution, Kind, KindAudience, Sender
from outreach.db import db


@dataclass(frozen=True, slots=True)
class _Preset:
    """What campaigns of a kind begin with; staff change it in the settings."""

    template: str
    audiences: tuple[str, ...]
    information_es: str
    information_en: str = ""


_ALL = ("red-observacion", "autoridades-academicas", "osc", "ciudadania", "diaspora")
_NETWORKS = ("red-observacion", "autoridades-academicas", "osc")
_READERS = ("autoridades-academicas", "osc", "ciudadania")
_ABROAD = ("diaspora",)
_INSTITUTIONAL = "convocatoria"

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

_PRESETS = {
    "boletin": _Preset(
        "corazon-chilango",
        _ABROAD,
        "Boletín Corazón Chilango – {mes} de {año}.",
        "Corazón Chilango bulletin – {month} {year}.",
    ),
    "pulso": _Preset("pulso-migrante", _ABROAD, "Pulso Migrante – {mes} de {año}.", "Pulso Migrante – {month} {year}."),
    "noticias": _Preset(
        "corazon-chilango", _ABROAD, "Noticias para la comunidad – {mes} de {año}.", "Community news – {month} {year}."
    ),
    "calendario": _Preset(
        _INSTITUTIONAL, _NETWORKS, "Calendario de actividades – {mes} de {año}.", "Calendar of events – {month} {year}."
    ),
    # What these are about stands in the campaign's name, which is Spanish: the English is left to whoever translates.
    "convocatoria": _Preset(_INSTITUTIONAL, _ALL, "Convocatoria: {nombre}."),
    "invitacion": _Preset(_INSTITUTIONAL, _NETWORKS, "Invitación: {nombre}."),
    "encuesta": _Preset(_INSTITUTIONAL, _NETWORKS, "Encuesta: {nombre}."),
    "recordatorio": _Preset(_INSTITUTIONAL, _NETWORKS, "Recordatorio: {nombre}."),
    "infografia": _Preset(_INSTITUTIONAL, _ALL, "Infografía: {nombre}."),
    "publicacion": _Preset(_INSTITUTIONAL, _READERS, "Publicación: {nombre}."),
    "solicitud-difusion": _Preset(
        _INSTITUTIONAL, ("autoridades-academicas", "osc"), "Solicitud de difusión: {nombre}."
    ),
    "alcance": _Preset(_INSTITUTIONAL, _NETWORKS, "Alcance: {nombre}."),
    "nota": _Preset(_INSTITUTIONAL, _NETWORKS, "Nota: {nombre}."),
    "estadistica": _Preset(_INSTITUTIONAL, ("autoridades-academicas",), "Estadística: {nombre}."),
    "minuta": _Preset(_INSTITUTIONAL, ("red-observacion",), "Minuta: {nombre}."),
    "otro": _Preset(_INSTITUTIONAL, (), ""),
}

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
    _preset_kinds()


def _preset_kinds() -> None:
    """Say what campaigns of each kind begin with, where nobody has said it."""
    audiences = {slug: number for slug, number in db.session.execute(select(Audience.slug, Audience.id))}  # noqa: C416 - rows are no pairs to mypy
    sender_id = db.session.scalar(select(Sender.id).where(Sender.address == _SENDER))
    for kind in db.session.scalars(select(Kind).where(Kind.template == "", Kind.slug.in_(_PRESETS))):
        preset = _PRESETS[kind.slug]
        kind.template, kind.sender_id = preset.template, sender_id
        kind.information_es, kind.information_en = preset.information_es, preset.information_en
        kind.audience_links = [
            KindAudience(audience_id=audiences[slug], position=position)
            for position, slug in enumerate(preset.audiences)
            if slug in audiences
        ]
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
