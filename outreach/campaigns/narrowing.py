"""The tables `exclude` and `filter` of a campaign file: who of its audiences is left out."""

from collections.abc import Mapping
from typing import Any

from outreach.audiences.choice import Choice
from outreach.audiences.errors import ChoiceError
from outreach.campaigns.errors import CampaignFileError
from outreach.translation import gettext as _

_KEYS = {"exclude": ("audiences", "campaigns"), "filter": ("languages", "countries", "attributes", "received")}
_LANGUAGES = ("es", "en", "")


def read_narrowing(raw: Mapping[str, object]) -> dict[str, Any]:
    """Return both tables as they stand, excluded audiences still by slug; raise CampaignFileError for anything else.

    `exclude` holds lists of audiences and of numbers of earlier campaigns; `filter` holds lists of languages ("" is
    no preference), countries, values by attribute, and numbers of earlier campaigns that were received.
    """
    tables = {key: _read_table(raw, key) for key in _KEYS if key in raw}
    slugs = tables.get("exclude", {}).get("audiences", [])
    if not isinstance(slugs, list) or not all(isinstance(slug, str) for slug in slugs):
        raise CampaignFileError(_('En «exclude», «audiences» debe ser una lista como ["osc"].'))
    _check({**tables, "exclude": {**tables.get("exclude", {}), "audiences": []}})
    return tables


def _read_table(raw: Mapping[str, object], key: str) -> dict[str, Any]:
    value = raw[key]
    if not isinstance(value, Mapping):
        raise CampaignFileError(
            _("«%(key)s» debe ser una tabla [%(key)s] con: %(keys)s.", key=key, keys=", ".join(_KEYS[key]))
        )
    unknown = [name for name in value if name not in _KEYS[key]]
    if unknown:
        raise CampaignFileError(
            _(
                "La clave «%(name)s» no existe en [%(key)s]: las claves son %(keys)s.",
                name=unknown[0],
                key=key,
                keys=", ".join(_KEYS[key]),
            )
        )
    return dict(value)


def _check(tables: Mapping[str, Any]) -> None:
    try:
        choice = Choice().narrow(tables)
    except ChoiceError as problem:
        raise CampaignFileError(str(problem)) from problem
    unknown = [language for language in choice.languages if language not in _LANGUAGES]
    if unknown:
        raise CampaignFileError(
            _("En «filter», «languages» dice «%(language)s»: use es, en o un texto vacío.", language=unknown[0])
        )
