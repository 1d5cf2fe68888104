"""The main sections of the pages, in the order of the menu."""

from dataclasses import dataclass

from babel.support import LazyProxy
from flask import current_app

from outreach.translation import lazy_gettext as _


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the menu; it is current on pages whose `section`, or else whose blueprint, is `name`."""

    name: str
    endpoint: str
    label: LazyProxy


_SECTIONS = (
    Section("home", "home.index", _("Inicio")),
    Section("campaigns", "campaigns.index", _("Campañas")),
    Section("series", "series.index", _("Series")),
    Section("audiences", "audiences.index", _("Audiencias")),
    Section("log", "reports.log", _("Bitácora")),
    Section("reports", "reports.index", _("Informes")),
    Section("goals", "goals.index", _("Metas")),
    Section("settings", "settings.index", _("Ajustes")),
)


def list_sections() -> list[Section]:
    """Return the sections whose first page exists in this application."""
    return [section for section in _SECTIONS if section.endpoint in current_app.view_functions]
