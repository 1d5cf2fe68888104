"""The five audiences that the reports speak of."""

from sqlalchemy import select

from outreach import clock
from outreach.audiences.models import Audience
from outreach.db import db

# Slug; names; and the words after «se enviaron N correos electrónicos …» and "N e-mails were sent …".
_AUDIENCES = (
    (
        "red-observacion",
        ("Red de Observación", "Observation Network"),
        ("a la Red de Observación", "to the Observation Network"),
    ),
    (
        "autoridades-academicas",
        ("Autoridades académicas", "Academic authorities"),
        ("a autoridades académicas", "to academic authorities"),
    ),
    (
        "osc",
        ("Organizaciones de la sociedad civil", "Civil-society organisations"),
        ("a organizaciones de la sociedad civil", "to civil-society organisations"),
    ),
    (
        "ciudadania",
        ("Ciudadanía", "Citizens"),
        ("a la ciudadanía", "to citizens"),
    ),
    (
        "diaspora",
        ("Diáspora", "People abroad"),
        (
            "a personas originarias de la Ciudad de México que residen en el extranjero",
            "to people from Mexico City who live abroad",
        ),
    ),
)


def seed_audiences() -> int:
    """Add whichever of the five audiences is missing, leave the others as they are; return how many were added."""
    present = set(db.session.scalars(select(Audience.slug)))
    missing = [entry for entry in _AUDIENCES if entry[0] not in present]
    for slug, names, phrases in missing:
        db.session.add(
            Audience(
                slug=slug,
                name_es=names[0],
                name_en=names[1],
                phrase_es=phrases[0],
                phrase_en=phrases[1],
                created_at=clock.now(),
            )
        )
    db.session.flush()
    return len(missing)
