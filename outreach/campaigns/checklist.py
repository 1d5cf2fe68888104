"""The list of everything that is looked at before an approval, each with how it stands and where it is mended."""

from collections.abc import Sequence
from dataclasses import dataclass

from outreach.campaigns.blockchecks import name_language
from outreach.campaigns.facts import Finding, Severity
from outreach.campaigns.models import Campaign
from outreach.campaigns.rules import Language
from outreach.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Check:
    """One part of a campaign that was looked at: its name, the place of it, and what was found there."""

    label: str
    place: str
    findings: tuple[Finding, ...]

    @property
    def has_errors(self) -> bool:
        """Tell whether anything there keeps the campaign from being approved."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def list_checks(campaign: Campaign, findings: Sequence[Finding]) -> list[Check]:
    """Return the parts of `campaign` in the order in which they are written, each with its findings."""
    parts = [
        *(
            (
                _("Asunto, vista previa y texto para el informe en %(language)s", language=name_language(language)),
                f"version/{language}/subject",
                (f"version/{language}/",),
            )
            for language in (Language(version.language) for version in campaign.versions)
        ),
        (_("Bloques: textos, enlaces, imágenes y marcadores"), "blocks", ("block",)),
        (_("Plantilla"), "template", ("template",)),
        (_("Personas que lo reciben"), "audiences", ("audiences",)),
        (_("Hora de salida, días inhábiles y periodos restringidos"), "schedule", ("schedule",)),
        (_("Tamaño del mensaje"), "message", ("message",)),
        (_("Institución, aviso de privacidad y enlace de baja"), "institution", ("institution",)),
    ]
    known = tuple(prefix for _label, _place, prefixes in parts for prefix in prefixes)
    checks = [
        Check(label, place, tuple(each for each in findings if each.place.startswith(prefixes)))
        for label, place, prefixes in parts
    ]
    rest = tuple(each for each in findings if not each.place.startswith(known))
    return [*checks, Check(_("Lo demás"), "blocks", rest)] if rest else checks
