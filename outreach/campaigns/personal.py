"""The personal fields that the editor offers, and what it says of those that do not exist."""

from collections.abc import Mapping
from dataclasses import dataclass

from babel.support import LazyProxy
from sqlalchemy import select

from outreach.audiences.models import Contact, Subscription
from outreach.audiences.rules import PERSONAL_FIELDS
from outreach.campaigns.models import Campaign
from outreach.campaigns.panels import Sheet
from outreach.campaigns.placeholders import SYSTEM_SLOTS, find_marks, find_misspelt, find_names, find_nearest, fold_name
from outreach.campaigns.rules import Language
from outreach.db import db
from outreach.translation import gettext as _
from outreach.translation import lazy_gettext

_PEOPLE_ASKED = 500  # of each audience, the newest: enough to know what its people have
_MOST_NAMES = 60

_LABELS: Mapping[str, LazyProxy] = {
    "nombre": lazy_gettext("Nombre"),
    "institucion": lazy_gettext("Institución"),
    "cargo": lazy_gettext("Cargo"),
    "tratamiento": lazy_gettext("Tratamiento"),
    "pais": lazy_gettext("País"),
}
# What stands in for an empty value, in the language of the message.
_DEFAULTS = {
    "nombre": ("persona integrante", "member"),
    "institucion": ("su institución", "your institution"),
    "cargo": ("integrante", "member"),
    "tratamiento": ("", ""),
    "pais": ("su país", "your country"),
}


@dataclass(frozen=True, slots=True)
class Marker:
    """A personal field as it is offered: its words for people, and how it is written in each language."""

    name: str
    label: str
    default: Mapping[Language, str]
    source: Mapping[Language, str]


def list_markers(campaign: Campaign) -> list[Marker]:
    """Return the personal fields, then the attributes that people of the campaign's audiences have."""
    fixed = [_make_marker(name, str(_LABELS[name]), *_DEFAULTS[name]) for name in PERSONAL_FIELDS]
    return [*fixed, *(_make_marker(name, name, "", "") for name in list_attributes(campaign))]


def list_attributes(campaign: Campaign) -> list[str]:
    """Return the names of attributes that the newest people of each audience have, at most `_MOST_NAMES`."""
    names: set[str] = set()
    for link in campaign.audience_links:
        newest = (
            select(Subscription.contact_id)
            .where(Subscription.audience_id == link.audience_id, Subscription.ended_at.is_(None))
            .order_by(Subscription.contact_id.desc())
            .limit(_PEOPLE_ASKED)
            .subquery()
        )
        rows = select(Contact.attributes).join(newest, newest.c.contact_id == Contact.id)
        for attributes in db.session.scalars(rows):
            names.update(attributes)
    writable = [name for name in names if find_names(f"{{{{{fold_name(name)}}}}}")]
    return sorted(set(writable) - PERSONAL_FIELDS.keys())[:_MOST_NAMES]


def list_notes(sheet: Sheet, known: frozenset[str]) -> dict[str, list[str]]:
    """Return, by input, a sentence for each placeholder that does not exist, with the nearest that does."""
    notes: dict[str, list[str]] = {}
    for row in sheet.rows:
        for each in row.inputs if row.kind.is_text else ():
            names = dict.fromkeys(mark.name for mark in find_marks(each.value))
            found = [_explain(name, known) for name in names if name not in known and name not in SYSTEM_SLOTS]
            found += [_explain_braces(braces) for braces in find_misspelt(each.value)]
            if found:
                notes[each.name] = found
    return notes


def list_known(markers: list[Marker]) -> frozenset[str]:
    """Return the names under which placeholders find the offered fields."""
    return frozenset(fold_name(marker.name) for marker in markers)


def _make_marker(name: str, label: str, spanish: str, english: str) -> Marker:
    written = fold_name(name)
    default = {Language.ES: spanish, Language.EN: english}
    return Marker(name, label, default, {key: f"{{{{{written}|{text}}}}}" for key, text in default.items()})


def _explain(name: str, known: frozenset[str]) -> str:
    nearest = find_nearest(name, known)
    if nearest:
        return _("No existe el dato {{%(name)s}}: ¿quiso escribir {{%(nearest)s}}?", name=name, nearest=nearest)
    return _("No existe el dato {{%(name)s}} en estas audiencias: elíjalo de la lista.", name=name)


def _explain_braces(braces: str) -> str:
    return _("«%(braces)s» no es un dato personal y se leerá tal como está.", braces=braces)
