"""What Ajustes leads to: each package adds its pages here by endpoint, and the index shows those that exist."""

from dataclasses import dataclass, replace

from babel.support import LazyProxy
from flask import current_app

from outreach.translation import lazy_gettext as _


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """One page of Ajustes: where it is, its name, and in one line what is set there."""

    endpoint: str
    label: LazyProxy
    purpose: LazyProxy


@dataclass(frozen=True, slots=True)
class SettingsGroup:
    """Pages that belong together."""

    label: LazyProxy
    pages: tuple[SettingsPage, ...]


_GROUPS = (
    SettingsGroup(
        _("Lo que se envía"),
        (
            SettingsPage(
                "campaign_settings.list_kinds",
                _("Tipos de envío"),
                _("Boletín, convocatoria y los demás, con lo que cada uno trae puesto."),
            ),
            SettingsPage(
                "campaign_settings.list_senders", _("Remitentes"), _("Las direcciones desde las que se escribe.")
            ),
            SettingsPage("audiences.list_names", _("Audiencias"), _("Sus nombres y cómo las llaman los informes.")),
            SettingsPage(
                "campaign_settings.show_institution",
                _("Institución y aviso de privacidad"),
                _("Lo que dice el pie de todos los correos, en los dos idiomas."),
            ),
        ),
    ),
    SettingsGroup(
        _("Cuándo se envía"),
        (
            SettingsPage(
                "planning.list_periods",
                _("Periodos restringidos"),
                _("Cuándo se avisa, se pide otra firma o no se puede enviar."),
            ),
            SettingsPage("planning.list_days", _("Días inhábiles"), _("Feriados y otros días en que no se trabaja.")),
        ),
    ),
    SettingsGroup(
        _("Informes"),
        (
            SettingsPage(
                "report_settings.list_all_phrases", _("Frases"), _("Las palabras con que se escriben los informes.")
            ),
            SettingsPage(
                "report_settings.list_presets", _("Formatos de tabla"), _("Cómo se imprimen las tablas de envíos.")
            ),
            SettingsPage(
                "report_settings.show_template",
                _("Plantilla de Word"),
                _("El documento institucional en que sale el informe."),
            ),
        ),
    ),
    SettingsGroup(
        _("Personas y seguridad"),
        (
            SettingsPage("settings.list_people", _("Personas y roles"), _("Quién entra y qué puede hacer.")),
            SettingsPage("settings.show_security", _("Seguridad"), _("El segundo paso al entrar.")),
            SettingsPage("settings.show_trail", _("Registro de cambios"), _("Quién hizo qué, y cuándo.")),
        ),
    ),
    SettingsGroup(
        _("El sistema"),
        (
            SettingsPage(
                "system.show_mail_server",
                _("Servidor de correo"),
                _("Cómo se llega a él, y una prueba de que contesta."),
            ),
            SettingsPage(
                "system.show_state", _("Estado del sistema"), _("Versión, base de datos, disco, reloj y cola de envío.")
            ),
        ),
    ),
)


def list_settings() -> list[SettingsGroup]:
    """Return the groups with the pages that this application has, without empty groups."""
    known = current_app.view_functions
    groups = [replace(group, pages=tuple(page for page in group.pages if page.endpoint in known)) for group in _GROUPS]
    return [group for group in groups if group.pages]
